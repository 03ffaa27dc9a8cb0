#include "advise/intent/interpreter.h"

namespace penstock::intent {

bool Interpreter::is_contrasted(std::size_t left, std::size_t right) const {
    for (std::size_t k = left + 1; k < right; ++k)
        if (at(k).is("contrast")) return true;
    return false;
}

bool Interpreter::is_name(std::size_t i) const {
    return at(i).is("chip") || at(i).is("place") || at(i).is("model");
}

/// The word in front of a piece that denies it. Of names, and of what may be one, also in front of
/// a list: 不要飞腾和H100 denies both.
std::size_t Interpreter::denial_before(std::size_t i) const {
    const bool is_listed = is_name(i) || at(i).kind == ItemKind::unknown;
    bool and_between = false;
    std::size_t last = i;
    for (std::size_t k = before(i); k != kNone; k = before(k)) {
        if (is_contrasted(k, last)) return kNone;
        if (is_at(k, "neg") || is_at(k, "except")) return k;
        const bool is_and = is_at(k, "and");
        // 不要用英特尔, don't rent H100: the verb between is no matter.
        const bool passes =
            is_at(k, "cue", "in") || is_at(k, "noun") || is_at(k, "cue", "duration") ||
            (is_listed &&
             (is_and || at(k).kind == ItemKind::unknown || (is_name(k) && and_between)));
        if (!passes) return kNone;
        and_between = is_and;
        last = k;
    }
    return kNone;
}

/// The word behind a piece that denies it: 飞腾不要, 英伟达的卡不要, H100和飞腾除外.
std::size_t Interpreter::denial_behind(std::size_t i) const {
    const bool is_listed = is_name(i) || at(i).kind == ItemKind::unknown;
    bool and_between = false;
    for (std::size_t k = after(i); k != kNone; k = after(k)) {
        if (is_at(k, "except_after")) return is_at(after(k), "neg_after") ? kNone : k;
        if (is_at(k, "neg_after")) {
            // 不要 may belong to what follows.
            for (std::size_t next = after(k); is_at(k, "neg") && next != kNone; next = after(next))
                if (is_name(next) || is_at(next, "set") || at(next).kind == ItemKind::unknown)
                    return kNone;
            return k;
        }
        const bool is_and = is_at(k, "and");
        const bool passes =
            (has_unit(k, "cards") && at(k).kind == ItemKind::phrase) || is_at(k, "noun") ||
            (is_listed &&
             (is_and || at(k).kind == ItemKind::unknown || (is_name(k) && and_between)));
        if (!passes) return kNone;
        and_between = is_and;
    }
    return kNone;
}

std::size_t Interpreter::denial_of(std::size_t first, std::size_t last) const {
    std::size_t right = after(last);
    while (right != kNone && has_unit(right, "cards") && at(right).kind == ItemKind::phrase)
        right = after(right);
    // 除北京外, and 非H100不可: what stands behind decides.
    if (is_at(right, "except_after")) return is_at(after(right), "neg_after") ? kNone : right;
    const std::size_t left = denial_before(first);
    if (left != kNone) return is_at(right, "not_exclusive") ? kNone : left;
    return denial_behind(last);
}

/// Whether a word says that a piece need not be: that is neither a wish nor excludes it.
bool Interpreter::is_unneeded(std::size_t first, std::size_t last) const {
    const std::size_t denial = denial_of(first, last);
    return is_at(denial, "unneeded");
}

void Interpreter::report(std::size_t begin, std::size_t end) {
    v1::TextSpan& span = *reading_.add_not_understood();
    span.set_begin(static_cast<std::uint32_t>(begin));
    span.set_end(static_cast<std::uint32_t>(end));
}

/// Reports what fills nothing.
void Interpreter::report_rest() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (at(i).used) continue;
        if (denial_of(i, i) == kNone) {
            report(at(i).begin, at(i).end);
        } else {
            i = report_denied(i);
        }
    }
}

/// Reports what is denied and fills nothing, with the words that deny it.
/// @return The last piece of the list that it begins.
std::size_t Interpreter::report_denied(std::size_t first) {
    std::size_t last = first;
    for (std::size_t k = first + 1; k < clause_end(first); ++k) {
        if (!at(k).used) last = k;
        if (at(k).used && !is_filler(k) && !is_at(k, "and")) break;
    }
    const auto is_small = [this](std::size_t k) {
        return is_filler(k) || is_at(k, "and") || is_at(k, "noun") || is_at(k, "cue", "in") ||
               is_at(k, "cue", "duration") ||
               (has_unit(k, "cards") && at(k).kind == ItemKind::phrase);
    };
    const std::size_t left = denial_before(first);
    const std::size_t right = denial_behind(last);
    std::size_t begin = first;
    while (left != kNone && begin > left && (begin - 1 == left || is_small(begin - 1))) --begin;
    // What was reported once is not reported again.
    const auto& rest = reading_.not_understood();
    const std::size_t free = rest.empty() ? 0 : rest[rest.size() - 1].end();
    const bool joins_left = left != kNone && begin == left && at(begin).begin >= free;
    if (!joins_left) begin = first;
    std::size_t end = last;
    while (right != kNone && end < right && (end + 1 == right || is_small(end + 1))) ++end;
    const bool joins_right = right != kNone && end == right;
    if (!joins_right) end = last;
    report(at(begin).begin, at(end).end);
    if (is_at(left, "unneeded")) return end;
    std::string text(sentence_.substr(at(begin).begin, at(end).end - at(begin).begin));
    if (left != kNone && !joins_left) text = text_of(left) + " … " + text;
    if (right != kNone && !joins_right) text += " … " + text_of(right);
    note("Nothing is excluded for '" + text + "'.");
    return end;
}

}  // namespace penstock::intent
