#include <algorithm>

#include "advise/intent/interpreter.h"
#include "advise/intent/value_text.h"
#include "base/money.h"

namespace penstock::intent {

/// The larger end of a range. 三到五百万 says with one word how large both are.
std::size_t Interpreter::larger_end(std::size_t i) const {
    const std::size_t low = low_of_[i];
    if (low == kNone) return i;
    const bool shares_magnitude =
        at(low).magnitude == Magnitude::none && at(i).magnitude != Magnitude::none;
    // 5毛到1元 is not compared.
    const std::string_view unit = at(low).value("unit");
    if (!unit.empty() && !at(i).value("unit").empty() && unit != at(i).value("unit")) return i;
    const auto lower = whole(at(low).number, kMicrosPerUnit);
    const auto upper = whole(at(i).number, kMicrosPerUnit);
    return !shares_magnitude && lower && upper && *lower > *upper ? low : i;
}

/// Of a range of money one end is taken; the other is said.
void Interpreter::note_range(std::size_t i, std::size_t taken, std::string_view slot) {
    if (low_of_[i] == kNone) return;
    const std::size_t other = taken == i ? low_of_[i] : i;
    note("Of a range the larger end, '" + text_of(taken) + "', is the " + std::string(slot) +
         "; the smaller is '" + text_of(other) + "'.");
}

/// 30元一小时, 一个月3000元, 2毛一核时: what an amount right beside one hour, day, month or
/// core-hour is for. 租一个月 is a time.
/// @return Empty for any other piece.
std::string_view Interpreter::price_time(std::size_t i) const {
    const Item& time = at(i);
    if (time.kind != ItemKind::quantity || time.and_half || !text_of(i).starts_with("一"))
        return {};
    const std::string_view unit = time.value("unit");
    const std::string_view per = unit == "time:3600"      ? "hour"
                                 : unit == "time:86400"   ? "day"
                                 : unit == "time:2592000" ? "month"
                                 : unit == "core_hours:1" ? "core-hour"
                                                          : "";
    const auto is_money = [&](std::size_t k) {
        return k < items_.size() && at(k).clause == time.clause &&
               (!at(k).currency.empty() ||
                (at(k).kind == ItemKind::quantity && has_unit(k, "money")));
    };
    const bool behind = i > 0 && is_money(i - 1);
    const std::size_t left = before(i);
    const bool lasts =
        is_at(left, "cue", "duration") || is_at(left, "cue", "within") || is_at(left, "cue", "in");
    if (behind || (is_money(i + 1) && !lasts)) return per;
    return {};
}

/// 预算8万，每月: what it is paid for may stand alone behind a pause.
bool Interpreter::is_monthly(std::size_t i, std::size_t& from) const {
    std::size_t k = i + 1;
    while (k < clause_end(i) && at(k).kind != ItemKind::pause) {
        if (!is_filler(k) && !at(k).is("cue", "budget")) return false;
        ++k;
    }
    if (k >= items_.size() || at(k).strong_pause || ++k >= items_.size()) return false;
    if (!at(k).is("per", "month") || clause_begin(k) != k) return false;
    for (std::size_t rest = k + 1; rest < clause_end(k); ++rest)
        if (!is_filler(rest) && at(rest).kind != ItemKind::pause) return false;
    from = k;
    return true;
}

void Interpreter::read_money(std::size_t i, const std::string& currency, Wide micros_per_unit) {
    const std::size_t taken = larger_end(i);
    const auto micros = whole(at(taken).number, micros_per_unit);
    if (!micros) return;
    std::size_t from = kNone;
    std::string per = per_of(i, from);
    if (per.empty() && is_monthly(i, from)) per = "month";
    // 0.3 yuan per TB is no budget.
    const bool of_unknown =
        per.empty() && i + 2 < items_.size() && at(i + 1).clause == at(i).clause &&
        (text_of(i + 1) == "per" || text_of(i + 1) == "/" || text_of(i + 1) == "每") &&
        at(i + 2).kind != ItemKind::number && at(i + 2).kind != ItemKind::quantity;
    if (of_unknown) return;
    const std::string amount =
        to_decimal(Money(static_cast<std::int64_t>(std::min<std::uint64_t>(*micros, INT64_MAX)))) +
        ' ' + currency;
    const std::string_view slot = per == "month" ? "budget_per_month"
                                  : !per.empty() ? "unit_price"
                                                 : "budget";
    note_range(i, taken, slot);
    if (per == "month") return say(slot, amount, {taken, from});
    if (!per.empty()) {
        const std::string price = amount + " per " + per;
        if (parse_unit_price(*find_slot(slot), price)) say(slot, price, {taken, from});
        return;
    }
    std::size_t bound = kNone;
    if (bound_of(i, bound) == "at_least") {
        note("'" + text_of(i) + "' is a least amount; a budget is the most that may be spent.");
        return;
    }
    say(slot, amount, {taken, in_clause(i, "cue", "budget")});
}

}  // namespace penstock::intent
