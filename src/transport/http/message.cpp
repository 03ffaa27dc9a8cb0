#include "transport/http/message.h"

#include <unistd.h>

#include <utility>

namespace penstock::transport {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool is_unreserved(char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower(a[i]) != lower(b[i])) return false;
    return true;
}

void Headers::add(std::string_view name, std::string_view value) {
    entries_.push_back({static_cast<std::uint32_t>(text_.size()),
                        static_cast<std::uint32_t>(name.size()),
                        static_cast<std::uint32_t>(value.size())});
    text_.append(name).append(value);
}

std::string_view Headers::name_at(std::size_t index) const {
    return std::string_view(text_).substr(entries_[index].start, entries_[index].name_size);
}

std::string_view Headers::value_at(std::size_t index) const {
    const Entry& entry = entries_[index];
    return std::string_view(text_).substr(entry.start + entry.name_size, entry.value_size);
}

std::string_view Headers::value(std::string_view name) const {
    for (std::size_t i = 0; i < entries_.size(); ++i)
        if (equal_ignoring_case(name_at(i), name)) return value_at(i);
    return {};
}

bool Headers::has(std::string_view name) const {
    for (std::size_t i = 0; i < entries_.size(); ++i)
        if (equal_ignoring_case(name_at(i), name)) return true;
    return false;
}

void Headers::reserve(std::size_t fields, std::size_t bytes) {
    entries_.reserve(fields);
    text_.reserve(bytes);
}

void Headers::clear() {
    entries_.clear();
    text_.clear();
}

std::string_view HttpRequest::path() const {
    return std::string_view(target).substr(0, target.find('?'));
}

std::string_view HttpRequest::query() const {
    const std::size_t mark = target.find('?');
    return mark == std::string::npos ? std::string_view()
                                     : std::string_view(target).substr(mark + 1);
}

FileBody::FileBody(int descriptor, std::uint64_t offset, std::uint64_t size)
    : descriptor_(descriptor), offset_(offset), size_(size) {}

FileBody::FileBody(FileBody&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      offset_(other.offset_),
      size_(other.size_) {}

FileBody& FileBody::operator=(FileBody&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(offset_, other.offset_);
    std::swap(size_, other.size_);
    return *this;
}

FileBody::~FileBody() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<std::string> percent_decode(std::string_view text, Plus plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus == Plus::space) {
            out.push_back(' ');
        } else if (text[i] != '%') {
            out.push_back(text[i]);
        } else {
            const int high = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0) return std::nullopt;
            out.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        }
    }
    return out;
}

std::string percent_encode(std::string_view text) {
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (is_unreserved(c)) {
            out.push_back(c);
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out.push_back('%');
        out.push_back(kHex[byte >> 4]);
        out.push_back(kHex[byte & 15]);
    }
    return out;
}

}  // namespace penstock::transport
