#include "format/bill/bills_statement.h"

#include <google/protobuf/text_format.h>

#include <cstdlib>
#include <map>
#include <string>
#include <utility>

#include "base/money.h"
#include "base/tax.h"
#include "base/try.h"
#include "base/wide.h"
#include "format/bill/error.h"
#include "format/bill/paper_fields.h"

namespace penstock::format {

namespace {

Result<void> check_head(const v1::BillsStatement& statement, const PaperFields& fields) {
    TRY(fields.need_party(statement.issuer(), "issuer"));
    TRY(fields.need_party(statement.party(), "party"));
    TRY(fields.need(Currency::parse(statement.currency()).has_value(), "currency",
                    "It is as in ISO 4217."));
    TRY(fields.need_interval(statement.period(), "period"));
    TRY(fields.need_instant(statement.issued_at_ns(), "issued_at_ns"));
    return fields.need_utc_offset(statement.utc_offset_minutes());
}

Result<void> check_texts(const v1::StatedBill& bill, const PaperFields& at) {
    TRY(at.need_text(bill.contract(), "contract"));
    TRY(at.allow_text(bill.order(), "order"));
    TRY(at.need_text(bill.product(), "product"));
    TRY(at.need_text(bill.counterparty(), "counterparty"));
    TRY(at.need_text(bill.seller(), "seller"));
    return at.need_interval(bill.period(), "period");
}

Result<void> check_tax(const v1::StatedBill& bill, const PaperFields& at) {
    TRY(at.need(bill.tax_basis_points() <= kBasisPoints, "tax_basis_points",
                "A rate is 0 to 10,000 basis points."));
    // A bill's is that of its lines, which lie less than a fen from what is payable.
    const std::int64_t near =
        tax_within(Money{bill.amount_micros()}, bill.tax_basis_points()).micros;
    const std::int64_t tax = bill.tax_micros();
    const bool fits = tax >= near - kMicrosPerFen && tax <= near + kMicrosPerFen &&
                      (bill.amount_micros() < 0 ? tax <= 0 : tax >= 0);
    return at.need(fits && tax % kMicrosPerFen == 0, "tax_micros",
                   "It is the amount's part by the rate, to the fen.");
}

Result<void> check_amounts(const v1::StatedBill& bill, const PaperFields& at) {
    const bool is_note = bill.kind() == v1::SETTLEMENT_CREDIT_NOTE;
    const std::int64_t amount = bill.amount_micros();
    TRY(at.need_amount(amount, "amount_micros"));
    TRY(at.need(amount % kMicrosPerFen == 0, "amount_micros", "It is in whole fen."));
    TRY(at.need(is_note ? amount <= 0 : amount >= 0, "amount_micros",
                "A bill takes, and a credit note gives back."));
    TRY(check_tax(bill, at));
    const std::int64_t given_back = bill.given_back_micros();
    TRY(at.need(
        given_back >= 0 && given_back <= (is_note ? 0 : amount) && given_back % kMicrosPerFen == 0,
        "given_back_micros", "No more than a bill took is given back of it."));
    TRY(at.need(bill.due_micros() >= 0 &&
                    bill.due_micros() <= (is_note ? 0 : amount - given_back) &&
                    bill.due_micros() % kMicrosPerFen == 0,
                "due_micros", "Of a bill is due at most what was not given back."));
    return at.need(bill.paid_micros() == amount - bill.due_micros(), "paid_micros",
                   "What was charged is paid or due.");
}

Result<void> check_state(const v1::StatedBill& bill, const PaperFields& at) {
    const bool is_due = bill.due_micros() > 0;
    TRY(at.need(bill.state() != v1::BILL_STATE_UNSPECIFIED && v1::BillState_IsValid(bill.state()),
                "state", "It is missing."));
    TRY(at.need(!is_due || bill.state() != v1::BILL_SETTLED, "state", "It is still due."));
    if (is_due) return at.need_instant(bill.due_at_ns(), "due_at_ns");
    return at.need(bill.due_at_ns() == 0, "due_at_ns", "Nothing is due.");
}

/// The bills that were read so far.
class Before {
  public:
    explicit Before(const v1::BillsStatement& statement)
        : period_(statement.period()), last_ns_(statement.period().start_ns()) {}

    Result<void> check(const v1::StatedBill& bill, const PaperFields& at) {
        TRY(at.need(bill.number() > last_number_, "number", "Numbers rise."));
        TRY(at.need(bill.issued_at_ns() >= last_ns_ && bill.issued_at_ns() < period_.end_ns(),
                    "issued_at_ns",
                    "Bills were issued within the period, in the order of their numbers."));
        last_number_ = bill.number();
        last_ns_ = bill.issued_at_ns();
        const v1::StatedBill& first = *first_.try_emplace(bill.contract(), &bill).first->second;
        TRY(at.need(bill.order() == first.order() && bill.product() == first.product() &&
                        bill.counterparty() == first.counterparty(),
                    "contract", "Its bills say different things of it."));
        moved_ += std::abs(bill.amount_micros());
        TRY(at.need(moved_ <= kMoneyMax.micros, "amount_micros",
                    "All bills together are at most 1,000,000,000,000 units."));
        return bill.kind() == v1::SETTLEMENT_CREDIT_NOTE ? check_note(bill, at) : keep(bill, at);
    }

