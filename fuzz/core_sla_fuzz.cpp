// Service levels from strangers: what is taken is described as it was given, is read again from its
// archive, and never gives back more than was charged.
#include <cstdint>
#include <string>

#include "base/archive.h"
#include "base/assert.h"
#include "core/sla/credit.h"
#include "penstock/v1/service_level.pb.h"

using namespace penstock;
using namespace penstock::sla;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    v1::ServiceLevel message;
    if (!message.ParseFromArray(data, static_cast<int>(size))) return 0;
    const auto level = ServiceLevel::read(message);
    if (!level) return 0;
    const auto again = ServiceLevel::read(level->describe());
    PENSTOCK_ASSERT(again &&
                    again->describe().SerializeAsString() == level->describe().SerializeAsString());
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(*level);
    ServiceLevel kept;
    ArchiveReader reader(bytes);
    reader(kept);
    PENSTOCK_ASSERT(reader.finished());

    ServiceRecord record;
    record.set_in_service(false, Instant{1 + message.credit_cap_basis_points()});
    record.add_start(false);
    record.add_work(seconds(1), message.objectives(0).steps(0).below_ppm());
    record.close(Instant{20'000});
    const Money charged{static_cast<std::int64_t>(size) * kMicrosPerFen};
    Money credited;
    for (const Breach& breach : find_breaches(*level, record, charged)) {
        PENSTOCK_ASSERT(breach.credit >= Money{});
        credited += breach.credit;
    }
    PENSTOCK_ASSERT(credited <= charged);
    return 0;
}
