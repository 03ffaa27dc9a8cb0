#include "agent/line_counter.h"

#include <algorithm>

namespace penstock::agent {
namespace {

constexpr std::size_t kLineSizeMax = 4096;

}  // namespace

void LineCounter::take(std::string_view piece) {
    while (true) {
        const auto size = piece.find_first_of("\n\r");
        append(piece.substr(0, size));
        if (size == std::string_view::npos) return;
        end();
        piece.remove_prefix(size + 1);
    }
}

void LineCounter::append(std::string_view text) {
    line_.append(text.substr(0, kLineSizeMax - std::min(line_.size(), kLineSizeMax)));
}

void LineCounter::end() {
    if (line_.empty()) return;
    if (const auto read = pattern_.read(line_))
        count_ = pattern_.has_group() ? std::max(count_, *read) : count_ + 1;
    line_.clear();
}

}  // namespace penstock::agent