  private:
    Result<void> keep(const v1::StatedBill& bill, const PaperFields& at) {
        TRY(at.need(bill.corrects() == 0, "corrects", "Credit notes correct bills."));
        given_back_.emplace(bill.number(), bill.given_back_micros());
        return {};
    }
    Result<void> check_note(const v1::StatedBill& note, const PaperFields& at) {
        TRY(at.need(note.corrects() > 0 && note.corrects() < note.number(), "corrects",
                    "A credit note names a bill before it."));
        const auto bill = given_back_.find(note.corrects());
        if (bill == given_back_.end()) return {};  // Of another statement.
        bill->second += note.amount_micros();
        return at.need(bill->second >= 0, "amount_micros",
                       "Its bill says that less was given back.");
    }

    const v1::Interval& period_;
    std::uint64_t last_number_ = 0;
    std::int64_t last_ns_;
    Wide moved_ = 0;
    std::map<std::string, const v1::StatedBill*> first_;  // By contract.
    std::map<std::uint64_t, std::int64_t> given_back_;    // Of a bill, but by no note yet.
};

/// Afterwards no sum of some of the bills is too large for its type.
Result<void> check_bills(const v1::BillsStatement& statement, const PaperFields& fields) {
    Before before(statement);
    for (int i = 0; i < statement.bills_size(); ++i) {
        const v1::StatedBill& bill = statement.bills(i);
        const PaperFields at = fields.at("bills", i);
        TRY(at.need(bill.kind() == v1::SETTLEMENT_BILL || bill.kind() == v1::SETTLEMENT_CREDIT_NOTE,
                    "kind", "It is missing."));
        TRY(check_texts(bill, at));
        TRY(check_amounts(bill, at));
        TRY(check_state(bill, at));
        TRY(before.check(bill, at));
    }
    return {};
}

void add_contract(const v1::StatedBill& bill, std::map<std::string, int>& places,
                  v1::BillsStatement& statement) {
    const auto [place, is_new] = places.try_emplace(bill.contract(), statement.contracts_size());
    if (is_new) {
        v1::StatedContract& contract = *statement.add_contracts();
        contract.set_contract(bill.contract());
        contract.set_order(bill.order());
        contract.set_product(bill.product());
        contract.set_counterparty(bill.counterparty());
    }
    v1::StatedContract& contract = *statement.mutable_contracts(place->second);
    contract.set_bills(contract.bills() + 1);
    contract.set_amount_micros(contract.amount_micros() + bill.amount_micros());
    contract.set_paid_micros(contract.paid_micros() + bill.paid_micros());
    contract.set_due_micros(contract.due_micros() + bill.due_micros());
}

void sum_up(v1::BillsStatement& statement) {
    std::map<std::string, int> contracts;
    std::map<std::pair<std::string, std::uint32_t>, v1::TaxLine> taxes;
    std::int64_t charged = 0, credited = 0, tax = 0, paid = 0, due = 0;
    statement.clear_contracts();
    for (const v1::StatedBill& bill : statement.bills()) {
        add_contract(bill, contracts, statement);
        v1::TaxLine& line = taxes[{bill.seller(), bill.tax_basis_points()}];
        line.set_tax_micros(line.tax_micros() + bill.tax_micros());
        line.set_net_micros(line.net_micros() + bill.amount_micros() - bill.tax_micros());
        (bill.kind() == v1::SETTLEMENT_CREDIT_NOTE ? credited : charged) += bill.amount_micros();
        tax += bill.tax_micros();
        paid += bill.paid_micros();
        due += bill.due_micros();
    }
    statement.clear_taxes();
    for (auto& [of, line] : taxes) {
        line.set_seller(of.first);
        line.set_tax_basis_points(of.second);
        *statement.add_taxes() = std::move(line);
    }
    statement.set_charged_micros(charged);
    statement.set_credited_micros(credited);
    statement.set_payable_micros(charged + credited);
    statement.set_tax_micros(tax);
    statement.set_paid_micros(paid);
    statement.set_due_micros(due);
}

/// Refuses the first figure that is another.
Result<void> need_same(const google::protobuf::Message& given,
                       const google::protobuf::Message& made, const PaperFields& at) {
    using google::protobuf::TextFormat;
    const auto text = [](const google::protobuf::Message& of, const auto* field) {
        std::string value;
        TextFormat::PrintFieldValueToString(of, field, -1, &value);
        return value;
    };
    const auto* type = given.GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
        const auto* field = type->field(i);
        if (field->is_repeated()) {
            const int size = made.GetReflection()->FieldSize(made, field);
            TRY(at.need(given.GetReflection()->FieldSize(given, field) == size, field->name(),
                        "The bills make " + std::to_string(size) + " of them."));
            for (int item = 0; item < size; ++item)
                TRY(need_same(given.GetReflection()->GetRepeatedMessage(given, field, item),
                              made.GetReflection()->GetRepeatedMessage(made, field, item),
                              at.at(field->name(), item)));
        } else if (field->cpp_type() != field->CPPTYPE_MESSAGE) {
            TRY(at.need(
                text(given, field) == text(made, field), field->name(),
                "It says " + text(given, field) + "; the bills make " + text(made, field) + "."));
        }
    }
    return {};
}

}  // namespace

Result<void> add_up(v1::BillsStatement& statement) {
    TRY(check_bills(statement, PaperFields(kBillsStatementInvalid)));
    sum_up(statement);
    return {};
}

Result<void> check_bills_statement(const v1::BillsStatement& statement) {
    const PaperFields fields(kBillsStatementInvalid);
    TRY(check_head(statement, fields));
    TRY(check_bills(statement, fields));
    v1::BillsStatement made = statement;
    sum_up(made);
    made.clear_bills();
    v1::BillsStatement given = statement;
    given.clear_bills();
    return need_same(given, made, PaperFields(kBillsStatementSumWrong));
}

}  // namespace penstock::format
