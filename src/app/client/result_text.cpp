#include "app/client/result_text.h"

#include <fmt/core.h>

#include <algorithm>

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
    const std::uint64_t quoted_per = std::max<std::uint64_t>(band.quoted_per(), 1);
    const std::string per = " per " + unit_text(band.unit(), quoted_per);
    std::string text = fmt::format("result band   {} to {}{}, as {} showed\n",
                                   to_decimal(Money{band.low().micros()}), money_text(band.high()),
                                   per, band.trial());
    const v1::Delivery& delivered = contract.delivered();
    if (delivered.results() > 0 || delivered.charged().micros() > 0) {
        const std::int64_t paid = delivered.charged().micros() - delivered.given_back().micros();
        text += fmt::format("delivered     {} for {}", count_text(delivered.results(), "result"),
                            money_text(delivered.charged()));
        if (delivered.results() > 0)
            text += fmt::format(
                ", paid {:.6f} {}{}",
                static_cast<double>(paid) / static_cast<double>(delivered.results()) *
                    static_cast<double>(quoted_per) / static_cast<double>(kMicrosPerUnit),
                delivered.charged().currency(), per);
        text += "\n";
    }
    if (delivered.given_back().micros() > 0)
        text += fmt::format("given back    {}, since results were dearer than the band\n",
                            money_text(delivered.given_back()));
    if (delivered.uncounted_tasks() > 0)
        text += fmt::format(
            "not counted   {} that succeeded: not all results could be counted (a log or folder "
            "too "
            "large), so the band holds nobody to them\n",
            count_text(delivered.uncounted_tasks(), "task"));
    return text;
}

}  // namespace penstock::client
