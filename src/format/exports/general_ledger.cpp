#include "format/exports/general_ledger.h"

#include <string_view>

#include "base/text.h"
#include "base/try.h"
#include "base/wide.h"
#include "format/csv_text.h"
#include "format/exports/error.h"
#include "format/time_text.h"

namespace penstock::format {

namespace {

constexpr std::size_t kTextMax = 200;

Result<void> check_text(const std::string& text, bool needed, const std::string& path) {
    const bool fits = text.empty() ? !needed : is_label(text, {.minimum = 1, .maximum = kTextMax});
    if (fits) return {};
    return reject(kVoucherInvalid, path, "It has 1 to 200 signs on one line.");
}

Result<void> check_line(const VoucherLine& line, const std::string& at) {
    TRY(check_text(line.account_code, true, at + ".account_code"));
    TRY(check_text(line.account_name, false, at + ".account_name"));
    TRY(check_text(line.summary, true, at + ".summary"));
    TRY(check_text(line.party, false, at + ".party"));
    TRY(check_text(line.reference, false, at + ".reference"));
    if (line.amount <= Money{0} || line.amount > kMoneyMax)
        return reject(kVoucherInvalid, at + ".amount", "Amounts are above zero, on either side.");
    return {};
}

Result<void> check_voucher(const Voucher& voucher, const std::string& at) {
    if (voucher.at.ns <= 0 || voucher.at > kLastInstant)
        return reject(kVoucherInvalid, at + ".at", "It lies between 1970 and 2200.");
    if (voucher.lines.size() < 2)
        return reject(kVoucherInvalid, at + ".lines", "A voucher has at least two lines.");
    Wide debits = 0;
    Wide credits = 0;
    for (std::size_t i = 0; i < voucher.lines.size(); ++i) {
        const VoucherLine& line = voucher.lines[i];
        TRY(check_line(line, at + ".lines[" + std::to_string(i) + "]"));
        (line.side == Side::debit ? debits : credits) += line.amount.micros;
    }
    if (debits > kMoneyMax.micros || credits > kMoneyMax.micros)
        return reject(kVoucherInvalid, at + ".lines", "Together they are worth too much.");
    if (debits == credits) return {};
    return reject(kVoucherNotBalanced, at,
                  "Debits are " + to_decimal(Money{static_cast<std::int64_t>(debits)}) +
                      ", credits " + to_decimal(Money{static_cast<std::int64_t>(credits)}) + ".");
}

std::string header(Language language) {
    constexpr Words kColumns[] = {
        {"日期", "Date"},      {"凭证号", "Voucher"},       {"分录号", "Line"},
        {"摘要", "Summary"},   {"科目编码", "AccountCode"}, {"科目名称", "AccountName"},
        {"借方金额", "Debit"}, {"贷方金额", "Credit"},      {"币种", "Currency"},
        {"往来单位", "Party"}, {"业务编号", "Reference"},
    };
    std::vector<CsvValue> titles;
    for (const Words& words : kColumns) titles.emplace_back(std::string(words.in(language)));
    std::string text = "\xEF\xBB\xBF";
    append_csv_record(text, titles);
    return text;
}

CsvValue guarded(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return spreadsheet_text(text);
}

}  // namespace

void add_transfer(Voucher& voucher, const LedgerTransfer& transfer) {
    const auto add = [&](const std::string& code, Side side) {
        voucher.lines.push_back({.account_code = code,
                                 .side = side,
                                 .amount = transfer.amount,
                                 .summary = transfer.summary,
                                 .reference = transfer.reference});
    };
    add(transfer.debit_code, Side::debit);
    add(transfer.credit_code, Side::credit);
}

Result<void> check_general_ledger(std::span<const Voucher> vouchers) {
    for (std::size_t i = 0; i < vouchers.size(); ++i) {
        const std::string at = "vouchers[" + std::to_string(i) + "]";
        if (vouchers[i].number == 0 || (i > 0 && vouchers[i].number != vouchers[i - 1].number + 1))
            return reject(kVoucherInvalid, at + ".number", "Vouchers are numbered without a gap.");
        TRY(check_voucher(vouchers[i], at));
        if (i > 0 && vouchers[i].at < vouchers[i - 1].at)
            return reject(kVoucherInvalid, at + ".at", "Vouchers are in the order of their times.");
    }
    return {};
}

Result<std::string> general_ledger_csv(std::span<const Voucher> vouchers,
                                       const LedgerFileForm& form) {
    TRY(check_general_ledger(vouchers));
    std::string text = header(form.language);
    for (const Voucher& voucher : vouchers) {
        const std::string day = date_text(voucher.at, form.utc_offset_minutes);
        std::size_t number = 0;
        for (const VoucherLine& line : voucher.lines) {
            const CsvValue amount = to_decimal(line.amount);
            const bool debit = line.side == Side::debit;
            append_csv_record(text,
                              {day, std::to_string(voucher.number), std::to_string(++number),
                               guarded(line.summary), guarded(line.account_code),
                               guarded(line.account_name), debit ? amount : std::nullopt,
                               debit ? std::nullopt : amount, std::string(voucher.currency.text()),
                               guarded(line.party), guarded(line.reference)});
        }
    }
    return text;
}

}  // namespace penstock::format
