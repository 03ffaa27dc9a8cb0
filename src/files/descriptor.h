#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace penstock::files {

/// A file descriptor that is closed at the end of its scope.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor() { reset(); }

    int number() const { return number_; }
    bool is_open() const { return number_ >= 0; }
    int release();
    void reset();

  private:
    int number_ = -1;
};

/// Writes all of the bytes, however often a signal interrupts.
/// @return False, with errno set, when some could not be written.
bool write_all(int descriptor, std::string_view bytes);

/// Reads until the buffer is full or the file ends, however often a signal interrupts.
/// @return The number of bytes; empty, with errno set, when the file cannot be read.
std::optional<std::size_t> read_all(int descriptor, std::span<char> buffer);

}  // namespace penstock::files
