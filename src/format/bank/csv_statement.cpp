#include "format/bank/csv_statement.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/money.h"
#include "base/try.h"
#include "format/bank/bank_file.h"
#include "format/bank/bank_values.h"
#include "format/bank/encoding.h"
#include "format/bank/error.h"
#include "format/bank/statement_table.h"

namespace penstock::format {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

class StatementReader {
  public:
    StatementReader(const BankFile& file, const v1::CsvProfile& profile,
                    const StatementTable& table)
        : file_(file), profile_(profile), table_(table) {}

    Result<v1::BankStatement> read() {
        TRY(read_head());
        std::vector<CsvRow> rows = table_.rows;
        if (profile_.newest_first()) std::ranges::reverse(rows);
        for (const CsvRow& row : rows) TRY(read_entry(row));
        TRY(check_announced());
        TRY(take_balances());
        TRY(take_period());
        TRY(complete_statement(file_, kTop, statement_));
        return std::move(statement_);
    }

  private:
    static constexpr Place kTop{};

    /// What the file says of the account as a whole, by its label; nothing without a label.
    const CsvCell* labelled(const std::string& label) const {
        if (label.empty()) return nullptr;
        return &table_.labels.at(label);
    }

    Result<void> read_head() {
        if (const CsvCell* cell = labelled(profile_.account_label())) {
            TRY(set_account(*cell));
        } else if (profile_.account_column().empty()) {
            TRY_ASSIGN(*statement_.mutable_account(), file_.account(profile_.account(), kTop));
        }
        if (const CsvCell* cell = labelled(profile_.currency_label())) {
            TRY(set_currency(*cell));
        } else if (profile_.currency_column().empty()) {
            statement_.set_currency(profile_.currency());
        }
        if (const CsvCell* cell = labelled(profile_.statement_label())) {
            TRY_ASSIGN(*statement_.mutable_statement(),
                       file_.reference(cell->text, cell->place, "the statement's number"));
        }
        if (const CsvCell* cell = labelled(profile_.first_day_label())) {
            TRY_ASSIGN(*statement_.mutable_first_day(), day(*cell));
        }
        if (const CsvCell* cell = labelled(profile_.last_day_label())) {
            TRY_ASSIGN(*statement_.mutable_last_day(), day(*cell));
        }
        if (const CsvCell* cell = labelled(profile_.opening_label())) {
            TRY_ASSIGN(const std::int64_t opening, amount(*cell));
            statement_.set_opening_micros(opening);
        }
        if (const CsvCell* cell = labelled(profile_.closing_label())) {
            TRY_ASSIGN(const std::int64_t closing, amount(*cell));
            statement_.set_closing_micros(closing);
        }
        return {};
    }

    Result<void> read_entry(const CsvRow& row) {
        const auto cell = [&](const std::string& title) -> const CsvCell* {
            return title.empty() ? nullptr : &row.cells[table_.columns.at(title)];
        };
        const Place place = row.cells.front().place;
        if (const CsvCell* account = cell(profile_.account_column())) TRY(set_account(*account));
        if (const CsvCell* currency = cell(profile_.currency_column())) {
            TRY(set_currency(*currency));
        }
        v1::BankEntry& entry = *statement_.add_entries();
        entry.set_place(entry_place(place));
        TRY_ASSIGN(*entry.mutable_booking_day(), day(*cell(profile_.booking_day_column())));
        if (const CsvCell* value = cell(profile_.value_day_column());
            value != nullptr && !trimmed(value->text).empty()) {
            TRY_ASSIGN(*entry.mutable_value_day(), day(*value));
        }
        TRY_ASSIGN(const std::int64_t signed_amount, entry_amount(row, entry));
        entry.set_amount_micros(signed_amount);
        if (!tally_.add(signed_amount)) {
            return file_.fail(kBankFileValue, place, "the sum of the entries passes 10^12 units");
        }
        TRY(read_texts(row, entry));
        if (const CsvCell* balance = cell(profile_.balance_column())) {
            TRY(follow_balance(*balance, signed_amount));
        }
        return {};
    }

