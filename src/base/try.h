#pragma once

#include <utility>

#define PENSTOCK_JOIN_(a, b) a##b
#define PENSTOCK_JOIN(a, b) PENSTOCK_JOIN_(a, b)

/// Leaves the function with the error of `expression` (a std::expected) if it has one.
#define TRY(expression)                                            \
    do {                                                           \
        if (auto try_result = (expression); !try_result)           \
            return std::unexpected(std::move(try_result).error()); \
    } while (false)

/// The same, and names the value: `TRY_ASSIGN(const auto price, parse_price(text));`
#define TRY_ASSIGN(declaration, expression)                                                \
    auto PENSTOCK_JOIN(try_assigned_, __LINE__) = (expression);                            \
    if (!PENSTOCK_JOIN(try_assigned_, __LINE__))                                           \
        return std::unexpected(std::move(PENSTOCK_JOIN(try_assigned_, __LINE__)).error()); \
    declaration = *std::move(PENSTOCK_JOIN(try_assigned_, __LINE__))
