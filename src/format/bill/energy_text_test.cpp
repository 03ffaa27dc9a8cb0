#include "format/bill/energy_text.h"

#include <gtest/gtest.h>

namespace penstock::format {
namespace {

TEST(EnergyText, adds_up_the_lines_that_state_it) {
    v1::SettlementBill bill;
    bill.add_lines();
    EXPECT_EQ(energy_text(bill).kwh, "") << "what nobody states is not 0";
    bill.mutable_lines(0)->set_energy_kwh_micros(135'000);
    EXPECT_EQ(energy_text(bill).kwh, "0.135");
    EXPECT_EQ(energy_text(bill).carbon_kg, "");
    v1::SettlementLine& line = *bill.add_lines();
    line.set_energy_kwh_micros(180'000);
    line.set_carbon_kg_micros(105'012);
    bill.add_lines();
    EXPECT_EQ(energy_text(bill).kwh, "0.315");
    EXPECT_EQ(energy_text(bill).carbon_kg, "0.105012");
    line.set_energy_kwh_micros(0);
    bill.mutable_lines(0)->clear_energy_kwh_micros();
    EXPECT_EQ(energy_text(bill).kwh, "0.00") << "what somebody states as 0 is known";
}

}  // namespace
}  // namespace penstock::format
