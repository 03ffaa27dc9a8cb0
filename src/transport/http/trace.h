#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::transport {

class Headers;

inline constexpr std::string_view kTraceHeader = "traceparent";

/// Which request, over all the programs that it passes through, and which step of it this is.
///
/// As in the W3C's Trace Context, level 1 (https://www.w3.org/TR/trace-context-1/). Ids need only
/// be different, not secret. Cheap to copy.
class Trace {
  public:
    /// None.
    Trace() = default;

    /// A new trace.
    static Trace begin();
    /// The caller's trace, with a step of our own; a new one when the caller sent none, several, or
    /// one that is malformed in any way.
    static Trace continue_from(const Headers& headers);
    /// Reads a header's value: nothing when anything about it is wrong. Of versions above 00 what
    /// version 00 has is read.
    static std::optional<Trace> parse(std::string_view text);

    /// The next step of the same trace.
    Trace next() const;

    explicit operator bool() const { return text_[0] != '\0'; }
    /// 32 hexadecimal digits; empty for none.
    std::string_view id() const { return part(kIdStart, kIdSize); }
    /// 16 hexadecimal digits; empty for none.
    std::string_view step() const { return part(kStepStart, kStepSize); }
    /// The header's value, 55 characters; empty for none.
    std::string_view text() const { return part(0, kSize); }

  private:
    static constexpr std::size_t kSize = 55;
    static constexpr std::size_t kIdStart = 3;
    static constexpr std::size_t kIdSize = 32;
    static constexpr std::size_t kStepStart = 36;
    static constexpr std::size_t kStepSize = 16;
    static constexpr std::size_t kFlagsStart = 53;

    std::string_view part(std::size_t start, std::size_t size) const {
        return *this ? std::string_view(text_.data() + start, size) : std::string_view();
    }
    void draw(std::size_t start, std::size_t size);

    std::array<char, kSize> text_{};
};

}  // namespace penstock::transport
