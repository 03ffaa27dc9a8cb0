#include <algorithm>
#include <array>

#include "advise/intent/interpreter.h"
#include "advise/intent/value_text.h"

namespace penstock::intent {

namespace {

namespace chrono = std::chrono;

constexpr int kNoon = 720;

std::string instant_at(LocalMinute local) {
    const auto utc = local - chrono::hours(8);
    return instant_text(chrono::nanoseconds(utc.time_since_epoch()).count());
}

std::string day_text(LocalMinute local) {
    return instant_at(chrono::floor<chrono::days>(local)).substr(0, 10);
}

}  // namespace

/// Whether a piece is a day; sets which.
bool Interpreter::resolve_day(std::size_t i) {
    Item& item = items_[i];
    if (item.kind == ItemKind::day) return true;
    const bool before_it = item.is("date_before");
    if (!item.is("date") && !before_it) return false;
    const int ahead = is_at(before(i), "year", "1") ? 1 : 0;
    const auto day = named_day(item.value(before_it ? "date_before" : "date"), today_, ahead);
    item.used = false;
    if (!day) return false;
    item.first = day->first;
    item.last = day->last;
    return true;
}

/// A day that a time of day may be of: one, or the end of one.
bool Interpreter::is_single_day(std::size_t i) const {
    return i != kNone && is_day_[i] && at(i).last - at(i).first <= chrono::days(1) &&
           !at(i).is("date_before");
}

/// The piece before or behind, without the "at" of "Friday at 6 pm".
std::size_t Interpreter::past_at(std::size_t i, bool forward) const {
    std::size_t k = forward ? after(i) : before(i);
    while (is_at(k, "cue", "in")) k = forward ? after(k) : before(k);
    return k;
}

/// Friday at 6 pm, 6 pm on Friday, Friday before 6 pm.
std::size_t Interpreter::day_beside(std::size_t clock) const {
    const auto is_free = [this](std::size_t i) {
        return is_single_day(i) && std::ranges::find(moments_, i, &Moment::day) == moments_.end();
    };
    std::size_t left = past_at(clock, false);
    if (is_at(left, "cue", "before") || is_at(left, "cue", "by")) {
        const std::size_t further = past_at(left, false);
        const std::size_t right = past_at(clock, true);
        left = is_free(further) && !is_single_day(right) ? further : kNone;
    }
    if (is_free(left)) return left;
    std::size_t right = past_at(clock, true);
    // 5 pm deadline tomorrow.
    if (is_at(right, "cue", "by")) right = past_at(right, true);
    return is_free(right) ? right : kNone;
}

void Interpreter::join_clocks() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (at(i).kind != ItemKind::clock) continue;
        // 凌晨九点 is no time, and neither is the 九点 of it.
        if (i > 0 && at(i - 1).kind == ItemKind::unknown && at(i - 1).end == at(i).begin) continue;
        const std::size_t day = day_beside(i);
        Moment moment{.clock = i, .day = day};
        // The end of Friday is still Friday.
        if (day != kNone)
            moment.date =
                at(day).last == at(day).first ? at(day).first - chrono::days(1) : at(day).first;
        moments_.push_back(moment);
    }
    // From 9 am to 6 pm tomorrow: the day of the other end.
    for (std::size_t k = 0; k + 1 < moments_.size(); ++k) {
        Moment& low = moments_[k];
        const Moment& high = moments_[k + 1];
        const bool is_range = low.clock + 2 == high.clock && at(low.clock + 1).is("range") &&
                              at(low.clock).clause == at(high.clock).clause;
        if (is_range && !low.date && high.date && at(low.clock).minute < at(high.clock).minute)
            low.date = high.date;
    }
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (!is_day_[i] || std::ranges::find(moments_, i, &Moment::day) != moments_.end()) continue;
        moments_.push_back({.clock = kNone, .day = i, .begin = at(i).first, .end = at(i).last});
    }
    std::ranges::sort(moments_, {}, [](const Moment& one) { return std::min(one.clock, one.day); });
}

