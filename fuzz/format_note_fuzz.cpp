// Signed notes, checkpoints and verifier keys: what is read is what would have been written.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "crypto/base64.h"
#include "format/note.h"

namespace {

using namespace penstock;
using namespace penstock::format;

void check_note(std::string_view text) {
    const auto note = parse_note(text);
    if (!note) return;
    std::string again = note->text + "\n";
    for (const NoteSignature& line : note->signatures) {
        std::string bytes;
        for (unsigned shift : {24U, 16U, 8U, 0U}) {
            bytes.push_back(static_cast<char>(line.key_id >> shift & 0xff));
        }
        bytes += line.signature;
        again += "\u2014 " + line.name + " " + crypto::base64(crypto::bytes_of(bytes)) + "\n";
    }
    PENSTOCK_ASSERT(again == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const NoteSigner signer("log.example", crypto::KeyPair::from_seed(crypto::Seed{1}));
    const std::string_view text = crypto::text_of({data, size});
    check_note(text);
    if (const auto key = VerifierKey::parse(text)) PENSTOCK_ASSERT(key->text() == text);
    if (const auto checkpoint = parse_checkpoint_text(text)) {
        PENSTOCK_ASSERT(text.starts_with(checkpoint_text(*checkpoint)));
    }
    // A checkpoint that the fuzzer did not sign is never accepted; one that was signed always is.
    PENSTOCK_ASSERT(!verify_checkpoint(text, signer.verifier_key()));
    const TreeHead head{size, leaf_hash(text)};
    const auto verified = verify_checkpoint(sign_checkpoint(head, signer), signer.verifier_key());
    PENSTOCK_ASSERT(verified && verified->head == head);
    return 0;
}
