#include "format/note.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "base/text.h"
#include "base/try.h"
#include "crypto/base64.h"
#include "crypto/hex.h"
#include "format/error.h"
#include "format/text_reader.h"

namespace penstock::format {

namespace {

constexpr std::string_view kSignatureStart = "\u2014 ";
constexpr char kAlgorithmEd25519 = 1;
constexpr std::size_t kNameSizeMax = 200;
constexpr std::size_t kSignatureSizeMax = 16'384;  // Room for post-quantum signatures.

std::array<std::uint8_t, 4> big_endian(std::uint32_t number) {
    return {static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16),
            static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
}

std::uint32_t from_big_endian(crypto::ByteView bytes) {
    std::uint32_t number = 0;
    for (const std::uint8_t byte : bytes.first(4)) number = number << 8 | byte;
    return number;
}

std::string algorithm_and_key(const crypto::PublicKey& key) {
    std::string bytes(1, kAlgorithmEd25519);
    return bytes.append(crypto::text_of(key));
}

/// Whether text has a control character (U+0000 to U+001F) other than a line end.
bool has_control(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<std::uint8_t>(c) < 0x20 && c != '\n'; });
}

/// The characters with Unicode's White_Space property, apart from the ASCII controls.
bool is_space(char32_t c) {
    return c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
           c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

/// Whether text is not UTF-8, or has white space of any script or a control character.
bool has_space_or_control(std::string_view text) {
    while (!text.empty()) {
        const auto character = take_character(text);
        if (!character || *character < 0x20 || is_space(*character)) return true;
    }
    return false;
}

/// One line "— <name> <base64>" without its line end.
std::optional<NoteSignature> parse_signature(std::string_view line) {
    if (!take_text(line, kSignatureStart)) return std::nullopt;
    const std::size_t space = line.find(' ');
    if (space == line.npos || !is_key_name(line.substr(0, space))) return std::nullopt;
    const auto bytes = crypto::parse_base64(line.substr(space + 1));
    if (!bytes || bytes->size() < 5 || bytes->size() > kSignatureSizeMax) return std::nullopt;
    return NoteSignature{std::string(line.substr(0, space)), from_big_endian(*bytes),
                         std::string(crypto::text_of(*bytes).substr(4))};
}

}  // namespace

bool is_key_name(std::string_view name) {
    return !name.empty() && name.size() <= kNameSizeMax && !has_space_or_control(name) &&
           name.find('+') == name.npos;
}

std::uint32_t VerifierKey::id() const {
    crypto::Sha256Stream stream;
    stream.update(name);
    stream.update("\n");
    stream.update(algorithm_and_key(key));
    return from_big_endian(stream.finish());
}

std::string VerifierKey::text() const {
    return name + "+" + crypto::hex(big_endian(id())) + "+" +
           crypto::base64(crypto::bytes_of(algorithm_and_key(key)));
}

Result<VerifierKey> VerifierKey::parse(std::string_view text) {
    const std::size_t first = text.find('+');
    if (first == text.npos || text.size() < first + 10 || text[first + 9] != '+') {
        return reject(kVerifierKeyInvalid, "key");
    }
    const auto id = crypto::parse_hex_array<4>(text.substr(first + 1, 8));
    const auto bytes = crypto::parse_base64_array<33>(text.substr(first + 10));
    if (!id || !bytes || bytes->front() != kAlgorithmEd25519) {
        return reject(kVerifierKeyInvalid, "key");
    }
    VerifierKey parsed;
    parsed.name = text.substr(0, first);
    std::copy(bytes->begin() + 1, bytes->end(), parsed.key.begin());
    if (!is_key_name(parsed.name) || big_endian(parsed.id()) != *id) {
        return reject(kVerifierKeyInvalid, "key");
    }
    return parsed;
}

NoteSigner::NoteSigner(std::string name, crypto::KeyPair pair)
    : name_(std::move(name)), pair_(std::move(pair)) {
    PENSTOCK_ASSERT(is_key_name(name_));
}

