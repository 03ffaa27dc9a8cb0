#include "shell/identity/password_rules.h"

#include <algorithm>
#include <set>
#include <vector>

#include "base/text.h"
#include "shell/identity/common_words.h"
#include "shell/identity/error.h"

namespace penstock::shell {

namespace {

constexpr std::size_t kCharactersMin = 8;
constexpr std::size_t kCharactersMax = 128;
/// What is left of a password without the words it is made of must be as long as this.
constexpr std::size_t kOwnLettersMin = 5;
constexpr std::size_t kWordMin = 3;

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

/// Letters that were written as digits or signs, turned back.
std::string unmask(std::string text) {
    constexpr std::string_view kMasks = "0134578@$!|+";
    constexpr std::string_view kLetters = "oieastbasilt";
    for (char& c : text) {
        const std::size_t mask = kMasks.find(c);
        if (mask != std::string_view::npos) c = kLetters[mask];
    }
    return text;
}

std::string_view without_ends(std::string_view text) {
    while (!text.empty() && !is_letter(text.front())) text.remove_prefix(1);
    while (!text.empty() && !is_letter(text.back())) text.remove_suffix(1);
    return text;
}

std::string letters_of(std::string_view text) {
    std::string letters;
    std::ranges::copy_if(text, std::back_inserter(letters), is_letter);
    return letters;
}

const std::set<std::string_view>& words() {
    static const std::set<std::string_view> kWords = [] {
        std::set<std::string_view> set;
        std::string_view rest = common_words();
        while (!rest.empty()) {
            const std::string_view line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
            if (!line.empty() && !line.starts_with('#')) set.insert(line);
        }
        return set;
    }();
    return kWords;
}

/// One listed word, or two in a row.
bool is_made_of_words(std::string_view letters) {
    if (letters.empty() || words().contains(letters)) return true;
    for (std::size_t cut = kWordMin; cut + kWordMin <= letters.size(); ++cut) {
        if (words().contains(letters.substr(0, cut)) && words().contains(letters.substr(cut)))
            return true;
    }
    return false;
}

/// A text of up to four characters, again and again.
bool is_repetition(std::string_view text) {
    for (std::size_t period = 1; period <= 4 && 2 * period <= text.size(); ++period) {
        bool repeats = true;
        for (std::size_t i = period; i < text.size() && repeats; ++i)
            repeats = text[i] == text[i - period];
        if (repeats) return true;
    }
    return false;
}

/// Along the alphabet, the digits or a row of keys, either way, all through.
bool is_run(std::string_view text) {
    constexpr std::string_view kRows[] = {"abcdefghijklmnopqrstuvwxyz",
                                          "01234567890",
                                          "qwertyuiop",
                                          "asdfghjkl",
                                          "zxcvbnm",
                                          "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
                                          "qazwsxedcrfvtgbyhnujmikolp"};
    const std::string backward(text.rbegin(), text.rend());
    return std::ranges::any_of(kRows, [&](std::string_view row) {
        return row.find(text) != std::string_view::npos ||
               row.find(backward) != std::string_view::npos;
    });
}

bool is_common(const std::string& text) {
    if (is_repetition(text) || is_run(text) || letters_of(text).empty()) return true;
    for (const std::string& read : {text, unmask(text)}) {
        const std::string_view core = without_ends(read);
        if (is_made_of_words(core) || is_made_of_words(letters_of(core)) || is_run(core) ||
            is_repetition(core))
            return true;
    }
    // Digits at the ends are taken away before letters are turned back, too: "password1" is no
    // "passwordi".
    const std::string core = unmask(std::string(without_ends(text)));
    return is_made_of_words(core) || is_made_of_words(letters_of(core));
}

/// The words of what is known of a person, longest first, so that each takes away all it can.
std::vector<std::string> words_about(std::span<const std::string> about) {
    std::vector<std::string> found{"penstock"};
    for (const std::string& text : about) {
        std::string word;
        for (const char c : lower(text) + " ") {
            if (is_letter(c)) {
                word.push_back(c);
                continue;
            }
            if (word.size() >= kWordMin) found.push_back(word);
            word.clear();
        }
    }
    std::ranges::sort(found, [](const std::string& a, const std::string& b) {
        return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    return found;
}

bool is_personal(const std::string& text, std::span<const std::string> about) {
    for (std::string left : {text, unmask(text)}) {
        bool has_any = false;
        for (const std::string& word : words_about(about)) {
            for (std::size_t at = left.find(word); at != std::string::npos; at = left.find(word)) {
                left.erase(at, word.size());
                has_any = true;
            }
        }
        if (!has_any) continue;
        const std::string own = letters_of(left);
        if (own.size() < kOwnLettersMin || is_made_of_words(own)) return true;
    }
    return false;
}

}  // namespace

Result<void> check_password(std::string_view password, std::span<const std::string> about) {
    const auto characters = count_characters(password);
    if (!characters || *characters < kCharactersMin || *characters > kCharactersMax)
        return reject(kPasswordLength, "password");
    const std::string text = lower(password);
    if (is_common(text)) return reject(kPasswordCommon, "password");
    if (is_personal(text, about)) return reject(kPasswordPersonal, "password");
    return {};
}

}  // namespace penstock::shell
