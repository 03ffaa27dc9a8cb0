#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/ed25519.h"

namespace penstock::crypto {

/// A private key as its file has it: three lines, "penstock-private-key/v1 ed25519", "seed
/// <base64>", "public <base64>". Secret.
std::string key_text(const KeyPair& pair);
/// @retval kKeyFileInvalid  Not the three lines, or the public key is not the seed's.
Result<KeyPair> parse_key_text(std::string_view text);

/// Writes a new private key file, readable by its owner alone, and waits until it is on the disk.
///
/// Its content is key_text().
/// @retval kKeyFileExists      Something is at `path` already; it is unchanged.
/// @retval kKeyFileUnwritable  Nothing is left at `path`.
Result<void> save_key_file(const std::filesystem::path& path, const KeyPair& pair);

/// Reads what `save_key_file` wrote.
/// @retval kKeyFileUnreadable  There is none, or it is not a regular file that we may read.
/// @retval kKeyFileExposed     Its mode gives anything to group or others.
/// @retval kKeyFileInvalid     Not the three lines, or the public key is not the seed's.
Result<KeyPair> load_key_file(const std::filesystem::path& path);

}  // namespace penstock::crypto
