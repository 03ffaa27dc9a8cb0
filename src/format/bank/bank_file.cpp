#include "format/bank/bank_file.h"

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/money.h"
#include "base/text.h"
#include "base/try.h"
#include "format/bank/error.h"

namespace penstock::format {

namespace {

constexpr std::size_t kTextCharactersMax = 1'000;
constexpr std::size_t kReferenceBytesMax = 128;
constexpr std::size_t kAccountBytesMax = 40;
constexpr std::size_t kIdentityDigits = 40;

/// Takes one blank off an end of `text`, if it has one there.
bool take_blank(std::string_view& text, bool front) {
    constexpr std::array<std::string_view, 8> kBlanks{" ",      "\t",     "\n",     "\r",
                                                      "\u3000", "\u00a0", "\ufeff", "\u200b"};
    for (const std::string_view blank : kBlanks) {
        if (front && text.starts_with(blank)) {
            text.remove_prefix(blank.size());
            return true;
        }
        if (!front && text.ends_with(blank)) {
            text.remove_suffix(blank.size());
            return true;
        }
    }
    return false;
}

std::string limit_text(std::string_view field, std::size_t count, std::string_view unit) {
    return std::string(field) + " has over " + std::to_string(count) + " " + std::string(unit);
}

/// Whether all characters of UTF-8 text can be seen, or are blanks.
bool is_shown(std::string_view text) {
    const std::string framed = std::string("x").append(text).append("x");
    return is_label(framed, {.minimum = 2, .maximum = framed.size()});
}

/// Text without what nobody sees: each such character becomes a blank.
std::string without_hidden(std::string_view text) {
    if (is_shown(text)) return std::string(text);
    std::string shown;
    while (!text.empty()) {
        const std::string_view before = text;
        // Readers give UTF-8; a stray byte would be one more thing that cannot be shown.
        if (!take_character(text)) text.remove_prefix(1);
        const std::string_view character = before.substr(0, before.size() - text.size());
        shown.append(is_shown(character) ? character : " ");
    }
    return shown;
}

/// Whether a bank's number of an entry is its way of saying that there is none.
bool is_no_reference(std::string_view text) {
    constexpr std::array<std::string_view, 8> kWords{
        "NONREF", "NOTPROVIDED", "NOT PROVIDED", "NONE", "NULL", "N/A", "NA", "无"};
    std::string capital(text);
    std::ranges::transform(capital, capital.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return std::ranges::count(kWords, capital) > 0 ||
           std::ranges::all_of(text, [](char c) { return c == '0' || c == '-'; });
}

/// What tells an entry from others of its day: account, amount, and the bank's reference, or all
/// that the bank says of it when it gives none. A reference alone is not enough: banks give one to
/// a payment and its fee, and some begin to count anew.
Hasher hasher_of(const v1::BankStatement& statement, const v1::BankEntry& entry) {
    Hasher hasher;
    for (const std::string* field : {&statement.account(), &statement.currency(),
                                     &entry.bank_reference(), &entry.booking_day()}) {
        hasher.add(*field);
    }
    hasher.add(static_cast<std::uint64_t>(entry.amount_micros()));
    // Banks give all entries of a batch one number; what brings none is known by the same as
    // before.
    if (!entry.sub_account().empty()) hasher.add(entry.sub_account());
    if (!entry.bank_reference().empty()) return hasher;
    for (const std::string* field :
         {&entry.value_day(), &entry.end_to_end_reference(), &entry.counterparty_name(),
          &entry.counterparty_account(), &entry.purpose()}) {
        hasher.add(*field);
    }
    hasher.add(entry.reversal() ? 1U : 0U);
    return hasher;
}

Result<void> check_days(const BankFile& file, Place place, const v1::BankStatement& statement) {
    if (statement.first_day().empty() || statement.last_day().empty()) {
        return file.fail(kBankFileMissing, place,
                         "neither an entry nor the file itself says which days it covers");
    }
    if (statement.last_day() < statement.first_day()) {
        return file.fail(kBankFileValue, place,
                         "the statement ends on " + statement.last_day() +
                             ", before it begins on " + statement.first_day());
    }
    for (const v1::BankEntry& entry : statement.entries()) {
        if (entry.booking_day() < statement.first_day() ||
            entry.booking_day() > statement.last_day()) {
            return file.fail(kBankDayOutside, entry,
                             "the entry is of " + entry.booking_day() + ", the statement of " +
                                 statement.first_day() + " to " + statement.last_day());
        }
    }
    return {};
}

Result<void> check_sums(const BankFile& file, Place place, const v1::BankStatement& statement) {
    Tally tally;
    for (const v1::BankEntry& entry : statement.entries()) {
        if (entry.amount_micros() == 0) {
            return file.fail(kBankFileValue, entry, "the amount of an entry cannot be zero");
        }
        if (!tally.add(entry.amount_micros())) {
            return file.fail(kBankFileValue, entry, "the sum of the entries passes 10^12 units");
        }
    }
    if (!statement.has_opening_micros() || !statement.has_closing_micros()) return {};
    const std::int64_t expected = statement.opening_micros() + tally.net();
    if (expected == statement.closing_micros()) return {};
    return file.fail(kBankSumWrong, place,
                     "opening " + to_decimal(Money{statement.opening_micros()}) + " and entries " +
                         to_decimal(Money{tally.net()}) + " make " + to_decimal(Money{expected}) +
                         ", not the closing " + to_decimal(Money{statement.closing_micros()}));
}

/// Equal entries of one day are told apart by their order, so statements must hold whole days. That
/// there are two of them is believed when the balances have proved it, or when nothing else could
/// tell them apart.
Result<void> give_identities(const BankFile& file, v1::BankStatement& statement) {
    const bool proved = statement.has_opening_micros() && statement.has_closing_micros();
    struct Equals {
        std::uint64_t count = 0;
        std::string first_place;
    };
    std::map<std::string, Equals> seen;
    for (v1::BankEntry& entry : *statement.mutable_entries()) {
        Hasher hasher = hasher_of(statement, entry);
        Equals& equals = seen[to_hex(hasher.digest())];
        if (equals.count == 0) equals.first_place = entry.place();
        if (equals.count > 0 && !entry.bank_reference().empty() && !proved) {
            return file.fail(kBankEntryTwice, entry,
                             "the same amount and the bank's reference '" + entry.bank_reference() +
                                 "' stood at " + equals.first_place +
                                 " already, and no balances prove that there are two; if this bank "
                                 "gives one number to several entries, use a profile without its "
                                 "column");
        }
        hasher.add(equals.count++);
        entry.set_identity(to_hex(hasher.finish()).substr(0, kIdentityDigits));
    }
    return {};
}

}  // namespace

std::unexpected<Error> BankFile::fail(const Rejection& rejection, Place place,
                                      std::string_view what) const {
    return reject(rejection, {}, place_text(name_, place).append(what).append("."));
}

std::unexpected<Error> BankFile::fail(const Rejection& rejection, const v1::BankEntry& entry,
                                      std::string_view what) const {
    std::string detail(name_);
    detail.append(":").append(entry.place()).append(": ").append(what).append(".");
    return reject(rejection, {}, std::move(detail));
}

Result<std::string> BankFile::text(std::string_view given, Place place,
                                   std::string_view field) const {
    const std::string shown = without_hidden(trimmed(given));
    std::string text(trimmed(shown));
    if (count_characters(text) <= kTextCharactersMax) return text;
    return fail(kBankFileValue, place, limit_text(field, kTextCharactersMax, "characters"));
}

Result<std::string> BankFile::reference(std::string_view given, Place place,
                                        std::string_view field) const {
    const std::string_view text = trimmed(given);
    if (text.size() > kReferenceBytesMax) {
        return fail(kBankFileValue, place, limit_text(field, kReferenceBytesMax, "bytes"));
    }
    if (!text.empty() && !is_label(text, {.minimum = 1, .maximum = kReferenceBytesMax})) {
        return fail(kBankFileValue, place, std::string(field) + " holds an unseen character");
    }
    return is_no_reference(text) ? std::string() : std::string(text);
}

Result<std::string> BankFile::account(std::string_view given, Place place) const {
    std::string number;
    for (const char letter : trimmed(given)) {
        const bool fits = (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') ||
                          (letter >= 'a' && letter <= 'z') || letter == '-';
        if (!fits && letter != ' ') {
            return fail(kBankFileValue, place,
                        "the account's number has something other than letters, digits, hyphens; "
                        "if the bank hides part of it, name it in the profile instead");
        }
        if (fits) number.push_back(letter);
    }
    if (number.empty()) return fail(kBankFileMissing, place, "the account's number is empty");
    if (number.size() > kAccountBytesMax) {
        return fail(kBankFileValue, place,
                    limit_text("the account's number", kAccountBytesMax, "signs"));
    }
    return number;
}

std::string entry_place(Place place) {
    return std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::string_view trimmed(std::string_view text) {
    while (take_blank(text, true)) {
    }
    while (take_blank(text, false)) {
    }
    return text;
}

bool Tally::add(std::int64_t amount_micros) {
    const bool is_credit = amount_micros > 0;
    // Both are within the limit, which lies far from that of the type.
    if (amount_micros > kMoneyMax.micros || amount_micros < -kMoneyMax.micros) return false;
    const std::int64_t size = is_credit ? amount_micros : -amount_micros;
    std::int64_t& sum = is_credit ? credits_ : debits_;
    if (sum + size > kMoneyMax.micros) return false;
    sum += size;
    ++(is_credit ? credit_entries_ : debit_entries_);
    return true;
}

Result<void> complete_statement(const BankFile& file, Place place, v1::BankStatement& statement) {
    if (static_cast<std::size_t>(statement.entries_size()) > kBankEntriesMax) {
        return file.fail(kBankFileTooLarge, place,
                         "the statement has over " + std::to_string(kBankEntriesMax) + " entries");
    }
    TRY(check_days(file, place, statement));
    TRY(check_sums(file, place, statement));
    return give_identities(file, statement);
}

}  // namespace penstock::format
