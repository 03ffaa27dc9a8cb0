// Files of others: the first byte says of which format. What is imported is an intent that can be
// written and read, and contradicts nothing.
#include <cstdint>

#include "advise/intent/check.h"
#include "advise/intent/import.h"
#include "advise/intent/yaml.h"
#include "base/assert.h"
#include "crypto/bytes.h"

using namespace penstock;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    intent::ImportOptions options;
    if (data[0] % 4 < 3) options.format = static_cast<intent::SourceFormat>(data[0] % 4);
    if ((data[0] & 4) != 0) options.foreign_price = intent::ForeignPrice::drop;
    const auto imported =
        intent::import_intent(crypto::text_of({data + 1, size - 1}), "f.yaml", options);
    if (!imported) return 0;
    PENSTOCK_ASSERT(intent::check_intent(imported->intent, {}).empty());
    const auto again = intent::parse_intent(intent::canonical_yaml(imported->intent));
    PENSTOCK_ASSERT(again && again->SerializeAsString() == imported->intent.SerializeAsString());
    return 0;
}
