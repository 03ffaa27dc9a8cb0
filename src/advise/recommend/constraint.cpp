#include "advise/recommend/constraint.h"

#include <array>

namespace penstock::recommend {

namespace {

struct Entry {
    std::string_view id;
    format::Words name;
};
constexpr std::array<Entry, kConstraints> kEntries{{
    {"currency", {"币种", "currency"}},
    {"resource", {"卡或核", "cards or cores"}},
    {"chip", {"芯片", "chip"}},
    {"memory", {"显存或内存", "memory"}},
    {"work", {"能完成该任务且速度可估", "can do the work, at a known speed"}},
    {"figures", {"芯片数据可信", "sure figures of the chip"}},
    {"place", {"地点", "place"}},
    {"residence", {"数据不出域", "residence of data"}},
    {"jurisdiction", {"法域", "jurisdiction"}},
    {"supplier", {"供方资质", "the supplier's standing"}},
    {"interruption", {"不中断", "no interruption"}},
    {"energy", {"能源与碳强度", "energy and its carbon"}},
    {"latency", {"时延", "delay"}},
    {"unit_price", {"单价", "unit price"}},
    {"cards", {"空闲数量", "enough that is free"}},
    {"time", {"时限", "deadline"}},
    {"budget", {"预算", "budget"}},
    {"carbon", {"碳排放总量", "carbon in all"}},
}};

}  // namespace

std::string_view id(Constraint constraint) {
    return kEntries[static_cast<std::size_t>(constraint)].id;
}

format::Words name(Constraint constraint) {
    return kEntries[static_cast<std::size_t>(constraint)].name;
}

}  // namespace penstock::recommend