    Result<void> read_texts(const CsvRow& row, v1::BankEntry& entry) {
        const auto take = [&](const std::string& title, std::string_view name,
                              std::string* into) -> Result<void> {
            if (title.empty()) return {};
            const CsvCell& cell = row.cells[table_.columns.at(title)];
            TRY_ASSIGN(*into, file_.text(cell.text, cell.place, name));
            return {};
        };
        const auto take_reference = [&](const std::string& title, std::string* into) {
            return take(title, title, into);
        };
        TRY(take_reference(profile_.reference_column(), entry.mutable_bank_reference()));
        TRY_ASSIGN(*entry.mutable_bank_reference(),
                   file_.reference(entry.bank_reference(), row.cells.front().place,
                                   "the bank's reference"));
        TRY(take_reference(profile_.end_to_end_column(), entry.mutable_end_to_end_reference()));
        TRY(take(profile_.counterparty_name_column(), "the counterparty's name",
                 entry.mutable_counterparty_name()));
        TRY(take(profile_.counterparty_account_column(), "the counterparty's account",
                 entry.mutable_counterparty_account()));
        if (const std::string& title = profile_.sub_account_column(); !title.empty()) {
            const CsvCell& cell = row.cells[table_.columns.at(title)];
            if (!trimmed(cell.text).empty()) {
                TRY_ASSIGN(*entry.mutable_sub_account(), file_.account(cell.text, cell.place));
            }
        }
        for (const std::string& title : profile_.purpose_columns()) {
            std::string part;
            TRY(take(title, "the purpose", &part));
            if (part.empty()) continue;
            if (!entry.purpose().empty()) entry.mutable_purpose()->append(" ");
            entry.mutable_purpose()->append(part);
        }
        TRY_ASSIGN(*entry.mutable_purpose(),
                   file_.text(entry.purpose(), row.cells.front().place, "the purpose"));
        return {};
    }

    /// Also marks the entry as a reversal, where it is one, and sums up its column.
    Result<std::int64_t> entry_amount(const CsvRow& row, v1::BankEntry& entry) {
        const auto cell = [&](const std::string& title) -> const CsvCell& {
            return row.cells[table_.columns.at(title)];
        };
        if (profile_.sign() == v1::BANK_SIGN_TWO_COLUMNS) {
            const CsvCell& debit = cell(profile_.debit_column());
            const CsvCell& credit = cell(profile_.credit_column());
            TRY_ASSIGN(const std::int64_t out, side_amount(debit, entry));
            TRY_ASSIGN(const std::int64_t in, side_amount(credit, entry));
            if ((out == 0) == (in == 0)) {
                return file_.fail(kBankFileValue, credit.place,
                                  "just one of debit and credit must have an amount");
            }
            return sum_up(out, in);
        }
        const CsvCell& given = cell(profile_.amount_column());
        TRY_ASSIGN(const std::int64_t size, amount(given));
        if (size == 0) {
            return file_.fail(kBankFileValue, given.place, "the amount of an entry cannot be zero");
        }
        if (profile_.sign() == v1::BANK_SIGN_SIGNED) {
            return size < 0 ? sum_up(-size, 0) : sum_up(0, size);
        }
        TRY_ASSIGN(const std::int64_t moved, side_amount(given, entry));
        const CsvCell& side = cell(profile_.direction_column());
        const std::string word(trimmed(side.text));
        if (std::ranges::count(profile_.debit_words(), word) > 0) return sum_up(moved, 0);
        if (std::ranges::count(profile_.credit_words(), word) > 0) return sum_up(0, moved);
        return file_.fail(kBankFileValue, side.place,
                          "'" + word + "' is neither a debit nor a credit word of the profile");
    }

    /// Adds an entry to the sums of the columns.
    /// @return What it moved.
    std::int64_t sum_up(std::int64_t out, std::int64_t in) {
        out_ += out;
        in_ += in;
        return in - out;
    }

