#include "format/bank/camt.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/money.h"
#include "base/try.h"
#include "format/bank/bank_file.h"
#include "format/bank/bank_values.h"
#include "format/bank/camt_reader.h"
#include "format/bank/error.h"

namespace penstock::format {

namespace {

constexpr std::string_view kVersion2 = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02";
constexpr std::string_view kVersion8 = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08";

class StatementReader {
  public:
    StatementReader(const CamtReader& reader, const XmlNode& node) : reader_(reader), node_(node) {}

    Result<v1::BankStatement> read() {
        TRY_ASSIGN(const XmlNode* id, reader_.needed(node_, "Id"));
        TRY_ASSIGN(*statement_.mutable_statement(), reader_.reference(*id));
        TRY(read_sequence());
        TRY(read_account());
        TRY(read_balances());
        for (const XmlNode* entry : node_.children) {
            if (entry->name == "Ntry") TRY(read_entry(*entry));
        }
        TRY(read_period());
        TRY(check_summary());
        TRY(complete_statement(reader_.file(), node_.place, statement_));
        return std::move(statement_);
    }

  private:
    Result<void> read_sequence() {
        TRY(reader_.refuse_pages(node_, "StmtPgntn"));
        for (const char* name : {"LglSeqNb", "ElctrncSeqNb"}) {
            TRY_ASSIGN(const XmlNode* number, reader_.optional(node_, name));
            if (number == nullptr || statement_.sequence() > 0) continue;
            TRY_ASSIGN(const std::uint64_t value, reader_.count(*number));
            statement_.set_sequence(value);
        }
        return {};
    }

    Result<void> read_account() {
        TRY_ASSIGN(const XmlNode* account, reader_.needed(node_, "Acct"));
        TRY_ASSIGN(const XmlNode* id, reader_.needed(*account, "Id"));
        TRY_ASSIGN(const XmlNode* number, reader_.account_number(*id));
        if (number == nullptr) {
            return reader_.fail(kBankFileMissing, *id, "neither IBAN nor Othr/Id is given");
        }
        TRY_ASSIGN(*statement_.mutable_account(),
                   reader_.file().account(number->text, number->place));
        TRY_ASSIGN(const XmlNode* currency, reader_.optional(*account, "Ccy"));
        if (currency == nullptr) return {};
        if (!Currency::parse(trimmed(currency->text))) {
            return reader_.fail(kBankFileValue, *currency, "this is no currency such as CNY");
        }
        statement_.set_currency(std::string(trimmed(currency->text)));
        return {};
    }

    Result<void> read_balances() {
        const XmlNode* previous = nullptr;
        for (const XmlNode* balance : node_.children) {
            if (balance->name != "Bal") continue;
            TRY_ASSIGN(const std::string kind, balance_kind(*balance));
            if (kind == "OPBD") TRY(take_balance(*balance, opening_));
            if (kind == "CLBD") TRY(take_balance(*balance, closing_));
            if (kind == "PRCD") TRY(take_balance(*balance, previous));
        }
        // The close of the day before is the same as the opening of this one, and must agree.
        if (opening_ == nullptr) opening_ = previous;
        if (opening_ == nullptr) {
            return reader_.fail(kBankFileMissing, node_, "no opening balance (OPBD or PRCD)");
        }
        if (closing_ == nullptr) {
            return reader_.fail(kBankFileMissing, node_, "no closing balance (CLBD)");
        }
        TRY_ASSIGN(const std::int64_t opening, signed_amount(*opening_));
        TRY_ASSIGN(const std::int64_t closing, signed_amount(*closing_));
        statement_.set_opening_micros(opening);
        statement_.set_closing_micros(closing);
        if (previous == nullptr) return {};
        TRY_ASSIGN(const std::int64_t before, signed_amount(*previous));
        if (before == opening) return {};
        return reader_.fail(kBankSumWrong, *previous, "this is not the opening balance");
    }

