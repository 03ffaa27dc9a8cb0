#include <algorithm>
#include <string>

#include "advise/intent/items.h"

namespace penstock::intent {

namespace {

constexpr std::u32string_view kPauses = U",;.!?:，；。！？：()（）[]【】…\n\"“”「」";
constexpr std::u32string_view kStrongPauses = U";.!?；。！？…\n";

bool is_word(char32_t c) {
    return is_latin(c) || is_ascii_digit(c);
}

std::string day_text(std::chrono::year_month_day date) {
    const auto two = [](unsigned value) { return std::to_string(100 + value).substr(1); };
    return std::to_string(static_cast<int>(date.year())) + '-' +
           two(static_cast<unsigned>(date.month())) + '-' + two(static_cast<unsigned>(date.day()));
}

class Splitter {
  public:
    Splitter(std::string_view sentence, std::chrono::sys_days today,
             std::vector<std::string>& notes)
        : sentence_(sentence), text_(fold(sentence)), today_(today), notes_(notes) {}

    std::vector<Item> split() {
        const std::u32string& all = text_.characters;
        while (at_ < all.size()) {
            if (all[at_] == ' ') {
                ++at_;
                continue;
            }
            if (!take_below_zero() && !take_day() && !take_clock() && !take_length() &&
                !take_number() && !take_phrase() && !take_pause())
                take_unknown();
        }
        return std::move(items_);
    }

  private:
    Item& add(ItemKind kind, std::size_t end) {
        Item item;
        item.kind = kind;
        item.begin = text_.begins[at_];
        item.end = text_.begins[end];
        // Blanks belong to no piece.
        std::size_t last = end;
        while (last > at_ + 1 && text_.characters[last - 1] == ' ') --last;
        if (last != end) item.end = text_.begins[last];
        item.clause = clause_;
        at_ = end;
        items_.push_back(std::move(item));
        return items_.back();
    }

    bool take_day() {
        const auto day = read_day(text_, at_, today_);
        if (!day) return false;
        // "may" is a verb, too, and 3月 in 3月租 no date: a month alone needs a word beside it.
        if (day->end - at_ == 3 && text_.characters.compare(at_, 3, U"may") == 0) return false;
        const PhraseMatch phrase = match_phrase(text_, at_);
        if (phrase.length > day->end - at_) return false;
        Item& item = add(ItemKind::day, day->end);
        item.first = day->first;
        item.last = day->last;
        item.part = day->part;
        item.relative = day->relative;
        item.any_week = day->any_week;
        if (day->disputed) {
            const bool is_end = day->first == day->last;
            const std::chrono::year_month_day date(is_end ? day->last - std::chrono::days(1)
                                                          : day->first);
            notes_.push_back("Took '" + text_of(item) + "' as " + day_text(date) +
                             ", of the week after this one.");
        }
        return true;
    }

    /// The part of the day that stands in front: 今晚, tonight, "tonight at".
    DayPart part_in_front() const {
        const bool follows_at = !items_.empty() && items_.back().is("cue", "in");
        if (items_.size() < (follows_at ? 2 : 1)) return DayPart::none;
        return items_[items_.size() - (follows_at ? 2 : 1)].part;
    }

    bool take_clock() {
        const std::u32string& all = text_.characters;
        const bool after_day =
            !items_.empty() && (items_.back().kind == ItemKind::day || items_.back().is("date"));
        const bool after_t = after_day && all[at_] == 't' && at_ > 0 && at_ + 1 < all.size() &&
                             is_ascii_digit(all[at_ - 1]) && is_ascii_digit(all[at_ + 1]);
        const auto clock = read_clock(text_, after_t ? at_ + 1 : at_, part_in_front());
        if (!clock || (clock->bare_one && !after_day)) return false;
        if (match_phrase(text_, at_).length > clock->end - at_) return false;
        Item& item = add(clock->other_zone ? ItemKind::unknown : ItemKind::clock, clock->end);
        item.minute = clock->minute;
        item.in_doubt = clock->in_doubt;
        if (clock->other_zone)
            notes_.push_back("'" + text_of(item) + "' is not read: times of day are at UTC+8.");
        return true;
    }

