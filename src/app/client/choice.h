#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

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

}  // namespace penstock::client
