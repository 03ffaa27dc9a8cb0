#include "advise/bank/import_request.h"

#include <gtest/gtest.h>

#include <vector>

namespace penstock::advise {
namespace {

v1::AnnouncedPayment payment(std::string reference, std::int64_t micros) {
    v1::AnnouncedPayment made;
    made.set_reference(std::move(reference));
    made.set_amount_micros(micros);
    made.set_currency("CNY");
    return made;
}

const std::vector<v1::AnnouncedPayment> kPayments{payment("PSK-TOPUP-1", 100),
                                                  payment("PSK-MOVE-1", 100)};

/// What goes to the exchange of an entry of 100 with this purpose.
v1::StatementEntry sent(const std::string& purpose, bool reversal = false) {
    v1::BankStatement statement;
    statement.set_currency("CNY");
    statement.set_opening_micros(0);
    statement.set_closing_micros(100);
    v1::BankEntry& entry = *statement.add_entries();
    entry.set_identity("e1");
    entry.set_amount_micros(100);
    entry.set_purpose(purpose);
    entry.set_reversal(reversal);
    const auto request = import_request(statement, kPayments);
    EXPECT_TRUE(request);
    return request->entries(0);
}

TEST(ImportRequest, names_what_a_match_names) {
    EXPECT_EQ(sent("PSK-TOPUP-1").reference(), "PSK-TOPUP-1");
    EXPECT_EQ(sent("PSK-MOVE-1").reference(), "PSK-MOVE-1");
    EXPECT_EQ(sent("PSK-MOVE-1").proposal(), v1::BANK_MATCH_UNSPECIFIED);
    EXPECT_EQ(sent("rent").reference(), "");
    EXPECT_EQ(sent("rent").proposal(), v1::BANK_MATCH_REFERENCE_MISSING);
    EXPECT_EQ(sent("PSK-TOPUP-7").reference(), "");
    EXPECT_EQ(sent("PSK-TOPUP-7").proposal(), v1::BANK_MATCH_REFERENCE_UNKNOWN);
}

TEST(ImportRequest, names_instructions_that_have_ended) {
    for (const char* purpose : {"PSK-MOVE-7", "late psk-move-7.", "PSK-MOVE-7 of Monday",
                                "划转PSK-MOVE-7谢谢", "P S K - MOVE - 7"}) {
        EXPECT_EQ(sent(purpose).reference(), "PSK-MOVE-7") << purpose;
        EXPECT_EQ(sent(purpose).proposal(), v1::BANK_MATCH_REFERENCE_UNKNOWN) << purpose;
    }
}

TEST(ImportRequest, tells_of_instructions_in_doubt_without_the_text_around_them) {
    struct Case {
        const char* purpose;
        const char* reference;
    };
    for (const Case& one :
         {Case{"PSK-MOVE-7 2", "PSK-MOVE-7"}, Case{"PSK-MOVE-1 2", "PSK-MOVE-1"},
          Case{"PSK-MOVE-1 PSK-TOPUP-1", "PSK-MOVE-1"}, Case{"PSK-MOVE-7Ann", "PSK-MOVE-7"},
          Case{"XPSK-MOVE-7", "PSK-MOVE-7"}, Case{"PSK-MOVE 7", "PSK-MOVE-7"},
          Case{"PSK-MOVE-", "PSK-MOVE-"}, Case{"PSK-MOVE", "PSK-MOVE-"},
          Case{"PSK-MOVE-123456789012345678901", "PSK-MOVE-12345678901234567890"}}) {
        EXPECT_EQ(sent(one.purpose).reference(), one.reference) << one.purpose;
        EXPECT_EQ(sent(one.purpose).proposal(), v1::BANK_MATCH_SEVERAL_CANDIDATES) << one.purpose;
    }
    EXPECT_EQ(sent("PSK-MOVE-1", true).reference(), "PSK-MOVE-1");
    EXPECT_EQ(sent("PSK-MOVE-1", true).proposal(), v1::BANK_MATCH_REVERSAL);
}

}  // namespace
}  // namespace penstock::advise
