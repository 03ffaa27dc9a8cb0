#include "log/output.h"

#include <fmt/chrono.h>
#include <poll.h>
#include <signal.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <climits>
#include <mutex>
#include <ostream>
#include <string>
#include <utility>

#include "log/channel.h"

namespace penstock::log {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Of the logger whose lines have their form already.
constexpr const char* kEvents = "events";

std::atomic<spdlog::logger*> events{nullptr};
std::atomic<Level> least{Level::error};
std::atomic<Format> chosen_format{Format::text};
std::atomic<std::uint64_t> dropped{0};  ///< But for those that `writing` counts.
std::atomic<spdlog::details::thread_pool*> writing{nullptr};

spdlog::level::level_enum level_of(Level level) {
    switch (level) {
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warning:
            return spdlog::level::warn;
        case Level::error:
            break;
    }
    return spdlog::level::err;
}

std::string_view name_of(spdlog::level::level_enum level) {
    switch (level) {
        case spdlog::level::trace:
        case spdlog::level::debug:
            return "debug";
        case spdlog::level::info:
            return "info";
        case spdlog::level::warn:
            return "warning";
        default:
            return "error";
    }
}

class LineFormatter final : public spdlog::formatter {
  public:
    explicit LineFormatter(Format format) : format_(format) {}

    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& into) override {
        using std::chrono::duration_cast;
        using std::chrono::microseconds;
        const auto since = message.time.time_since_epoch();
        const std::time_t whole = duration_cast<std::chrono::seconds>(since).count();
        const auto part = duration_cast<microseconds>(since).count() % 1'000'000;
        std::tm parts{};
        ::gmtime_r(&whole, &parts);
        const std::string_view said(message.payload.data(), message.payload.size());
        const std::string_view name(message.logger_name.data(), message.logger_name.size());
        text_.clear();
        if (format_ == Format::json) {
            text_ = fmt::format("{{\"time\":\"{:%Y-%m-%dT%H:%M:%S}.{:06}Z\",\"level\":\"{}\",",
                                parts, part, name_of(message.level));
            if (name != kEvents) text_.append("\"event\":\"message\",\"message\":");
        } else {
            text_ = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z {:7} ", parts, part,
                                name_of(message.level));
        }
        if (name == kEvents) {
            text_.append(said);
        } else {
            append_sentence(said);
        }
        text_.append(format_ == Format::json ? "}\n" : "\n");
        into.append(text_.data(), text_.data() + text_.size());
    }
    std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<LineFormatter>(format_);
    }

  private:
    /// What people wrote, quotes within it left alone where it stands as text.
    void append_sentence(std::string_view said) {
        if (format_ == Format::json) return append_quoted(said, text_);
        std::string quoted;
        append_quoted(said, quoted);
        for (std::size_t i = 1; i + 1 < quoted.size(); ++i)
            if (quoted[i] != '\\' || quoted[i + 1] != '"') text_.push_back(quoted[i]);
    }

    const Format format_;
    std::string text_;
};

class LineSink final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    explicit LineSink(std::ostream* into) : into_(into) {}

    /// What is not written by then never will be.
    void end_by(SteadyClock::time_point deadline) { deadline_ = deadline; }

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        if (into_ != nullptr) {
            into_->write(line.data(), static_cast<std::streamsize>(line.size()));
        } else if (!write({line.data(), line.size()})) {
            ++dropped;  // Nobody else can be told that nothing can be told.
        }
    }
    void flush_() override {
        if (into_ != nullptr) into_->flush();
    }

  private:
    bool write(std::string_view line) const {
        while (!line.empty()) {
            if (!wait_for_room()) return false;
            // What has room takes as much as this without making us wait for a reader.
            const ssize_t count =
                ::write(STDERR_FILENO, line.data(), std::min<std::size_t>(line.size(), PIPE_BUF));
            if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
            if (count <= 0) return false;
            line.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }
    /// @return False when the deadline has passed.
    bool wait_for_room() const {
        constexpr int kLookAgainMs = 50;  // Whether there is a deadline by now.
        while (SteadyClock::now() < deadline_.load()) {
            pollfd polled{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
            const int ready = ::poll(&polled, 1, kLookAgainMs);
            if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
        }
        return false;
    }

    std::ostream* const into_;
    std::atomic<SteadyClock::time_point> deadline_{SteadyClock::time_point::max()};
};

/// While it lives, threads are begun that take none of the signals that are sent to the process:
/// those are for whoever waits for them, perhaps later. A thread's own faults it keeps.
class SignalsBlocked {
  public:
    SignalsBlocked() {
        sigset_t signals;
        ::sigfillset(&signals);
        for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP})
            ::sigdelset(&signals, fault);
        ::pthread_sigmask(SIG_BLOCK, &signals, &before_);
    }
    ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

  private:
    sigset_t before_{};
};

}  // namespace

bool Channel::is_on(Level level) {
    return level >= least.load(std::memory_order_relaxed) &&
           events.load(std::memory_order_relaxed) != nullptr;
}

Format Channel::format() {
    return chosen_format.load(std::memory_order_relaxed);
}

void Channel::write(Level level, std::string_view text) {
    spdlog::logger* logger = events.load(std::memory_order_acquire);
    if (logger != nullptr)
        logger->log(level_of(level), spdlog::string_view_t(text.data(), text.size()));
}

struct Output::Parts {
    std::chrono::milliseconds end_patience;
    std::shared_ptr<LineSink> sink;
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<spdlog::logger> events;
    std::shared_ptr<spdlog::logger> default_before;
};

Output::Output(const OutputOptions& options) : parts_(std::make_unique<Parts>()) {
    parts_->end_patience = options.end_patience;
    parts_->sink = std::make_shared<LineSink>(options.into);
    parts_->sink->set_formatter(std::make_unique<LineFormatter>(options.format));
    {
        const SignalsBlocked blocked;
        parts_->pool = std::make_shared<spdlog::details::thread_pool>(options.lines_max, 1);
    }
    const auto make = [&](const char* name) {
        auto logger = std::make_shared<spdlog::async_logger>(
            name, parts_->sink, parts_->pool, spdlog::async_overflow_policy::overrun_oldest);
        logger->set_level(level_of(options.level));
        return logger;
    };
    parts_->events = make(kEvents);
    parts_->default_before = spdlog::default_logger();
    spdlog::set_default_logger(make("penstock"));
    least = options.level;
    chosen_format = options.format;
    writing = parts_->pool.get();
    events.store(parts_->events.get(), std::memory_order_release);
}

Output::~Output() {
    events = nullptr;
    spdlog::set_default_logger(parts_->default_before);
    dropped += parts_->pool->overrun_counter();
    writing = nullptr;
    parts_->sink->end_by(SteadyClock::now() + parts_->end_patience);
    parts_->pool.reset();  // Writes what waits.
}

std::uint64_t lines_dropped() {
    auto* pool = writing.load();
    return dropped + (pool != nullptr ? pool->overrun_counter() : 0);
}

}  // namespace penstock::log
