#pragma once

namespace penstock::crypto {

/// Makes libsodium ready; every function that calls it must come through here first. Thread-safe.
void ensure_sodium();

}  // namespace penstock::crypto
