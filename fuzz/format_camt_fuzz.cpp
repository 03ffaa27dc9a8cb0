// camt.053: no bytes make the reader fail otherwise than by an error that says where, and what it
// lets through adds up.
#include <cstdint>
#include <set>
#include <string>

#include "base/assert.h"
#include "base/money.h"
#include "base/text.h"
#include "crypto/bytes.h"
#include "format/bank/camt.h"

using namespace penstock;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto statements = format::read_camt(crypto::text_of({data, size}), "f.xml");
    if (!statements) {
        PENSTOCK_ASSERT(statements.error().detail().starts_with("f.xml:"));
        return 0;
    }
    PENSTOCK_ASSERT(!statements->empty());
    for (const v1::BankStatement& statement : *statements) {
        PENSTOCK_ASSERT(Currency::parse(statement.currency()) && !statement.account().empty());
        std::set<std::string> identities;
        std::int64_t balance = statement.opening_micros();
        for (const v1::BankEntry& entry : statement.entries()) {
            PENSTOCK_ASSERT(identities.insert(entry.identity()).second);
            PENSTOCK_ASSERT(entry.booking_day() >= statement.first_day());
            PENSTOCK_ASSERT(entry.booking_day() <= statement.last_day());
            PENSTOCK_ASSERT(entry.amount_micros() != 0 && is_utf8(entry.purpose()));
            balance += entry.amount_micros();
        }
        PENSTOCK_ASSERT(balance == statement.closing_micros());
    }
    return 0;
}
