#include "advise/delay/measurement.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include "advise/delay/error.h"
#include "base/text.h"
#include "base/try.h"
#include "format/csv_table.h"

namespace penstock::delay {

namespace {

constexpr std::array<std::string_view, 7> kColumns{"from",     "to",          "kind",  "network",
                                                   "delay_us", "measured_on", "source"};

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return value;
}

bool is_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    const auto year = number(text.substr(0, 4));
    const auto month = number(text.substr(5, 2));
    const auto day = number(text.substr(8, 2));
    if (!year || !month || !day || *year < 1990 || *month < 1 || *day < 1) return false;
    return std::chrono::year_month_day(std::chrono::year(static_cast<int>(*year)),
                                       std::chrono::month(static_cast<unsigned>(*month)),
                                       std::chrono::day(static_cast<unsigned>(*day)))
        .ok();
}

/// What light in vacuum needs for the great circle, rounded down: 299,792.458 km a second.
std::int64_t light_us(std::int64_t metres) {
    return metres * 1'000'000 / 299'792'458;
}

using Cells = std::array<std::string_view, kColumns.size()>;

/// Reads one row; else which column is wrong.
std::expected<Measurement, std::size_t> read_row(const Cells& cells) {
    Measurement row;
    if (cells[2] == "one-way") {
        row.way = Way::one_way;
    } else if (cells[2] != "rtt") {
        return std::unexpected(2);
    }
    if (cells[3] == "cross") {
        row.network = Network::cross;
    } else if (cells[3] != "same") {
        return std::unexpected(3);
    }
    const auto delay = number(cells[4]);
    if (!delay || *delay < 1 || *delay > Measurements::kDelayUsMax) return std::unexpected(4);
    row.delay_us = *delay;
    if (!is_date(cells[5])) return std::unexpected(5);
    row.measured_on = cells[5];
    if (!is_label(cells[6], {.minimum = 1, .maximum = 400})) return std::unexpected(6);
    row.source = cells[6];
    return row;
}

/// What a row is about: a round trip is the same from both ends.
std::array<std::size_t, 4> subject(const Measurement& row) {
    const bool turned = row.way == Way::round_trip && row.to < row.from;
    return {turned ? row.to : row.from, turned ? row.from : row.to,
            static_cast<std::size_t>(row.way), static_cast<std::size_t>(row.network)};
}

bool is_before(const Measurement& a, const Measurement& b) {
    return std::pair(subject(a), std::string_view(a.measured_on)) <
           std::pair(subject(b), std::string_view(b.measured_on));
}

}  // namespace

Result<Measurements> Measurements::parse(std::string_view csv, const Places& places,
                                         std::string_view file) {
    TRY_ASSIGN(const auto table, format::CsvTable::read(csv, {}, file));
    std::array<std::size_t, kColumns.size()> columns{};
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
        const auto found = table.find_column(kColumns[i]);
        if (!found) {
            return reject(kMeasurementsInvalid, kColumns[i],
                          std::string(file) + " lacks this column.");
        }
        columns[i] = *found;
    }
    Measurements result;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        const std::string place = std::string(file) + ":" + std::to_string(table.line(i));
        Cells cells;
        for (std::size_t j = 0; j < cells.size(); ++j) cells[j] = table.field(i, columns[j]).text;
        auto row = read_row(cells);
        if (!row) return reject(kMeasurementsInvalid, kColumns[row.error()], place + ".");
        for (const std::size_t end : {0U, 1U}) {
            const auto found = places.find(cells[end]);
            if (!found)
                return reject(kPlaceUnknown, kColumns[end], place + ". " + found.error().detail());
            (end == 0 ? row->from : row->to) = *found;
        }
        const std::int64_t metres = great_circle_m(places.all()[row->from], places.all()[row->to]);
        const std::int64_t ways = row->way == Way::round_trip ? 2 : 1;
        if (row->delay_us < light_us(metres * ways)) {
            return reject(kMeasurementsInvalid, "delay_us",
                          place + ": light takes " + std::to_string(light_us(metres * ways)) +
                              " µs for that; is the unit µs, and the kind right?");
        }
        result.all_.push_back(*std::move(row));
    }
    std::ranges::stable_sort(result.all_, is_before);
    const auto twice = std::ranges::adjacent_find(
        result.all_, [](const Measurement& a, const Measurement& b) { return !is_before(a, b); });
    if (twice != result.all_.end()) {
        return reject(kMeasurementsInvalid, "measured_on",
                      std::string(file) + " has " + places.all()[twice->from].name_en + " to " +
                          places.all()[twice->to].name_en + " twice on " + twice->measured_on +
                          ".");
    }
    return result;
}

const Measurement* Measurements::find(std::size_t from, std::size_t to, Way way,
                                      Network network) const {
    const Measurement sought{.from = from,
                             .to = to,
                             .way = way,
                             .network = network,
                             .delay_us = 0,
                             .measured_on = "~",
                             .source = {}};
    const auto after = std::ranges::lower_bound(all_, sought, is_before);
    if (after == all_.begin()) return nullptr;
    const Measurement& last = *std::prev(after);
    return subject(last) == subject(sought) ? &last : nullptr;
}

}  // namespace penstock::delay
