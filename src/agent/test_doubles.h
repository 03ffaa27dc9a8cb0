#pragma once

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "agent/clock.h"
#include "agent/driver.h"
#include "agent/error.h"
#include "agent/exchange.h"
#include "files/whole_file.h"

namespace penstock::agent {

/// A folder of a test's own.
class TestFolder {
  public:
    TestFolder() {
        char pattern[] = "/tmp/penstock-agent-XXXXXX";
        path_ = ::mkdtemp(pattern);
    }
    ~TestFolder() { std::filesystem::remove_all(path_); }
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

/// Whether it holds within half a minute.
inline bool eventually(const std::function<bool()>& holds) {
    const std::int64_t deadline = boottime_ns() + 30'000'000'000;
    while (!holds()) {
        if (boottime_ns() > deadline) return false;
        wait_for({}, std::chrono::milliseconds(5));
    }
    return true;
}

/// An exchange that answers as the test says, and remembers every call.
class FakeExchange : public Exchange {
  public:
    struct Call {
        std::string method;
        std::string key;
        std::string request;
    };
    using Handler = std::function<Answer<void>(const google::protobuf::Message& request,
                                               google::protobuf::Message& response)>;

    /// Methods without a handler succeed with an empty response.
    void on(const std::string& method, Handler handler) {
        const std::lock_guard lock(mutex_);
        handlers_[method] = std::move(handler);
    }

    Answer<void> call_message(std::string_view method, const google::protobuf::Message& request,
                              google::protobuf::Message& response,
                              const CallSettings& settings) override {
        Handler handler;
        {
            const std::lock_guard lock(mutex_);
            if (is_cancelled_) return std::unexpected(Fault{Code::cancelled, {}, "cancelled", 0});
            calls_.push_back(
                {std::string(method), settings.idempotency_key, request.SerializeAsString()});
            const auto found = handlers_.find(std::string(method));
            if (found != handlers_.end()) handler = found->second;
        }
        return handler ? handler(request, response) : Answer<void>();
    }

    Answer<void> download(const std::string& digest, const std::string& file) override {
        const std::lock_guard lock(mutex_);
        const auto found = files.find(digest);
        if (found == files.end())
            return std::unexpected(Fault{Code::not_found, {}, "no such file", 0});
        ++downloads;
        std::ofstream(file) << found->second;
        return {};
    }

    Answer<void> upload(const std::string& digest, const std::string& file) override {
        const std::lock_guard lock(mutex_);
        files[digest] = files::read_file(file).value_or("");
        return {};
    }

    void cancel() override {
        const std::lock_guard lock(mutex_);
        is_cancelled_ = true;
    }

    std::vector<Call> calls(const std::string& method) const {
        const std::lock_guard lock(mutex_);
        std::vector<Call> found;
        for (const auto& call : calls_)
            if (call.method == method) found.push_back(call);
        return found;
    }
    /// The requests of a method, oldest first.
    template <class Request>
    std::vector<Request> requests(const std::string& method) const {
        std::vector<Request> found;
        for (const auto& call : calls(method)) {
            found.emplace_back();
            found.back().ParseFromString(call.request);
        }
        return found;
    }

    std::map<std::string, std::string> files;  ///< By digest. Not while calls are under way.
    int downloads = 0;

  private:
    mutable std::mutex mutex_;
    std::map<std::string, Handler> handlers_;
    std::vector<Call> calls_;
    bool is_cancelled_ = false;
};

/// An engine in memory: attempts run until the test ends them. It outlives the agents of a test, as
/// an engine does.
class FakeDriver : public Driver {
  public:
    const Capabilities& capabilities() const override { return capabilities_; }
    Result<Capacity> capacity() override {
        return Capacity{.cores = 2, .cpu_ids = {0, 1}, .memory_bytes = 1000};
    }
    Result<void> prepare(const AttemptSpec& spec) override {
        if (spec.cpu_ids.empty()) return reject(kBadOption, "cpu_ids");
        std::filesystem::create_directories(spec.folder + "/job");
        return {};
    }
    Result<Handle> start(const AttemptSpec& spec, std::int64_t lease) override {
        const std::lock_guard lock(mutex_);
        auto& task = tasks_[spec.folder];
        ++starts;
        task.seen.state = Observation::State::running;
        task.spec = spec;
        task.lease = lease;
        return Handle{spec.folder};
    }
    Result<void> renew(const Handle& handle, std::int64_t lease) override {
        const std::lock_guard lock(mutex_);
        tasks_[handle.text].lease = lease;
        return {};
    }
    Result<Observation> observe(const Handle& handle) override {
        const std::lock_guard lock(mutex_);
        auto& seen = tasks_[handle.text].seen;
        if (seen.state == Observation::State::running) seen.usage.wall_ns += 1000;
        return seen;
    }
    std::uint64_t log_size_max = UINT64_MAX;
    Result<LogPiece> logs(const Handle& handle, std::uint64_t offset, std::size_t max) override {
        const std::lock_guard lock(mutex_);
        const auto& log = tasks_[handle.text].log;
        auto text = log.substr(std::min<std::size_t>(offset, log.size()), max);
        return LogPiece{.text = text,
                        .next_offset = offset + text.size(),
                        .is_cut = offset + text.size() >= log_size_max};
    }
    Result<void> stop(const Handle& handle) override {
        end(handle.text, EndReason::stopped, 137);
        return {};
    }
    Result<UsageSample> usage(const Handle& handle) override {
        const std::lock_guard lock(mutex_);
        return tasks_[handle.text].seen.usage;
    }
    std::string working_folder(const Handle& handle) const override { return handle.text + "/job"; }
    Result<Handle> recover(const std::string& text) override { return Handle{text}; }
    Result<void> remove(const Handle&) override { return {}; }

    /// Ends a running attempt as the test likes.
    void end(const std::string& folder, EndReason reason, int exit_code) {
        const std::lock_guard lock(mutex_);
        auto& seen = tasks_[folder].seen;
        if (seen.state != Observation::State::running) return;
        seen.state = Observation::State::ended;
        seen.reason = reason;
        seen.exit_code = exit_code;
    }
    void forget(const std::string& folder) {
        const std::lock_guard lock(mutex_);
        tasks_[folder].seen = {};
    }
    void write_log(const std::string& folder, const std::string& text) {
        const std::lock_guard lock(mutex_);
        tasks_[folder].log += text;
    }
    std::int64_t lease_of(const std::string& folder) {
        const std::lock_guard lock(mutex_);
        return tasks_[folder].lease;
    }
    AttemptSpec spec_of(const std::string& folder) {
        const std::lock_guard lock(mutex_);
        return tasks_[folder].spec;
    }
    bool runs(const std::string& folder) {
        const std::lock_guard lock(mutex_);
        return tasks_[folder].seen.state == Observation::State::running;
    }

    std::atomic<int> starts = 0;

  private:
    struct Task {
        Observation seen;
        AttemptSpec spec;
        std::int64_t lease = 0;
        std::string log;
    };
    Capabilities capabilities_;
    std::mutex mutex_;
    std::map<std::string, Task> tasks_;
};

}  // namespace penstock::agent
