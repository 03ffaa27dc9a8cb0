#pragma once

#include "base/error.h"

namespace penstock::crypto {

inline constexpr Rejection kHexInvalid{
    12001, Code::invalid_argument, "HEX_INVALID",
    "This is not lower-case hexadecimal text of the length that is needed; copy it again."};
inline constexpr Rejection kBase64Invalid{
    12002, Code::invalid_argument, "BASE64_INVALID",
    "This is not canonical, padded base64 of the length that is needed; copy it again."};
inline constexpr Rejection kSignatureInvalid{
    12003, Code::unauthenticated, "SIGNATURE_INVALID",
    "The signature does not match the content and the key; sign again with the registered key."};
inline constexpr Rejection kKeyFileInvalid{
    12004, Code::data_loss, "KEY_FILE_INVALID",
    "The private key file is damaged or of another kind; restore it from a backup."};
inline constexpr Rejection kKeyFileExposed{
    12005, Code::failed_precondition, "KEY_FILE_EXPOSED",
    "Other users can read or write the private key file; run chmod 600 on it, and replace the key "
    "if anyone may have seen it."};
inline constexpr Rejection kKeyFileUnreadable{
    12006, Code::unavailable, "KEY_FILE_UNREADABLE",
    "The private key file cannot be read; check its path and owner."};
inline constexpr Rejection kKeyFileExists{
    12007, Code::already_exists, "KEY_FILE_EXISTS",
    "A file is there already and a key is never overwritten; move it away first."};
inline constexpr Rejection kKeyFileUnwritable{
    12008, Code::unavailable, "KEY_FILE_UNWRITABLE",
    "The private key file cannot be written; check its folder and the free space."};
inline constexpr Rejection kSecretInvalid{
    12009, Code::unauthenticated, "SECRET_INVALID",
    "This is not a secret of the expected kind; copy the whole of it, with its prefix."};
inline constexpr Rejection kVerificationKeyInvalid{
    12011, Code::invalid_argument, "VERIFICATION_KEY_INVALID",
    "This is no public key that is taken: RSA of 2,048 to 8,192 bits, or a point of P-256."};
inline constexpr Rejection kSealBroken{
    12010, Code::data_loss, "SEAL_BROKEN",
    "What is sealed does not open with this key; give the key that it was sealed with."};
inline constexpr Rejection kSealKeyInvalid{
    12020, Code::invalid_argument, "SEAL_KEY_INVALID",
    "This is no seal key: one line that `penstock make-seal-key` writes; restore it whole."};
inline constexpr Rejection kSealKeyUnreadable{
    12021, Code::unavailable, "SEAL_KEY_UNREADABLE",
    "The seal key cannot be read; check the path that --seal-key or PENSTOCK_SEAL_KEY names, and "
    "its owner."};
inline constexpr Rejection kSealKeyMissing{
    12022, Code::failed_precondition, "SEAL_KEY_MISSING",
    "A secret is sealed under a key that was not given; name its file with --seal-key."};
inline constexpr Rejection kSealKeyOther{
    12023, Code::failed_precondition, "SEAL_KEY_OTHER",
    "A secret is sealed under another key; name the file of that one."};
inline constexpr Rejection kSealFormatUnknown{
    12024, Code::failed_precondition, "SEAL_FORMAT_UNKNOWN",
    "A sealed file or a seal key is of a version that this program does not know; use the version "
    "of Penstock that made it."};
inline constexpr Rejection kWrapAlgorithmUnknown{
    12025, Code::invalid_argument, "SEAL_ALGORITHM_UNKNOWN",
    "Secrets are sealed with aes-256-gcm or sm4-ctr-hmac-sm3; name one of these."};
inline constexpr Rejection kSecretNotSealed{
    12026, Code::failed_precondition, "SECRET_NOT_SEALED",
    "There is a seal key, but a secret is not sealed; stop the server and run penstock rotate-key "
    "with the same --seal-key."};

}  // namespace penstock::crypto
