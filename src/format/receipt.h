#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/sha256.h"
#include "format/proof.h"

namespace penstock::format {

/// One record of the evidence log: that something happened, without saying what. Its text is the
/// log's leaf; the public can read it.
struct EvidenceEntry {
    std::string kind;         ///< order, computation, settlement, profile, usage …
    std::string subject;      ///< Whom or what it is about: ord_1.
    std::int64_t at_ns = 0;   ///< When, in nanoseconds of UTC since 1970; never negative.
    crypto::Sha256 commit{};  ///< SHA-256(salt || payload): binds the content, hides it.
    bool operator==(const EvidenceEntry&) const = default;
};

/// Whether an entry may have such a kind: 1 to 64 of a-z, 0-9, '_', '.', '-'.
bool is_entry_kind(std::string_view kind);
/// Whether an entry may have such a subject: 1 to 128 of A-Z, a-z, 0-9, '_', '.', '-'.
bool is_entry_subject(std::string_view subject);

/// Canonical JSON (RFC 8785): {"at":"<ns>","commit":"<hex>","kind":"…","subject":"…","v":1}.
/// @param entry  Kind, subject and time must be as described.
std::string entry_text(const EvidenceEntry& entry);

/// @retval kEvidenceEntryInvalid  Any text that `entry_text` would not have written.
Result<EvidenceEntry> parse_entry(std::string_view text);

using Salt = std::array<std::uint8_t, 32>;

/// What a commitment was made from: held by the parties, never in the log.
struct Opening {
    Salt salt{};
    std::string payload;  ///< Canonical JSON, up to 512 KiB.
    bool operator==(const Opening&) const = default;
};

inline constexpr std::size_t kReceiptPayloadMax = 512 * 1024;

/// SHA-256(salt || payload).
crypto::Sha256 commitment(const Opening& opening);

/// A receipt: a .tlog-proof whose extra bytes are the salt (32), the entry's length (2, big end
/// first), the entry and the payload. All that verification needs is in it except the log's key.
/// @param entry    `entry.commit` must be the opening's commitment.
/// @param index    The entry's leaf number.
/// @param hashes   Its inclusion proof in the tree of `signed_checkpoint`.
std::string make_receipt(const EvidenceEntry& entry, const Opening& opening, std::uint64_t index,
                         std::vector<Hash> hashes, std::string signed_checkpoint);

struct VerifiedReceipt {
    EvidenceEntry entry;
    std::string payload;
    std::uint64_t index = 0;
    Checkpoint checkpoint;  ///< Origin, size and root of the tree it is in.
};

/// Verifies a receipt offline, with nothing but the log's key: that the log's signer has signed a
/// tree, that the entry is in it, and that the payload is what the entry commits to. Since every
/// text it reads has one form only, any altered byte is refused; the one exception the standard
/// wants is a further signature line by a key that is not `key`, which is not judged here.
/// @retval kProofMalformed, kReceiptMalformed, kEvidenceEntryInvalid  Not a receipt.
/// @retval kReceiptWrong   The payload is not what the log holds the commitment of.
/// @retval others          See verify_proof.
Result<VerifiedReceipt> verify_receipt(std::string_view text, const VerifierKey& key);

}  // namespace penstock::format