    /// Whether "an hour" would say what an amount in front is for: 30 yuan an hour.
    bool follows_amount() const {
        if (items_.empty() || items_.back().clause != clause_) return false;
        const Item& last = items_.back();
        return last.kind == ItemKind::number || last.kind == ItemKind::quantity || last.is("per") ||
               last.is("chip") || last.is("unit") || last.is("cue", "price") ||
               last.is("cue", "budget");
    }

    bool take_length() {
        const auto length = read_length(text_, at_);
        if (!length) return false;
        if (text_.characters[at_] == 'a' && follows_amount()) return false;
        Item& item = add(ItemKind::quantity, length->end);
        item.number = length->number;
        item.and_half = length->and_half;
        item.meanings = length->unit;
        return true;
    }

    std::string text_of(const Item& item) const {
        return std::string(sentence_.substr(item.begin, item.end - item.begin));
    }

    /// -5000 yuan, 负5000元: nothing that is said is below zero, and it is not read as above.
    bool take_below_zero() {
        const std::u32string& all = text_.characters;
        constexpr std::u32string_view kMinus = U"minus ";
        const bool sign = (all[at_] == '-' || all[at_] == 0x2212) &&
                          (at_ == 0 || all[at_ - 1] == ' ') && at_ + 1 < all.size() &&
                          all[at_ + 1] != ' ';
        const bool word = all.compare(at_, kMinus.size(), kMinus) == 0;
        if (!sign && !word && all[at_] != U'负') return false;
        std::size_t at = at_ + (word ? kMinus.size() : 1);
        if (at >= all.size()) return false;
        take_currency(at);
        const auto number = read_number(text_, at);
        const bool in_range = !items_.empty() && (items_.back().kind == ItemKind::number ||
                                                  items_.back().kind == ItemKind::quantity);
        if (!number || in_range) return false;
        const Unit unit = unit_after(number->end);
        const std::string read =
            text_of(add(ItemKind::unknown, unit.end != 0 ? unit.end : number->end));
        notes_.push_back("'" + read + "' is not read: nothing here is below zero.");
        return true;
    }

    /// ¥, $ or € in front of a number.
    std::string take_currency(std::size_t& at) const {
        const std::u32string& all = text_.characters;
        const char32_t sign = all[at];
        const std::string currency = sign == 0xA5     ? "CNY"
                                     : sign == '$'    ? "USD"
                                     : sign == 0x20AC ? "EUR"
                                                      : "";
        if (currency.empty()) return {};
        std::size_t next = at + 1;
        while (next < all.size() && all[next] == ' ') ++next;
        if (next >= all.size() || !is_ascii_digit(all[next])) return {};
        at = next;
        return currency;
    }

    bool take_number() {
        std::size_t at = at_;
        std::string currency = take_currency(at);
        const auto number = read_number(text_, at);
        if (!number) return false;
        if (take_zhao(number->end)) return true;
        const Unit unit = unit_after(number->end);
        const PhraseMatch phrase = match_phrase(text_, at_);
        const std::size_t end = unit.end != 0 ? unit.end : number->end;
        const bool is_chip = has(phrase.meanings, "chip");
        const bool counts_cards = has(unit.meanings, "unit", "cards:1");
        if (currency.empty() && phrase.length > 0) {
            // 4090 is a card, and 4090元 an amount; 一个 is no count, and 一个月 is one.
            const bool wider = at_ + phrase.length > end;
            const bool same_chip =
                is_chip && (at_ + phrase.length >= number->end) &&
                (unit.end == 0 || counts_cards || at_ + phrase.length >= unit.end);
            const bool word = number->chinese && unit.end == 0 && at_ + phrase.length >= end;
            const bool english = is_latin(text_.characters[at_]) && at_ + phrase.length >= end;
            if (wider || same_chip || word || english) return false;
        }
        if (number->chinese && number->digits == 1 && unit.end == 0 && !counts_on(number->end))
            return false;
        Item& item = add(unit.end != 0 ? ItemKind::quantity : ItemKind::number, end);
        item.number = number->value;
        item.magnitude = number->magnitude;
        item.currency = std::move(currency);
        item.meanings = unit.meanings;
        if (number->chinese && number->digits > 1 && item.magnitude == Magnitude::none)
            item.magnitude = Magnitude::other;
        take_tenths(item);
        take_times(item);
        return true;
    }

