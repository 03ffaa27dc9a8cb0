#include "advise/estimate/chip_name.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/edit_distance.h"

namespace penstock::estimate {

namespace {

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}
bool is_letter(char letter) {
    return letter >= 'a' && letter <= 'z';
}

/// What Chinese buyers write, and the words of the table's names.
constexpr auto kAliases =
    std::to_array<std::pair<std::string_view, std::string_view>>({{"昇腾", " ascend "},
                                                                  {"思元", " mlu"},
                                                                  {"英伟达", " nvidia "},
                                                                  {"华为", " huawei "},
                                                                  {"寒武纪", " cambricon "},
                                                                  {"海光", " hygon "},
                                                                  {"昆仑芯", " kunlunxin "},
                                                                  {"沐曦", " metax "},
                                                                  {"天数智芯", " iluvatar "},
                                                                  {"摩尔线程", " moorethreads "},
                                                                  {"深算", " dcu "}});

/// Whether a word holds a model's number, and not just a size of memory or a form.
bool is_number(std::string_view word) {
    if (std::ranges::none_of(word, is_digit) || word.starts_with("sxm")) return false;
    const auto end = std::ranges::find_if_not(word, is_digit);
    return end == word.begin() || std::string_view(end, word.end()) != "g";
}

std::string with_aliases(std::string_view name) {
    std::string text;
    for (const char letter : name)
        text.push_back(letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter);
    for (const auto& [alias, word] : kAliases) {
        for (auto at = text.find(alias); at != std::string::npos; at = text.find(alias, at + 1))
            text.replace(at, alias.size(), word);
    }
    return text;
}

}  // namespace

std::vector<std::string> words_of(std::string_view name) {
    enum class Kind { none, ascii, wide };
    std::vector<std::string> words;
    Kind before = Kind::none;
    for (const char letter : with_aliases(name)) {
        const Kind kind = static_cast<unsigned char>(letter) >= 0x80 ? Kind::wide
                          : is_digit(letter) || is_letter(letter)    ? Kind::ascii
                                                                     : Kind::none;
        if (kind != Kind::none) {
            if (kind != before) words.emplace_back();
            words.back().push_back(letter);
        }
        before = kind;
    }
    // 80GB and 80G are the same.
    for (std::string& word : words) {
        if (word.size() > 2 && is_digit(word.front()) && word.ends_with("gb")) word.pop_back();
    }
    return words;
}

std::optional<std::size_t> find_words(const std::vector<std::string>& asked,
                                      const std::vector<std::string>& model) {
    if (asked == model) return 0;
    if (std::ranges::none_of(asked, is_number)) return std::nullopt;
    std::string joined;
    for (const std::string& word : asked) joined += word;
    if (std::ranges::all_of(joined, is_digit)) return std::nullopt;
    for (std::size_t first = 0; first < model.size(); ++first) {
        std::string run;
        for (std::size_t last = first; last < model.size() && run.size() < joined.size(); ++last) {
            run += model[last];
            if (run == joined) return first;
        }
    }
    std::size_t first = model.size();
    for (const std::string& word : asked) {
        const auto found = std::ranges::find_if(model, [&](const std::string& one) {
            return one == word ||
                   (word.size() > 2 && is_letter(word.back()) && one.size() > word.size() &&
                    one.starts_with(word) && is_digit(one[word.size()]));
        });
        if (found == model.end()) return std::nullopt;
        first = std::min(first, static_cast<std::size_t>(found - model.begin()));
    }
    return first;
}

std::string nearest_names(std::string_view asked, const std::vector<std::string>& names,
                          std::size_t count) {
    constexpr std::size_t kLongest = 64;
    const auto joined = [](std::string_view name) {
        std::string text;
        for (const std::string& word : words_of(name)) text += word;
        return text;
    };
    const std::string wanted = joined(asked.substr(0, kLongest));
    std::vector<std::pair<std::size_t, std::string>> ranked;
    for (const std::string& name : names) {
        const std::string full = joined(name);
        // What people mistype is the beginning; how the rest goes on is not held against a name.
        const std::size_t to_beginning =
            edit_distance(wanted, std::string_view(full).substr(0, wanted.size()));
        std::size_t to_word = to_beginning + 1;
        for (const std::string& word : words_of(name))
            to_word = std::min(to_word, edit_distance(wanted, word));
        ranked.emplace_back(std::min(to_beginning, to_word), name);
    }
    std::ranges::stable_sort(ranked, {}, [](const auto& one) { return one.first; });
    std::string text;
    for (std::size_t i = 0; i < std::min(count, ranked.size()); ++i)
        text.append(i == 0 ? "" : ", ").append(ranked[i].second);
    return text;
}

}  // namespace penstock::estimate
