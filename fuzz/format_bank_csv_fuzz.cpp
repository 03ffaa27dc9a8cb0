// Bank statements as CSV, and profiles of them: a text with a line "%%" is a profile and a
// statement in it, any other a statement in one of the profiles that we ship. Nothing fails
// otherwise than by an error that says where, and what is let through adds up.
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "base/money.h"
#include "base/text.h"
#include "crypto/bytes.h"
#include "format/bank/csv_profile.h"
#include "format/bank/csv_statement.h"
#include "format/bank/shipped_profiles.h"

using namespace penstock;

namespace {

void check(const v1::BankStatement& statement) {
    PENSTOCK_ASSERT(Currency::parse(statement.currency()) && !statement.account().empty());
    PENSTOCK_ASSERT(statement.first_day().size() == 10 && statement.last_day().size() == 10);
    std::set<std::string> identities;
    std::int64_t sum = 0;
    for (const v1::BankEntry& entry : statement.entries()) {
        PENSTOCK_ASSERT(identities.insert(entry.identity()).second);
        PENSTOCK_ASSERT(entry.booking_day() >= statement.first_day());
        PENSTOCK_ASSERT(entry.booking_day() <= statement.last_day());
        PENSTOCK_ASSERT(entry.amount_micros() != 0 && is_utf8(entry.purpose()));
        sum += entry.amount_micros();
    }
    if (!statement.has_opening_micros() || !statement.has_closing_micros()) return;
    PENSTOCK_ASSERT(statement.opening_micros() + sum == statement.closing_micros());
}

void read(std::string_view text, const v1::CsvProfile& profile) {
    const auto statement = format::read_csv_statement(text, profile, "f.csv");
    if (statement) {
        check(*statement);
    } else {
        PENSTOCK_ASSERT(statement.error().detail().starts_with("f.csv:"));
    }
}

std::vector<v1::CsvProfile> shipped() {
    std::vector<v1::CsvProfile> profiles;
    for (const format::ShippedProfile& profile : format::shipped_profiles()) {
        profiles.push_back(*format::parse_csv_profile(profile.yaml, profile.name));
    }
    return profiles;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::vector<v1::CsvProfile> kShipped = shipped();
    constexpr std::string_view kSplit = "\n%%\n";
    const std::string_view text = crypto::text_of({data, size});
    const std::size_t split = text.find(kSplit);
    if (split == text.npos) {
        for (const v1::CsvProfile& profile : kShipped) read(text, profile);
        return 0;
    }
    const auto profile = format::parse_csv_profile(text.substr(0, split), "p.yaml");
    if (profile) {
        read(text.substr(split + kSplit.size()), *profile);
    } else {
        PENSTOCK_ASSERT(profile.error().detail().starts_with("p.yaml:"));
    }
    return 0;
}