    /// An amount whose side says which way it went; 0 when the cell is empty. Below zero only if it
    /// takes an earlier one back.
    Result<std::int64_t> side_amount(const CsvCell& cell, v1::BankEntry& entry) {
        if (trimmed(cell.text).empty()) return 0;
        TRY_ASSIGN(const std::int64_t size, amount(cell));
        if (size >= 0) return size;
        if (profile_.below_zero() == v1::BANK_BELOW_ZERO_SIDE) return -size;
        if (profile_.below_zero() == v1::BANK_BELOW_ZERO_REVERSAL) {
            entry.set_reversal(true);
            return size;
        }
        return file_.fail(kBankFileValue, cell.place,
                          "the amount is below zero, though the side says which way it went; if "
                          "this bank means something by it, say so with below_zero in the profile");
    }

    Result<std::int64_t> amount(const CsvCell& cell) {
        const AmountForm form{
            .decimal = profile_.decimal()[0],
            .thousands = profile_.thousands().empty() ? '\0' : profile_.thousands()[0]};
        const std::string_view text = trimmed(cell.text);
        if (const auto micros = parse_bank_amount(text, form)) return *micros;
        return file_.fail(kBankFileValue, cell.place,
                          "'" + std::string(text.substr(0, 40)) +
                              "' is no amount of at most 12 digits and 6 decimals in the "
                              "profile's form");
    }

    Result<std::string> day(const CsvCell& cell) {
        const std::string_view text = trimmed(cell.text);
        for (const std::string& form : profile_.dates()) {
            if (auto found = parse_bank_day(text, form)) return *std::move(found);
        }
        return file_.fail(kBankFileValue, cell.place,
                          "'" + std::string(text.substr(0, 40)) +
                              "' is no day in a form of the profile, such as " + profile_.dates(0));
    }

    Result<void> set_account(const CsvCell& cell) {
        TRY_ASSIGN(std::string number, file_.account(cell.text, cell.place));
        if (!statement_.account().empty() && statement_.account() != number) {
            return file_.fail(kBankFileValue, cell.place,
                              "the row is of account " + number + ", the statement of " +
                                  statement_.account() + "; export one account at a time");
        }
        statement_.set_account(std::move(number));
        return {};
    }

    Result<void> set_currency(const CsvCell& cell) {
        std::string code(trimmed(cell.text));
        for (const v1::CsvWord& word : profile_.currencies()) {
            if (word.word() == code) code = word.meaning();
        }
        const std::string expected =
            statement_.currency().empty() ? profile_.currency() : statement_.currency();
        if (!Currency::parse(code) || (!expected.empty() && expected != code)) {
            return file_.fail(kBankCurrencyWrong, cell.place,
                              "'" + code + "' is not " +
                                  (expected.empty() ? "a currency such as CNY" : expected));
        }
        statement_.set_currency(std::move(code));
        return {};
    }

    /// Some banks write the balance only after a day's last entry.
    Result<void> follow_balance(const CsvCell& cell, std::int64_t signed_amount) {
        since_balance_ += signed_amount;
        ends_without_balance_ = trimmed(cell.text).empty();
        if (ends_without_balance_) return {};
        TRY_ASSIGN(const std::int64_t balance, amount(cell));
        const std::int64_t before = balance - std::exchange(since_balance_, 0);
        if (!first_balance_) first_balance_ = before;
        if (last_balance_ && *last_balance_ != before) {
            return file_.fail(kBankSumWrong, cell.place,
                              "the balance before was " + to_decimal(Money{*last_balance_}) +
                                  ", and with this entry it cannot be " +
                                  to_decimal(Money{balance}) +
                                  "; an entry is missing, or the profile's order or sign is not "
                                  "this bank's");
        }
        last_balance_ = balance;
        return {};
    }

    /// How many entries there are, and their sums, as the file says beside its table.
    Result<void> check_announced() {
        if (const CsvCell* cell = labelled(profile_.entries_label())) {
            TRY_ASSIGN(const std::int64_t announced, amount(*cell));
            const std::uint64_t count = tally_.entries();
            if (announced != static_cast<std::int64_t>(count) * kMicrosPerUnit) {
                return file_.fail(kBankSumWrong, cell->place,
                                  "the file says " + std::string(trimmed(cell->text)) +
                                      " entries but has " + std::to_string(count));
            }
        }
        TRY(check_sum(profile_.debits_label(), out_));
        return check_sum(profile_.credits_label(), in_);
    }

