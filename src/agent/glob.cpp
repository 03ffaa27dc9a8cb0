#include "agent/glob.h"

#include <vector>

namespace penstock::agent {
namespace {

/// Reads a set that begins at `at`; returns how many bytes it takes, 0 when it has no end.
std::size_t read_set(std::string_view pattern, std::size_t at, char letter, bool& holds) {
    std::size_t index = at + 1;
    const bool is_negated = index < pattern.size() && pattern[index] == '!';
    if (is_negated) ++index;
    const std::size_t first = index;
    bool is_member = false;
    for (; index < pattern.size(); ++index) {
        if (pattern[index] == ']' && index > first) {
            holds = is_member != is_negated;
            return index - at + 1;
        }
        const bool is_range =
            index + 2 < pattern.size() && pattern[index + 1] == '-' && pattern[index + 2] != ']';
        const char last = is_range ? pattern[index + 2] : pattern[index];
        if (pattern[index] <= letter && letter <= last) is_member = true;
        if (is_range) index += 2;
    }
    return 0;
}

/// How many bytes of the pattern at `at` match this one letter; 0 when they do not.
std::size_t match_letter(std::string_view pattern, std::size_t at, char letter) {
    if (at >= pattern.size()) return 0;
    if (pattern[at] == '?') return 1;
    if (pattern[at] == '[') {
        bool holds = false;
        if (const auto size = read_set(pattern, at, letter, holds)) return holds ? size : 0;
    }
    return pattern[at] == letter ? 1 : 0;
}

std::vector<std::string_view> parts_of(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        const auto part = path.substr(0, path.find('/'));
        if (!part.empty() && part != ".") parts.push_back(part);
        path.remove_prefix(std::min(part.size() + 1, path.size()));
    }
    return parts;
}

}  // namespace

bool matches_part(std::string_view pattern, std::string_view text) {
    if (text.starts_with('.') && !pattern.starts_with('.')) return false;
    std::size_t in_pattern = 0;
    std::size_t in_text = 0;
    // Where the last star stood, and how far it reaches: only that one is ever tried again.
    std::size_t star = std::string_view::npos;
    std::size_t reach = 0;
    while (in_text < text.size()) {
        if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
            star = in_pattern++;
            reach = in_text;
        } else if (const auto size = match_letter(pattern, in_pattern, text[in_text])) {
            in_pattern += size;
            ++in_text;
        } else if (star != std::string_view::npos) {
            in_pattern = star + 1;
            in_text = ++reach;
        } else {
            return false;
        }
    }
    while (in_pattern < pattern.size() && pattern[in_pattern] == '*') ++in_pattern;
    return in_pattern == pattern.size();
}

bool matches_path(std::string_view pattern, std::string_view path) {
    const auto wanted = parts_of(pattern);
    const auto given = parts_of(path);
    if (wanted.empty()) return false;
    // reached[j]: the pattern's parts so far match the path's first j parts.
    std::vector<char> reached(given.size() + 1, 0);
    reached[0] = 1;
    for (const auto part : wanted) {
        std::vector<char> next(given.size() + 1, 0);
        for (std::size_t j = 0; j <= given.size(); ++j) {
            if (part == "**")
                next[j] = static_cast<char>(reached[j] != 0 ||
                                            (j > 0 && next[j - 1] != 0 && given[j - 1][0] != '.'));
            else if (j > 0 && reached[j - 1] != 0 && matches_part(part, given[j - 1]))
                next[j] = 1;
        }
        reached = std::move(next);
    }
    // Ending before the path does names a folder above it.
    for (std::size_t j = 1; j <= given.size(); ++j)
        if (reached[j] != 0) return true;
    return false;
}

}  // namespace penstock::agent