    Result<std::string> balance_kind(const XmlNode& balance) {
        TRY_ASSIGN(const XmlNode* type, reader_.needed(balance, "Tp"));
        TRY_ASSIGN(const XmlNode* choice, reader_.needed(*type, "CdOrPrtry"));
        TRY_ASSIGN(const XmlNode* code, reader_.optional(*choice, "Cd"));
        if (code == nullptr) return std::string();
        return std::string(trimmed(code->text));
    }

    Result<void> take_balance(const XmlNode& balance, const XmlNode*& into) {
        if (into != nullptr) {
            return reader_.fail(kBankStatementNotWhole, balance,
                                "a balance of this kind stood above already; have the bank write "
                                "one statement for whole days");
        }
        into = &balance;
        return {};
    }

    /// Of an element with Amt and CdtDbtInd; what came in is above zero.
    Result<std::int64_t> signed_amount(const XmlNode& node) {
        TRY_ASSIGN(const XmlNode* given, reader_.needed(node, "Amt"));
        TRY_ASSIGN(const std::int64_t size, reader_.amount(*given, statement_));
        TRY_ASSIGN(const XmlNode* side, reader_.needed(node, "CdtDbtInd"));
        TRY_ASSIGN(const int direction, reader_.direction(*side));
        return direction * size;
    }

    Result<void> read_entry(const XmlNode& node) {
        TRY(check_booked(node));
        v1::BankEntry entry;
        entry.set_place(entry_place(node.place));
        TRY_ASSIGN(const std::int64_t amount, signed_amount(node));
        if (amount == 0) {
            return reader_.fail(kBankFileValue, node, "the amount of an entry cannot be zero");
        }
        if (!tally_.add(amount)) {
            return reader_.fail(kBankFileValue, node, "the sum of the entries passes 10^12 units");
        }
        entry.set_amount_micros(amount);
        TRY_ASSIGN(const XmlNode* reversal, reader_.optional(node, "RvslInd"));
        if (reversal != nullptr) {
            TRY_ASSIGN(const bool reverses, reader_.yes_or_no(*reversal));
            entry.set_reversal(reverses);
        }
        TRY_ASSIGN(const XmlNode* booked, reader_.needed(node, "BookgDt"));
        TRY_ASSIGN(*entry.mutable_booking_day(), reader_.day(*booked));
        TRY_ASSIGN(const XmlNode* valued, reader_.optional(node, "ValDt"));
        if (valued != nullptr) {
            TRY_ASSIGN(*entry.mutable_value_day(), reader_.day(*valued));
        }
        TRY_ASSIGN(const XmlNode* own, reader_.optional(node, "AcctSvcrRef"));
        if (own != nullptr) {
            TRY_ASSIGN(*entry.mutable_bank_reference(), reader_.reference(*own));
        }
        TRY_ASSIGN(const XmlNode* note, reader_.optional(node, "AddtlNtryInf"));
        if (note != nullptr) {
            TRY_ASSIGN(*entry.mutable_purpose(), reader_.text(*note));
        }
        return read_payments(node, entry);
    }

    Result<void> check_booked(const XmlNode& node) {
        TRY_ASSIGN(const XmlNode* status, reader_.needed(node, "Sts"));
        // A code itself in version 2, around one in version 8.
        TRY_ASSIGN(const XmlNode* code, reader_.optional(*status, "Cd"));
        const std::string_view word = trimmed(code == nullptr ? status->text : code->text);
        if (word == "BOOK") return {};
        return reader_.fail(
            kBankStatementNotWhole, *status,
            "the entry is not booked but '" + std::string(word.substr(0, 40)) + "'");
    }

