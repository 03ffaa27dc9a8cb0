#include "core/ledger/chart.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace penstock::ledger {
namespace {

TEST(Chart, has_each_kind_of_account_once_in_the_order_of_codes) {
    std::set<AccountKind> kinds;
    for (const ChartRow& row : kChart) kinds.insert(row.kind);
    EXPECT_EQ(kinds.size(), kChart.size());
    EXPECT_EQ(*kinds.begin(), AccountKind::cash);
    EXPECT_EQ(*kinds.rbegin(), AccountKind::fee_receivable);
    EXPECT_EQ(kinds.size(), static_cast<std::size_t>(AccountKind::fee_receivable));
    EXPECT_TRUE(std::ranges::is_sorted(kChart, {}, &ChartRow::code));
}

TEST(Chart, limits_accounts_on_the_side_on_which_they_stand) {
    for (const ChartRow& row : kChart) {
        const AccountFlags flags = standard_flags(row.kind);
        if (row.side == Side::debit) {
            EXPECT_FALSE(flags.debits_must_not_exceed_credits) << row.name;
        }
        if (row.side == Side::credit) {
            EXPECT_FALSE(flags.credits_must_not_exceed_debits) << row.name;
        }
        if (row.owner == Owner::party) {
            EXPECT_TRUE(flags.debits_must_not_exceed_credits ||
                        flags.credits_must_not_exceed_debits)
                << row.name;
        }
    }
}

TEST(Chart, is_what_the_documents_say) {
    std::ifstream file(PENSTOCK_DOCS "/chart-of-accounts.md");
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_EQ(text.str(), chart_document());
}

}  // namespace
}  // namespace penstock::ledger
