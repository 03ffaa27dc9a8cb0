#include <algorithm>
#include <array>

#include "advise/intent/items.h"

namespace penstock::intent {

namespace {

constexpr int kHour = 60;
constexpr int kNoon = 12 * kHour;
constexpr int kDay = 24 * kHour;

/// Zones that a time of day may be in; ours may be said with it.
constexpr std::array<std::u32string_view, 14> kOtherZones{U"utc", U"gmt", U"est", U"edt", U"cst",
                                                          U"cdt", U"pst", U"pdt", U"cet", U"cest",
                                                          U"bst", U"jst", U"ist", U"z"};
constexpr std::array<std::u32string_view, 7> kOwnZones{
    U"utc+08:00", U"utc+8:00", U"utc+8", U"gmt+8", U"+08:00", U"beijing time", U"北京时间"};

struct PartWord {
    std::u32string_view text;
    DayPart part;
};
/// In front of the hour; 晚 and 早 alone only there.
constexpr std::array<PartWord, 22> kPartsInFront{
    {{U"凌晨", DayPart::dawn},           {U"早上", DayPart::morning},
     {U"早晨", DayPart::morning},        {U"清晨", DayPart::morning},
     {U"上午", DayPart::morning},        {U"早", DayPart::morning},
     {U"中午", DayPart::noon},           {U"正午", DayPart::noon},
     {U"下午", DayPart::afternoon},      {U"午后", DayPart::afternoon},
     {U"傍晚", DayPart::evening},        {U"晚上", DayPart::evening},
     {U"晚间", DayPart::evening},        {U"夜里", DayPart::evening},
     {U"夜间", DayPart::evening},        {U"深夜", DayPart::evening},
     {U"半夜", DayPart::evening},        {U"晚", DayPart::evening},
     {U"morning at ", DayPart::morning}, {U"afternoon at ", DayPart::afternoon},
     {U"evening at ", DayPart::evening}, {U"night at ", DayPart::evening}}};
constexpr std::array<PartWord, 10> kPartsBehind{{{U"am", DayPart::before_noon},
                                                 {U"a.m.", DayPart::before_noon},
                                                 {U"pm", DayPart::after_noon},
                                                 {U"p.m.", DayPart::after_noon},
                                                 {U"in the morning", DayPart::morning},
                                                 {U"in the afternoon", DayPart::afternoon},
                                                 {U"in the evening", DayPart::evening},
                                                 {U"this evening", DayPart::evening},
                                                 {U"at night", DayPart::evening},
                                                 {U"tonight", DayPart::evening}}};

struct NamedTime {
    std::u32string_view text;
    int minute;
};
constexpr std::array<NamedTime, 14> kNamedTimes{{{U"noon", kNoon},
                                                 {U"midday", kNoon},
                                                 {U"12 noon", kNoon},
                                                 {U"twelve noon", kNoon},
                                                 {U"midnight", kDay},
                                                 {U"12 midnight", kDay},
                                                 {U"end of day", kDay},
                                                 {U"end of the day", kDay},
                                                 {U"the end of the day", kDay},
                                                 {U"eod", kDay},
                                                 {U"中午", kNoon},
                                                 {U"正午", kNoon},
                                                 {U"午夜", kDay},
                                                 {U"当天结束", kDay}}};

constexpr std::array<std::u32string_view, 12> kHourWords{U"one",  U"two", U"three",  U"four",
                                                         U"five", U"six", U"seven",  U"eight",
                                                         U"nine", U"ten", U"eleven", U"twelve"};

class ClockReader {
  public:
    /// @param part  Of the day in front, such as of "tonight"; "at" behind it makes any number an
    ///              hour.
    ClockReader(const std::u32string& all, std::size_t at, DayPart part)
        : all_(all),
          at_(at),
          part_(part),
          follows_at_(part != DayPart::none && at >= 3 && all.compare(at - 3, 3, U"at ") == 0) {}

    std::optional<ReadClock> read() {
        if (auto named = read_named()) return named;
        if (!take_part() && at_ < all_.size() && is_latin(all_[at_]) && !take_half_past())
            return read_english_hour();
        const bool half_past = half_past_;
        const std::size_t begin = at_;
        auto hour = half_past ? english_hour() : small_number();
        if (!hour && part_ != DayPart::none) hour = english_hour();
        if (!hour || *hour > 24) return std::nullopt;
        hour_ = *hour;
        leads_with_zero_ = all_[begin] == '0';
        minute_ = half_past ? 30 : 0;
        if (!half_past && read_chinese_rest()) return finish(Marked::yes);
        if (gave_up_) return std::nullopt;
        return read_rest();
    }

  private:
    enum class Marked { no, yes };  ///< Whether it can be nothing but a time of day.