std::string NoteSigner::signature_line(std::string_view text) const {
    std::string bytes(crypto::text_of(big_endian(verifier_key().id())));
    bytes += crypto::text_of(pair_.sign(text));
    std::string line(kSignatureStart);
    return line.append(name_).append(" ").append(crypto::base64(crypto::bytes_of(bytes))) + "\n";
}

std::string sign_note(std::string_view text, const std::vector<const NoteSigner*>& signers) {
    PENSTOCK_ASSERT(text.ends_with('\n') && is_utf8(text) && !has_control(text));
    std::string note(text);
    note.push_back('\n');
    for (const NoteSigner* signer : signers) note += signer->signature_line(text);
    return note;
}

Result<Note> parse_note(std::string_view note) {
    if (note.size() > kNoteSizeMax || !is_utf8(note) || has_control(note)) {
        return reject(kNoteMalformed, "note");
    }
    // The text may hold empty lines, so it ends at the last one.
    const std::size_t split = note.rfind("\n\n");
    if (split == note.npos) return reject(kNoteMalformed, "note");
    Note parsed;
    parsed.text = note.substr(0, split + 1);
    std::string_view rest = note.substr(split + 2);
    while (!rest.empty()) {
        const auto line = take_line(rest);
        auto signature = line ? parse_signature(*line) : std::nullopt;
        if (!signature || parsed.signatures.size() == kNoteSignaturesMax) {
            return reject(kNoteMalformed, "signatures");
        }
        parsed.signatures.push_back(*std::move(signature));
    }
    if (parsed.signatures.empty()) return reject(kNoteMalformed, "signatures");
    return parsed;
}

Result<std::string> open_note(std::string_view note, const VerifierKey& key) {
    TRY_ASSIGN(Note parsed, parse_note(note));
    const std::uint32_t id = key.id();
    std::size_t verified = 0;
    for (const NoteSignature& line : parsed.signatures) {
        if (line.name != key.name || line.key_id != id) continue;
        crypto::Signature signature;
        if (line.signature.size() != signature.size()) return reject(kNoteNotSigned, "signatures");
        const auto bytes = crypto::bytes_of(line.signature);
        std::copy(bytes.begin(), bytes.end(), signature.begin());
        if (!crypto::verify(key.key, parsed.text, signature)) {
            return reject(kNoteNotSigned, "signatures");
        }
        ++verified;
    }
    if (verified != 1) return reject(kNoteNotSigned, "signatures");
    return std::move(parsed.text);
}

std::string checkpoint_text(const Checkpoint& checkpoint) {
    std::string text = checkpoint.origin;
    text.append("\n").append(std::to_string(checkpoint.head.size)).append("\n");
    return text.append(crypto::base64(checkpoint.head.root)).append("\n");
}

Result<Checkpoint> parse_checkpoint_text(std::string_view text) {
    const auto origin = take_line(text);
    const auto size = take_line(text);
    const auto root = take_line(text);
    if (!root || origin->empty()) return reject(kCheckpointMalformed, "checkpoint");
    const auto size_number = parse_decimal<std::uint64_t>(*size);
    const auto root_hash = crypto::parse_base64_array<32>(*root);
    if (!size_number || !root_hash) return reject(kCheckpointMalformed, "checkpoint");
    while (!text.empty()) {
        const auto extension = take_line(text);
        if (!extension || extension->empty()) return reject(kCheckpointMalformed, "checkpoint");
    }
    return Checkpoint{std::string(*origin), {*size_number, *root_hash}};
}

std::string sign_checkpoint(const TreeHead& head, const NoteSigner& signer) {
    return sign_note(checkpoint_text({signer.verifier_key().name, head}), {&signer});
}

Result<Checkpoint> verify_checkpoint(std::string_view note, const VerifierKey& key) {
    TRY_ASSIGN(const std::string text, open_note(note, key));
    TRY_ASSIGN(Checkpoint checkpoint, parse_checkpoint_text(text));
    if (checkpoint.origin != key.name) return reject(kCheckpointMalformed, "origin");
    return checkpoint;
}

}  // namespace penstock::format
