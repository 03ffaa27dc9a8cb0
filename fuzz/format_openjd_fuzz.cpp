// Texts of OpenJD templates: what range expressions name comes back from its own text and from its
// chunks, and format strings refer to nothing that is not there.
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "crypto/bytes.h"
#include "format/openjd/format_string.h"
#include "format/openjd/int_ranges.h"

namespace {

using namespace penstock;

void check_ranges(std::string_view text) {
    const auto values = openjd::parse_int_ranges(text);
    if (!values) return;
    PENSTOCK_ASSERT(!values->empty() && values->size() <= openjd::kRangeValuesMax);
    PENSTOCK_ASSERT(openjd::parse_int_ranges(openjd::int_ranges_text(*values)) == *values);
    std::size_t count = 0;
    for (const auto& chunk : openjd::chunk_texts(*values, 7, openjd::RangeConstraint::contiguous)) {
        const auto part = openjd::parse_int_ranges(chunk);
        PENSTOCK_ASSERT(part && part->size() <= 7 && part->front() == (*values)[count]);
        count += part->size();
    }
    PENSTOCK_ASSERT(count == values->size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = crypto::text_of({data, size});
    check_ranges(text);
    const openjd::Names names{"Param.Frames", "Task.Param.Frame"};
    const auto parsed = openjd::FormatString::parse(text, names);
    if (!parsed) {
        PENSTOCK_ASSERT(!parsed.error().empty());
        return 0;
    }
    for (const auto& piece : parsed->pieces())
        PENSTOCK_ASSERT(piece.reference.empty() || names.contains(piece.reference));
    return 0;
}
