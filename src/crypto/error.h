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

}  // namespace penstock::crypto
