#include "transport/schema/method_table.h"

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "penstock/v1/account.pb.h"
#include "penstock/v1/bills.pb.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/change.pb.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/credit.pb.h"
#include "penstock/v1/custody.pb.h"
#include "penstock/v1/dispute.pb.h"
#include "penstock/v1/evidence.pb.h"
#include "penstock/v1/guarantee.pb.h"
#include "penstock/v1/identity.pb.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/meter.pb.h"
#include "penstock/v1/party.pb.h"
#include "penstock/v1/recommendation.pb.h"
#include "penstock/v1/sub_account.pb.h"
#include "penstock/v1/system.pb.h"
#include "penstock/v1/task.pb.h"
#include "penstock/v1/terms.pb.h"
#include "penstock/v1/types.pb.h"
#include "transport/http/message.h"
#include "transport/schema/route.h"

namespace penstock::transport {
namespace {

using google::protobuf::FileDescriptor;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;

Method describe(const MethodDescriptor& rpc) {
    Method method;
    method.full_name = rpc.service()->name() + "/" + rpc.name();
    method.connect_path = "/" + rpc.service()->full_name() + "/" + rpc.name();
    const auto& options = rpc.options();
    method.kind = options.GetExtension(v1::kind);
    method.permission = options.GetExtension(v1::permission);
    method.descriptor = &rpc;
    auto* factory = MessageFactory::generated_factory();
    method.request_prototype = factory->GetPrototype(rpc.input_type());
    method.response_prototype = factory->GetPrototype(rpc.output_type());
    method.server_streaming = rpc.server_streaming();
    method.internal = rpc.service()->name() == "InternalService";
    if (const std::uint32_t cost = options.GetExtension(v1::cost); cost > 0) method.cost = cost;
    for (int i = 0; i < rpc.input_type()->field_count(); ++i) {
        const auto* field = rpc.input_type()->field(i);
        if (field->message_type() == v1::PageRequest::descriptor()) method.page_field = field;
    }
    if (options.HasExtension(v1::owner_field)) {
        method.owner_field =
            rpc.input_type()->FindFieldByName(options.GetExtension(v1::owner_field));
        PENSTOCK_ASSERT(method.owner_field != nullptr);
    }
    if (!method.internal && options.HasExtension(v1::http)) {
        method.verb = options.GetExtension(v1::http).verb();
        method.path = options.GetExtension(v1::http).path();
        auto route = parse_route(method.path, *rpc.input_type());
        PENSTOCK_ASSERT(route.has_value());
        method.route = *std::move(route);
    }
    return method;
}

/// Whether the steps of a path fit a route.
bool fits(const std::vector<RouteSegment>& route, std::span<const std::string_view> steps) {
    if (route.size() != steps.size()) return false;
    for (std::size_t i = 0; i < route.size(); ++i) {
        if (route[i].field == nullptr ? route[i].literal != steps[i] : steps[i].empty())
            return false;
    }
    return true;
}

constexpr std::size_t kStepsMax = 16;

/// The steps between the slashes of a path; none when it does not start with one.
std::span<const std::string_view> split(std::string_view path,
                                        std::array<std::string_view, kStepsMax>& steps) {
    if (!path.starts_with('/')) return {};
    std::size_t count = 0;
    while (count < kStepsMax) {
        path.remove_prefix(1);
        const std::size_t end = path.find('/');
        steps[count++] = path.substr(0, end);
        if (end == std::string_view::npos) return {steps.data(), count};
        path.remove_prefix(end);
    }
    return {};
}

}  // namespace

std::span<const FileDescriptor* const> schema_files() {
    static const std::array kFiles{v1::RegisterPartyRequest::descriptor()->file(),
                                   v1::ListSessionsRequest::descriptor()->file(),
                                   v1::GetProductRequest::descriptor()->file(),
                                   v1::SetSaleTermsRequest::descriptor()->file(),
                                   v1::PlaceOrderRequest::descriptor()->file(),
                                   v1::PlanIntentRequest::descriptor()->file(),
                                   v1::SubmitWorkloadRequest::descriptor()->file(),
                                   v1::SubmitUsageRequest::descriptor()->file(),
                                   v1::RequestTopUpRequest::descriptor()->file(),
                                   v1::GetAccountRequest::descriptor()->file(),
                                   v1::GetCustodyRequest::descriptor()->file(),
                                   v1::SetSubAccountRequest::descriptor()->file(),
                                   v1::OpenDisputeRequest::descriptor()->file(),
                                   v1::ProposeChangeRequest::descriptor()->file(),
                                   v1::PlaceGuaranteeRequest::descriptor()->file(),
                                   v1::GetSettlementBillRequest::descriptor()->file(),
                                   v1::SetCreditLimitRequest::descriptor()->file(),
                                   v1::ListReceiptsRequest::descriptor()->file(),
                                   v1::GetStatusRequest::descriptor()->file(),
                                   v1::TickRequest::descriptor()->file()};
    return kFiles;
}

const MethodTable& MethodTable::schema() {
    static const MethodTable kTable(schema_files());
    return kTable;
}

MethodTable::MethodTable(std::span<const FileDescriptor* const> files) {
    for (const FileDescriptor* file : files)
        for (int s = 0; s < file->service_count(); ++s)
            for (int m = 0; m < file->service(s)->method_count(); ++m)
                methods_.push_back(describe(*file->service(s)->method(m)));
    for (std::size_t i = 0; i < methods_.size(); ++i) {
        Method& method = methods_[i];
        method.index = i;
        by_name_.emplace(method.full_name, &method);
        if (!method.internal) by_connect_path_.emplace(method.connect_path, &method);
        if (!method.route.empty()) routed_.push_back(&method);
    }
    // A literal step wins over a field: routes with fewer fields are tried first.
    const auto fields = [](const Method* method) {
        return std::count_if(method->route.begin(), method->route.end(),
                             [](const RouteSegment& step) { return step.field != nullptr; });
    };
    std::sort(routed_.begin(), routed_.end(), [&](const Method* a, const Method* b) {
        return std::pair(fields(a), a->index) < std::pair(fields(b), b->index);
    });
}

const Method* MethodTable::find(std::string_view full_name) const {
    const auto found = by_name_.find(full_name);
    return found == by_name_.end() ? nullptr : found->second;
}

const Method* MethodTable::find_connect(std::string_view path) const {
    const auto found = by_connect_path_.find(path);
    return found == by_connect_path_.end() ? nullptr : found->second;
}

RouteMatch MethodTable::find_rest(std::string_view verb, std::string_view path) const {
    std::array<std::string_view, kStepsMax> storage;
    const auto steps = split(path, storage);
    for (const Method* method : routed_) {
        if (method->verb != verb || !fits(method->route, steps)) continue;
        RouteMatch match{method, {}};
        for (std::size_t i = 0; i < steps.size(); ++i) {
            if (method->route[i].field == nullptr) continue;
            auto text = percent_decode(steps[i]);
            if (!text) return {};
            match.fields.emplace_back(method->route[i].field, *std::move(text));
        }
        return match;
    }
    return {};
}

std::string MethodTable::allowed_verbs(std::string_view path) const {
    std::array<std::string_view, kStepsMax> storage;
    const auto steps = split(path, storage);
    std::string verbs;
    for (const Method* method : routed_) {
        if (!fits(method->route, steps) || verbs.find(method->verb) != std::string::npos) continue;
        if (!verbs.empty()) verbs.append(", ");
        verbs.append(method->verb);
    }
    return verbs;
}

}  // namespace penstock::transport
