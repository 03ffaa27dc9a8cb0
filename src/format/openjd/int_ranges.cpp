#include "format/openjd/int_ranges.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/assert.h"
#include "base/wide.h"

namespace penstock::openjd {

namespace {

struct Range {
    std::int64_t low = 0;
    std::int64_t high = 0;
};

class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}
    void skip_blanks() {
        while (rest_.starts_with(' ') || rest_.starts_with('\t')) rest_.remove_prefix(1);
    }
    bool take(char sign) {
        skip_blanks();
        if (!rest_.starts_with(sign)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    std::optional<std::int64_t> integer() {
        skip_blanks();
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (error != std::errc{}) return std::nullopt;
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return value;
    }
    bool is_at_end() {
        skip_blanks();
        return rest_.empty();
    }

  private:
    std::string_view rest_;
};

constexpr std::string_view kForm =
    "must be whole numbers and ranges such as 1-10, 1-10:2 or 1,5,20-30";

/// Adds one element's values.
std::optional<std::string> take_element(Scanner& scanner, std::vector<std::int64_t>& values,
                                        std::vector<Range>& ranges) {
    const auto first = scanner.integer();
    if (!first) return std::string(kForm);
    Wide last = *first;
    Wide step = 1;
    if (scanner.take('-')) {
        const auto end = scanner.integer();
        if (!end) return std::string(kForm);
        last = *end;
        if (scanner.take(':')) {
            const auto skip = scanner.integer();
            if (!skip || *skip == 0) return "must have steps other than 0 behind ':'";
            step = *skip;
        }
    }
    std::int64_t reached = *first;
    for (Wide value = *first;; value += step) {
        if (value != *first && (step > 0 ? value > last : value < last)) break;
        if (values.size() == kRangeValuesMax)
            return "names over " + std::to_string(kRangeValuesMax) +
                   " values; split the job, or chunk it";
        reached = static_cast<std::int64_t>(value);
        values.push_back(reached);
    }
    ranges.push_back({std::min(*first, reached), std::max(*first, reached)});
    return std::nullopt;
}

std::string range_text(std::span<const std::int64_t> run) {
    const auto text = [](std::int64_t value) { return std::to_string(value); };
    if (run.size() == 1) return text(run[0]);
    const Wide step = Wide{run[1]} - run[0];
    if (run.size() == 2 && step != 1) return text(run[0]) + "," + text(run[1]);
    return text(run[0]) + "-" + text(run.back()) +
           (step == 1 ? "" : ":" + text(static_cast<std::int64_t>(step)));
}

}  // namespace

std::expected<std::vector<std::int64_t>, std::string> parse_int_ranges(std::string_view text) {
    Scanner scanner(text);
    std::vector<std::int64_t> values;
    std::vector<Range> ranges;
    do {
        if (auto complaint = take_element(scanner, values, ranges))
            return std::unexpected(*std::move(complaint));
    } while (scanner.take(','));
    if (!scanner.is_at_end()) return std::unexpected(std::string(kForm));
    std::ranges::sort(ranges, {}, &Range::low);
    for (std::size_t i = 1; i < ranges.size(); ++i)
        if (ranges[i].low <= ranges[i - 1].high)
            return std::unexpected("has ranges that overlap, at " + std::to_string(ranges[i].low) +
                                   "; name each value in one of them");
    std::ranges::sort(values);
    return values;
}

std::string int_ranges_text(std::span<const std::int64_t> values) {
    std::string text;
    while (!values.empty()) {
        std::size_t count = std::min<std::size_t>(values.size(), 2);
        while (count < values.size() &&
               Wide{values[count]} - values[count - 1] == Wide{values[1]} - values[0])
            ++count;
        // Two that are no neighbours are a range of nothing yet: the second may begin a longer one.
        if (count == 2 && Wide{values[1]} - values[0] != 1) count = 1;
        text.append(text.empty() ? "" : ",").append(range_text(values.first(count)));
        values = values.subspan(count);
    }
    return text;
}

std::vector<std::string> chunk_texts(std::span<const std::int64_t> values, std::size_t count,
                                     RangeConstraint constraint) {
    PENSTOCK_ASSERT(count > 0);
    std::vector<std::string> chunks;
    while (!values.empty()) {
        std::size_t run = values.size();
        if (constraint == RangeConstraint::contiguous) {
            run = 1;
            while (run < values.size() && Wide{values[run]} - values[run - 1] == 1) ++run;
        }
        const std::size_t parts = run / count + (run % count != 0);
        for (std::size_t part = 0; part < parts; ++part) {
            const auto chunk =
                values.subspan(run * part / parts, run * (part + 1) / parts - run * part / parts);
            chunks.push_back(constraint == RangeConstraint::contiguous
                                 ? std::to_string(chunk.front()) + "-" +
                                       std::to_string(chunk.back())
                                 : int_ranges_text(chunk));
        }
        values = values.subspan(run);
    }
    return chunks;
}

}  // namespace penstock::openjd
