#include "transport/http/trace.h"

#include <algorithm>
#include <random>

#include "transport/http/message.h"

namespace penstock::transport {
namespace {

constexpr std::string_view kBlank = "00-00000000000000000000000000000000-0000000000000000-01";
constexpr std::string_view kHex = "0123456789abcdef";

bool is_hex(std::string_view text) {
    return text.find_first_not_of(kHex) == std::string_view::npos;
}

bool is_zero(std::string_view text) {
    return text.find_first_not_of('0') == std::string_view::npos;
}

/// Different in each thread and process. No secret, so a generator that is fast will do.
std::mt19937_64& generator() {
    thread_local std::mt19937_64 engine = [] {
        std::random_device device;
        std::seed_seq seed{device(), device(), device(), device(), device(), device()};
        return std::mt19937_64(seed);
    }();
    return engine;
}

}  // namespace

void Trace::draw(std::size_t start, std::size_t size) {
    std::uint64_t bits = 0;
    std::uint64_t any = 0;
    for (std::size_t i = 0; i < size; ++i, bits >>= 4) {
        if (i % 16 == 0) bits = generator()();
        any |= bits & 15;
        text_[start + i] = kHex[bits & 15];
    }
    if (any == 0) text_[start] = '1';  // All zeros names nothing.
}

Trace Trace::begin() {
    Trace trace;
    std::ranges::copy(kBlank, trace.text_.begin());
    trace.draw(kIdStart, kIdSize);
    trace.draw(kStepStart, kStepSize);
    return trace;
}

Trace Trace::next() const {
    if (!*this) return begin();
    Trace trace = *this;
    trace.draw(kStepStart, kStepSize);
    return trace;
}

std::optional<Trace> Trace::parse(std::string_view text) {
    if (text.size() < kSize) return std::nullopt;
    const std::string_view version = text.substr(0, 2);
    if (!is_hex(version) || version == "ff") return std::nullopt;
    // Only a later version may say more, and after a dash.
    if (text.size() > kSize && (version == "00" || text[kSize] != '-')) return std::nullopt;
    if (text[2] != '-' || text[kIdStart + kIdSize] != '-' || text[kStepStart + kStepSize] != '-')
        return std::nullopt;
    const std::string_view id = text.substr(kIdStart, kIdSize);
    const std::string_view step = text.substr(kStepStart, kStepSize);
    const std::string_view flags = text.substr(kFlagsStart, 2);
    if (!is_hex(id) || !is_hex(step) || !is_hex(flags)) return std::nullopt;
    if (is_zero(id) || is_zero(step)) return std::nullopt;
    Trace trace;
    std::ranges::copy(kBlank, trace.text_.begin());
    std::ranges::copy(id, trace.text_.begin() + kIdStart);
    std::ranges::copy(step, trace.text_.begin() + kStepStart);
    // Of the flags we know one, the lowest bit: that somebody records the trace.
    const bool recorded = kHex.find(flags[1]) % 2 == 1;
    trace.text_[kFlagsStart + 1] = recorded ? '1' : '0';
    return trace;
}

Trace Trace::continue_from(const Headers& headers) {
    std::optional<Trace> caller;
    std::size_t count = 0;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        if (!equal_ignoring_case(headers.name_at(i), kTraceHeader)) continue;
        if (++count == 1) caller = parse(headers.value_at(i));
    }
    return count == 1 && caller ? caller->next() : begin();
}

}  // namespace penstock::transport
