#include <fmt/core.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <system_error>

#include "app/client/choice.h"
#include "app/client/error.h"
#include "app/client/local_file.h"
#include "app/client/outcome.h"
#include "app/client/outputs.h"
#include "app/client/print.h"
#include "app/client/progress.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/task.pb.h"
#include "transport/connect/error_body.h"

namespace penstock::client {

namespace {

namespace fs = std::filesystem;

struct WorkloadInput {
    std::string workload;
    std::string task;
    std::string folder;
    Layout layout = Layout::automatic;
    bool follow = false;
    bool failed = false;
};

RemoteResult<void> watch(Session& session, const WorkloadInput& input) {
    Progress progress(surface_of(session.output()));
    TRY_ASSIGN(const auto last, follow(session, input.workload, progress));
    if (session.output() == Output::machines) {
        print_json(last);
        return {};
    }
    const std::string trouble = trouble_text(last, bill_if_any(session, last.workload().order()));
    if (!trouble.empty()) fmt::print("{}\n", trouble);
    return {};
}

/// What is the case with outputs that are not there: nothing, when all are.
std::string missing_text(const v1::GetWorkloadResponse& state) {
    const v1::Workload& workload = state.workload();
    std::string text;
    if (!workload.ended())
        text = fmt::format("{} still run or wait; fetch again when they have ended.\n",
                           count_text(workload.waiting() + workload.running(), "task"));
    if (workload.failed() + workload.cancelled() > 0)
        text += fmt::format("{} failed or cancelled: those put nothing out.\n",
                            count_text(workload.failed() + workload.cancelled(), "task"));
    std::uint64_t without = 0;
    for (const v1::Task& task : state.tasks())
        if (task.state() == v1::TASK_SUCCEEDED && task.outputs().empty()) ++without;
    if (without > 0)
        text += fmt::format(
            "{} succeeded without outputs: the task file names none, or none was made.\n",
            count_text(without, "task"));
    return text;
}

constexpr std::string_view kArtifactElsewhere = "ARTIFACT_ELSEWHERE";

/// Writes one output below the folder, unless it is there already.
RemoteResult<void> fetch_one(Session& session, const fs::path& path, const OutputPlace& output) {
    std::error_code error;
    if (fs::is_regular_file(path, error)) {
        const auto digest = digest_of_file(path);
        if (digest && *digest == output.digest) return {};
    }
    fs::create_directories(path.parent_path(), error);
    const fs::path temporary = path.string() + ".part";
    fs::remove(temporary, error);
    TRY_ASSIGN(transport::HttpClient* const http, session.http());
    const std::string target = "/artifacts/sha256/" + output.digest;
    transport::HttpCall call{.target = target};
    session.authorise(call.headers);
    const auto answer = http->download(call, temporary);
    if (!answer) return refuse(answer.error());
    if (answer->status != 200)
        return std::unexpected(
            transport::read_error(answer->body, transport::code_of_status(answer->status)));
    const auto digest = digest_of_file(temporary);
    if (!digest) return refuse(digest.error());
    if (*digest != output.digest) {
        fs::remove(temporary, error);
        return refuse(kDigestWrong, "digest", path.string());
    }
    fs::rename(temporary, path, error);
    if (error) return refuse(kLocalFile, {}, path.string() + ": " + error.message() + ".");
    return {};
}

/// A file lies at the server that took it, which is any of those that are named.
RemoteResult<void> fetch_from_any(Session& session, const fs::path& path,
                                  const OutputPlace& output) {
    const auto servers = 1 + std::ranges::count(session.server(), ',');
    return session.patiently<void>([&]() -> RemoteResult<void> {
        for (auto asked = servers;; --asked) {
            auto fetched = fetch_one(session, path, output);
            if (fetched || fetched.error().reason != kArtifactElsewhere) return fetched;
            // The next call goes to the next server.
            if (asked > 1) continue;
            fetched.error().code = Code::not_found;  // To wait for it is up to the user.
            return fetched;
        }
    });
}

RemoteResult<void> fetch(Session& session, const WorkloadInput& input) {
    v1::GetWorkloadRequest request;
    request.set_workload(input.workload);
    TRY_ASSIGN(const auto state, session.call_patiently<v1::GetWorkloadResponse>(
                                     "TaskService/GetWorkload", request, ""));
    const auto places = place_outputs(state, input.layout);
    if (!places) return refuse(places.error());
    std::uint64_t bytes = 0;
    std::string away;
    for (const OutputPlace& output : *places) {
        const fs::path path = fs::path(input.folder) / output.path;
        const auto fetched = fetch_from_any(session, path, output);
        if (!fetched && fetched.error().reason == kArtifactElsewhere) {
            away += (away.empty() ? "Not fetched: " : ", ") + output.path;
        } else {
            TRY(fetched);
            bytes += output.size_bytes;
        }
    }
    if (!away.empty()) return refuse(kFilesAway, {}, away + ".");
    if (session.output() == Output::machines)
        fmt::print("{{\"files\":{},\"bytes\":{}}}\n", places->size(), bytes);
    else
        fmt::print("{}, {}{} in {}\n{}", count_text(places->size(), "file"),
                   count_text(bytes, "byte"), places->empty() ? "" : ", all as promised,",
                   input.folder, missing_text(state));
    return {};
}

RemoteResult<void> show_task_log(Session& session, const std::string& task, bool follows) {
    v1::ReadLogRequest request;
    request.set_task(task);
    while (true) {
        TRY_ASSIGN(const auto piece,
                   session.call_patiently<v1::ReadLogResponse>("TaskService/ReadLog", request, ""));
        std::fwrite(piece.text().data(), 1, piece.text().size(), stdout);
        std::fflush(stdout);
        if (piece.next_offset() <= request.offset()) {
            if (!follows) return {};
            Session::pause(std::chrono::milliseconds(500));
        }
        request.set_offset(std::max(piece.next_offset(), request.offset()));
    }
}

/// Of one task, or of each task of a workload under a heading.
RemoteResult<void> show_log(Session& session, const WorkloadInput& input) {
    if (!input.task.starts_with("wl_")) return show_task_log(session, input.task, input.follow);
    v1::GetWorkloadRequest request;
    request.set_workload(input.task);
    TRY_ASSIGN(const auto state, session.call_patiently<v1::GetWorkloadResponse>(
                                     "TaskService/GetWorkload", request, ""));
    if (state.tasks_size() == 1) return show_task_log(session, state.tasks(0).id(), input.follow);
    if (input.follow)
        return refuse(kUsage, "follow",
                      "Name one task of the workload, task_…, to follow its log.");
    for (const v1::Task& task : state.tasks()) {
        if (input.failed && task.state() != v1::TASK_FAILED) continue;
        fmt::print("==> {} (index {}): {}\n", task.id(), task.index(),
                   enum_text(task.state(), "TASK_"));
        TRY(show_task_log(session, task.id(), false));
    }
    return {};
}

}  // namespace

void add_workload_verbs(CLI::App& app) {
    const auto input = std::make_shared<WorkloadInput>();
    add_verb(app, "watch", "Shows how a workload comes along until it ends", input, watch)
        ->add_option("workload", input->workload, "wl_…")
        ->required();

    CLI::App* fetcher =
        add_verb(app, "fetch", "Downloads and checks what a workload put out", input, fetch);
    fetcher->add_option("workload", input->workload, "wl_…")->required();
    fetcher->add_option("--out", input->folder, "Folder for the files")->required();
    const std::map<std::string, Layout> layouts{
        {"auto", Layout::automatic}, {"flat", Layout::flat}, {"tasks", Layout::tasks}};
    fetcher
        ->add_option("--layout", input->layout,
                     "flat, tasks (a folder each), or auto: flat when names differ")
        ->transform(CLI::Transformer(layouts).description(""))
        ->transform(one_of_keys(layouts).description(""))
        ->type_name("TEXT");

    CLI::App* log = add_verb(
        app, "log", "Prints what a task has written, or each task of a workload", input, show_log);
    log->add_option("task", input->task, "task_… or wl_…")->required();
    log->add_flag("--follow", input->follow, "Goes on until stopped");
    log->add_flag("--failed", input->failed, "Of a workload: only the tasks that failed");
}

}  // namespace penstock::client