    bool next_is(std::u32string_view text) const {
        if (all_.compare(at_, text.size(), text) != 0) return false;
        const std::size_t end = at_ + text.size();
        return end >= all_.size() || !is_latin(text.back()) || !is_latin(all_[end]);
    }
    bool take(std::u32string_view text) {
        if (!next_is(text)) return false;
        at_ += text.size();
        return true;
    }
    char32_t next(std::size_t ahead = 0) const {
        return at_ + ahead < all_.size() ? all_[at_ + ahead] : U'\0';
    }
    void skip_blank() {
        if (next() == ' ') ++at_;
    }

    std::optional<ReadClock> read_named() {
        const NamedTime* longest = nullptr;
        for (const NamedTime& one : kNamedTimes) {
            if (next_is(one.text) && (longest == nullptr || longest->text.size() < one.text.size()))
                longest = &one;
        }
        if (longest == nullptr) return std::nullopt;
        // 中午12点, 午夜十二点
        if (is_han(longest->text.front())) {
            ClockReader behind(all_, at_ + longest->text.size(),
                               longest->minute == kNoon ? DayPart::noon : DayPart::evening);
            if (auto read = behind.read_digits_of_part()) return read;
        }
        at_ += longest->text.size();
        return ReadClock{.end = at_, .minute = longest->minute};
    }

    std::optional<ReadClock> read_digits_of_part() {
        skip_blank();
        const auto hour = small_number();
        if (!hour || *hour > 24) return std::nullopt;
        hour_ = *hour;
        if (!read_chinese_rest()) return std::nullopt;
        return finish(Marked::yes);
    }

    bool take_part() {
        const PartWord* longest = nullptr;
        for (const PartWord& one : kPartsInFront) {
            if (next_is(one.text) && (longest == nullptr || longest->text.size() < one.text.size()))
                longest = &one;
        }
        if (longest == nullptr) return false;
        part_ = longest->part;
        at_ += longest->text.size();
        follows_at_ = all_[at_ - 1] == ' ';
        skip_blank();
        return true;
    }

    bool take_half_past() {
        half_past_ = take(U"half past ");
        return half_past_;
    }

    std::optional<int> english_hour() {
        for (std::size_t i = 0; i < kHourWords.size(); ++i)
            if (take(kHourWords[i])) return static_cast<int>(i) + 1;
        return small_number();
    }

    std::optional<ReadClock> read_english_hour() {
        const auto hour = english_hour();
        if (!hour) return std::nullopt;
        hour_ = *hour;
        return read_rest();
    }

    /// 0 to 99: two ASCII digits at most, or 八, 十, 二十二, 零五.
    std::optional<int> small_number() {
        static constexpr std::u32string_view kNumerals = U"零一二三四五六七八九";
        const auto digit = [this]() -> std::optional<int> {
            const char32_t c = next() == U'两' ? U'二' : next() == U'〇' ? U'零' : next();
            const std::size_t value = kNumerals.find(c);
            if (c == U'\0' || value == kNumerals.npos) return std::nullopt;
            ++at_;
            return static_cast<int>(value);
        };
        if (is_ascii_digit(next())) {
            const std::size_t size = is_ascii_digit(next(1)) ? 2 : 1;
            if (is_ascii_digit(next(size))) return std::nullopt;
            int value = 0;
            for (std::size_t i = 0; i < size; ++i)
                value = value * 10 + static_cast<int>(next(i) - '0');
            at_ += size;
            return value;
        }
        const auto first = digit();
        if (take(U"十")) return first.value_or(1) * 10 + digit().value_or(0);
        if (first == 0) return digit().value_or(0);
        return first;
    }

    /// 点, 点半, 点三十分, 时30分: what stands behind the hour.
    bool read_chinese_rest() {
        const std::size_t begin = at_;
        if (next() == U'时') {
            if (std::u32string_view(U"延长间段").contains(next(1))) return false;
            ++at_;
        } else if (!take(U"点")) {
            return false;
        }
        if (take(U"整")) return true;
        if (take(U"钟")) return true;
        if (take(U"一刻")) return minute_ = 15, true;
        if (take(U"三刻")) return minute_ = 45, true;
        if (next() == U'半' && !std::u32string_view(U"价个小天").contains(next(1)))
            return ++at_, minute_ = 30, true;
        const std::size_t minutes = at_;
        const auto minute = small_number();
        if (!minute) {
            is_bare_ = begin + 1 == at_;
            return true;
        }
        // 三点五 and 一点五亿 are numbers with a decimal.
        const bool tens = at_ - minutes >= 2;
        const bool unit = take(U"分");
        if (unit) take(U"钟");
        if (!unit && (!tens || std::u32string_view(U"十百千万亿").contains(next()) ||
                      is_ascii_digit(next()))) {
            gave_up_ = true;
            return false;
        }
        gave_up_ = *minute > 59;
        minute_ = *minute;
        return !gave_up_;
    }

