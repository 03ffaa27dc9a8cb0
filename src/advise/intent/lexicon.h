#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The words of the sentence grammar: data/intent/words.csv, and the names of places, chips and
/// models.
namespace penstock::intent {

/// What a phrase may mean. Kinds and values are those of words.csv, and "place", "chip", "model"
/// with an id.
struct Meaning {
    std::string kind;
    std::string value;
};

/// A text prepared for comparison: lower case, half width, single blanks.
struct FoldedText {
    std::u32string characters;
    std::vector<std::size_t>
        begins;  ///< The byte of the original at which each begins; and its end.
};

/// @param text  UTF-8.
FoldedText fold(std::string_view text);

bool is_latin(char32_t c);
bool is_ascii_digit(char32_t c);
bool is_han(char32_t c);

struct PhraseMatch {
    std::size_t length = 0;  ///< In characters; 0 for none.
    std::span<const Meaning> meanings;
};

/// The longest phrase that begins at `at`. A hyphen counts as a blank; words of letters are matched
/// whole, and chips in the plural, too.
PhraseMatch match_phrase(const FoldedText& text, std::size_t at);
/// The same among units alone.
PhraseMatch match_unit(const FoldedText& text, std::size_t at);

/// The word of the grammar that is one slip away from a word that is none, such as "trian"; empty
/// for none. Names of places, chips and models are never guessed.
std::string_view near_word(std::string_view word);
std::span<const Meaning> meanings_of(std::string_view phrase);

/// The text of a kind and value: "place" and "shanghai".
bool has(std::span<const Meaning> meanings, std::string_view kind);
bool has(std::span<const Meaning> meanings, std::string_view kind, std::string_view value);

}  // namespace penstock::intent
