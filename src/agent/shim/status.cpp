#include "agent/shim/status.h"

#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "agent/error.h"
#include "agent/shim/launch.h"
#include "base/try.h"
#include "files/whole_file.h"

namespace penstock::agent {
namespace json = boost::json;
namespace {

using State = Observation::State;

std::string_view name(State state) {
    if (state == State::absent) return "absent";
    return state == State::running ? "running" : "ended";
}

Status read(const json::object& object) {
    Status status;
    const std::string_view state = object.at("state").as_string();
    status.state = state == "running" ? State::running
                   : state == "ended" ? State::ended
                                      : State::absent;
    status.shim_pid = json::value_to<int>(object.at("shim_pid"));
    status.task_pid = json::value_to<int>(object.at("task_pid"));
    status.boot = json::value_to<std::string>(object.at("boot"));
    status.started_boottime_ns = json::value_to<std::int64_t>(object.at("started_boottime_ns"));
    status.started_at_ns = json::value_to<std::int64_t>(object.at("started_at_ns"));
    status.ended_at_ns = json::value_to<std::int64_t>(object.at("ended_at_ns"));
    const auto reason = find_end_reason(object.at("reason").as_string());
    if (!reason) throw std::invalid_argument("reason");
    status.reason = *reason;
    status.exit_code = json::value_to<int>(object.at("exit_code"));
    const auto& usage = object.at("usage");
    status.usage = {json::value_to<std::int64_t>(usage.at("wall_ns")),
                    json::value_to<std::int64_t>(usage.at("cpu_ns")),
                    json::value_to<std::uint64_t>(usage.at("memory_peak_bytes"))};
    status.detail = json::value_to<std::string>(object.at("detail"));
    return status;
}

}  // namespace

std::string to_json(const Status& status) {
    return json::serialize(json::object{
               {"state", name(status.state)},
               {"shim_pid", status.shim_pid},
               {"task_pid", status.task_pid},
               {"boot", status.boot},
               {"started_boottime_ns", status.started_boottime_ns},
               {"started_at_ns", status.started_at_ns},
               {"ended_at_ns", status.ended_at_ns},
               {"reason", agent::name(status.reason)},
               {"exit_code", status.exit_code},
               {"usage",
                {{"wall_ns", status.usage.wall_ns},
                 {"cpu_ns", status.usage.cpu_ns},
                 {"memory_peak_bytes", status.usage.memory_peak_bytes}}},
               {"detail", status.detail},
           }) +
           '\n';
}

Result<Status> parse_status(const std::string& json) {
    try {
        return read(json::parse(json).as_object());
    } catch (const std::exception& fault) {
        return reject(kStateDamaged, {}, std::string("status: ") + fault.what());
    }
}

Result<Status> read_status(const std::string& folder) {
    const std::string path = folder + '/' + kStatusFile;
    if (::access(path.c_str(), F_OK) != 0) return Status{};
    TRY_ASSIGN(const auto text, files::read_file(path));
    return parse_status(text);
}

Result<void> write_status(const std::string& folder, const Status& status) {
    return files::write_durably(folder + '/' + kStatusFile, {to_json(status)});
}

int exit_code_of(int wait_status) {
    return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

}  // namespace penstock::agent
