#include "app/client/last_words.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <string_view>

namespace penstock::client {

namespace {

constexpr timespec kLookEvery{.tv_sec = 0, .tv_nsec = 50'000'000};

/// What a parent has this program ignore stays ignored: scripts do so with what runs beside them.
sigset_t endings() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM}) {
        struct sigaction now{};
        const bool is_known = ::sigaction(signal, nullptr, &now) == 0;
        if (is_known && now.sa_handler != SIG_IGN) sigaddset(&set, signal);
    }
    return set;
}

/// Past the streams of the program: another thread may hold their locks.
void write_error(std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(STDERR_FILENO, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

/// Does not return.
void die_of(int signal) {
    std::signal(signal, SIG_DFL);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal);
    ::pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
    ::raise(signal);
}

}  // namespace

LastWords::LastWords() {
    const sigset_t set = endings();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    listener_ = std::jthread([this](const std::stop_token& stop) { listen(stop); });
}

LastWords::~LastWords() {
    listener_.request_stop();
    listener_.join();
    const sigset_t set = endings();
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void LastWords::set(std::string words) {
    const std::lock_guard lock(mutex_);
    words_ = std::move(words);
}

void LastWords::listen(const std::stop_token& stop) {
    const sigset_t set = endings();
    while (!stop.stop_requested()) {
        const int signal = ::sigtimedwait(&set, nullptr, &kLookEvery);
        if (signal <= 0) continue;
        const std::lock_guard lock(mutex_);
        write_error(words_);
        die_of(signal);
    }
}

}  // namespace penstock::client
