#include "app/client/period.h"

#include <string_view>
#include <tuple>

#include "app/client/error.h"
#include "app/client/print.h"

namespace penstock::client {

CLI::Option* add_period_options(CLI::App& command, PeriodInput& input) {
    command.add_option("--until", input.until, "First day or instant that is left out");
    return command.add_option("--from", input.from, "First day or instant, such as 2026-11-21");
}

void add_offset_option(CLI::App& command, PeriodInput& input) {
    command
        .add_option("--utc-offset", input.utc_offset_minutes,
                    "Where its days begin, in minutes east of UTC")
        ->check(CLI::Range(-840, 840))
        ->capture_default_str();
}

RemoteResult<Period> read_period(const PeriodInput& input, std::int32_t utc_offset_minutes) {
    constexpr std::int64_t kMinute = 60'000'000'000;
    constexpr std::size_t kDaySize = std::string_view("2026-11-21").size();
    Period period;
    for (const auto& [text, field, ns] : {std::tuple(&input.from, "from", &period.from_ns),
                                          std::tuple(&input.until, "until", &period.until_ns)}) {
        if (text->empty()) continue;
        const auto at = parse_time(*text);
        if (!at)
            return refuse(kUsage, field,
                          "A time is a day like 2026-11-21, or 2026-11-21T08:30:00Z, of UTC.");
        *ns = text->size() == kDaySize ? *at - utc_offset_minutes * kMinute : *at;
    }
    return period;
}

}  // namespace penstock::client
