#pragma once

namespace penstock {

/// Prints where a broken invariant was met, and aborts. For bugs only, never for input.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace penstock

/// States an invariant. On in every build; never reachable from outside data.
#define PENSTOCK_ASSERT(expression)                                        \
    do {                                                                   \
        if (!(expression)) [[unlikely]]                                    \
            ::penstock::assertion_failed(#expression, __FILE__, __LINE__); \
    } while (false)
