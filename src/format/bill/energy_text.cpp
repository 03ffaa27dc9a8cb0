#include "format/bill/energy_text.h"

#include <algorithm>
#include <cstdint>

#include "base/money.h"
#include "base/wide.h"
#include "format/bill/paper_text.h"

namespace penstock::format {

namespace {

std::string text_of(Wide micros) {
    constexpr Wide kLargest = kMoneyMax.micros;
    return price_text(static_cast<std::int64_t>(std::clamp(micros, -kLargest, kLargest)));
}

}  // namespace

EnergyText energy_text(const v1::SettlementBill& bill) {
    Wide kwh_micros = 0;
    Wide kg_micros = 0;
    bool has_energy = false;
    bool has_carbon = false;
    for (const v1::SettlementLine& line : bill.lines()) {
        has_energy = has_energy || line.has_energy_kwh_micros();
        has_carbon = has_carbon || line.has_carbon_kg_micros();
        kwh_micros += line.energy_kwh_micros();
        kg_micros += line.carbon_kg_micros();
    }
    EnergyText text;
    if (has_energy) text.kwh = text_of(kwh_micros);
    if (has_carbon) text.carbon_kg = text_of(kg_micros);
    return text;
}

}  // namespace penstock::format
