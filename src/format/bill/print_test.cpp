#include "format/bill/print.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <string>

#include "format/bill/bill_sums.h"
#include "format/bill/error.h"
#include "format/bill/test_bill.h"

namespace penstock::format {
namespace {

v1::SettlementBill long_bill(int lines) {
    v1::SettlementBill bill = test_bill();
    while (bill.lines_size() < lines) *bill.add_lines() = bill.lines(bill.lines_size() % 3);
    EXPECT_TRUE(add_up(bill).has_value());
    return bill;
}

TEST(Print, the_same_bill_gives_the_same_bytes) {
    const v1::SettlementBill bill = long_bill(50);
    const auto first = print_bill(bill, {});
    const auto second = print_bill(bill, {});
    ASSERT_TRUE(first.has_value()) << first.error().message();
    EXPECT_TRUE(first->starts_with("%PDF-1."));
    EXPECT_TRUE(*first == *second);
    const auto english = print_bill(bill, {.language = Language::english});
    EXPECT_FALSE(*first == *english);
}

TEST(Print, a_thousand_bills_take_no_more_memory_than_ten) {
    const v1::SettlementBill bill = long_bill(3);
    const auto print = [&](int times) {
        for (int i = 0; i < times; ++i) EXPECT_TRUE(print_bill(bill, {}).has_value());
        return ::mallinfo2().uordblks;
    };
    const std::size_t before = print(10);
    const std::size_t after = print(40);
    EXPECT_LT(after, before + 400'000);  // What a font map leaks for each document is 27,000.
}

TEST(Print, one_page_can_be_an_image) {
    const v1::SettlementBill bill = long_bill(50);
    const auto image = print_bill(bill, {.image = PageImage{.page = 2, .dots_per_inch = 40}});
    ASSERT_TRUE(image.has_value()) << image.error().message();
    EXPECT_TRUE(image->starts_with("\x89PNG"));
    const auto beyond = print_bill(bill, {.image = PageImage{.page = 99, .dots_per_inch = 40}});
    ASSERT_FALSE(beyond.has_value());
    EXPECT_EQ(beyond.error().number(), kPaperPageMissing.number);
}

TEST(Print, what_does_not_add_up_is_not_printed) {
    v1::SettlementBill bill = long_bill(3);
    bill.set_payable_micros(bill.payable_micros() + 10'000);
    const auto printed = print_bill(bill, {});
    ASSERT_FALSE(printed.has_value());
    EXPECT_EQ(printed.error().number(), kBillSumWrong.number);
}

TEST(Print, a_missing_font_is_named) {
    for (const char* path : {"/nowhere/font.ttf", "/dev/null"}) {
        const auto printed = print_bill(long_bill(3), {.font_file = path});
        ASSERT_FALSE(printed.has_value()) << path;
        EXPECT_EQ(printed.error().number(), kPaperFontMissing.number);
        EXPECT_NE(printed.error().detail().find(path), std::string::npos);
    }
}

}  // namespace
}  // namespace penstock::format
