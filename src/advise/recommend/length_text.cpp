#include "advise/recommend/length_text.h"

#include <cstdio>

namespace penstock::recommend {

std::string length_text(Duration length, format::Language language) {
    struct Unit {
        double seconds;
        double until;  ///< From so many of them on, the next unit is used.
        int decimals;
        format::Words name;
    };
    static constexpr Unit kUnits[] = {{1, 120, 0, {"秒", "s"}},
                                      {60, 120, 0, {"分钟", "min"}},
                                      {3'600, 48, 1, {"小时", "h"}},
                                      {86'400, 0, 1, {"天", "days"}}};
    const double seconds = static_cast<double>(length.ns) / 1e9;
    const Unit* unit = kUnits;
    while (unit->until > 0 && seconds >= unit->until * unit->seconds) ++unit;
    char text[48];
    std::snprintf(text, sizeof text, "%.*f ", unit->decimals, seconds / unit->seconds);
    return text + std::string(unit->name.in(language));
}

}  // namespace penstock::recommend
