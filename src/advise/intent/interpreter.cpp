#include "advise/intent/interpreter.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <utility>

namespace penstock::intent {

Interpreter::Interpreter(std::string_view sentence, std::vector<Item> items, LocalMinute now,
                         v1::IntentReading& reading)
    : sentence_(sentence),
      items_(std::move(items)),
      now_(now),
      today_(std::chrono::floor<std::chrono::days>(now)),
      reading_(reading),
      low_of_(items_.size(), kNone),
      longer_of_(items_.size(), kNone) {}

void Interpreter::run() {
    // Words of the grammar are understood where they stand; what they belong to may take that back.
    // A unit without a number, and "after" what is no time, say nothing.
    for (Item& item : items_) {
        const bool says_nothing = has(item.meanings, "unit", "cores:1") ||
                                  has(item.meanings, "cue", "after") ||
                                  (item.meanings.size() == 1 && item.meanings[0].kind == "unit" &&
                                   item.meanings[0].value.starts_with("time:"));
        item.used =
            item.kind == ItemKind::pause || (item.kind == ItemKind::phrase && !says_nothing);
    }
    join_families();
    join_ranges();
    join_lengths();
    read_classes();
    read_sets();
    read_groups();
    read_quantities();
    read_residence();
    read_alternatives();
    say_groups();
    read_days();
    read_goals();
    report_rest();
}

bool Interpreter::is_filler(std::size_t i) const {
    const Item& item = at(i);
    if (item.kind != ItemKind::phrase) return false;
    return item.is("fill") || item.is("cue", "about") || item.is("cue", "need") ||
           item.is("indifferent");
}

std::size_t Interpreter::after(std::size_t i) const {
    for (std::size_t k = i + 1; k < items_.size() && at(k).clause == at(i).clause; ++k) {
        if (at(k).kind != ItemKind::pause && !is_filler(k)) return k;
    }
    return kNone;
}

std::size_t Interpreter::before(std::size_t i) const {
    for (std::size_t k = i; k-- > 0 && at(k).clause == at(i).clause;) {
        if (at(k).kind != ItemKind::pause && !is_filler(k)) return k;
    }
    return kNone;
}

std::size_t Interpreter::clause_begin(std::size_t i) const {
    std::size_t k = i;
    while (k > 0 && at(k - 1).clause == at(i).clause) --k;
    return k;
}

std::size_t Interpreter::clause_end(std::size_t i) const {
    std::size_t k = i;
    while (k < items_.size() && at(k).clause == at(i).clause) ++k;
    return k;
}

bool Interpreter::is_at(std::size_t i, std::string_view kind, std::string_view value) const {
    if (i == kNone) return false;
    return value.empty() ? at(i).is(kind) : at(i).is(kind, value);
}

std::size_t Interpreter::in_clause(std::size_t i, std::string_view kind,
                                   std::string_view value) const {
    for (std::size_t k = clause_begin(i); k < clause_end(i); ++k)
        if (is_at(k, kind, value)) return k;
    return kNone;
}

bool Interpreter::has_unit(std::size_t i, std::string_view dimension) const {
    if (i == kNone) return false;
    return std::ranges::any_of(at(i).meanings, [dimension](const Meaning& meaning) {
        return meaning.kind == "unit" && meaning.value.starts_with(dimension) &&
               (meaning.value.size() == dimension.size() || meaning.value[dimension.size()] == ':');
    });
}

std::string Interpreter::text_of(std::size_t i) const {
    return std::string(sentence_.substr(at(i).begin, at(i).end - at(i).begin));
}

void Interpreter::note(std::string text) {
    reading_.add_notes(std::move(text));
}

void Interpreter::hear(const std::string& slot, const std::string& value,
                       const std::vector<std::size_t>& from) {
    auto* heard = [&]() -> v1::IntentReading::Heard* {
        for (auto& one : *reading_.mutable_heard())
            if (one.slot() == slot && one.value() == value) return &one;
        return reading_.add_heard();
    }();
    heard->set_slot(slot);
    heard->set_value(value);
    for (const std::size_t i : from) {
        if (i == kNone) continue;
        items_[i].used = true;
        v1::TextSpan& span = *heard->add_from();
        span.set_begin(static_cast<std::uint32_t>(at(i).begin));
        span.set_end(static_cast<std::uint32_t>(at(i).end));
    }
}

void Interpreter::say(std::string_view name, const std::string& value,
                      std::initializer_list<std::size_t> from) {
    say(name, value, std::vector<std::size_t>(from));
}

void Interpreter::say(std::string_view name, const std::string& value,
                      const std::vector<std::size_t>& from) {
    const Slot* const slot = find_slot(name);
    v1::Intent said;
    if (const auto set = set_slot(said, *slot, value); !set) {
        reading_.add_conflicts(set.error().message());
        for (const std::size_t i : from)
            if (i != kNone) items_[i].used = true;
        return;
    }
    const std::string canonical = slot_values(said, *slot)[0];
    const auto first = std::ranges::find_if(from, [](std::size_t i) { return i != kNone; });
    const auto values = slot_values(reading_.intent(), *slot);
    const bool is_list = field_of(*slot)->is_repeated();
    if (!is_list && !values.empty() && values[0] != canonical) {
        reading_.add_conflicts(std::string(name) + " is both " + values[0] + " and " + canonical +
                               " ('" + text_of(*first) + "').");
        for (const std::size_t i : from)
            if (i != kNone) items_[i].used = true;
        return;
    }
    if (std::ranges::find(values, canonical) == values.end()) {
        const auto set = set_slot(*reading_.mutable_intent(), *slot, value);
        if (!set) {
            reading_.add_conflicts(set.error().message());
            return;
        }
    }
    hear(std::string(name), canonical, from);
}

}  // namespace penstock::intent
