// Intents in YAML: an error says where, and what is read has one form that is read as the same. The
// check takes whatever can be read.
#include <cstdint>

#include "advise/intent/check.h"
#include "advise/intent/slots.h"
#include "advise/intent/yaml.h"
#include "base/assert.h"
#include "crypto/bytes.h"

using namespace penstock;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto read = intent::parse_intent(crypto::text_of({data, size}), "intent.yaml");
    if (!read) {
        PENSTOCK_ASSERT(read.error().detail().starts_with("intent.yaml:"));
        return 0;
    }
    for (const Error& error : intent::check_intent(*read, Instant{0}))
        PENSTOCK_ASSERT(!error.field().empty() && !error.detail().empty());
    for (const std::string& text : {intent::canonical_yaml(*read), intent::canonical_json(*read)}) {
        const auto again = intent::parse_intent(text);
        PENSTOCK_ASSERT(again && again->SerializeAsString() == read->SerializeAsString());
    }
    return 0;
}
