#include "app/client/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "app/client/print.h"

namespace penstock::client {

namespace {

struct Share {
    unsigned succeeded = 0;
    unsigned running = 0;
    unsigned failed = 0;
};

/// What each supplier has done, by name; tasks that never ran count for none.
std::map<std::string, Share> shares_of(const v1::GetWorkloadResponse& state) {
    std::map<std::string, Share> shares;
    for (const v1::Task& task : state.tasks()) {
        if (task.supplier_name().empty()) continue;
        Share& share = shares[task.supplier_name()];
        share.succeeded += task.state() == v1::TASK_SUCCEEDED;
        share.running += task.state() == v1::TASK_RUNNING || task.state() == v1::TASK_ASSIGNED;
        share.failed += task.state() == v1::TASK_FAILED;
    }
    return shares;
}

std::string bar(std::uint64_t done, std::uint64_t running, std::uint64_t all, std::size_t columns) {
    if (all == 0) all = 1;
    const std::size_t full = static_cast<std::size_t>(done * columns / all);
    const std::size_t half = static_cast<std::size_t>((done + running) * columns / all) - full;
    std::string text;
    for (std::size_t i = 0; i < columns; ++i) text += i < full ? "█" : i < full + half ? "▒" : "·";
    return text;
}

}  // namespace

std::string progress_line(const v1::GetWorkloadResponse& state) {
    const v1::Workload& all = state.workload();
    std::string line = fmt::format("{}: {}/{} done, {} running, {} waiting", all.name(),
                                   all.succeeded(), all.tasks(), all.running(), all.waiting());
    if (all.failed() > 0) line += fmt::format(", {} failed", all.failed());
    if (all.cancelled() > 0) line += fmt::format(", {} cancelled", all.cancelled());
    if (all.reassigned() > 0) line += fmt::format(", {} reassigned", all.reassigned());
    for (const auto& [supplier, share] : shares_of(state))
        line += fmt::format(" | {}: {} done, {} running", supplier, share.succeeded, share.running);
    return line;
}

std::string progress_bars(const v1::GetWorkloadResponse& state, std::size_t columns) {
    const v1::Workload& all = state.workload();
    std::string text = fmt::format("{} {} {}/{}", all.name(),
                                   bar(all.succeeded(), all.running(), all.tasks(), columns),
                                   all.succeeded(), all.tasks());
    if (all.failed() > 0) text += fmt::format("  {} failed", all.failed());
    if (all.reassigned() > 0) text += fmt::format("  {} reassigned", all.reassigned());
    text += "\n";
    const auto shares = shares_of(state);
    std::size_t width = 0;
    for (const auto& [supplier, share] : shares) width = std::max(width, columns_of(supplier));
    for (const auto& [supplier, share] : shares) {
        const std::string padding(width - columns_of(supplier), ' ');
        text += fmt::format("  {}{} {} {} done, {} running\n", supplier, padding,
                            bar(share.succeeded, share.running, all.tasks(), columns / 2),
                            share.succeeded, share.running);
    }
    return text;
}

Progress::Surface surface_of(Output output) {
    if (output == Output::machines) return Progress::Surface::silent;
    return ::isatty(STDOUT_FILENO) == 1 ? Progress::Surface::terminal : Progress::Surface::lines;
}

void Progress::show(const v1::GetWorkloadResponse& state) {
    if (surface_ == Surface::silent) return;
    const std::string line = progress_line(state);
    if (surface_ == Surface::lines && line == last_) return;
    last_ = line;
    const auto elapsed = std::chrono::steady_clock::now() - begun_;
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(elapsed).count();
    if (surface_ == Surface::lines) {
        fmt::print("{:>12}  {}\n", duration_text(ns), line);
    } else {
        const std::string text = progress_bars(state, 40) + "  " + duration_text(ns) + "\n";
        if (drawn_lines_ > 0) fmt::print("\x1b[{}A\x1b[J", drawn_lines_);
        fmt::print("{}", text);
        drawn_lines_ = static_cast<std::size_t>(std::ranges::count(text, '\n'));
    }
    std::fflush(stdout);
}

void Progress::note(const std::string& text) {
    if (surface_ == Surface::silent || text == last_) return;
    last_ = text;
    drawn_lines_ = 0;  // What was drawn stays above the note.
    fmt::print("{}\n", text);
    std::fflush(stdout);
}

RemoteResult<v1::GetWorkloadResponse> follow(Session& session, const std::string& workload,
                                             Progress& progress) {
    v1::WatchWorkloadRequest request;
    request.set_workload(workload);
    v1::GetWorkloadResponse last;
    // A stream that broke off after something new has begun anew counts as a new try.
    while (true) {
        bool heard = false;
        const auto watched = session.patiently<void>([&]() -> RemoteResult<void> {
            TRY_ASSIGN(transport::RpcClient* const client, session.rpc());
            const std::function<bool(const v1::GetWorkloadResponse&)> take =
                [&](const v1::GetWorkloadResponse& state) {
                    heard = true;
                    last = state;
                    progress.show(state);
                    return !state.workload().ended();
                };
            auto ended = client->stream<v1::GetWorkloadResponse>(
                "TaskService/WatchWorkload", request, take,
                {.timeout = std::chrono::milliseconds(60'000)});
            if (ended || heard) return {};
            if (Session::passes(ended.error()))
                progress.note("The exchange is away; trying again …");
            return ended;
        });
        if (!watched) return std::unexpected(watched.error());
        if (last.workload().ended()) return last;
        // Ended early: the server went, or says that it stops.
        Session::pause(std::chrono::milliseconds(200));
    }
}

}  // namespace penstock::client
