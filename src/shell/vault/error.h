#pragma once

#include "base/error.h"

namespace penstock::vault {

inline constexpr Rejection kEmailInUse{
    14620, Code::already_exists, "EMAIL_IN_USE",
    "Another user has this e-mail address; each address signs in one user."};
inline constexpr Rejection kVaultKeyMissing{
    14621, Code::failed_precondition, "VAULT_KEY_MISSING",
    "The key file of the vault is not there, but the vault is; restore the key, or give its place "
    "with --vault-key-file."};
inline constexpr Rejection kVaultKeyWrong{
    14622, Code::failed_precondition, "VAULT_KEY_WRONG",
    "The key file is damaged, can be read by others, or is not that of this vault; restore the "
    "right one, with mode 600. If it was replaced on another server, copy it from there."};
inline constexpr Rejection kSubjectInUse{
    14623, Code::already_exists, "SUBJECT_IN_USE",
    "The identity provider knows another user by this account; sign in as that one."};
inline constexpr Rejection kVaultFault{
    14624, Code::unavailable, "VAULT_FAULT",
    "The database of the vault cannot be asked; try again, and see its log."};
inline constexpr Rejection kErasureFenced{
    14625, Code::aborted, "ERASURE_FENCED",
    "Another server leads by now, and erases what the exchange does not know."};

}  // namespace penstock::vault
