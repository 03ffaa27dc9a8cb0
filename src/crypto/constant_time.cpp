#include "crypto/constant_time.h"

#include <sodium.h>

namespace penstock::crypto {

bool equal_in_constant_time(ByteView left, ByteView right) {
    return left.size() == right.size() &&
           sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
    return equal_in_constant_time(bytes_of(left), bytes_of(right));
}

}  // namespace penstock::crypto
