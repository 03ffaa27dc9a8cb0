#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::log {

enum class Level : std::uint8_t { debug, info, warning, error };
enum class Format : std::uint8_t { text, json };

/// Whether a line of this level is written.
bool is_on(Level level);

/// One event, written when it is destroyed.
///
///     log::Line(log::Level::info, "snapshot_saved").add("sequence", 1200);
class Line {
  public:
    /// @param event  What has happened, in words with underscores; of static lifetime.
    Line(Level level, std::string_view event);
    ~Line();
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    /// @param key    A fixed word. @param value  Any bytes.
    Line& add(std::string_view key, std::string_view value);
    template <std::integral Number>
    Line& add(std::string_view key, Number value) {
        if constexpr (std::same_as<Number, bool>) {
            return add_word(key, value ? "true" : "false");
        } else {
            return add_word(key, std::to_string(value));
        }
    }

  private:
    /// @param word  Stands without quotes in both formats.
    Line& add_word(std::string_view key, std::string_view word);
    void begin_field(std::string_view key);

    Level level_;
    bool is_on_;
    Format format_ = Format::text;
    std::string text_;
};

/// Appends text between quotes as JSON has it. Bytes that are no UTF-8 become U+FFFD.
void append_quoted(std::string_view text, std::string& out);

}  // namespace penstock::log
