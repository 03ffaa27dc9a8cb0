// Strict JSON: whatever is read must print to text that reads back to the same message.
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/event.pb.h"
#include "penstock/v1/journal.pb.h"
#include "transport/json/read.h"
#include "transport/json/strict.h"
#include "transport/json/write.h"

namespace {

using namespace penstock;

void check(std::string_view text, google::protobuf::Message& message,
           google::protobuf::Message& back) {
    if (!transport::read_json(text, message)) return;
    PENSTOCK_ASSERT(transport::refuse_unknown(message));
    PENSTOCK_ASSERT(transport::read_json(transport::to_json(message), back));
    PENSTOCK_ASSERT(message.SerializeAsString() == back.SerializeAsString());
    PENSTOCK_ASSERT(
        transport::read_json(transport::to_json(message, transport::Defaults::print), back));
    PENSTOCK_ASSERT(transport::to_json(message) == transport::to_json(back));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    v1::Event event, event_back;
    check(text, event, event_back);
    v1::PlanWorkloadResponse plan, plan_back;
    check(text, plan, plan_back);
    v1::JournaledBatch batch, batch_back;
    check(text, batch, batch_back);
    (void)transport::read_binary(text, event);
    return 0;
}
