// What stands around a call's message: queries, envelopes, routes and errors.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "penstock/v1/party.pb.h"
#include "penstock/v1/task.pb.h"
#include "transport/connect/envelope.h"
#include "transport/connect/error_body.h"
#include "transport/connect/query.h"
#include "transport/json/strict.h"
#include "transport/schema/method_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace penstock;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    v1::PullWorkRequest pull;
    if (transport::read_query(text, pull)) PENSTOCK_ASSERT(transport::refuse_unknown(pull));
    v1::ListPartiesRequest list;
    if (transport::read_query(text, list)) PENSTOCK_ASSERT(transport::refuse_unknown(list));
    if (const auto envelope = transport::read_envelope(text)) {
        std::string back;
        transport::write_envelope(envelope->flags, envelope->data, back);
        PENSTOCK_ASSERT(text.starts_with(back));
    }
    (void)transport::read_error(text, Code::unknown);
    for (const char* verb : {"GET", "POST", "DELETE"}) {
        const auto match = transport::MethodTable::schema().find_rest(verb, text);
        PENSTOCK_ASSERT(match.method == nullptr || !match.method->internal);
    }
    return 0;
}
