// Commands and questions as the shell hands them on: any method, any bytes, any key, by anyone. One
// that is refused changes nothing; one that is done leads a replica to the same bytes.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "small_exchange.h"

namespace {

using namespace penstock;
using exchange::Actor;
using exchange::Exchange;
using exchange::Reply;

std::vector<std::string> method_names() {
    std::vector<std::string> names{"", "NoSuchService/NoSuch"};
    const auto* pool = google::protobuf::DescriptorPool::generated_pool();
    for (const char* service :
         {"InternalService", "PartyService", "CatalogService", "LedgerService", "ContractService",
          "TaskService", "MeterService", "AccountService", "CustodyService", "GuaranteeService",
          "CreditService", "DisputeService", "TermsService", "ChangeService",
          "SubAccountService"}) {
        const auto* found = pool->FindServiceByName(std::string("penstock.v1.") + service);
        if (found == nullptr) continue;
        for (int i = 0; i < found->method_count(); ++i)
            names.push_back(std::string(service) + "/" + found->method(i)->name());
    }
    return names;
}

void give(Exchange& to, const Actor& actor, std::string_view method, std::string_view request,
          std::string_view key, Instant at) {
    const std::string before = to.snapshot();
    IgnoreEvents ignore;
    const Reply reply = to.apply({to.last_sequence() + 1, at, actor, method, request, key}, ignore);
    if (reply.outcome != Reply::Outcome::done) PENSTOCK_ASSERT(to.snapshot() == before);
    if (reply.outcome == Reply::Outcome::rejected) PENSTOCK_ASSERT(reply.error.has_value());
}

}  // namespace

/// Of the input: a byte for the method, one for the actor, one for the length of the request (and
/// so on, command after command).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::vector<std::string> methods = method_names();
    static const std::string start = small_exchange().snapshot();
    auto exchange = Exchange::restore(start);
    PENSTOCK_ASSERT(exchange.has_value());
    Instant at = kSmallExchangeTime;
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    for (int count = 0; rest.size() >= 4 && count < 16; ++count) {
        const std::string_view head = rest.substr(0, 4);
        const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(head[i]); };
        const std::string& method = methods[byte(0) % methods.size()];
        const Actor actor{static_cast<Actor::Kind>(1 + byte(1) % 4),
                          static_cast<std::uint64_t>(byte(1) / 4 % 6)};
        const std::size_t key_length = byte(2) % 8;
        const std::size_t length = std::min<std::size_t>(byte(3), rest.size() - 4);
        const std::string_view request = rest.substr(4, length);
        rest.remove_prefix(4 + length);
        const std::string key = std::to_string(count) + std::string(key_length, '\xff');
        at = at + seconds(byte(2));
        (void)exchange->query(method, actor, at, request);
        give(*exchange, actor, method, request, byte(2) == 255 ? "" : key, at);
    }
    PENSTOCK_ASSERT(exchange->broken_invariants().empty());
    const auto again = Exchange::restore(exchange->snapshot());
    PENSTOCK_ASSERT(again && again->snapshot() == exchange->snapshot());
    return 0;
}
