#include "advise/intent/lexicon.h"

#include <algorithm>
#include <array>
#include <map>

#include "advise/intent/names.h"
#include "advise/intent/shipped.h"
#include "advise/intent/table.h"
#include "base/text.h"

namespace penstock::intent {

namespace {

/// Full-width forms become ASCII; capital letters small ones.
char32_t folded(char32_t c) {
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
    if (c == 0x3000 || c == 0xA0 || c == '\t' || c == '\r') c = ' ';
    if (c == 0x2019 || c == 0x2018) c = '\'';
    if (c == 0xFFE5) c = 0xA5;
    if (c == 0x2010 || c == 0x2011 || c == '_') c = '-';
    if (c >= 'A' && c <= 'Z') c = c - 'A' + 'a';
    return c;
}

std::u32string folded_phrase(std::string_view text) {
    std::u32string result;
    while (!text.empty()) {
        const auto c = take_character(text);
        if (!c) break;
        const char32_t one = folded(*c);
        result += one == '-' ? U' ' : one;
    }
    return result;
}

class Lexicon {
  public:
    Lexicon() {
        const Table words(kWordsCsv);
        for (std::size_t row = 0; row < words.rows(); ++row) {
            for (const auto& phrase : split(words.text(row, "phrases"), ';'))
                add(phrase, words.text(row, "kind"), words.text(row, "value"));
        }
        for (const NamedPlace& place : places()) {
            add(place.name_zh, "place", place.id);
            add(place.name_en, "place", place.id);
            for (const auto& alias : place.aliases) add(alias, "place", place.id);
        }
        for (const NamedChip& chip : chips()) {
            for (const auto& alias : chip.aliases) add(alias, "chip", chip.id);
        }
        for (const NamedModel& model : models()) {
            for (const auto& alias : model.aliases) add(alias, "model", model.id);
        }
    }

    const std::vector<Meaning>* find(const std::u32string& phrase) const {
        const auto found = phrases_.find(phrase);
        return found == phrases_.end() ? nullptr : &found->second;
    }
    std::size_t longest() const { return longest_; }
    const std::map<std::u32string, std::vector<Meaning>>& all() const { return phrases_; }

  private:
    void add(std::string_view text, std::string kind, std::string value) {
        std::u32string phrase = folded_phrase(text);
        if (phrase.empty()) return;
        longest_ = std::max(longest_, phrase.size());
        phrases_[std::move(phrase)].push_back({std::move(kind), std::move(value)});
    }

    std::map<std::u32string, std::vector<Meaning>> phrases_;
    std::size_t longest_ = 0;
};

const Lexicon& lexicon() {
    static const Lexicon instance;
    return instance;
}

/// How far a phrase may reach beyond `end`, where it would cut a word of letters: not at all, or by
/// the s of a plural.
bool ends_well(const FoldedText& text, std::size_t end) {
    const auto& all = text.characters;
    const bool word = is_latin(all[end - 1]) || is_ascii_digit(all[end - 1]);
    if (!word || end >= all.size()) return true;
    return !is_latin(all[end]) && !is_ascii_digit(all[end]);
}

PhraseMatch longest_match(const FoldedText& text, std::size_t at, bool units_only) {
    const auto& all = text.characters;
    std::u32string phrase = all.substr(at, lexicon().longest());
    std::ranges::replace(phrase, U'-', U' ');
    for (; !phrase.empty(); phrase.pop_back()) {
        const auto* const meanings = lexicon().find(phrase);
        if (meanings == nullptr || (units_only && !has(*meanings, "unit"))) continue;
        const std::size_t end = at + phrase.size();
        if (ends_well(text, end)) return {phrase.size(), *meanings};
        const bool plural =
            has(*meanings, "chip") && all[end] == 's' &&
            (end + 1 == all.size() || (!is_latin(all[end + 1]) && !is_ascii_digit(all[end + 1])));
        if (plural) return {phrase.size() + 1, *meanings};
    }
    return {};
}

/// Whether one letter changed, put, taken, or two neighbours swapped, make one word the other.
bool one_slip(std::u32string_view left, std::u32string_view right) {
    if (left.size() > right.size()) std::swap(left, right);
    if (right.size() - left.size() > 1 || left == right) return false;
    std::size_t i = 0;
    while (i < left.size() && left[i] == right[i]) ++i;
    if (left.size() < right.size()) return left.substr(i) == right.substr(i + 1);
    if (left.substr(i + 1) == right.substr(i + 1)) return true;
    return i + 1 < left.size() && left[i] == right[i + 1] && left[i + 1] == right[i] &&
           left.substr(i + 2) == right.substr(i + 2);
}

std::string ascii(const std::u32string& text) {
    std::string result;
    for (const char32_t c : text) result += static_cast<char>(c);
    return result;
}

/// Words of the grammar that a slip of the pen may be meant as, by themselves; each of five letters
/// at least.
const std::map<std::string, std::u32string>& words_to_guess() {
    static const auto words = [] {
        std::map<std::string, std::u32string> result;
        for (const auto& [phrase, meanings] : lexicon().all()) {
            const bool letters = phrase.size() >= 5 && std::ranges::all_of(phrase, is_latin);
            // A name is never guessed, and neither is what denies.
            constexpr std::array kNever{"place",     "chip",   "model",       "neg",
                                        "neg_after", "except", "except_after"};
            if (!letters ||
                std::ranges::any_of(kNever, [&](const char* kind) { return has(meanings, kind); }))
                continue;
            result.emplace(ascii(phrase), phrase);
        }
        return result;
    }();
    return words;
}

}  // namespace

bool is_latin(char32_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7);
}
bool is_ascii_digit(char32_t c) {
    return c >= '0' && c <= '9';
}
bool is_han(char32_t c) {
    return (c >= 0x3400 && c <= 0x9FFF) || c == 0x3007 || (c >= 0x20000 && c <= 0x3FFFF);
}

FoldedText fold(std::string_view text) {
    FoldedText result;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t at = text.size() - rest.size();
        const auto character = take_character(rest);
        if (!character) break;
        const char32_t c = folded(*character);
        if (c == ' ' && !result.characters.empty() && result.characters.back() == ' ') continue;
        result.characters += c;
        result.begins.push_back(at);
    }
    result.begins.push_back(text.size());
    return result;
}

PhraseMatch match_phrase(const FoldedText& text, std::size_t at) {
    return longest_match(text, at, false);
}
PhraseMatch match_unit(const FoldedText& text, std::size_t at) {
    return longest_match(text, at, true);
}

std::string_view near_word(std::string_view word) {
    if (word.size() < 5 || word.size() > 24) return {};
    const std::u32string wanted(word.begin(), word.end());
    for (const auto& [candidate, phrase] : words_to_guess()) {
        if (one_slip(wanted, phrase)) return candidate;
    }
    return {};
}

std::span<const Meaning> meanings_of(std::string_view phrase) {
    const auto* const found = lexicon().find(folded_phrase(phrase));
    if (found == nullptr) return {};
    return *found;
}

bool has(std::span<const Meaning> meanings, std::string_view kind) {
    return std::ranges::find(meanings, kind, &Meaning::kind) != meanings.end();
}
bool has(std::span<const Meaning> meanings, std::string_view kind, std::string_view value) {
    return std::ranges::any_of(meanings, [&](const Meaning& meaning) {
        return meaning.kind == kind && meaning.value == value;
    });
}

}  // namespace penstock::intent
