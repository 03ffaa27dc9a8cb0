#include "transport/schema/route.h"

#include <string>

namespace penstock::transport {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

std::optional<std::vector<RouteSegment>> parse_route(std::string_view path,
                                                     const Descriptor& request) {
    std::vector<RouteSegment> route;
    while (!path.empty()) {
        if (path[0] != '/') return std::nullopt;
        path.remove_prefix(1);
        const std::string_view step = path.substr(0, path.find('/'));
        path.remove_prefix(step.size());
        if (step.empty()) return std::nullopt;
        if (step.find_first_of("{}") == std::string_view::npos) {
            route.push_back({std::string(step), nullptr});
            continue;
        }
        if (!step.starts_with('{') || !step.ends_with('}')) return std::nullopt;
        const auto* field = request.FindFieldByName(std::string(step.substr(1, step.size() - 2)));
        if (field == nullptr || field->is_repeated() ||
            field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
            return std::nullopt;
        for (const RouteSegment& other : route)
            if (other.field == field) return std::nullopt;
        route.push_back({{}, field});
    }
    if (route.empty()) return std::nullopt;
    return route;
}

}  // namespace penstock::transport