    Result<void> check_sum(const std::string& label, std::int64_t sum) {
        const CsvCell* cell = labelled(label);
        if (cell == nullptr) return {};
        TRY_ASSIGN(std::int64_t announced, amount(*cell));
        if (profile_.below_zero() == v1::BANK_BELOW_ZERO_SIDE) announced = std::abs(announced);
        if (announced == sum) return {};
        return file_.fail(kBankSumWrong, cell->place,
                          "the file says " + to_decimal(Money{announced}) +
                              " but its entries make " + to_decimal(Money{sum}));
    }

    /// Takes the balances around the entries, where the table tells them, for those of the
    /// statement; complete_statement() compares what both say.
    Result<void> take_balances() {
        if (!first_balance_) {
            if (!statement_.entries().empty()) return {};
            // No entry moved the balance, so that one of the two tells the other.
            if (!statement_.has_opening_micros() && statement_.has_closing_micros()) {
                statement_.set_opening_micros(statement_.closing_micros());
            } else if (statement_.has_opening_micros() && !statement_.has_closing_micros()) {
                statement_.set_closing_micros(statement_.opening_micros());
            }
            return {};
        }
        if (statement_.has_opening_micros() && statement_.opening_micros() != *first_balance_) {
            return file_.fail(
                kBankSumWrong, kTop,
                "the opening balance is " + to_decimal(Money{statement_.opening_micros()}) +
                    ", but before the first entry it was " + to_decimal(Money{*first_balance_}));
        }
        statement_.set_opening_micros(*first_balance_);
        if (!statement_.has_closing_micros() && !ends_without_balance_) {
            statement_.set_closing_micros(*last_balance_);
        }
        return {};
    }

    Result<void> take_period() {
        if (statement_.entries().empty() && statement_.account().empty()) {
            return file_.fail(kBankFileMissing, kTop,
                              "without an entry the file does not say which account it is of");
        }
        if (statement_.entries().empty() && statement_.currency().empty()) {
            statement_.set_currency(profile_.currency());
        }
        for (const v1::BankEntry& entry : statement_.entries()) {
            if (profile_.first_day_label().empty() &&
                (statement_.first_day().empty() || entry.booking_day() < statement_.first_day())) {
                statement_.set_first_day(entry.booking_day());
            }
            if (profile_.last_day_label().empty() && entry.booking_day() > statement_.last_day()) {
                statement_.set_last_day(entry.booking_day());
            }
        }
        if (statement_.first_day().empty()) statement_.set_first_day(statement_.last_day());
        if (statement_.last_day().empty()) statement_.set_last_day(statement_.first_day());
        return {};
    }

    const BankFile& file_;
    const v1::CsvProfile& profile_;
    const StatementTable& table_;
    v1::BankStatement statement_;
    Tally tally_;
    std::int64_t out_ = 0;  ///< As the columns have it: less what is taken back in them.
    std::int64_t in_ = 0;
    std::optional<std::int64_t> first_balance_;
    std::optional<std::int64_t> last_balance_;
    std::int64_t since_balance_ = 0;  ///< Of the entries after it.
    bool ends_without_balance_ = false;
};

}  // namespace

Result<v1::BankStatement> read_csv_statement(std::string_view bytes, const v1::CsvProfile& profile,
                                             std::string_view name) {
    const BankFile file(name);
    if (bytes.size() > kBankFileBytesMax) {
        return file.fail(kBankFileTooLarge, Place{}, "the file is over 16 MB");
    }
    std::string converted;
    // A byte-order mark says UTF-8 itself, as spreadsheets save what was GB 18030.
    if (profile.encoding() == v1::BANK_ENCODING_GB18030 && !bytes.starts_with(kByteOrderMark)) {
        auto text = utf8_of_gb18030(bytes);
        if (!text) {
            return file.fail(kBankFileSyntax, Place{},
                             "the file is not GB 18030 text, as its profile says it were; if it "
                             "is UTF-8, give the profile no encoding");
        }
        converted = *std::move(text);
        bytes = converted;
    }
    TRY_ASSIGN(const StatementTable table, find_statement_table(bytes, profile, file));
    return StatementReader(file, profile, table).read();
}

}  // namespace penstock::format
