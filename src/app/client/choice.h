#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "format/words.h"

namespace penstock::client {

/// Takes one of the words, and says which there are to who gives another.
/// Given to an option with transform() after CLI::Transformer, it sees the word first: then no
/// number passes for one.
inline CLI::Validator one_of(std::vector<std::string> words) {
    std::string all;
    for (const std::string& word : words) all.append(all.empty() ? "" : ", ").append(word);
    std::string brief = "{" + CLI::detail::join(words, ",") + "}";
    return {[words = std::move(words), all = std::move(all)](std::string& given) {
                if (std::ranges::find(words, given) != words.end()) return std::string();
                return "there is no '" + given + "'; give one of " + all;
            },
            std::move(brief)};
}

/// The words of a table of meanings.
template <class Table>
CLI::Validator one_of_keys(const Table& table) {
    std::vector<std::string> words;
    for (const auto& [word, meaning] : table) words.push_back(word);
    return one_of(std::move(words));
}

/// Adds --language; without it the language is as it was.
/// @param language  Kept by reference.
inline CLI::Option* add_language_option(CLI::App& verb, format::Language& language,
                                        std::string about) {
    static const std::map<std::string, format::Language> kLanguages = {
        {"zh", format::Language::chinese}, {"en", format::Language::english}};
    return verb.add_option("--language", language, std::move(about))
        ->transform(CLI::Transformer(kLanguages))
        ->transform(one_of_keys(kLanguages))
        ->option_text("zh|en");
}

}  // namespace penstock::client