    /// The payments that make up an entry.
    struct Payments {
        std::vector<const XmlNode*> told;
        std::uint64_t count = 0;  ///< As the bank says of its batches; 0 when it does not.
    };
    Result<Payments> find_payments(const XmlNode& node) {
        Payments payments;
        for (const XmlNode* details : node.children) {
            if (details->name != "NtryDtls") continue;
            TRY_ASSIGN(const XmlNode* batch, reader_.optional(*details, "Btch"));
            if (batch != nullptr) {
                TRY_ASSIGN(const XmlNode* number, reader_.optional(*batch, "NbOfTxs"));
                if (number != nullptr) {
                    TRY_ASSIGN(const std::uint64_t count, reader_.count(*number));
                    payments.count = std::max(payments.count, count);
                }
            }
            for (const XmlNode* payment : details->children) {
                if (payment->name == "TxDtls") payments.told.push_back(payment);
            }
        }
        return payments;
    }

    /// Whether the one payment that is told is all of the entry: else its reference would claim
    /// what others have paid, too. Charges may stand between the two amounts.
    Result<bool> is_whole(const XmlNode& node, const XmlNode& payment, const v1::BankEntry& entry) {
        for (const XmlNode* part : {&node, &payment}) {
            if (std::ranges::count(part->children, "Chrgs", &XmlNode::name) > 0) return true;
        }
        TRY_ASSIGN(const XmlNode* given, payment_amount(payment));
        if (given == nullptr || reader_.currency(*given) != statement_.currency()) return true;
        TRY_ASSIGN(const std::int64_t amount, part_amount(payment, *given, entry));
        return amount == entry.amount_micros();
    }

    Result<void> read_payments(const XmlNode& node, const v1::BankEntry& entry) {
        TRY_ASSIGN(const Payments found, find_payments(node));
        const std::vector<const XmlNode*>& payments = found.told;
        bool whole = found.count <= std::max<std::size_t>(payments.size(), 1);
        if (whole && payments.size() == 1) {
            TRY_ASSIGN(whole, is_whole(node, *payments.front(), entry));
        }
        if (payments.size() <= 1 || !whole) {
            v1::BankEntry& single = *statement_.add_entries() = entry;
            if (whole && !payments.empty()) {
                return reader_.read_details(*payments.front(), single);
            }
            // Of several payments, not all of which are told: no text in it speaks for all.
            if (!whole) single.clear_purpose();
            return {};
        }
        Tally parts;
        for (std::size_t i = 0; i < payments.size(); ++i) {
            v1::BankEntry& part = *statement_.add_entries() = entry;
            part.set_place(entry_place(payments[i]->place));
            TRY_ASSIGN(const XmlNode* given, payment_amount(*payments[i]));
            if (given == nullptr) {
                return reader_.fail(kBankFileMissing, *payments[i],
                                    "has neither Amt nor AmtDtls/TxAmt/Amt");
            }
            TRY_ASSIGN(const std::int64_t amount, part_amount(*payments[i], *given, entry));
            part.set_amount_micros(amount);
            if (amount == 0 || !parts.add(amount)) {
                return reader_.fail(kBankFileValue, *payments[i], "the amount cannot be");
            }
            part.clear_bank_reference();
            // What the bank says of the whole, which may name another part's payment.
            part.clear_purpose();
            TRY(reader_.read_details(*payments[i], part));
            // Its own number, or its place among the parts of the entry's.
            if (part.bank_reference().empty() && !entry.bank_reference().empty()) {
                part.set_bank_reference(entry.bank_reference() + "/" + std::to_string(i + 1));
            }
        }
        if (parts.net() == entry.amount_micros()) return {};
        return reader_.fail(kBankSumWrong, node,
                            "its payments make " + to_decimal(Money{parts.net()}) +
                                ", not the entry's " + to_decimal(Money{entry.amount_micros()}));
    }

