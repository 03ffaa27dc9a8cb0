// FOCUS rule tables, and files judged by them: no table and no file makes the run fail otherwise
// than by an error or a report that accounts for every rule.
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "format/focus/decimal.h"
#include "format/focus/report.h"
#include "format/focus/run.h"
#include "format/focus/value_formats.h"

namespace {

using namespace penstock;
using namespace penstock::focus;

/// The text up to the next form feed, which is taken off too.
std::string take_part(std::string& rest) {
    const std::size_t end = std::min(rest.find('\f'), rest.size());
    std::string part = rest.substr(0, end);
    rest.erase(0, std::min(end + 1, rest.size()));
    return part;
}

void check_value(std::string_view text) {
    if (const auto number = Decimal::parse(text)) {
        PENSTOCK_ASSERT(Decimal::parse("1") == Decimal(1) && number->text().size() < 600);
        PENSTOCK_ASSERT((*number * Decimal(1)) == *number && (*number <=> *number) == 0);
    }
    if (is_date_time(text)) PENSTOCK_ASSERT(is_any_date_time(text));
    if (is_key_value(text)) PENSTOCK_ASSERT(is_filled(text));
    is_unit(text);
    is_iso_4217(text);
}

}  // namespace

/// A file, a table of rules, one of columns and one of subcategories, with form feeds between them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string rest(data, data + size);
    const auto file = format::CsvTable::read(take_part(rest), {}, "bill.csv");
    if (!file) return 0;
    for (std::size_t row = 0; row < file->rows(); ++row)
        for (std::size_t column = 0; column < file->columns().size(); ++column)
            check_value(file->field(row, column).text);
    RuleFiles files;
    files.rules_csv = take_part(rest);
    files.columns_csv = take_part(rest);
    files.parents_json = take_part(rest);
    const auto rules = RuleTable::parse(std::move(files));
    if (!rules) return 0;
    for (const char* criteria : {"all", "auto", ""}) {
        const Report report = run_rules(
            *rules, *file, {.criteria = choose_criteria(criteria, *rules, *file).value()});
        PENSTOCK_ASSERT(report.results.size() == rules->rules().size());
        for (std::size_t place = 0; place < report.results.size(); ++place) {
            const RuleResult& result = report.results[place];
            const bool silent = result.reason.empty() && result.failures.empty();
            PENSTOCK_ASSERT(silent == (result.outcome == Outcome::passed));
        }
        report_text(*rules, report, Detail::every_rule);
        report_json(*rules, report);
    }
    return 0;
}
