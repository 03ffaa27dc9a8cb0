#include "crypto/sodium.h"

#include <sodium.h>

#include "base/assert.h"

namespace penstock::crypto {

void ensure_sodium() {
    static const int started = sodium_init();
    PENSTOCK_ASSERT(started >= 0);
}

}  // namespace penstock::crypto
