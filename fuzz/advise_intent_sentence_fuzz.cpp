// Sentences: any text is read to the end; what was heard lies in it, and the intent has a YAML form
// that is read as the same.
#include <cstdint>
#include <string>

#include "advise/intent/sentence.h"
#include "advise/intent/yaml.h"
#include "base/assert.h"
#include "crypto/bytes.h"

using namespace penstock;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = crypto::text_of({data, size});
    const auto reading = intent::read_sentence(text, Instant{1'772'413'200'000'000'000});
    if (!reading) return 0;
    const auto check = [&text](const v1::TextSpan& span) {
        PENSTOCK_ASSERT(span.begin() < span.end() && span.end() <= text.size());
    };
    for (const auto& heard : reading->heard())
        for (const auto& span : heard.from()) check(span);
    for (const auto& span : reading->not_understood()) check(span);
    const auto again = intent::parse_intent(intent::canonical_yaml(reading->intent()));
    PENSTOCK_ASSERT(again && again->SerializeAsString() == reading->intent().SerializeAsString());
    return 0;
}
