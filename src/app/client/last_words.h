#pragma once

#include <mutex>
#include <string>
#include <thread>

namespace penstock::client {

/// While it lives, Ctrl-C (SIGINT) and SIGTERM end the program with words about what goes on
/// without it, on the error stream. It dies of the signal, as ever: who started it can see so.
///
/// Made while the program has one thread: others would take the signals. There is one at a time.
class LastWords {
  public:
    LastWords();
    ~LastWords();
    LastWords(const LastWords&) = delete;
    LastWords& operator=(const LastWords&) = delete;

    /// What would be said from now on.
    void set(std::string words);

  private:
    void listen(const std::stop_token& stop);

    std::mutex mutex_;
    std::string words_;
    std::jthread listener_;
};

}  // namespace penstock::client
