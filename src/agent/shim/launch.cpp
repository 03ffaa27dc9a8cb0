#include "agent/shim/launch.h"

#include <fmt/format.h>

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/json.hpp>
#include <charconv>

#include "agent/clock.h"
#include "agent/error.h"
#include "files/whole_file.h"

namespace penstock::agent {
namespace json = boost::json;
namespace {

bool read_number(const std::string& text, std::int64_t& number) {
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc() && read.ptr == end;
}

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

Lease Lease::of_this_boot(std::int64_t deadline_ns) {
    return {.boot = boot_id(), .deadline_ns = deadline_ns};
}

Lease Lease::by_utc(std::int64_t deadline_ns) {
    const std::int64_t now = utc_ns();
    return {.boot = {},
            .deadline_ns = now + (deadline_ns - boottime_ns()) - kSafetyNs,
            .written_at_ns = now};
}

std::int64_t Lease::deadline_here() const {
    if (boot.empty()) return boottime_ns() + (deadline_ns - utc_ns());
    return boot == boot_id() ? deadline_ns : 0;
}

bool Lease::is_from_future() const {
    return boot.empty() && written_at_ns > utc_ns() + kSkewMaxNs;
}

std::string to_text(const Lease& lease) {
    if (lease.boot.empty())
        return fmt::format("utc {} {}\n", lease.deadline_ns, lease.written_at_ns);
    return fmt::format("{} {}\n", lease.boot, lease.deadline_ns);
}

Result<Lease> parse_lease(const std::string& text) {
    const auto damaged = [] { return reject(kStateDamaged, {}, "lease"); };
    if (!text.ends_with('\n')) return damaged();
    std::vector<std::string> words;
    boost::split(words, text.substr(0, text.size() - 1), boost::is_any_of(" "));
    const bool is_utc = words[0] == "utc";
    if (words[0].empty() || words.size() != (is_utc ? 3 : 2)) return damaged();
    Lease lease;
    if (!is_utc) lease.boot = words[0];
    if (!read_number(words[1], lease.deadline_ns)) return damaged();
    if (is_utc && !read_number(words[2], lease.written_at_ns)) return damaged();
    return lease;
}

Result<void> write_lease(const std::string& folder, const Lease& lease) {
    return files::replace_file(folder + '/' + kLeaseFile, to_text(lease));
}

LeaseWatch::LeaseWatch(const std::string& folder)
    : path_(folder + '/' + kLeaseFile), last_{.boot = boot_id()} {}

const Lease& LeaseWatch::look() {
    const auto text = files::read_file(path_, 4096);
    if (!text) return last_;
    if (const auto lease = parse_lease(*text)) last_ = *lease;
    return last_;
}

}  // namespace penstock::agent