    /// :30 pm, pm, o'clock, in the evening.
    std::optional<ReadClock> read_rest() {
        Marked marked = half_past_ ? Marked::yes : Marked::no;
        const bool colon = next() == ':';
        if ((colon || next() == '.') && is_ascii_digit(next(1)) && is_ascii_digit(next(2)) &&
            !is_ascii_digit(next(3))) {
            const std::size_t begin = at_;
            minute_ = static_cast<int>((next(1) - '0') * 10 + (next(2) - '0'));
            at_ += 3;
            if (colon && next() == ':' && is_ascii_digit(next(1)) && is_ascii_digit(next(2)))
                at_ += 3;
            if (colon) marked = Marked::yes;
            if (!colon && !is_part_behind()) at_ = begin, minute_ = 0;
        }
        if (minute_ > 59) return std::nullopt;
        const std::size_t end = at_;
        skip_blank();
        if (take(U"o'clock")) {
            marked = Marked::yes;
        } else {
            at_ = end;
        }
        return finish(marked);
    }

    bool is_part_behind() const {
        const std::size_t skip = next() == ' ' ? 1 : 0;
        return std::ranges::any_of(kPartsBehind, [&](const PartWord& one) {
            return all_.compare(at_ + skip, one.text.size(), one.text) == 0;
        });
    }

    std::optional<ReadClock> finish(Marked marked) {
        std::size_t end = at_;
        skip_blank();
        for (const PartWord& one : kPartsBehind) {
            if (!next_is(one.text)) continue;
            part_ = one.part;
            marked = Marked::yes;
            // "tonight" says the day, too.
            if (one.text != U"tonight") at_ += one.text.size(), end = at_;
            break;
        }
        at_ = end;
        if (marked == Marked::no && !follows_at_) return std::nullopt;
        const auto minute = minute_of_day();
        if (!minute) return std::nullopt;
        ReadClock clock{.end = end, .minute = *minute};
        clock.in_doubt = part_ == DayPart::none && hour_ >= 1 && hour_ <= 12 && !leads_with_zero_;
        clock.bare_one = is_bare_ && hour_ == 1 && part_ == DayPart::none;
        take_zone(clock);
        return clock;
    }

    void take_zone(ReadClock& clock) {
        skip_blank();
        for (const std::u32string_view zone : kOwnZones) {
            if (next_is(zone)) {
                clock.end = at_ + zone.size();
                return;
            }
        }
        for (const std::u32string_view zone : kOtherZones) {
            if (!next_is(zone)) continue;
            at_ += zone.size();
            while (next() == '+' || next() == '-' || is_ascii_digit(next())) ++at_;
            clock.end = at_;
            clock.other_zone = true;
            return;
        }
    }

    /// Nothing where the part of the day has no such hour.
    std::optional<int> minute_of_day() const {
        const auto from = [this](int first, int last) { return hour_ >= first && hour_ <= last; };
        std::optional<int> hour;
        switch (part_) {
            case DayPart::none:
                hour = hour_;
                break;
            case DayPart::before_noon:
                if (from(1, 12)) hour = hour_ % 12;
                break;
            case DayPart::after_noon:
                if (from(1, 12)) hour = hour_ % 12 + 12;
                if (from(13, 23)) hour = hour_;
                break;
            case DayPart::dawn:
                if (from(0, 6)) hour = hour_;
                if (hour_ == 12) hour = 0;
                break;
            case DayPart::morning:
                if (from(1, 12)) hour = hour_;
                break;
            case DayPart::noon:
                if (from(11, 14)) hour = hour_;
                if (from(1, 2)) hour = hour_ + 12;
                break;
            case DayPart::afternoon:
                if (from(1, 7)) hour = hour_ + 12;
                if (from(12, 19)) hour = hour_;
                break;
            case DayPart::evening:
                if (from(5, 12)) hour = hour_ + 12;
                if (from(17, 24)) hour = hour_;
                if (hour_ == 0) hour = 24;
                break;
        }
        if (!hour || (*hour == 24 && minute_ != 0 && part_ == DayPart::none)) return std::nullopt;
        return *hour * kHour + minute_;
    }

    const std::u32string& all_;
    std::size_t at_;
    DayPart part_;
    bool follows_at_;
    int hour_ = 0;
    int minute_ = 0;
    bool half_past_ = false;
    bool leads_with_zero_ = false;
    bool is_bare_ = false;
    bool gave_up_ = false;
};

}  // namespace

std::optional<ReadClock> read_clock(const FoldedText& text, std::size_t at, DayPart part) {
    const std::u32string& all = text.characters;
    // 2026-05-01T18:00
    const bool follows_t = at > 1 && all[at - 1] == 't' && is_ascii_digit(all[at - 2]);
    const bool cuts =
        at > 0 && !follows_t && (is_latin(all[at - 1]) || is_ascii_digit(all[at - 1]));
    if (cuts && (is_latin(all[at]) || is_ascii_digit(all[at]))) return std::nullopt;
    if (at > 1 && (all[at - 1] == '.' || all[at - 1] == ':') && is_ascii_digit(all[at - 2]))
        return std::nullopt;
    return ClockReader(all, at, part).read();
}

}  // namespace penstock::intent
