// Proof files, receipts and evidence records, and the tiles they are proved from.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "crypto/bytes.h"
#include "format/receipt.h"
#include "format/tile.h"

using namespace penstock;
using namespace penstock::format;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const NoteSigner signer("log.example", crypto::KeyPair::from_seed(crypto::Seed{1}));
    const std::string_view text = crypto::text_of({data, size});
    if (const auto proof = parse_proof(text)) PENSTOCK_ASSERT(format_proof(*proof) == text);
    PENSTOCK_ASSERT(!verify_receipt(text, signer.verifier_key()));
    if (const auto entry = parse_entry(text)) PENSTOCK_ASSERT(entry_text(*entry) == text);
    if (const auto tile = parse_tile_path(text)) PENSTOCK_ASSERT(tile_path(*tile) == text);
    if (size > 0) {
        const std::string_view bundle = text.substr(1);
        if (const auto entries = decode_entries(bundle, data[0])) {
            PENSTOCK_ASSERT(encode_entries(*entries).value() == bundle);
        }
        if (const auto hashes = decode_hashes(bundle, data[0])) {
            PENSTOCK_ASSERT(encode_hashes(*hashes) == bundle);
        }
    }
    // A genuine receipt of the fuzzer's payload is accepted, and refused with a byte of it altered.
    if (size == 0 || size > 4096) return 0;
    Opening opening{{}, std::string(text)};
    const EvidenceEntry entry{"order", "ord_1", 1, commitment(opening)};
    MerkleTree tree;
    tree.append(leaf_hash(entry_text(entry)));
    std::string receipt =
        make_receipt(entry, opening, 0, {}, sign_checkpoint({1, tree.root()}, signer));
    PENSTOCK_ASSERT(verify_receipt(receipt, signer.verifier_key())->payload == text);
    const std::size_t place = (data[0] * 131U + data[size - 1]) % receipt.size();
    receipt[place] = static_cast<char>(receipt[place] ^ (1 << data[size / 2] % 8));
    PENSTOCK_ASSERT(!verify_receipt(receipt, signer.verifier_key()));
    return 0;
}
