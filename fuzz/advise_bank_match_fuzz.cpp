// Texts of payments: whatever stands in them, matching ends, says one thing of each entry, settles
// nothing twice, and finds a reference that stands alone in them.
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "advise/bank/match.h"
#include "base/assert.h"
#include "crypto/bytes.h"

using namespace penstock;

namespace {

v1::AnnouncedPayment payment(std::string reference) {
    v1::AnnouncedPayment made;
    made.set_reference(std::move(reference));
    made.set_amount_micros(100);
    made.set_currency("CNY");
    return made;
}

void add_entry(v1::BankStatement& statement, std::string purpose) {
    v1::BankEntry& entry = *statement.add_entries();
    entry.set_identity(std::to_string(statement.entries_size()));
    entry.set_amount_micros(100);
    entry.set_purpose(std::move(purpose));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::vector<v1::AnnouncedPayment> kPayments{
        payment("PSK-TOPUP-1"), payment("PSK-TOPUP-12"), payment("PSK-TOPUP-123"),
        payment("PSK-PAYOUT-1")};
    const std::string text(crypto::text_of({data, size}));
    v1::BankStatement statement;
    statement.set_currency("CNY");
    add_entry(statement, text);
    add_entry(statement, text);
    add_entry(statement, "PSK-PAYOUT-1");
    const auto result = advise::match_statement(statement, kPayments, {});
    PENSTOCK_ASSERT(result && result->matches_size() == 3);
    PENSTOCK_ASSERT(result->exact() + result->unmatched() == 3 && result->known() == 0);
    std::set<std::string> settled;
    for (const v1::BankMatch& match : result->matches()) {
        PENSTOCK_ASSERT(match.kind() != v1::BANK_MATCH_UNSPECIFIED);
        if (match.kind() != v1::BANK_MATCH_EXACT) continue;
        PENSTOCK_ASSERT(match.references_size() == 1);
        PENSTOCK_ASSERT(settled.insert(match.references(0)).second);
    }
    PENSTOCK_ASSERT(settled.contains("PSK-PAYOUT-1"));
    return 0;
}
