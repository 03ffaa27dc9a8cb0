#include <fmt/core.h>

#include "app/client/print.h"
#include "app/estimate/report.h"

namespace penstock::app {

std::string report_text(const estimate::RunsReport& report, format::Language language) {
    using format::Words;
    const auto title = [&](Words words) { return std::string(words.in(language)); };
    const auto right = client::Table::Align::right;
    client::Table table({{title({"模型", "MODEL"})},
                         {title({"芯片", "CHIP"})},
                         {title({"公布卡时", "PUBLISHED"}), right},
                         {title({"估算卡时", "ESTIMATED"}), right},
                         {title({"区间", "INTERVAL"}), right},
                         {title({"比值", "RATIO"}), right},
                         {title({"区间内", "WITHIN"})},
                         {title({"统计", "STANDING"})}});
    for (const estimate::RunCheck& check : report.rows) {
        const std::string standing(name(check.standing));
        if (!check.estimate) {
            table.add({check.run.model, check.run.request.device, "-", "-", "-", "-", "-",
                       standing + ": " + check.why});
            continue;
        }
        const estimate::Span& hours = check.estimate->device_hours;
        table.add({check.run.model, check.estimate->chip.model,
                   number_text(*check.run.device_hours), number_text(hours.expected),
                   number_text(hours.low) + " – " + number_text(hours.high),
                   fmt::format("{:.2f}", check.ratio()), check.within() ? "yes" : "no", standing});
    }
    return table.text() +
           fmt::format(
               fmt::runtime(Words{
                   "计入 {} 次训练：误差中位数 {:.1f} %，最差 {:.2f} 倍，{:.0f} % 落在区间内\n",
                   "{} runs counted: median error {:.1f} %, worst factor {:.2f}, {:.0f} % "
                   "within their interval\n"}
                                .in(language)),
               report.counted, report.median_error * 100, report.worst_factor,
               report.coverage * 100);
}

}  // namespace penstock::app
