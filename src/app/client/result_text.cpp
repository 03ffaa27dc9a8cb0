#include "app/client/result_text.h"

#include <fmt/core.h>

#include "app/client/print.h"
#include "base/money.h"

namespace penstock::client {

std::string unit_text(const std::string& unit, std::uint64_t quoted_per) {
    if (unit.empty()) return "result";
    return quoted_per <= 1 ? unit : fmt::format("{} × {}", quoted_per, unit);
}

std::string results_text(const v1::Contract& contract) {
    if (!contract.has_result_band()) return {};
    const v1::ResultBand& band = contract.result_band();
    std::string text =
        fmt::format("result band   {} to {}, as {} showed\n",
                    to_decimal(Money{band.low().micros()}), money_text(band.high()), band.trial());
    const v1::Delivery& delivered = contract.delivered();
    if (delivered.results() == 0 && delivered.charged().micros() == 0) return text;
    const std::int64_t paid = delivered.charged().micros() - delivered.given_back().micros();
    text += fmt::format("delivered     {} for {}", count_text(delivered.results(), "result"),
                        money_text(delivered.charged()));
    if (delivered.results() > 0)
        text += fmt::format(", paid {:.9f} {} each",
                            static_cast<double>(paid) / static_cast<double>(delivered.results()) /
                                static_cast<double>(kMicrosPerUnit),
                            delivered.charged().currency());
    text += "\n";
    if (delivered.given_back().micros() > 0)
        text += fmt::format("given back    {}, since results were dearer than the band\n",
                            money_text(delivered.given_back()));
    return text;
}

}  // namespace penstock::client
