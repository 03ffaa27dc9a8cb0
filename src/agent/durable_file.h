#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::agent {

/// Replaces a file as a whole: readers see the old content or the new, also after a power cut.
/// Writes beside it, syncs, renames, and syncs the folder.
/// @param mode  Permission bits of the new file.
/// @retval kFileFault  The old content is still there.
Result<void> write_file_durably(const std::string& path, std::string_view content,
                                unsigned mode = 0600);

/// The same without waiting for the disk: for what means nothing after a reboot.
Result<void> replace_file(const std::string& path, std::string_view content, unsigned mode = 0600);

/// The whole content.
/// @param size_max     More than this is refused.
/// @retval kFileFault  Not there, not readable, or too large.
Result<std::string> read_file(const std::string& path, std::uint64_t size_max = 64U << 20);

/// Creates the folder and those above it.
Result<void> ensure_folder(const std::string& path, unsigned mode = 0700);

/// Removes a folder and all below it, never following links. Nothing there is no error.
Result<void> remove_folder(const std::string& path);

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

/// "cannot open /x/y: No such file or directory", from errno.
std::string fault_text(std::string_view doing, std::string_view path);

}  // namespace penstock::agent
