// The traceparent that callers send: what is taken is what the standard allows, and nothing else
// comes out.
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "transport/http/message.h"
#include "transport/http/trace.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using penstock::transport::Trace;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto trace = Trace::parse(text);
    if (trace) {
        PENSTOCK_ASSERT(trace->text().size() == 55 && trace->text().starts_with("00-"));
        PENSTOCK_ASSERT(text.substr(3, 49) == trace->text().substr(3, 49));
        const auto again = Trace::parse(trace->text());
        PENSTOCK_ASSERT(again && again->text() == trace->text());
    }
    penstock::transport::Headers headers;
    headers.add("traceparent", text);
    const Trace ours = Trace::continue_from(headers);
    PENSTOCK_ASSERT(Trace::parse(ours.text()));
    PENSTOCK_ASSERT((trace && trace->id() == ours.id()) || !trace);
    return 0;
}
