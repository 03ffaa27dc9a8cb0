#pragma once

#include <cmath>

namespace penstock::estimate {

/// What an estimate says: a likely value, and between which values the truth lies in about four of
/// five cases (kCoverage of mfu_table.h).
struct Span {
    double low = 0;
    double expected = 0;
    double high = 0;

    bool operator==(const Span&) const = default;
};

/// expected ÷ e^width to expected × e^width.
inline Span around(double expected, double log_width) {
    return {expected * std::exp(-log_width), expected, expected * std::exp(log_width)};
}

inline Span operator*(const Span& span, double factor) {
    return {span.low * factor, span.expected * factor, span.high * factor};
}

}  // namespace penstock::estimate