/// The day of a time of day that stands alone: the last one said, or the first on which it is not
/// over.
/// @return False where it is of every day.
bool Interpreter::set_day_of_lone_clock(Moment& moment, std::size_t index) {
    if (is_at(past_at(moment.clock, false), "per")) return false;
    if (index > 0) {
        const Moment& last = moments_[index - 1];
        if (last.clock == kNone && !is_single_day(last.day)) return false;
        if (last.clock != kNone && !last.date) return false;
        moment.date = last.clock != kNone ? *last.date : at(last.day).first;
        const bool is_earlier =
            last.clock != kNone && at(moment.clock).minute <= at(last.clock).minute;
        if (is_earlier) *moment.date += chrono::days(1);
        return true;
    }
    if (moments_.size() > 1) return false;
    moment.date = today_;
    const Item& clock = at(moment.clock);
    const chrono::minutes last(clock.minute + (clock.in_doubt && clock.minute < kNoon ? kNoon : 0));
    if (today_ + last <= now_) *moment.date += chrono::days(1);
    return true;
}

/// Where nothing says which half of the day, it is as on a clock of 24 hours; but today's that is
/// over is that of the afternoon.
void Interpreter::set_times(Moment& moment) {
    Item& clock = items_[moment.clock];
    // By 8:30 tomorrow morning.
    const std::size_t behind = moment.day == kNone ? kNone : moment.day + 1;
    if (clock.in_doubt && behind < items_.size() && at(behind).kind == ItemKind::unknown &&
        at(behind).part != DayPart::none) {
        const bool is_late = at(behind).part != DayPart::morning;
        if (is_late && clock.minute < kNoon) clock.minute += kNoon;
        clock.in_doubt = false;
        items_[behind].used = true;
    }
    moment.begin = *moment.date + chrono::minutes(clock.minute);
    if (clock.in_doubt && moment.date == today_ && moment.begin <= now_ && clock.minute < kNoon)
        moment.begin += chrono::hours(12);
    moment.end = moment.begin;
}

void Interpreter::note_clock(const Moment& moment) {
    const Item& clock = at(moment.clock);
    const std::string text = text_of(moment.clock);
    if (clock.minute == 2 * kNoon) {
        note("Took '" + text + "' as the end of " + day_text(moment.begin - chrono::days(1)) + ".");
    } else if (clock.in_doubt) {
        note("Took '" + text + "' as " + instant_at(moment.begin).substr(11, 5) +
             "; say am or pm, 上午 or 下午, where it is not.");
    }
}

/// A deadline on a day that is no date on a calendar: which day, and whether it is still in time.
void Interpreter::note_deadline(const Moment& moment, bool is_included) {
    if (moment.clock != kNone) return;
    const Item& day = at(moment.day);
    constexpr std::array<std::string_view, 4> kRelative{"today", "tomorrow", "day-after-tomorrow",
                                                        "in-three-days"};
    const bool is_relative =
        day.relative ||
        std::ranges::any_of(kRelative, [&](std::string_view name) { return day.is("date", name); });
    if (!is_relative || day.first == day.last) return;
    note("The deadline '" + text_of(moment.day) + "' is as " + day_text(day.first) +
         (is_included ? " ends" : " begins") +
         ": by and 截止 take the day in, before and 之前 leave it out.");
}

/// From Monday to Wednesday: the Wednesday behind that Monday.
void Interpreter::put_behind_start(Moment& moment) {
    const std::int64_t start_ns = reading_.intent().start_ns();
    if (start_ns == 0 || moment.day == kNone || !at(moment.day).any_week) return;
    const chrono::sys_time<chrono::nanoseconds> start{chrono::nanoseconds(start_ns) +
                                                      chrono::hours(8)};
    if (moment.end > start) return;
    constexpr chrono::days kWeek{7};
    moment.begin += kWeek;
    moment.end += kWeek;
    items_[moment.day].first += kWeek;
    items_[moment.day].last += kWeek;
}

void Interpreter::read_days() {
    is_day_.assign(items_.size(), false);
    for (std::size_t i = 0; i < items_.size(); ++i) {
        is_day_[i] = resolve_day(i);
        if (is_day_[i]) items_[i].used = false;
    }
    join_clocks();
    for (std::size_t k = 0; k < moments_.size(); ++k) {
        Moment& moment = moments_[k];
        if (moment.clock != kNone) {
            if (!moment.date && !set_day_of_lone_clock(moment, k)) continue;
            set_times(moment);
        }
        put_behind_start(moment);
        read_moment(moment);
    }
}

