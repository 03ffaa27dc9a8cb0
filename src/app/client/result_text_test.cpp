#include "app/client/result_text.h"

#include <gtest/gtest.h>

namespace penstock::client {
namespace {

void set(v1::Money& money, std::int64_t micros) {
    money.set_micros(micros);
    money.set_currency("CNY");
}

TEST(ResultText, tells_band_delivery_and_what_came_back) {
    v1::Contract contract;
    EXPECT_EQ(results_text(contract), "") << "no band, no word";
    contract.mutable_result_band()->set_trial("wl_2");
    contract.mutable_result_band()->set_unit("frame");
    contract.mutable_result_band()->set_quoted_per(1'000);
    set(*contract.mutable_result_band()->mutable_low(), 7'282);
    set(*contract.mutable_result_band()->mutable_high(), 8'531);
    const std::string band =
        "result band   0.007282 to 0.008531 CNY per 1000 × frame, as wl_2 showed\n";
    EXPECT_EQ(results_text(contract), band);
    contract.mutable_delivered()->set_results(24);
    set(*contract.mutable_delivered()->mutable_charged(), 306'816);
    set(*contract.mutable_delivered()->mutable_given_back(), 102'072);
    EXPECT_EQ(results_text(contract),
              band +
                  "delivered     24 results for 0.306816 CNY, paid 8.531000 CNY per 1000 × frame\n"
                  "given back    0.102072 CNY, since results were dearer than the band\n");
    contract.mutable_delivered()->set_results(0);
    EXPECT_EQ(results_text(contract).find("paid"), std::string::npos) << "nothing to divide by";
}

TEST(ResultText, tells_what_nothing_is_owed_for) {
    v1::Contract contract;
    contract.mutable_result_band()->set_trial("wl_2");
    contract.mutable_delivered()->set_uncounted_tasks(2);
    const std::string text = results_text(contract);
    EXPECT_NE(text.find("not counted   2 tasks that succeeded"), std::string::npos) << text;
    EXPECT_EQ(text.find("delivered"), std::string::npos) << text;
}

TEST(ResultText, names_the_unit) {
    EXPECT_EQ(unit_text("frame", 1), "frame");
    EXPECT_EQ(unit_text("token", 1'000'000), "1000000 × token");
}

}  // namespace
}  // namespace penstock::client
