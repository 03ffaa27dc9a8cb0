#include "format/bank/statement_table.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/try.h"
#include "format/bank/bank_values.h"
#include "format/bank/error.h"

namespace penstock::format {

namespace {

std::set<std::string> without_empty(std::vector<std::string> names) {
    std::set<std::string> set(names.begin(), names.end());
    set.erase("");
    return set;
}

std::set<std::string> titles_of(const v1::CsvProfile& p) {
    std::vector<std::string> titles(p.purpose_columns().begin(), p.purpose_columns().end());
    for (const std::string* title :
         {&p.booking_day_column(), &p.value_day_column(), &p.balance_column(),
          &p.reference_column(), &p.end_to_end_column(), &p.counterparty_name_column(),
          &p.counterparty_account_column(), &p.account_column(), &p.currency_column(),
          &p.sub_account_column()}) {
        titles.push_back(*title);
    }
    if (p.sign() == v1::BANK_SIGN_TWO_COLUMNS) {
        titles.push_back(p.debit_column());
        titles.push_back(p.credit_column());
    } else {
        titles.push_back(p.amount_column());
    }
    if (p.sign() == v1::BANK_SIGN_DIRECTION) titles.push_back(p.direction_column());
    return without_empty(std::move(titles));
}

std::set<std::string> labels_of(const v1::CsvProfile& p) {
    return without_empty({p.account_label(), p.currency_label(), p.statement_label(),
                          p.first_day_label(), p.last_day_label(), p.opening_label(),
                          p.closing_label(), p.entries_label(), p.debits_label(),
                          p.credits_label()});
}

/// What a cell says as a label, and what stands behind its colon.
struct Label {
    std::string text;
    std::string_view value;
};

Label label_of(const CsvCell& cell) {
    const std::string_view text = trimmed(cell.text);
    Label label{std::string(text), {}};
    std::size_t first = text.npos;
    for (const std::string_view colon : {":", "："}) {
        const std::size_t at = text.find(colon);
        if (at >= first) continue;
        first = at;
        label = {std::string(trimmed(text.substr(0, at))), trimmed(text.substr(at + colon.size()))};
    }
    return label;
}

bool is_blank(const CsvRow& row) {
    return std::ranges::all_of(row.cells,
                               [](const CsvCell& cell) { return trimmed(cell.text).empty(); });
}

class TableFinder {
  public:
    TableFinder(const v1::CsvProfile& profile, const BankFile& file)
        : profile_(profile),
          file_(file),
          titles_(titles_of(profile)),
          labels_(labels_of(profile)),
          ignored_(profile.ignored_labels().begin(), profile.ignored_labels().end()) {}

    Result<StatementTable> find(std::vector<CsvRow> rows) {
        auto row = rows.begin();
        for (; row != rows.end(); ++row) {
            TRY_ASSIGN(const bool found, take_titles(*row));
            if (found) break;
            TRY(take_labels(*row));
        }
        if (row == rows.end()) return no_titles();
        const std::size_t width = row->cells.size();
        const CsvRow* end = nullptr;
        for (++row; row != rows.end(); ++row) {
            if (is_blank(*row)) continue;
            const std::string first = label_of(row->cells.front()).text;
            if (end == nullptr && (labels_.contains(first) || ignored_.contains(first))) {
                end = &*row;
            }
            if (end != nullptr) {
                if (looks_like_entry(*row, width)) return entry_below(*row, *end);
                TRY(take_labels(*row));
                continue;
            }
            TRY(check_width(*row, width));
            if (table_.rows.size() == kBankEntriesMax) {
                return file_.fail(kBankFileTooLarge, row->cells.front().place,
                                  "the statement has over 100,000 entries");
            }
            table_.rows.push_back(std::move(*row));
        }
        for (const std::string& label : labels_) {
            if (!table_.labels.contains(label)) {
                return file_.fail(kBankFileMissing, Place{},
                                  "the label '" + label +
                                      "' of the profile stands nowhere; the file may be cut off");
            }
        }
        return std::move(table_);
    }

