#include "log/output.h"

#include <fmt/chrono.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <ostream>
#include <string>
#include <utility>

#include "log/channel.h"

namespace penstock::log {
namespace {

/// Of the logger whose lines have their form already.
constexpr const char* kEvents = "events";

std::atomic<spdlog::logger*> events{nullptr};
std::atomic<Level> least{Level::error};
std::atomic<Format> chosen_format{Format::text};
std::atomic<std::uint64_t> dropped_before{0};
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

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        if (into_ != nullptr) {
            into_->write(line.data(), static_cast<std::streamsize>(line.size()));
            return;
        }
        const char* at = line.data();
        for (std::size_t left = line.size(); left > 0;) {
            const ssize_t count = ::write(STDERR_FILENO, at, left);
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) return;  // Nobody can be told that nothing can be told.
            at += count;
            left -= static_cast<std::size_t>(count);
        }
    }
    void flush_() override {
        if (into_ != nullptr) into_->flush();
    }

  private:
    std::ostream* const into_;
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
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<spdlog::logger> events;
    std::shared_ptr<spdlog::logger> default_before;
};

Output::Output(const OutputOptions& options) : parts_(std::make_unique<Parts>()) {
    auto sink = std::make_shared<LineSink>(options.into);
    sink->set_formatter(std::make_unique<LineFormatter>(options.format));
    parts_->pool = std::make_shared<spdlog::details::thread_pool>(options.lines_max, 1);
    const auto make = [&](const char* name) {
        auto logger = std::make_shared<spdlog::async_logger>(
            name, sink, parts_->pool, spdlog::async_overflow_policy::overrun_oldest);
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
    dropped_before += parts_->pool->overrun_counter();
    writing = nullptr;
    parts_->pool.reset();  // Writes what waits.
}

std::uint64_t lines_dropped() {
    auto* pool = writing.load();
    return dropped_before + (pool != nullptr ? pool->overrun_counter() : 0);
}

}  // namespace penstock::log
