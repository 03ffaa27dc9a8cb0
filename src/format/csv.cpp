#include "format/csv.h"

#include <cstdint>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "format/error.h"

namespace penstock::format {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

class Reader {
  public:
    Reader(std::string_view text, const CsvForm& form, std::string_view file)
        : rest_(text), form_(form), file_(file) {}

    Result<std::vector<CsvRow>> rows() {
        std::vector<CsvRow> rows;
        while (!rest_.empty()) {
            if (rows.size() == form_.rows_max) {
                return fail(kCsvTooLarge, at_,
                            "the file has over " + std::to_string(form_.rows_max) + " rows");
            }
            TRY_ASSIGN(CsvRow row, this->row());
            rows.push_back(std::move(row));
        }
        return rows;
    }

  private:
    std::unexpected<Error> fail(const Rejection& rejection, Place place, std::string_view what) {
        return reject(rejection, {}, place_text(file_, place).append(what).append("."));
    }

    Result<CsvRow> row() {
        CsvRow row;
        while (true) {
            if (row.cells.size() == form_.columns_max) {
                return fail(kCsvTooLarge, at_,
                            "the row has over " + std::to_string(form_.columns_max) + " cells");
            }
            TRY_ASSIGN(CsvCell cell, this->cell());
            row.cells.push_back(std::move(cell));
            if (rest_.empty()) return row;
            if (rest_.front() != form_.delimiter) break;
            TRY(take());
        }
        TRY(take_line_end());
        return row;
    }

    Result<CsvCell> cell() {
        CsvCell cell;
        cell.place = at_;
        if (form_.has_formula_texts && rest_.starts_with('=') && rest_.substr(1, 1) == quote()) {
            TRY(take());
        }
        if (!rest_.empty() && rest_.front() == form_.quote) {
            cell.quoted = true;
            TRY(quoted(cell));
            return cell;
        }
        while (!rest_.empty() && rest_.front() != form_.delimiter && !at_line_end()) {
            if (rest_.front() == form_.quote) {
                return fail(kCsvSyntax, at_,
                            "a quote stands within a cell that does not begin with one; put "
                            "quotes around the cell and double this one");
            }
            TRY(take_into(cell));
        }
        return cell;
    }

    Result<void> quoted(CsvCell& cell) {
        TRY(take());
        while (!rest_.empty()) {
            if (rest_.front() != form_.quote) {
                TRY(at_line_end() ? take_line_end_into(cell) : take_into(cell));
                continue;
            }
            TRY(take());
            if (!rest_.empty() && rest_.front() == form_.quote) {
                TRY(take_into(cell));
                continue;
            }
            if (!rest_.empty() && rest_.front() != form_.delimiter && !at_line_end()) {
                return fail(kCsvSyntax, at_,
                            "something follows a closing quote; double the quotes within a cell");
            }
            return {};
        }
        return fail(kCsvSyntax, cell.place,
                    "the quote that opens here is never closed; the file may be cut off");
    }

    std::string_view quote() const { return {&form_.quote, 1}; }
    bool at_line_end() const { return rest_.front() == '\n' || rest_.front() == '\r'; }

    Result<void> take_line_end() {
        if (rest_.front() == '\r') {
            rest_.remove_prefix(1);
            if (rest_.empty() || rest_.front() != '\n') {
                return fail(kCsvSyntax, at_,
                            "a carriage return without a line feed; end lines with LF or CR LF");
            }
        }
        rest_.remove_prefix(1);
        ++at_.line;
        at_.column = 1;
        return {};
    }

    Result<void> take_line_end_into(CsvCell& cell) {
        TRY(take_line_end());
        cell.text.push_back('\n');
        return {};
    }

    /// Takes one character.
    Result<std::string_view> take() {
        const std::string_view before = rest_;
        const auto character = take_character(rest_);
        if (!character) {
            return fail(kCsvSyntax, at_, "a byte that is not UTF-8; save the file as UTF-8");
        }
        if ((*character < 0x20 && *character != '\t') || *character == 0x7F) {
            return fail(kCsvSyntax, at_, "a control character; remove it");
        }
        ++at_.column;
        return before.substr(0, before.size() - rest_.size());
    }

    Result<void> take_into(CsvCell& cell) {
        TRY_ASSIGN(const std::string_view character, take());
        if (cell.text.size() + character.size() > form_.cell_bytes_max) {
            return fail(kCsvTooLarge, cell.place,
                        "the cell has over " + std::to_string(form_.cell_bytes_max) + " bytes");
        }
        cell.text.append(character);
        return {};
    }

    std::string_view rest_;
    const CsvForm& form_;
    std::string_view file_;
    Place at_;
};

}  // namespace

Result<std::vector<CsvRow>> parse_csv(std::string_view text, const CsvForm& form,
                                      std::string_view file) {
    if (text.size() > form.bytes_max) {
        return reject(kCsvTooLarge, {},
                      place_text(file, {})
                          .append("the file has over ")
                          .append(std::to_string(form.bytes_max))
                          .append(" bytes."));
    }
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    return Reader(text, form, file).rows();
}

}  // namespace penstock::format
