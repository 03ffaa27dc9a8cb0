#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace penstock::bench {

/// A client that asks as fast as it is answered, over many connections at once and whatever the
/// answers are, on a thread of its own, from its making to its end.
class Blast {
  public:
    struct Options {
        std::uint16_t port = 0;
        const char* from = "127.0.0.2";  ///< Loopback address.
        std::size_t connections = 64;
        std::string before_key;  ///< A whole request; a number of 16 digits goes in between.
        std::string after_key;
    };
    explicit Blast(Options options);
    ~Blast();
    Blast(const Blast&) = delete;
    Blast& operator=(const Blast&) = delete;

    std::uint64_t answered() const { return answered_; }
    std::uint64_t refused() const { return refused_; }

  private:
    void run();

    const Options options_;
    std::atomic<bool> stopping_ = false;
    std::atomic<std::uint64_t> answered_ = 0;  ///< With 200.
    std::atomic<std::uint64_t> refused_ = 0;   ///< With anything else.
    std::thread thread_;
};

}  // namespace penstock::bench
