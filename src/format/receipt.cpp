#include "format/receipt.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "crypto/hex.h"
#include "format/error.h"
#include "format/text_reader.h"
#include "format/tile.h"

namespace penstock::format {

namespace {

constexpr std::string_view kAtStart = R"({"at":")";
constexpr std::string_view kCommitStart = R"(","commit":")";
constexpr std::string_view kKindStart = R"(","kind":")";
constexpr std::string_view kSubjectStart = R"(","subject":")";
constexpr std::string_view kEnd = R"(","v":1})";
constexpr std::size_t kHeaderSize = sizeof(Salt) + 2;

bool is_word_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

/// Takes `start` and then the text up to the next quotation mark off the front of `rest`.
std::optional<std::string_view> take_value(std::string_view& rest, std::string_view start) {
    if (!take_text(rest, start)) return std::nullopt;
    const std::size_t end = rest.find('"');
    if (end == rest.npos) return std::nullopt;
    const std::string_view value = rest.substr(0, end);
    rest.remove_prefix(end);
    return value;
}

}  // namespace

bool is_entry_kind(std::string_view kind) {
    return !kind.empty() && kind.size() <= 64 && std::ranges::all_of(kind, is_word_letter);
}

bool is_entry_subject(std::string_view subject) {
    return !subject.empty() && subject.size() <= 128 && std::ranges::all_of(subject, [](char c) {
        return is_word_letter(c) || (c >= 'A' && c <= 'Z');
    });
}

std::string entry_text(const EvidenceEntry& entry) {
    PENSTOCK_ASSERT(is_entry_kind(entry.kind) && is_entry_subject(entry.subject));
    PENSTOCK_ASSERT(entry.at_ns >= 0);
    std::string text(kAtStart);
    text.append(std::to_string(entry.at_ns)).append(kCommitStart);
    text.append(crypto::hex(entry.commit)).append(kKindStart).append(entry.kind);
    return text.append(kSubjectStart).append(entry.subject).append(kEnd);
}

Result<EvidenceEntry> parse_entry(std::string_view text) {
    const auto at = take_value(text, kAtStart);
    const auto commit = take_value(text, kCommitStart);
    const auto kind = take_value(text, kKindStart);
    const auto subject = take_value(text, kSubjectStart);
    if (!at || !commit || !kind || !subject || text != kEnd) {
        return reject(kEvidenceEntryInvalid, "entry");
    }
    const auto at_ns = parse_decimal<std::int64_t>(*at);
    const auto hash = crypto::parse_hex_array<32>(*commit);
    if (!at_ns || !hash || !is_entry_kind(*kind) || !is_entry_subject(*subject)) {
        return reject(kEvidenceEntryInvalid, "entry");
    }
    return EvidenceEntry{std::string(*kind), std::string(*subject), *at_ns, *hash};
}

crypto::Sha256 commitment(const Opening& opening) {
    crypto::Sha256Stream stream;
    stream.update(opening.salt);
    stream.update(opening.payload);
    return stream.finish();
}

std::string make_receipt(const EvidenceEntry& entry, const Opening& opening, std::uint64_t index,
                         std::vector<Hash> hashes, std::string signed_checkpoint) {
    PENSTOCK_ASSERT(opening.payload.size() <= kReceiptPayloadMax);
    PENSTOCK_ASSERT(commitment(opening) == entry.commit);
    const std::string leaf = entry_text(entry);
    PENSTOCK_ASSERT(leaf.size() <= kEntrySizeMax);
    std::string extra(crypto::text_of(opening.salt));
    extra.push_back(static_cast<char>(leaf.size() >> 8));
    extra.push_back(static_cast<char>(leaf.size() & 0xff));
    extra.append(leaf).append(opening.payload);
    return format_proof({std::move(extra), index, std::move(hashes), std::move(signed_checkpoint)});
}

Result<VerifiedReceipt> verify_receipt(std::string_view text, const VerifierKey& key) {
    TRY_ASSIGN(const InclusionProof proof, parse_proof(text));
    if (!proof.extra || proof.extra->size() < kHeaderSize)
        return reject(kReceiptMalformed, "extra");
    const crypto::ByteView header = crypto::bytes_of(*proof.extra).first(kHeaderSize);
    Opening opening;
    std::ranges::copy(header.first(sizeof(Salt)), opening.salt.begin());
    const std::size_t length =
        static_cast<std::size_t>(header[sizeof(Salt)]) << 8 | header[sizeof(Salt) + 1];
    std::string_view rest = std::string_view(*proof.extra).substr(kHeaderSize);
    if (rest.size() < length || rest.size() - length > kReceiptPayloadMax) {
        return reject(kReceiptMalformed, "extra");
    }
    const std::string_view leaf = rest.substr(0, length);
    opening.payload = rest.substr(length);
    TRY_ASSIGN(EvidenceEntry entry, parse_entry(leaf));
    TRY_ASSIGN(Checkpoint checkpoint, verify_proof(proof, key, leaf));
    if (commitment(opening) != entry.commit) return reject(kReceiptWrong, "payload");
    return VerifiedReceipt{std::move(entry), std::move(opening.payload), proof.index,
                           std::move(checkpoint)};
}

}  // namespace penstock::format
