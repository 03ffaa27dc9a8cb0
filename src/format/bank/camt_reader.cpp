#include "format/bank/camt_reader.h"

#include <algorithm>

#include "base/money.h"
#include "base/try.h"
#include "format/bank/bank_values.h"
#include "format/bank/error.h"
#include "format/text_reader.h"

namespace penstock::format {

std::unexpected<Error> CamtReader::fail(const Rejection& rejection, const XmlNode& node,
                                        std::string_view what) const {
    return file_.fail(rejection, node.place, node.path().append(": ").append(what));
}

Result<const XmlNode*> CamtReader::optional(const XmlNode& node, std::string_view name) const {
    const XmlNode* found = nullptr;
    for (const XmlNode* child : node.children) {
        if (child->name != name) continue;
        if (found != nullptr) return fail(kBankFileValue, *child, "this stands twice");
        found = child;
    }
    return found;
}

Result<const XmlNode*> CamtReader::needed(const XmlNode& node, std::string_view name) const {
    TRY_ASSIGN(const XmlNode* found, optional(node, name));
    if (found != nullptr) return found;
    return fail(kBankFileMissing, node, "has no " + std::string(name));
}

Result<void> CamtReader::refuse_pages(const XmlNode& parent, std::string_view name) const {
    TRY_ASSIGN(const XmlNode* pages, optional(parent, name));
    if (pages == nullptr) return {};
    TRY_ASSIGN(const XmlNode* number, needed(*pages, "PgNb"));
    TRY_ASSIGN(const XmlNode* last, needed(*pages, "LastPgInd"));
    TRY_ASSIGN(const bool is_last, yes_or_no(*last));
    TRY_ASSIGN(const std::uint64_t page, count(*number));
    if (page == 1 && is_last) return {};
    return fail(kBankStatementNotWhole, *pages,
                "this is one page of several; have the bank write one file");
}

Result<std::string> CamtReader::text(const XmlNode& node) const {
    // The path is worked out only for a message: that takes a look at all siblings.
    auto taken = file_.text(node.text, node.place, {});
    if (taken) return taken;
    return file_.text(node.text, node.place, node.path());
}

Result<std::string> CamtReader::reference(const XmlNode& node) const {
    auto taken = file_.reference(node.text, node.place, {});
    if (taken) return taken;
    return file_.reference(node.text, node.place, node.path());
}

Result<std::uint64_t> CamtReader::count(const XmlNode& node) const {
    std::string_view digits = trimmed(node.text);
    // Some banks fill numbers up with zeros: 00001.
    while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
    if (const auto number = parse_decimal<std::uint64_t>(digits)) return *number;
    return fail(kBankFileValue, node, "this must be a whole number");
}

Result<bool> CamtReader::yes_or_no(const XmlNode& node) const {
    const std::string_view word = trimmed(node.text);
    if (word == "true" || word == "1") return true;
    if (word == "false" || word == "0") return false;
    return fail(kBankFileValue, node, "this must be true or false");
}

Result<int> CamtReader::direction(const XmlNode& node) const {
    const std::string_view word = trimmed(node.text);
    if (word == "CRDT") return 1;
    if (word == "DBIT") return -1;
    return fail(kBankFileValue, node, "this must be CRDT or DBIT");
}

Result<std::int64_t> CamtReader::decimal(const XmlNode& node) const {
    const std::string_view text = trimmed(node.text);
    const auto micros = parse_bank_amount(text, {});
    if (micros && *micros >= 0 && !text.starts_with('-')) return *micros;
    return fail(kBankFileValue, node,
                "this must be an amount of at most 12 digits and 6 decimals, not below zero");
}

std::string_view CamtReader::currency(const XmlNode& node) const {
    for (const auto& [name, value] : node.attributes) {
        if (name == "Ccy") return value;
    }
    return {};
}

Result<std::int64_t> CamtReader::amount(const XmlNode& node, v1::BankStatement& statement) const {
    const std::string_view currency = this->currency(node);
    if (!Currency::parse(currency)) {
        return fail(kBankCurrencyWrong, node, "the attribute Ccy must be a code such as CNY");
    }
    if (statement.currency().empty()) statement.set_currency(std::string(currency));
    if (statement.currency() != currency) {
        return fail(kBankCurrencyWrong, node,
                    "the amount is in " + std::string(currency) + ", the account in " +
                        statement.currency());
    }
    return decimal(node);
}

Result<std::string> CamtReader::day(const XmlNode& node) const {
    TRY_ASSIGN(const XmlNode* time, optional(node, "DtTm"));
    if (time != nullptr) return day_of_time(*time);
    TRY_ASSIGN(const XmlNode* date, needed(node, "Dt"));
    // A zone may follow a date ("2026-11-01+08:00"); the day is the bank's own.
    return day_of_time(*date);
}

Result<std::string> CamtReader::day_of_time(const XmlNode& node) const {
    constexpr std::size_t kDaySize = 10;
    const std::string_view text = trimmed(node.text);
    const std::string_view rest = text.substr(std::min(kDaySize, text.size()));
    const bool goes_on =
        rest.empty() || rest[0] == 'T' || rest[0] == 'Z' || rest[0] == '+' || rest[0] == '-';
    auto day = parse_bank_day(text.substr(0, kDaySize), "YYYY-MM-DD");
    if (day && goes_on && rest.size() <= kDaySize * 3) return *std::move(day);
    return fail(kBankFileValue, node, "this must be a day such as 2026-11-01");
}

Result<const XmlNode*> CamtReader::account_number(const XmlNode& id) const {
    TRY_ASSIGN(const XmlNode* iban, optional(id, "IBAN"));
    if (iban != nullptr) return iban;
    TRY_ASSIGN(const XmlNode* other, optional(id, "Othr"));
    if (other == nullptr) return nullptr;
    return needed(*other, "Id");
}

Result<void> CamtReader::read_details(const XmlNode& payment, v1::BankEntry& entry) const {
    TRY(read_references(payment, entry));
    TRY(read_counterparty(payment, entry));
    return read_purpose(payment, entry);
}

Result<void> CamtReader::read_references(const XmlNode& payment, v1::BankEntry& entry) const {
    TRY_ASSIGN(const XmlNode* references, optional(payment, "Refs"));
    if (references == nullptr) return {};
    TRY_ASSIGN(const XmlNode* end_to_end, optional(*references, "EndToEndId"));
    if (end_to_end != nullptr) {
        // What a payer writes, who must not be able to keep the statement out.
        TRY_ASSIGN(std::string given, text(*end_to_end));
        // The standard's own word for none.
        if (given != "NOTPROVIDED") entry.set_end_to_end_reference(std::move(given));
    }
    TRY_ASSIGN(const XmlNode* own, optional(*references, "AcctSvcrRef"));
    if (own == nullptr || !entry.bank_reference().empty()) return {};
    TRY_ASSIGN(*entry.mutable_bank_reference(), reference(*own));
    return {};
}

Result<void> CamtReader::read_counterparty(const XmlNode& payment, v1::BankEntry& entry) const {
    TRY_ASSIGN(const XmlNode* parties, optional(payment, "RltdPties"));
    if (parties == nullptr) return {};
    // Who paid when money came in, who was paid when it went out.
    const bool came_in = entry.amount_micros() > 0;
    TRY_ASSIGN(const XmlNode* party, optional(*parties, came_in ? "Dbtr" : "Cdtr"));
    if (party != nullptr) {
        TRY_ASSIGN(const XmlNode* inner, optional(*party, "Pty"));  // Of version 8.
        TRY_ASSIGN(const XmlNode* name, optional(inner == nullptr ? *party : *inner, "Nm"));
        if (name != nullptr) {
            TRY_ASSIGN(*entry.mutable_counterparty_name(), text(*name));
        }
    }
    TRY_ASSIGN(const XmlNode* account, optional(*parties, came_in ? "DbtrAcct" : "CdtrAcct"));
    if (account == nullptr) return {};
    TRY_ASSIGN(const XmlNode* id, needed(*account, "Id"));
    TRY_ASSIGN(const XmlNode* number, account_number(*id));
    if (number != nullptr) {
        TRY_ASSIGN(*entry.mutable_counterparty_account(), text(*number));
    }
    return {};
}

Result<void> CamtReader::read_purpose(const XmlNode& payment, v1::BankEntry& entry) const {
    TRY_ASSIGN(const XmlNode* remittance, optional(payment, "RmtInf"));
    if (remittance != nullptr) {
        for (const XmlNode* part : remittance->children) {
            if (part->name == "Ustrd") TRY(add_purpose(*part, entry));
            if (part->name != "Strd") continue;
            TRY_ASSIGN(const XmlNode* creditor, optional(*part, "CdtrRefInf"));
            if (creditor == nullptr) continue;
            TRY_ASSIGN(const XmlNode* given, optional(*creditor, "Ref"));
            if (given != nullptr) TRY(add_purpose(*given, entry));
        }
    }
    TRY_ASSIGN(const XmlNode* note, optional(payment, "AddtlTxInf"));
    if (note != nullptr) TRY(add_purpose(*note, entry));
    return {};
}

Result<void> CamtReader::add_purpose(const XmlNode& node, v1::BankEntry& entry) const {
    TRY_ASSIGN(const std::string part, text(node));
    if (part.empty()) return {};
    if (!entry.purpose().empty()) entry.mutable_purpose()->append(" ");
    entry.mutable_purpose()->append(part);
    TRY_ASSIGN(*entry.mutable_purpose(), file_.text(entry.purpose(), node.place, "the purpose"));
    return {};
}

}  // namespace penstock::format
