#include "format/proof.h"

#include "base/try.h"
#include "crypto/base64.h"
#include "format/error.h"
#include "format/text_reader.h"

namespace penstock::format {

namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1\n";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr std::size_t kHashesMax = 63;

std::unexpected<Error> malformed(std::string_view part) {
    return reject(kProofMalformed, part);
}

}  // namespace

std::string format_proof(const InclusionProof& proof) {
    std::string text(kFirstLine);
    if (proof.extra) {
        text.append(kExtra).append(crypto::base64(crypto::bytes_of(*proof.extra))).append("\n");
    }
    text.append(kIndex).append(std::to_string(proof.index)).append("\n");
    for (const Hash& hash : proof.hashes) text.append(crypto::base64(hash)).append("\n");
    return text.append("\n").append(proof.checkpoint);
}

Result<InclusionProof> parse_proof(std::string_view text) {
    if (text.size() > kProofTextSizeMax || !take_text(text, kFirstLine)) return malformed("proof");
    InclusionProof proof;
    auto line = take_line(text);
    if (line && line->starts_with(kExtra)) {
        const auto bytes = crypto::parse_base64(line->substr(kExtra.size()));
        if (!bytes) return malformed("extra");
        proof.extra = crypto::text_of(*bytes);
        line = take_line(text);
    }
    if (!line || !take_text(*line, kIndex)) return malformed("index");
    const auto index = parse_decimal<std::uint64_t>(*line);
    if (!index) return malformed("index");
    proof.index = *index;
    while (true) {
        line = take_line(text);
        if (!line) return malformed("hashes");
        if (line->empty()) break;
        const auto hash = crypto::parse_base64_array<32>(*line);
        if (!hash || proof.hashes.size() == kHashesMax) return malformed("hashes");
        proof.hashes.push_back(*hash);
    }
    if (text.empty()) return malformed("checkpoint");
    proof.checkpoint = text;
    return proof;
}

Result<Checkpoint> verify_proof(const InclusionProof& proof, const VerifierKey& key,
                                std::string_view entry) {
    TRY_ASSIGN(Checkpoint checkpoint, verify_checkpoint(proof.checkpoint, key));
    TRY(verify_inclusion(proof.index, checkpoint.head.size, leaf_hash(entry), proof.hashes,
                         checkpoint.head.root));
    return checkpoint;
}

}  // namespace penstock::format