  private:
    /// Whether this is the row of titles.
    Result<bool> take_titles(const CsvRow& row) {
        std::map<std::string, std::size_t> columns;
        std::size_t twice = row.cells.size();
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            const std::string title(trimmed(row.cells[i].text));
            if (!titles_.contains(title)) continue;
            if (!columns.emplace(title, i).second) twice = i;
        }
        if (columns.size() > nearest_.size()) nearest_ = columns;
        if (columns.size() != titles_.size()) return false;
        if (twice != row.cells.size()) {
            return file_.fail(
                kBankFileSyntax, row.cells[twice].place,
                "the title '" + std::string(trimmed(row.cells[twice].text)) + "' stands twice");
        }
        table_.columns = std::move(columns);
        return true;
    }

    Result<void> take_labels(const CsvRow& row) {
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            const Place place = row.cells[i].place;
            const auto [label, value] = label_of(row.cells[i]);
            if (!labels_.contains(label)) continue;
            CsvCell said = row.cells[i];
            if (!value.empty()) {
                said.text = std::string(value);
            } else if (i + 1 < row.cells.size()) {
                said = row.cells[++i];
            } else {
                return file_.fail(kBankFileMissing, place,
                                  "no value stands behind '" + label + "' or in the next cell");
            }
            if (!table_.labels.emplace(label, std::move(said)).second) {
                return file_.fail(kBankFileSyntax, place, "'" + label + "' stands twice");
            }
        }
        return {};
    }

    /// Whether a row below the table has what makes an entry: a day and an amount.
    bool looks_like_entry(const CsvRow& row, std::size_t width) const {
        if (row.cells.size() != width) return false;
        const auto text = [&](const std::string& title) -> std::string_view {
            if (title.empty()) return {};
            return trimmed(row.cells[table_.columns.at(title)].text);
        };
        const std::string_view day = text(profile_.booking_day_column());
        const bool has_day = std::ranges::any_of(profile_.dates(), [&](const std::string& form) {
            return parse_bank_day(day, form).has_value();
        });
        if (!has_day) return false;
        if (profile_.sign() != v1::BANK_SIGN_TWO_COLUMNS) {
            return !text(profile_.amount_column()).empty();
        }
        return !text(profile_.debit_column()).empty() || !text(profile_.credit_column()).empty();
    }

    std::unexpected<Error> entry_below(const CsvRow& row, const CsvRow& end) const {
        const CsvCell& label = end.cells.front();
        return file_.fail(kBankFileSyntax, row.cells.front().place,
                          "an entry stands below the end of the table, which '" +
                              std::string(trimmed(label.text).substr(0, 40)) + "' marks on line " +
                              std::to_string(label.place.line) +
                              "; have the bank write one table for the whole period");
    }

    Result<void> check_width(const CsvRow& row, std::size_t width) {
        if (row.cells.size() == width) return {};
        return file_.fail(kBankFileSyntax, row.cells.back().place,
                          "the row has " + std::to_string(row.cells.size()) + " cells, not " +
                              std::to_string(width) +
                              " as the titles; the file may be cut off, or a cell with the "
                              "delimiter in it lacks its quotes");
    }

    std::unexpected<Error> no_titles() const {
        std::string missing;
        for (const std::string& title : titles_) {
            if (nearest_.contains(title)) continue;
            missing.append(missing.empty() ? "'" : ", '").append(title).append("'");
        }
        return file_.fail(kBankFileMissing, Place{},
                          "no row has all the profile's titles; nowhere beside the others stands " +
                              missing + "; is it the profile of this bank?");
    }

    const v1::CsvProfile& profile_;
    const BankFile& file_;
    std::set<std::string> titles_;
    std::set<std::string> labels_;
    std::set<std::string> ignored_;
    std::map<std::string, std::size_t> nearest_;
    StatementTable table_;
};

}  // namespace

Result<StatementTable> find_statement_table(std::string_view text, const v1::CsvProfile& profile,
                                            const BankFile& file) {
    const CsvForm form{.delimiter = profile.delimiter()[0],
                       .quote = profile.quote()[0],
                       .bytes_max = 2 * kBankFileBytesMax,
                       .has_formula_texts = true};
    TRY_ASSIGN(std::vector<CsvRow> rows, parse_csv(text, form, file.name()));
    return TableFinder(profile, file).find(std::move(rows));
}

}  // namespace penstock::format
