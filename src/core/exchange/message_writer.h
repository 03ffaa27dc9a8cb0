#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/money.h"
#include "base/time.h"

namespace penstock::exchange {

/// Writes the protobuf form of a message field by field, the same bytes that the generated classes
/// would write, without building their objects: events stand on the path of every command.
///
/// Fields are given in the order of their numbers (1 to 2047). As in proto3, numbers of zero and
/// empty texts are left out. One writer serves many messages and keeps its memory.
class MessageWriter {
  public:
    void clear() { size_ = 0; }
    std::string_view bytes() const { return {buffer_.data(), size_}; }

    void number(unsigned field, std::uint64_t value) {
        if (value == 0) return;
        char* at = room(kHeadMax);
        at = put_varint(put_varint(at, tag(field, kVarint)), value);
        size_ = static_cast<std::size_t>(at - buffer_.data());
    }
    void signed_number(unsigned field, std::int64_t value) {
        number(field, static_cast<std::uint64_t>(value));
    }
    /// Also for bytes.
    void text(unsigned field, std::string_view value) {
        if (!value.empty()) item(field, value);
    }
    /// A text of a repeated field, or a whole message: written though it be empty.
    void item(unsigned field, std::string_view value) {
        char* at = room(kHeadMax + value.size());
        at = put_varint(put_varint(at, tag(field, kLengthDelimited)), value.size());
        std::memcpy(at, value.data(), value.size());
        size_ = static_cast<std::size_t>(at - buffer_.data()) + value.size();
    }
    template <class Tag>
    void id(unsigned field, Id<Tag> id) {
        char text[32];
        constexpr std::string_view kPrefix = Tag::kPrefix;
        static_assert(kPrefix.size() <= 10);
        std::memcpy(text, kPrefix.data(), kPrefix.size());
        text[kPrefix.size()] = '_';
        const char* end =
            std::to_chars(text + kPrefix.size() + 1, text + sizeof text, id.value).ptr;
        item(field, {text, static_cast<std::size_t>(end - text)});
    }
    void money(unsigned field, Money amount, Currency currency) {
        message(field, [&] {
            signed_number(1, amount.micros);
            text(2, currency.text());
        });
    }
    void interval(unsigned field, Interval interval) {
        message(field, [&] {
            signed_number(1, interval.start.ns);
            signed_number(2, interval.end.ns);
        });
    }
    /// @param fill  Writes the fields of the message within, with this writer.
    template <class Fill>
    void message(unsigned field, Fill&& fill) {
        char* at = put_varint(room(kHeadMax), tag(field, kLengthDelimited));
        const auto length_at = static_cast<std::size_t>(at - buffer_.data());
        size_ = length_at + 1;
        fill();
        const std::size_t length = size_ - length_at - 1;
        char head[10];
        const auto width = static_cast<std::size_t>(put_varint(head, length) - head);
        if (width > 1) {
            room(width);
            char* body = buffer_.data() + length_at + 1;
            std::memmove(body + width - 1, body, length);
            size_ += width - 1;
        }
        std::memcpy(buffer_.data() + length_at, head, width);
    }

  private:
    static constexpr unsigned kVarint = 0;
    static constexpr unsigned kLengthDelimited = 2;
    static constexpr std::size_t kHeadMax = 16;  ///< A tag and a number or length.

    static constexpr std::uint64_t tag(unsigned field, unsigned kind) {
        return std::uint64_t{field} << 3 | kind;
    }
    static char* put_varint(char* at, std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) *at++ = static_cast<char>(value | 0x80);
        *at++ = static_cast<char>(value);
        return at;
    }
    /// Where the next `bytes` bytes may be written.
    char* room(std::size_t bytes) {
        if (buffer_.size() - size_ < bytes) buffer_.resize(2 * (buffer_.size() + bytes));
        return buffer_.data() + size_;
    }

    std::string buffer_;
    std::size_t size_ = 0;
};

}  // namespace penstock::exchange