/// From March 15 to March 25, from 9 am to 6 pm.
bool Interpreter::ends_range(const Moment& moment) const {
    const std::size_t first = std::min(moment.clock, moment.day);
    if (first < 2 || !at(first - 1).is("range") || at(first - 2).clause != at(first).clause)
        return false;
    return std::ranges::any_of(moments_, [&](const Moment& other) {
        return (other.clock == first - 2 || other.day == first - 2) && other.begin <= moment.begin;
    });
}

/// From 9 am to 6 pm: of times of day the first is a start, whatever stands before it.
bool Interpreter::begins_range(const Moment& moment) const {
    const std::size_t last =
        moment.day == kNone ? moment.clock : std::max(moment.clock, moment.day);
    const bool is_range = last + 2 < items_.size() && at(last + 1).is("range") &&
                          at(last + 2).clause == at(last).clause;
    return is_range && std::ranges::any_of(moments_, [last](const Moment& other) {
               return other.clock != kNone && std::min(other.clock, other.day) == last + 2;
           });
}

void Interpreter::read_moment(const Moment& moment) {
    const bool has_clock = moment.clock != kNone;
    const bool has_day = moment.day != kNone;
    const std::size_t first = std::min(moment.clock, moment.day);
    const std::size_t last = !has_clock ? moment.day
                             : !has_day ? moment.clock
                                        : std::max(moment.clock, moment.day);
    const std::size_t right = after(last);
    const std::size_t further = right == kNone ? kNone : after(right);
    // Friday before 6 pm: the word may stand between.
    const std::size_t inner = has_clock && has_day ? past_at(last, false) : kNone;
    const std::size_t outer = has_clock ? past_at(first, false) : before(first);
    const std::size_t left =
        is_at(inner, "cue", "before") || is_at(inner, "cue", "by") ? inner : outer;
    const auto say_at = [&](std::string_view slot, LocalMinute when, std::size_t cue) {
        if (has_clock) note_clock(moment);
        std::vector<std::size_t> from{moment.day, moment.clock, cue};
        std::erase(from, kNone);
        std::ranges::sort(from);
        say(slot, instant_at(when), from);
    };
    // What "tonight" alone begins with is not known, and its end is that of the day.
    const DayPart part = has_clock ? DayPart::none : at(moment.day).part;
    const bool has_begin = part == DayPart::none;
    const bool has_end = has_begin || part == DayPart::evening;
    const auto end_at = [&](LocalMinute when, std::size_t cue) {
        note_deadline(moment, when == moment.end);
        say_at("deadline", when, cue);
    };
    const std::size_t start =
        is_at(right, "cue", "start") || !is_at(further, "cue", "start") ? right : further;
    if ((has_day && at(moment.day).is("date_before")) || is_at(right, "cue", "before")) {
        if (has_begin) end_at(moment.begin, right);
    } else if (is_at(right, "cue", "after")) {
        if (has_end) say_at("start", moment.end, right);
    } else if (is_at(start, "cue", "start")) {
        if (has_begin) say_at("start", moment.begin, start);
    } else if (is_at(left, "cue", "before")) {
        if (has_begin) end_at(moment.begin, left);
    } else if (is_at(left, "cue", "after")) {
        if (has_end) say_at("start", moment.end, left);
    } else if (is_at(left, "cue", "start")) {
        if (has_begin) say_at("start", moment.begin, left);
    } else if (has_clock && begins_range(moment)) {
        say_at("start", moment.begin, kNone);
    } else if (!has_end) {
        return;
    } else if (is_at(left, "cue", "by") || is_at(left, "cue", "at_most")) {
        end_at(moment.end, left);
    } else if (is_at(right, "cue", "by") || is_at(right, "cue", "within")) {
        end_at(moment.end, right);
    } else if (is_at(left, "range") || ends_range(moment) || clause_has(first, "cue", "by")) {
        end_at(moment.end, is_at(left, "range") ? left : kNone);
    }
}

}  // namespace penstock::intent
