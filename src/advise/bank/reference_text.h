#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace penstock::advise {

/// A text made ready for finding references in it: capital letters, full-width forms and the many
/// hyphens as those of ASCII, and blanks taken out but remembered.
struct ReferenceText {
    std::string letters;             ///< Without blanks; bytes beyond ASCII kept as they are.
    std::vector<bool> blank_before;  ///< For each of `letters`, and for the end.

    /// Whether a word may begin, or have ended, before the letter at `at`.
    bool is_boundary(std::size_t at) const;
    /// Where a number would end that ends before the letter at `at`, if blanks and hyphens within
    /// it were taken out; `at` itself when no digits follow.
    std::size_t end_of_number(std::size_t at) const;
};

ReferenceText reference_text(std::string_view text);

}  // namespace penstock::advise
