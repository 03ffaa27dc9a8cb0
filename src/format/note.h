#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/ed25519.h"
#include "format/merkle.h"

namespace penstock::format {

/// Signed notes (c2sp.org/signed-note): a text, an empty line, and a line for each signature:
/// "— <name> <base64 of key id and signature>".

inline constexpr std::size_t kNoteSizeMax = 1'000'000;
inline constexpr std::size_t kNoteSignaturesMax = 100;

/// What anyone needs to verify a signer's notes.
struct VerifierKey {
    std::string name;
    crypto::PublicKey key{};

    /// First four bytes of SHA-256(name || "\n" || 0x01 || key).
    std::uint32_t id() const;
    /// "<name>+<id as 8 hexadecimal digits>+<base64 of 0x01 and the key>".
    std::string text() const;
    /// @retval kVerifierKeyInvalid  Not such a text, another algorithm, or an id not of the key.
    static Result<VerifierKey> parse(std::string_view text);

    bool operator==(const VerifierKey&) const = default;
};

/// Whether a key may have this name: UTF-8 without white space, control characters or '+', 1 to 200
/// bytes.
bool is_key_name(std::string_view name);

/// A name with its Ed25519 key.
class NoteSigner {
  public:
    /// @param name  Must be a key name; a log's is its origin.
    NoteSigner(std::string name, crypto::KeyPair pair);

    VerifierKey verifier_key() const { return {name_, pair_.public_key()}; }
    /// The signature line for `text`, with its line end.
    std::string signature_line(std::string_view text) const;

  private:
    std::string name_;
    crypto::KeyPair pair_;
};

struct NoteSignature {
    std::string name;
    std::uint32_t key_id = 0;
    std::string signature;  ///< Bytes after the key id; of any algorithm.
};

/// A note taken apart; nothing in it has been verified.
struct Note {
    std::string text;  ///< With its last line end.
    std::vector<NoteSignature> signatures;
};

/// The whole note: `text`, an empty line, one line for each signer.
/// @param text  UTF-8 without control characters, ending with a line end.
std::string sign_note(std::string_view text, const std::vector<const NoteSigner*>& signers);

/// @retval kNoteMalformed  Not a note, not UTF-8, larger than 1 MB, or over 100 signatures.
Result<Note> parse_note(std::string_view note);

/// The text of a note that `key` has signed. Signatures of other keys are ignored, as the standard
/// asks, so a note may carry more signatures than a verifier knows of.
/// @retval kNoteMalformed  See parse_note.
/// @retval kNoteNotSigned  None is by `key`, or one that says so is not, or there are two.
Result<std::string> open_note(std::string_view note, const VerifierKey& key);

/// A log's signed tree head (c2sp.org/tlog-checkpoint).
struct Checkpoint {
    std::string origin;
    TreeHead head;
    bool operator==(const Checkpoint&) const = default;
};

/// Three lines: origin, decimal size, base64 root.
std::string checkpoint_text(const Checkpoint& checkpoint);

/// Extension lines after the third are allowed by the standard and ignored.
/// @retval kCheckpointMalformed  Not the lines above.
Result<Checkpoint> parse_checkpoint_text(std::string_view text);

/// A signed checkpoint whose origin is the signer's name.
std::string sign_checkpoint(const TreeHead& head, const NoteSigner& signer);

/// Opens a signed checkpoint of the log that `key` names.
/// @retval kNoteMalformed, kNoteNotSigned  See open_note.
/// @retval kCheckpointMalformed            Signed, but not a checkpoint, or of another origin.
Result<Checkpoint> verify_checkpoint(std::string_view note, const VerifierKey& key);

}  // namespace penstock::format
