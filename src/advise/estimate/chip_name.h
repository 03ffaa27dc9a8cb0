#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::estimate {

/// A name cut into its words, in small letters: "A100-SXM4-80GB" is a100, sxm4, 80g; Chinese makers
/// and families become the words that the table of chips has.
std::vector<std::string> words_of(std::string_view name);

/// Where in `model` the words that were asked for begin, if all of them are there: each as a word,
/// as the beginning of one before its digits ("sxm"), or several written as one ("ascend910b"). A
/// word with a model's number must be among them, but for the whole name: "SXM" alone names none.
std::optional<std::size_t> find_words(const std::vector<std::string>& asked,
                                      const std::vector<std::string>& model);

/// At most `count` of `names` that are nearest to `asked`, nearest first, in one sentence part.
std::string nearest_names(std::string_view asked, const std::vector<std::string>& names,
                          std::size_t count);

}  // namespace penstock::estimate
