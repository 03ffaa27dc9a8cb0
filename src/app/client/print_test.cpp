#include "app/client/print.h"

#include <gtest/gtest.h>

#include <tuple>

#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/options.pb.h"

namespace penstock::client {
namespace {

TEST(Amount, is_read_as_micros_and_shown_again) {
    struct Case {
        const char* text;
        std::optional<std::int64_t> micros;
    };
    for (const Case& one :
         {Case{"100", 100'000'000}, Case{"12.5", 12'500'000}, Case{"0.01", 10'000}, Case{"0", 0},
          Case{"", {}}, Case{".5", {}}, Case{"1.", {}}, Case{"1.234", {}}, Case{"-1", {}},
          Case{"1e3", {}}, Case{"1,5", {}}, Case{"+1", {}}, Case{"1.-5", {}},
          Case{"99999999999999999999", {}}, Case{"1000000000001", {}}})
        EXPECT_EQ(parse_amount(one.text), one.micros) << one.text;
    EXPECT_EQ(money_text(12'500'000, "CNY"), "12.50 CNY");
}

TEST(Amount, is_shown_to_the_fen_or_exactly) {
    v1::Money money;
    money.set_currency("CNY");
    for (const auto& [micros, fen, exact] :
         {std::tuple(2'954'821, "2.96 CNY", "2.954821 CNY"),
          std::tuple(300'000'000, "300.00 CNY", "300.000000 CNY"),
          std::tuple(-4'821, "0.00 CNY", "-0.004821 CNY"),
          std::tuple(1, "0.01 CNY", "0.000001 CNY")}) {
        money.set_micros(micros);
        EXPECT_EQ(fen_text(money), fen);
        EXPECT_EQ(exact_text(money), exact);
    }
}

TEST(CountText, knows_one_from_many) {
    EXPECT_EQ(count_text(1, "task"), "1 task");
    EXPECT_EQ(count_text(0, "task"), "0 tasks");
    EXPECT_EQ(count_text(24, "task"), "24 tasks");
}

TEST(EnumText, is_a_number_when_a_newer_server_gives_an_unknown_value) {
    EXPECT_EQ(enum_text(v1::ACCOUNT_CASH, "ACCOUNT_"), "CASH");
    EXPECT_EQ(enum_word(v1::PERMISSION_MONEY_READ, "PERMISSION_"), "money-read");
    EXPECT_EQ(enum_text(static_cast<v1::AccountKind>(4'711), "ACCOUNT_"), "4711");
    EXPECT_EQ(enum_word(static_cast<v1::AccountKind>(4'711), "ACCOUNT_"), "4711");
}

TEST(DurationText, suits_its_length) {
    EXPECT_EQ(duration_text(4'250'000'000), "4.2 s");
    EXPECT_EQ(duration_text(200'000'000'000), "3 min 20 s");
    EXPECT_EQ(duration_text(3'725'000'000'000), "1 h 02 min");
    EXPECT_EQ(time_text(0), "-");
    EXPECT_EQ(time_text(1'700'000'000'000'000'000), "2023-11-14 22:13:20Z");
}

TEST(Time, is_read_as_a_day_or_an_instant) {
    EXPECT_EQ(parse_time("2023-11-14 22:13:20Z"), 1'700'000'000'000'000'000);
    EXPECT_EQ(parse_time("2023-11-14T22:13:20Z"), 1'700'000'000'000'000'000);
    EXPECT_EQ(parse_time("2024-02-29"), 1'709'164'800'000'000'000);
    EXPECT_EQ(parse_time("1970-01-01"), 0);
    for (const char* wrong : {"", "2023-02-29", "2023-11-14 24:00:00Z", "2023-11-14 22:13:20",
                              "23-11-14", "2023-1-14", "1969-12-31", "2023-11-14Z", "tomorrow"})
        EXPECT_FALSE(parse_time(wrong)) << wrong;
}

TEST(PrintError, speaks_of_keys_only_to_one_who_has_not_signed_in) {
    for (const auto& [reason, hint] : {std::pair("UNAUTHENTICATED", true), {"CODE_WRONG", false}}) {
        testing::internal::CaptureStderr();
        print_error({.code = Code::unauthenticated, .reason = reason}, Output::people);
        const std::string text = testing::internal::GetCapturedStderr();
        EXPECT_EQ(text.contains("PENSTOCK_KEY"), hint) << text;
        EXPECT_EQ(text.contains("penstock login"), hint) << text;
    }
}

TEST(Table, lines_up_signs_of_any_width) {
    Table table({{"NAME"}, {"N", Table::Align::right}});
    table.add({"算力", "7"});
    table.add({"abcdef", "10"});
    table.add({"é", ""});
    EXPECT_EQ(table.text(), "NAME     N\n算力     7\nabcdef  10\né\n");
}

}  // namespace
}  // namespace penstock::client
