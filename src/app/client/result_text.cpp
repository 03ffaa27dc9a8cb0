#include "app/client/result_text.h"

#include <fmt/core.h>

#include "app/client/print.h"
#include "base/money.h"

namespace penstock::client {

std::string unit_text(const std::string& unit, std::uint64_t quoted_per) {
    if (unit.empty()) return "result";
    return quoted_per <= 1 ? unit : fmt::format("{} × {}", quoted_per, unit);
}

std::string results_text(const v1::Contract& contract, const v1::Workload* trial) {
    if (!contract.has_result_band()) return {};
    const v1::ResultBand& band = contract.result_band();
    const bool is_known = trial != nullptr && trial->has_result_unit();
    const std::uint64_t quoted_per = is_known ? trial->quoted_per() : 1;
    const std::string per =
        is_known ? " per " + unit_text(trial->result_unit(), quoted_per) : std::string();
    std::string text = fmt::format("result band   {} to {}{}, as {} showed\n",
                                   to_decimal(Money{band.low().micros()}), money_text(band.high()),
                                   per, band.trial());
    const v1::Delivery& delivered = contract.delivered();
    if (delivered.results() == 0 && delivered.charged().micros() == 0) return text;
    const std::int64_t paid = delivered.charged().micros() - delivered.given_back().micros();
    text += fmt::format("delivered     {} for {}", count_text(delivered.results(), "result"),
                        money_text(delivered.charged()));
    if (delivered.results() > 0)
        text +=
            fmt::format(", paid {:.{}f} {}{}",
                        static_cast<double>(paid) / static_cast<double>(delivered.results()) *
                            static_cast<double>(quoted_per) / static_cast<double>(kMicrosPerUnit),
                        is_known ? 6 : 9, delivered.charged().currency(), is_known ? per : " each");
    text += "\n";
    if (delivered.given_back().micros() > 0)
        text += fmt::format("given back    {}, since results were dearer than the band\n",
                            money_text(delivered.given_back()));
    return text;
}

std::string results_text(Session& session, const v1::Contract& contract) {
    if (!contract.has_result_band()) return {};
    v1::GetWorkloadRequest request;
    request.set_workload(contract.result_band().trial());
    // A trial is forgotten after a day.
    const auto trial = session.call<v1::GetWorkloadResponse>("TaskService/GetWorkload", request);
    return results_text(contract, trial ? &trial->workload() : nullptr);
}

}  // namespace penstock::client
