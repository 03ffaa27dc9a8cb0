#include "log/line.h"

#include "base/text.h"
#include "log/channel.h"

namespace penstock::log {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// Whether text stands in a line of text as it is, without quotes.
bool is_plain(std::string_view text) {
    if (text.empty()) return false;
    for (const char c : text)
        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c > '~') return false;
    return true;
}

void append_escaped(char32_t character, std::string_view bytes, std::string& out) {
    if (character == '"' || character == '\\') {
        out.push_back('\\');
        out.append(bytes);
        return;
    }
    // Also those that end a line, or turn the reading direction, for people's terminals.
    const bool is_control = character < 0x20 || (character >= 0x7f && character < 0xa0) ||
                            (character >= 0x200e && character <= 0x200f) ||
                            (character >= 0x2028 && character <= 0x202e) ||
                            (character >= 0x2066 && character <= 0x2069);
    if (!is_control) {
        out.append(bytes);
        return;
    }
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) out.push_back(kHex[character >> shift & 15]);
}

}  // namespace

void append_quoted(std::string_view text, std::string& out) {
    out.push_back('"');
    while (!text.empty()) {
        const std::string_view before = text;
        if (const auto character = take_character(text)) {
            append_escaped(*character, before.substr(0, before.size() - text.size()), out);
        } else {
            out.append(kReplacement);
            text.remove_prefix(1);
        }
    }
    out.push_back('"');
}

bool is_on(Level level) {
    return Channel::is_on(level);
}

Line::Line(Level level, std::string_view event) : level_(level), is_on_(log::is_on(level)) {
    if (!is_on_) return;
    format_ = Channel::format();
    text_.reserve(256);
    if (format_ == Format::json) {
        text_.append("\"event\":");
        append_quoted(event, text_);
    } else {
        text_.append(event);
    }
}

Line::~Line() {
    if (!is_on_) return;
    try {
        Channel::write(level_, text_);
    } catch (...) {
        // Out of memory: what was to be said is less than what goes on.
    }
}

void Line::begin_field(std::string_view key) {
    if (format_ == Format::json) {
        text_.append(",\"").append(key).append("\":");
    } else {
        text_.append(" ").append(key).append("=");
    }
}

Line& Line::add(std::string_view key, std::string_view value) {
    if (!is_on_) return *this;
    begin_field(key);
    if (format_ == Format::text && is_plain(value)) {
        text_.append(value);
    } else {
        append_quoted(value, text_);
    }
    return *this;
}

Line& Line::add_word(std::string_view key, std::string_view word) {
    if (!is_on_) return *this;
    begin_field(key);
    text_.append(word);
    return *this;
}

}  // namespace penstock::log
