#include "agent/shim/launch.h"

#include <boost/json.hpp>
#include <charconv>

#include "agent/clock.h"
#include "agent/error.h"
#include "files/whole_file.h"

namespace penstock::agent {
namespace json = boost::json;
namespace {

CgroupVersion version_of(std::string_view text) {
    if (text == "v1") return CgroupVersion::v1;
    return text == "v2" ? CgroupVersion::v2 : CgroupVersion::none;
}

Launch read_launch(const json::object& object) {
    Launch launch;
    launch.program = json::value_to<std::vector<std::string>>(object.at("program"));
    for (const auto& item : object.at("open_files").as_array())
        launch.open_files.push_back(
            {json::value_to<int>(item.at("number")), json::value_to<std::string>(item.at("path"))});
    launch.ready_number = json::value_to<int>(object.at("ready_number"));
    if (const auto* inner = object.if_contains("seclusion"))
        launch.seclusion = Launch::Seclusion{json::value_to<std::string>(inner->at("mount_point")),
                                             json::value_to<std::string>(inner->at("stage")),
                                             json::value_to<std::uint32_t>(inner->at("user"))};
    const auto& group = object.at("cgroup");
    launch.cgroup_version = version_of(group.at("version").as_string());
    launch.cgroup_mount = json::value_to<std::string>(group.at("mount"));
    launch.cgroup_name = json::value_to<std::string>(group.at("name"));
    launch.time_limit_ns = json::value_to<std::int64_t>(object.at("time_limit_ns"));
    launch.log_size_max = json::value_to<std::uint64_t>(object.at("log_size_max"));
    launch.file_size_max = json::value_to<std::uint64_t>(object.at("file_size_max"));
    return launch;
}

}  // namespace

std::string to_json(const Launch& launch) {
    json::array files;
    for (const auto& file : launch.open_files)
        files.push_back({{"number", file.number}, {"path", file.path}});
    json::object object{
        {"program", json::value_from(launch.program)},
        {"open_files", std::move(files)},
        {"ready_number", launch.ready_number},
        {"cgroup",
         {{"version", name(launch.cgroup_version)},
          {"mount", launch.cgroup_mount},
          {"name", launch.cgroup_name}}},
        {"time_limit_ns", launch.time_limit_ns},
        {"log_size_max", launch.log_size_max},
        {"file_size_max", launch.file_size_max},
    };
    if (launch.seclusion)
        object["seclusion"] = {{"mount_point", launch.seclusion->mount_point},
                               {"stage", launch.seclusion->stage},
                               {"user", launch.seclusion->user}};
    return json::serialize(object) + '\n';
}

Result<Launch> parse_launch(const std::string& json) {
    try {
        return read_launch(json::parse(json).as_object());
    } catch (const std::exception& fault) {
        return reject(kStateDamaged, {}, std::string("launch: ") + fault.what());
    }
}

std::string to_text(const Lease& lease) {
    return lease.boot + ' ' + std::to_string(lease.deadline_ns) + '\n';
}

Result<Lease> parse_lease(const std::string& text) {
    const auto space = text.find(' ');
    if (space == std::string::npos || text.back() != '\n')
        return reject(kStateDamaged, {}, "lease");
    Lease lease{text.substr(0, space)};
    const char* end = text.data() + text.size() - 1;
    const auto read = std::from_chars(text.data() + space + 1, end, lease.deadline_ns);
    if (read.ec != std::errc() || read.ptr != end) return reject(kStateDamaged, {}, "lease");
    return lease;
}

std::int64_t read_lease_deadline(const std::string& folder) {
    const auto text = files::read_file(folder + '/' + kLeaseFile, 4096);
    if (!text) return 0;
    const auto lease = parse_lease(*text);
    return lease && lease->boot == boot_id() ? lease->deadline_ns : 0;
}

}  // namespace penstock::agent
