#include "advise/carbon/series.h"

#include <string>
#include <utility>

#include "advise/carbon/decimal.h"
#include "advise/carbon/error.h"
#include "base/assert.h"
#include "base/try.h"
#include "format/csv_table.h"

namespace penstock::carbon {

HourlySeries::HourlySeries(std::vector<std::int64_t> values) : values_(std::move(values)) {
    PENSTOCK_ASSERT(!values_.empty() && values_.size() <= kHoursMax);
}

Result<HourlySeries> HourlySeries::parse(std::string_view csv, std::string_view file) {
    const format::CsvForm form{.bytes_max = std::size_t{1} << 24, .rows_max = kHoursMax + 1};
    TRY_ASSIGN(const auto table, format::CsvTable::read(csv, form, file));
    std::vector<std::int64_t> values;
    values.reserve(table.rows());
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const auto text = table.field(row, table.columns().size() - 1).text;
        const auto value = parse_thousandths(text, kValueMax / 1000);
        if (!value) {
            return reject(kSeriesInvalid, {},
                          std::string(file) + ":" + std::to_string(table.line(row)) + ": not \"" +
                              std::string(text.substr(0, 40)) + "\".");
        }
        values.push_back(*value);
    }
    if (values.empty()) return reject(kSeriesInvalid, {}, std::string(file) + " has no hour.");
    if (values.size() > kHoursMax)
        return reject(kSeriesInvalid, {}, std::string(file) + " is longer than 20 years.");
    return HourlySeries(std::move(values));
}

std::int64_t HourlySeries::sum(Segment over) const {
    std::int64_t total = 0;
    for (std::int64_t second = over.start; second < over.end;) {
        const std::int64_t until = std::min(over.end, next_hour(second));
        total += at(second) * (until - second);
        second = until;
    }
    return total;
}

Result<HourlySeries> HourlySeries::part(std::int64_t first, std::int64_t count) const {
    if (first < 0 || count < 1 || first >= hours() || count > hours() - first) {
        return reject(kSeriesTooShort, {},
                      "It has " + std::to_string(hours()) + " hours; asked for were " +
                          std::to_string(count) + " from hour " + std::to_string(first) + ".");
    }
    return HourlySeries({values_.begin() + first, values_.begin() + first + count});
}

std::int64_t emitted(const HourlySeries& series, const std::vector<Segment>& run) {
    std::int64_t total = 0;
    for (const Segment& segment : run) total += series.sum(segment);
    return total;
}

}  // namespace penstock::carbon
