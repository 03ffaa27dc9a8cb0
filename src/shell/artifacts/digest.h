#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::artifacts {

/// The name of a file: the SHA-256 of its content, as 64 lower-case hexadecimal digits.
class FileDigest {
  public:
    /// @retval kDigestInvalid
    static Result<FileDigest> parse(std::string_view text);
    const std::string& text() const { return text_; }
    auto operator<=>(const FileDigest&) const = default;

  private:
    explicit FileDigest(std::string_view text) : text_(text) {}
    std::string text_;
};

}  // namespace penstock::artifacts
