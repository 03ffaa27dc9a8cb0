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
    EXPECT_EQ(results_text(contract, nullptr), "") << "no band, no word";
    contract.mutable_result_band()->set_trial("wl_2");
    set(*contract.mutable_result_band()->mutable_low(), 7'282);
    set(*contract.mutable_result_band()->mutable_high(), 8'531);
    EXPECT_EQ(results_text(contract, nullptr),
              "result band   0.007282 to 0.008531 CNY, as wl_2 showed\n");
    contract.mutable_delivered()->set_results(24);
    set(*contract.mutable_delivered()->mutable_charged(), 306'816);
    set(*contract.mutable_delivered()->mutable_given_back(), 102'072);
    EXPECT_EQ(results_text(contract, nullptr),
              "result band   0.007282 to 0.008531 CNY, as wl_2 showed\n"
              "delivered     24 results for 0.306816 CNY, paid 0.008531000 CNY each\n"
              "given back    0.102072 CNY, since results were dearer than the band\n");
    v1::Workload trial;
    trial.set_result_unit("frame");
    trial.set_quoted_per(1'000);
    EXPECT_EQ(results_text(contract, &trial),
              "result band   0.007282 to 0.008531 CNY per 1000 × frame, as wl_2 showed\n"
              "delivered     24 results for 0.306816 CNY, paid 8.531000 CNY per 1000 × frame\n"
              "given back    0.102072 CNY, since results were dearer than the band\n");
    contract.mutable_delivered()->set_results(0);
    EXPECT_EQ(results_text(contract, nullptr).find("each"), std::string::npos)
        << "nothing to divide by";
}

TEST(ResultText, names_the_unit) {
    EXPECT_EQ(unit_text("frame", 1), "frame");
    EXPECT_EQ(unit_text("token", 1'000'000), "1000000 × token");
}

}  // namespace
}  // namespace penstock::client