    /// The Amt of a TxDtls, which version 2 has deeper in; null when there is none.
    Result<const XmlNode*> payment_amount(const XmlNode& payment) {
        TRY_ASSIGN(const XmlNode* given, reader_.optional(payment, "Amt"));
        if (given != nullptr) return given;
        TRY_ASSIGN(const XmlNode* details, reader_.optional(payment, "AmtDtls"));
        if (details == nullptr) return nullptr;
        TRY_ASSIGN(const XmlNode* transaction, reader_.optional(*details, "TxAmt"));
        if (transaction == nullptr) return nullptr;
        return reader_.needed(*transaction, "Amt");
    }

    /// @param given  The payment's Amt.
    Result<std::int64_t> part_amount(const XmlNode& payment, const XmlNode& given,
                                     const v1::BankEntry& entry) {
        TRY_ASSIGN(const std::int64_t size, reader_.amount(given, statement_));
        TRY_ASSIGN(const XmlNode* side, reader_.optional(payment, "CdtDbtInd"));
        int direction = entry.amount_micros() > 0 ? 1 : -1;
        if (side != nullptr) {
            TRY_ASSIGN(direction, reader_.direction(*side));
        }
        return direction * size;
    }

    Result<void> read_period() {
        TRY_ASSIGN(const XmlNode* period, reader_.optional(node_, "FrToDt"));
        if (period != nullptr) {
            TRY_ASSIGN(const XmlNode* from, reader_.needed(*period, "FrDtTm"));
            TRY_ASSIGN(const XmlNode* to, reader_.needed(*period, "ToDtTm"));
            TRY_ASSIGN(*statement_.mutable_first_day(), reader_.day_of_time(*from));
            TRY_ASSIGN(*statement_.mutable_last_day(), reader_.day_of_time(*to));
            return leave_out_midnight(*to);
        }
        TRY_ASSIGN(const XmlNode* closed, reader_.needed(*closing_, "Dt"));
        TRY_ASSIGN(*statement_.mutable_last_day(), reader_.day(*closed));
        TRY_ASSIGN(const std::string opening_kind, balance_kind(*opening_));
        if (opening_kind == "OPBD") {
            TRY_ASSIGN(const XmlNode* opened, reader_.needed(*opening_, "Dt"));
            TRY_ASSIGN(*statement_.mutable_first_day(), reader_.day(*opened));
            return {};
        }
        // The close before has a day before the first; the first that is known is an entry's.
        statement_.set_first_day(statement_.last_day());
        for (const v1::BankEntry& entry : statement_.entries()) {
            if (entry.booking_day() < statement_.first_day()) {
                statement_.set_first_day(entry.booking_day());
            }
        }
        return {};
    }

    /// A period that ends at midnight may end before that day begins; then the closing balance is
    /// of the day before.
    Result<void> leave_out_midnight(const XmlNode& to) {
        if (trimmed(to.text).substr(10, 9) != "T00:00:00") return {};
        TRY_ASSIGN(const XmlNode* closed, reader_.optional(*closing_, "Dt"));
        if (closed == nullptr) return {};
        TRY_ASSIGN(const std::string day, reader_.day(*closed));
        if (day >= statement_.first_day() && is_next_day(day, statement_.last_day())) {
            statement_.set_last_day(day);
        }
        return {};
    }

    Result<void> check_summary() {
        TRY_ASSIGN(const XmlNode* summary, reader_.optional(node_, "TxsSummry"));
        if (summary == nullptr) return {};
        TRY_ASSIGN(const XmlNode* all, reader_.optional(*summary, "TtlNtries"));
        if (all != nullptr) {
            TRY(check_total(*all, tally_.entries(), {tally_.debits(), tally_.credits()}));
            TRY(check_net(*all));
        }
        TRY_ASSIGN(const XmlNode* credits, reader_.optional(*summary, "TtlCdtNtries"));
        if (credits != nullptr) {
            TRY(check_total(*credits, tally_.credit_entries(), {0, tally_.credits()}));
        }
        TRY_ASSIGN(const XmlNode* debits, reader_.optional(*summary, "TtlDbtNtries"));
        if (debits == nullptr) return {};
        return check_total(*debits, tally_.debit_entries(), {tally_.debits(), 0});
    }

