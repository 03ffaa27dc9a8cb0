#pragma once

#include <expected>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::openjd {

/// The dotted names that a format string may refer to where it stands, such as "Param.Frames".
using Names = std::set<std::string, std::less<>>;

/// A text with references, "{{ Param.Frames }}" (section 7.3).
class FormatString {
  public:
    struct Piece {
        std::string literal;    ///< What stands before the reference;
        std::string reference;  ///< empty in the last piece.
    };

    FormatString() = default;
    /// @return Or what is wrong with it, as the end of a sentence.
    static std::expected<FormatString, std::string> parse(std::string_view text,
                                                          const Names& names);

    const std::vector<Piece>& pieces() const { return pieces_; }
    bool has_references() const { return pieces_.size() > 1; }
    /// Whether it names this.
    bool refers_to(std::string_view name) const;
    /// @param value_of  Gives what stands for a reference.
    std::string resolve(const std::function<std::string(const std::string&)>& value_of) const;

  private:
    std::vector<Piece> pieces_{{}};
};

}  // namespace penstock::openjd