    /// 8xH100, 8×昇腾910B
    void take_times(Item& item) {
        const std::u32string& all = text_.characters;
        if (item.kind != ItemKind::number || at_ + 1 >= all.size()) return;
        if (all[at_] != 'x' && all[at_] != 0xD7) return;
        if (!has(match_phrase(text_, at_ + 1).meanings, "chip")) return;
        item.end = text_.begins[++at_];
    }

    /// 2兆元: 兆 means two things, so neither the number nor what it counts is understood. 兆字节
    /// is a unit of its own, and 兆瓦, 兆赫 and 兆比特 are no amounts of ours.
    bool take_zhao(std::size_t at) {
        const std::u32string& all = text_.characters;
        if (at >= all.size() || all[at] != U'兆') return false;
        if (at + 1 < all.size() && std::u32string_view(U"字瓦赫比").contains(all[at + 1]))
            return false;
        std::size_t end = at + 1;
        // 两兆三千亿
        while (end < all.size()) {
            const auto more = read_number(text_, end);
            if (!more) break;
            end = more->end;
        }
        if (const Unit unit = unit_after(end); unit.end != 0) end = unit.end;
        const std::string read = text_of(add(ItemKind::unknown, end));
        notes_.push_back("'" + read +
                         "' is not read: 兆 is 10^6 to some and 10^12 to others; write 百万 or "
                         "万亿.");
        return true;
    }

    /// 五块五: what follows 块 are tenths.
    void take_tenths(Item& item) {
        if (!has(item.meanings, "unit", "money:CNY:1") || at_ >= text_.characters.size()) return;
        if (text_.characters[at_ - 1] != U'块') return;
        const auto tenths = read_number(text_, at_);
        const auto value = tenths ? whole(tenths->value) : std::nullopt;
        const auto units = whole(item.number);
        if (!value || *value < 1 || *value > 9 || !units || unit_after(tenths->end).end != 0)
            return;
        if (tenths->end != at_ + 1 || *units > 1'000'000) return;
        item.number = {static_cast<Wide>(*units * 10 + *value), -1};
        at_ = tenths->end;
        item.end = text_.begins[at_];
    }

    struct Unit {
        std::size_t end = 0;
        std::span<const Meaning> meanings;
    };

    /// 16c32g: cores, and their memory behind.
    bool counts_cores(std::size_t at) const {
        const std::u32string& all = text_.characters;
        if (at >= all.size() || all[at] != 'c') return false;
        std::size_t end = at + 1;
        while (end < all.size() && is_ascii_digit(all[end])) ++end;
        return end > at + 1 && end < all.size() && all[end] == 'g';
    }

    Unit unit_after(std::size_t at) const {
        const std::u32string& all = text_.characters;
        if (counts_cores(at)) return {at + 1, meanings_of("cores")};
        for (const char32_t between : {U' ', U'-', U'多', U'余', U'来', U'个'}) {
            if (at >= all.size()) return {};
            const PhraseMatch match = match_unit(text_, at);
            if (match.length > 0 && !is_phrase_of_more(at, match.length))
                return {at + match.length, match.meanings};
            if (all[at] == between) ++at;
        }
        return {};
    }

    /// Whether what looks like a unit begins a longer phrase: 日 in 日常, 卡 in 卡型.
    bool is_phrase_of_more(std::size_t at, std::size_t length) const {
        const PhraseMatch phrase = match_phrase(text_, at);
        return phrase.length > length && is_han(text_.characters[at]);
    }

