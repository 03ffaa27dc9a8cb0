#include "shell/api/task_logs.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "base/try.h"
#include "core/exchange/exchange.h"
#include "core/exchange/state.h"
#include "files/error.h"
#include "files/whole_file.h"
#include "penstock/v1/task.pb.h"
#include "shell/api/error.h"
#include "shell/journal/error.h"

namespace penstock::shell {

namespace {

constexpr std::size_t kPieceMax = 65'536;
constexpr std::uint64_t kIndexBytesMax = 1u << 20;

std::vector<std::string> read_lines(const std::filesystem::path& file) {
    std::vector<std::string> lines;
    const auto content = files::read_file(file, kIndexBytesMax);
    if (!content) return lines;
    std::istringstream stream(*content);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

std::uint64_t size_of(const std::filesystem::path& file) {
    std::error_code missing;
    const auto size = std::filesystem::file_size(file, missing);
    return missing ? 0 : size;
}

Result<void> append_to(const std::filesystem::path& file, std::string_view text) {
    std::ofstream stream(file, std::ios::binary | std::ios::app);
    stream.write(text.data(), static_cast<std::streamsize>(text.size())).flush();
    if (!stream) return reject(files::kFileFault, {}, file.string());
    return {};
}

}  // namespace

TaskLogs::TaskLogs(Options options) : options_(std::move(options)) {
    std::error_code ignored;  // Shows when a log is begun.
    std::filesystem::create_directories(options_.folder, ignored);
}

std::filesystem::path TaskLogs::text_file(AttemptId attempt) const {
    return options_.folder / (attempt.text() + ".log");
}

std::optional<TaskLogs::Origin> TaskLogs::read_origin(AttemptId attempt) const {
    const auto lines = read_lines(options_.folder / (attempt.text() + ".origin"));
    if (lines.size() != 3) return std::nullopt;
    const auto task = TaskId::parse(lines[0]);
    const auto buyer = PartyId::parse(lines[1]);
    const auto agent = AgentId::parse(lines[2]);
    if (!task || !buyer || !agent) return std::nullopt;
    return Origin{*task, *buyer, *agent};
}

std::optional<TaskLogs::Index> TaskLogs::read_index(TaskId task) const {
    const auto lines = read_lines(options_.folder / (task.text() + ".attempts"));
    if (lines.empty()) return std::nullopt;
    const auto buyer = PartyId::parse(lines.front());
    if (!buyer) return std::nullopt;
    Index index{*buyer, {}};
    for (std::size_t i = 1; i < lines.size(); ++i)
        if (const auto attempt = AttemptId::parse(lines[i])) index.attempts.push_back(*attempt);
    return index;
}

Result<void> TaskLogs::begin(AttemptId attempt, const Origin& origin) {
    const auto index = options_.folder / (origin.task.text() + ".attempts");
    if (size_of(index) == 0) TRY(append_to(index, origin.buyer.text() + "\n"));
    TRY(append_to(index, attempt.text() + "\n"));
    return append_to(
        options_.folder / (attempt.text() + ".origin"),
        origin.task.text() + "\n" + origin.buyer.text() + "\n" + origin.agent.text() + "\n");
}

Result<std::uint64_t> TaskLogs::append(AttemptId attempt, const std::optional<Origin>& origin,
                                       AgentId caller, std::uint64_t offset,
                                       std::string_view text) {
    if (text.size() > kPieceMax) return reject(kLogPieceTooLong, "text");
    const std::scoped_lock lock(mutex_);
    auto known = read_origin(attempt);
    if (!known) {
        if (!origin) return reject(kNotYourself, "attempt");
        TRY(begin(attempt, *origin));
        known = origin;
    }
    if (known->agent != caller) return reject(kNotYourself, "attempt");
    const auto index = read_index(known->task);
    const bool newest = index && !index->attempts.empty() && index->attempts.back() == attempt;
    const std::uint64_t size = size_of(text_file(attempt));
    const std::uint64_t end = offset + text.size();
    // What an attempt writes that has lost its lease, or beyond the bound, is taken and dropped, so
    // that its agent can finish.
    if (!newest || size >= options_.attempt_bytes_max) return std::max(end, size);
    if (offset > size)
        return reject(kLogGap, "offset", "The log has " + std::to_string(size) + " bytes.");
    if (end <= size) return size;
    struct statvfs status{};
    if (::statvfs(options_.folder.c_str(), &status) == 0 &&
        status.f_bavail * status.f_frsize < options_.free_bytes_min)
        return reject(kDiskLow);
    const std::string_view fresh = text.substr(static_cast<std::size_t>(size - offset));
    const auto room = static_cast<std::size_t>(options_.attempt_bytes_max - size);
    TRY(append_to(text_file(attempt), fresh.substr(0, room)));
    return end;
}

Result<TaskLogs::Piece> TaskLogs::read(TaskId task, std::uint64_t offset) const {
    const std::scoped_lock lock(mutex_);
    Piece piece{{}, offset};
    const auto index = read_index(task);
    if (!index) return piece;
    std::uint64_t start = 0;  // Of the attempt's text in the whole.
    for (const AttemptId attempt : index->attempts) {
        const auto file = text_file(attempt);
        const std::uint64_t end = start + size_of(file);
        if (piece.next_offset < end && piece.text.size() < kPieceMax) {
            const auto wanted =
                std::min<std::uint64_t>(end - piece.next_offset, kPieceMax - piece.text.size());
            std::string text(static_cast<std::size_t>(wanted), '\0');
            std::ifstream stream(file, std::ios::binary);
            stream.seekg(static_cast<std::streamoff>(piece.next_offset - start));
            stream.read(text.data(), static_cast<std::streamsize>(wanted));
            if (!stream) return reject(files::kFileFault, {}, file.string());
            piece.text += text;
            piece.next_offset += wanted;
        }
        start = end;
    }
    return piece;
}

std::optional<PartyId> TaskLogs::buyer(TaskId task) const {
    const std::scoped_lock lock(mutex_);
    const auto index = read_index(task);
    return index ? std::optional(index->buyer) : std::nullopt;
}

namespace {

std::optional<TaskLogs::Origin> origin_of(const exchange::State& state, AttemptId id) {
    const task::Attempt* attempt = state.tasks.find_attempt(id);
    if (attempt == nullptr) return std::nullopt;
    const task::Task& task = state.tasks.task(attempt->task);
    return TaskLogs::Origin{attempt->task, state.tasks.workload(task.workload).buyer,
                            attempt->agent};
}

void append_log(Api& api, TaskLogs& logs, std::unique_ptr<ApiCall> call) {
    const auto attempt =
        AttemptId::parse(call->request_as<v1::AppendLogRequest>().attempt()).value_or(AttemptId{});
    auto origin = std::make_shared<std::optional<TaskLogs::Origin>>();
    api.with_authorised(
        std::move(call), Ownership::checked,
        [origin, attempt](const Core& core, ApiCall&) -> Result<void> {
            *origin = origin_of(core.exchange().state(), attempt);
            return {};
        },
        [origin, attempt, &logs](std::unique_ptr<ApiCall> asked) {
            const auto& request = asked->request_as<v1::AppendLogRequest>();
            const auto next = logs.append(attempt, *origin, asked->caller.agent, request.offset(),
                                          request.text());
            if (!next) return asked->responder.fail(next.error());
            v1::AppendLogResponse response;
            response.set_next_offset(*next);
            asked->responder.reply(response);
        });
}

Result<std::unique_ptr<google::protobuf::Message>> read_log(const TaskLogs& logs,
                                                            const ApiCall& call) {
    const auto& request = call.request_as<v1::ReadLogRequest>();
    const auto task = TaskId::parse(request.task()).value_or(TaskId{});
    // The exchange forgets finished tasks; whose they were stands with their logs.
    const auto buyer = logs.buyer(task);
    if (buyer && *buyer != call.caller.party && !call.is_operator)
        return reject(kNoSuchTask, "task");
    TRY_ASSIGN(auto piece, logs.read(task, request.offset()));
    auto response = std::make_unique<v1::ReadLogResponse>();
    response->set_text(std::move(piece.text));
    response->set_next_offset(piece.next_offset);
    return response;
}

}  // namespace

void serve_task_logs(Api& api, TaskLogs& logs) {
    api.serve("TaskService/AppendLog", [&api, &logs](std::unique_ptr<ApiCall> call) {
        append_log(api, logs, std::move(call));
    });
    api.serve_question("TaskService/ReadLog", Ownership::checked,
                       [&logs](const ApiCall& call) { return read_log(logs, call); });
}

}  // namespace penstock::shell