    struct Sides {
        std::int64_t debits;
        std::int64_t credits;
    };
    Result<void> check_total(const XmlNode& total, std::uint64_t count, Sides sides) {
        TRY_ASSIGN(const XmlNode* number, reader_.optional(total, "NbOfNtries"));
        if (number != nullptr) {
            TRY_ASSIGN(const std::uint64_t announced, reader_.count(*number));
            if (announced != count) {
                return reader_.fail(kBankSumWrong, *number,
                                    "the statement has " + std::to_string(count) + " of them");
            }
        }
        TRY_ASSIGN(const XmlNode* sum, reader_.optional(total, "Sum"));
        if (sum == nullptr) return {};
        TRY_ASSIGN(const std::int64_t announced, reader_.decimal(*sum));
        // Both are at most 10^18, so that their sum fits the type.
        if (announced == sides.debits + sides.credits) return {};
        return reader_.fail(kBankSumWrong, *sum,
                            "the entries make " + to_decimal(Money{sides.debits + sides.credits}));
    }

    /// The net, which version 2 writes flat and version 8 in an element of its own.
    Result<void> check_net(const XmlNode& total) {
        const XmlNode* holder = &total;
        TRY_ASSIGN(const XmlNode* net, reader_.optional(total, "TtlNetNtryAmt"));
        if (net == nullptr) {
            TRY_ASSIGN(holder, reader_.optional(total, "TtlNetNtry"));
            if (holder == nullptr) return {};
            TRY_ASSIGN(net, reader_.needed(*holder, "Amt"));
        }
        TRY_ASSIGN(const std::int64_t size, reader_.decimal(*net));
        TRY_ASSIGN(const XmlNode* side, reader_.optional(*holder, "CdtDbtInd"));
        int direction = 1;
        if (side != nullptr) {
            TRY_ASSIGN(direction, reader_.direction(*side));
        }
        if (direction * size == tally_.net()) return {};
        return reader_.fail(kBankSumWrong, *net,
                            "the entries make " + to_decimal(Money{tally_.net()}));
    }

    const CamtReader& reader_;
    const XmlNode& node_;
    v1::BankStatement statement_;
    const XmlNode* opening_ = nullptr;
    const XmlNode* closing_ = nullptr;
    Tally tally_;
};

Result<void> check_version(const CamtReader& reader, const XmlTree& tree) {
    const std::string_view version = tree.root_namespace();
    if ((version == kVersion2 || version == kVersion8) && tree.root().name == "Document") return {};
    return reader.fail(kBankFileSyntax, tree.root(),
                       "the document is of '" + tree.root_namespace().substr(0, 100) +
                           "'; only camt.053.001.02 and camt.053.001.08 are read");
}

}  // namespace

Result<std::vector<v1::BankStatement>> read_camt(std::string_view text, std::string_view name) {
    const BankFile file(name);
    TRY_ASSIGN(const XmlTree tree, parse_xml(text, file));
    const CamtReader reader(file);
    TRY(check_version(reader, tree));
    TRY_ASSIGN(const XmlNode* message, reader.needed(tree.root(), "BkToCstmrStmt"));
    TRY_ASSIGN(const XmlNode* header, reader.needed(*message, "GrpHdr"));
    TRY(reader.refuse_pages(*header, "MsgPgntn"));
    std::vector<v1::BankStatement> statements;
    for (const XmlNode* node : message->children) {
        if (node->name != "Stmt") continue;
        TRY_ASSIGN(v1::BankStatement statement, StatementReader(reader, *node).read());
        statements.push_back(std::move(statement));
    }
    if (statements.empty()) {
        return reader.fail(kBankFileMissing, *message, "the file holds no statement (Stmt)");
    }
    return statements;
}

}  // namespace penstock::format