    /// 三到五百万: a single numeral counts when a range goes on behind it.
    bool counts_on(std::size_t at) const {
        const std::u32string& all = text_.characters;
        if (at + 1 >= all.size()) return false;
        const bool range = all[at] == U'到' || all[at] == U'至' || all[at] == '-' || all[at] == '~';
        return range && read_number(text_, at + 1).has_value();
    }

    bool take_phrase() {
        const std::u32string& all = text_.characters;
        const bool cuts = at_ > 0 && is_word(all[at_]) && is_word(all[at_ - 1]) &&
                          !(items_.empty() || items_.back().kind == ItemKind::number);
        if (cuts) return false;
        const bool range =
            all[at_] == '-' || all[at_] == '~' || all[at_] == 0x2013 || all[at_] == 0x2014;
        const PhraseMatch match =
            range ? PhraseMatch{1, meanings_of("~")} : match_phrase(text_, at_);
        if (match.length == 0) return false;
        if (range && all[at_] != '~' && !between_numbers()) {
            add(ItemKind::pause, at_ + 1);
            ++clause_;
            return true;
        }
        if (has(match.meanings, "unknown")) {
            add(ItemKind::unknown, at_ + match.length);
            return true;
        }
        add(ItemKind::phrase, at_ + match.length).meanings = match.meanings;
        return true;
    }

    bool between_numbers() const {
        std::size_t next = at_ + 1;
        while (next < text_.characters.size() && text_.characters[next] == ' ') ++next;
        return !items_.empty() && items_.back().kind != ItemKind::pause &&
               (items_.back().kind == ItemKind::number ||
                items_.back().kind == ItemKind::quantity ||
                items_.back().kind == ItemKind::clock) &&
               next < text_.characters.size() && is_ascii_digit(text_.characters[next]);
    }

    bool take_pause() {
        const char32_t c = text_.characters[at_];
        if (c == '/') {
            add(ItemKind::phrase, at_ + 1).meanings = meanings_of("or");
            return true;
        }
        if (kPauses.find(c) == kPauses.npos) return false;
        add(ItemKind::pause, at_ + 1).strong_pause = kStrongPauses.find(c) != kStrongPauses.npos;
        // 预算：50万 is one clause.
        if (c != ':' && c != 0xFF1A && c != '"' && c != 0x201C && c != 0x201D) ++clause_;
        return true;
    }

    void take_unknown() {
        const std::u32string& all = text_.characters;
        std::size_t end = at_ + 1;
        if (is_word(all[at_])) {
            while (end < all.size() && (is_word(all[end]) || all[end] == '\'')) ++end;
            std::string word;
            for (std::size_t i = at_; i < end; ++i)
                word += all[i] < 0x80 ? static_cast<char>(all[i]) : '?';
            if (const std::string_view meant = near_word(word); !meant.empty()) {
                notes_.push_back("Read '" + word + "' as '" + std::string(meant) + "'.");
                add(ItemKind::phrase, end).meanings = meanings_of(meant);
                return;
            }
            Item& item = add(ItemKind::unknown, end);
            item.part = word == "morning"                      ? DayPart::morning
                        : word == "afternoon"                  ? DayPart::afternoon
                        : word == "evening" || word == "night" ? DayPart::evening
                                                               : DayPart::none;
            return;
        } else if (!items_.empty() && items_.back().kind == ItemKind::unknown && is_han(all[at_]) &&
                   items_.back().end == text_.begins[at_]) {
            items_.back().end = text_.begins[end];
            at_ = end;
            return;
        }
        add(ItemKind::unknown, end);
    }

    std::string_view sentence_;
    FoldedText text_;
    std::chrono::sys_days today_;
    std::vector<std::string>& notes_;
    std::vector<Item> items_;
    std::size_t at_ = 0;
    std::size_t clause_ = 0;
};

}  // namespace

std::vector<Item> split_sentence(std::string_view sentence, std::chrono::sys_days today,
                                 std::vector<std::string>& notes) {
    return Splitter(sentence, today, notes).split();
}

}  // namespace penstock::intent
