#include "format/openjd/format_string.h"

#include <algorithm>

#include "base/edit_distance.h"
#include "format/openjd/value.h"

namespace penstock::openjd {

namespace {

constexpr std::size_t kReferenceBytesMax = 200;

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_dotted_name(std::string_view text) {
    while (true) {
        const std::string_view part = text.substr(0, text.find('.'));
        if (!is_identifier(part)) return false;
        if (part.size() == text.size()) return true;
        text.remove_prefix(part.size() + 1);
    }
}

std::string no_such_name(const std::string& name, const Names& names) {
    const auto nearest = std::ranges::min_element(
        names, {}, [&](const std::string& known) { return edit_distance(name, known); });
    std::string text = "refers to '" + name + "', which is not there";
    if (nearest != names.end() && edit_distance(name, *nearest) <= 1 + name.size() / 4)
        return text + "; did you mean '" + *nearest + "'?";
    return text + (name.starts_with("Task.") || name.starts_with("Env.") ||
                           name.starts_with("Session.") || name.starts_with("Param.")
                       ? " or not known where this text is resolved; define it, or refer to "
                         "another one"
                       : "; references begin with Param, RawParam, Task, Env or Session");
}

}  // namespace

std::expected<FormatString, std::string> FormatString::parse(std::string_view text,
                                                             const Names& names) {
    FormatString parsed;
    parsed.pieces_.clear();
    while (true) {
        const std::size_t open = text.find("{{");
        if (open == text.npos) {
            parsed.pieces_.push_back({std::string(text), {}});
            return parsed;
        }
        const std::size_t close = text.find("}}", open + 2);
        if (close == text.npos)
            return std::unexpected("opens '{{' and never closes it; write '}}' behind the name");
        const std::string name(trimmed(text.substr(open + 2, close - open - 2)));
        if (name.size() > kReferenceBytesMax || !is_dotted_name(name))
            return std::unexpected(
                "must have a dotted name such as Param.Frames between '{{' and "
                "'}}'");
        if (!names.contains(name)) return std::unexpected(no_such_name(name, names));
        parsed.pieces_.push_back({std::string(text.substr(0, open)), name});
        text.remove_prefix(close + 2);
    }
}

bool FormatString::refers_to(std::string_view name) const {
    return std::ranges::find(pieces_, name, &Piece::reference) != pieces_.end() && !name.empty();
}

std::string FormatString::resolve(
    const std::function<std::string(const std::string&)>& value_of) const {
    std::string text;
    for (const Piece& piece : pieces_) {
        text += piece.literal;
        if (!piece.reference.empty()) text += value_of(piece.reference);
    }
    return text;
}

}  // namespace penstock::openjd
