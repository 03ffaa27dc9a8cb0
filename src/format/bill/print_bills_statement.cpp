#include <map>
#include <string>
#include <vector>

#include "base/try.h"
#include "format/bill/bill_words.h"
#include "format/bill/bills_statement.h"
#include "format/bill/letterhead.h"
#include "format/bill/print.h"
#include "format/time_text.h"

namespace penstock::format {

namespace {

constexpr Words kTitle{"结算对账单", "Statement of bills"};
constexpr Words kCharged{"结算单合计", "Bills"};
constexpr Words kCredited{"贷项合计", "Credit notes"};
constexpr Words kTax{"其中税额", "Tax within"};
constexpr Words kPaid{"已付（含冲抵）", "Paid or set off"};
constexpr Words kDue{"待付", "Due"};

class StatementWriter {
  public:
    explicit StatementWriter(const v1::BillsStatement& statement) : statement_(statement) {
        for (const v1::StatedBill& bill : statement.bills())
            names_.emplace(bill.seller(), bill.counterparty());
        for (const v1::PaperParty* party : {&statement.party(), &statement.issuer()})
            names_.insert_or_assign(party->party(), party->name());
    }

    void write(Flow& flow) const {
        write_head(flow);
        if (statement_.bills().empty()) return;
        write_contracts(flow);
        write_bills(flow);
        write_taxes(flow, statement_.taxes(), [this](const std::string& party) {
            const auto found = names_.find(party);
            return found == names_.end() ? party : found->second;
        });
        write_sums(flow);
    }

  private:
    void write_head(Flow& flow) const;
    void write_contracts(Flow& flow) const;
    void write_bills(Flow& flow) const;
    void write_sums(Flow& flow) const;
    std::vector<Cell> row_of(const Flow& flow, const v1::StatedBill& bill) const;
    Words counterparty() const {
        return statement_.as_supplier() ? Words{"买方", "Buyer"} : Words{"供方", "Supplier"};
    }
    Words payable() const {
        return statement_.as_supplier() ? Words{"买方应付合计", "Payable by buyers"}
                                        : Words{"应付合计", "Total payable"};
    }
    std::string time(std::int64_t ns) const {
        return local_time_text(Instant{ns}, statement_.utc_offset_minutes());
    }
    std::string currency_amount(std::int64_t micros) const {
        return statement_.currency() + " " + amount_text(micros, 2);
    }

    const v1::BillsStatement& statement_;
    std::map<std::string, std::string> names_;  // Of the sellers.
};

void StatementWriter::write_head(Flow& flow) const {
    const std::int32_t offset = statement_.utc_offset_minutes();
    write_letterhead(flow, kTitle,
                     {{{"期间", "Period"}, interval_text(statement_.period(), offset)},
                      {{"开具时间", "Issued"}, time(statement_.issued_at_ns())},
                      {{"时区", "Time zone"}, offset_text(offset)},
                      {{"币种", "Currency"}, statement_.currency()},
                      {{"单数", "Bills"}, std::to_string(statement_.bills_size())}});
    write_parties(flow, {{"开具方", "Issuer"}, statement_.issuer()},
                  {statement_.as_supplier() ? Words{"供方", "Supplier"} : Words{"买方", "Buyer"},
                   statement_.party()});
    write_band(flow, {{kCharged, amount_text(statement_.charged_micros(), 2)},
                      {kCredited, amount_text(statement_.credited_micros(), 2)},
                      {payable(), currency_amount(statement_.payable_micros())},
                      {kDue, currency_amount(statement_.due_micros())}});
}

void StatementWriter::write_contracts(Flow& flow) const {
    flow.heading({"合约", "Contracts"});
    flow.begin_table({{{"合约 / 订单", "Contract, order"}, 70},
                      {{"产品", "Product"}, 121.276, Align::left, true},
                      {counterparty(), 104, Align::left, true},
                      {{"单数", "Bills"}, 34, Align::right},
                      {{"金额", "Amount"}, 62, Align::right},
                      {{"已付", "Paid"}, 62, Align::right},
                      {kDue, 62, Align::right}});
    for (const v1::StatedContract& contract : statement_.contracts()) {
        flow.row({{contract.contract(), contract.order()},
                  {contract.product()},
                  {contract.counterparty()},
                  {std::to_string(contract.bills())},
                  {amount_text(contract.amount_micros(), 2)},
                  {amount_text(contract.paid_micros(), 2)},
                  {amount_text(contract.due_micros(), 2)}});
    }
    flow.end_table();
}

std::vector<Cell> StatementWriter::row_of(const Flow& flow, const v1::StatedBill& bill) const {
    const auto say = [&](const Words& words) { return std::string(flow.say(words)); };
    const auto noted = [&](const Words& words, std::int64_t micros) {
        return micros == 0 ? "" : say(words) + " " + amount_text(micros, 2);
    };
    const bool is_note = bill.kind() == v1::SETTLEMENT_CREDIT_NOTE;
    const std::string corrected = "No. " + std::to_string(bill.corrects());
    return {{std::to_string(bill.number()), is_note ? say({"贷项", "Credit"}) : ""},
            {time(bill.issued_at_ns()), is_note ? say({"更正 ", "Corrects "}) + corrected : ""},
            {bill.product(), bill.contract() + " · " +
                                 interval_text(bill.period(), statement_.utc_offset_minutes())},
            {bill.counterparty()},
            {say(words_of(bill.state()))},
            {amount_text(bill.amount_micros(), 2), noted({"含税额", "VAT"}, bill.tax_micros())},
            {amount_text(bill.paid_micros(), 2),
             noted({"已退", "Given back"}, bill.given_back_micros())},
            {amount_text(bill.due_micros(), 2),
             bill.due_at_ns() > 0 ? say({"限 ", "By "}) + time(bill.due_at_ns()) : ""}};
}

void StatementWriter::write_bills(Flow& flow) const {
    constexpr std::size_t kAmount = 5;
    flow.heading({"明细", "Bills"});
    flow.begin_table(
        {{{"编号", "No."}, 36, Align::right},
         {{"开具时间", "Issued"}, 74},
         {{"产品 / 合约、期间", "Product, contract, period"}, 112.276, Align::left, true},
         {counterparty(), 74, Align::left, true},
         {{"状态", "State"}, 36},
         {{"金额（含税）", "Amount"}, 62, Align::right},
         {{"已付", "Paid"}, 59, Align::right},
         {kDue, 62, Align::right}},
        kAmount);
    std::int64_t sum = 0;
    for (const v1::StatedBill& bill : statement_.bills()) {
        sum += bill.amount_micros();
        flow.row(row_of(flow, bill), amount_text(sum, 2));
    }
    flow.end_table();
}

void StatementWriter::write_sums(Flow& flow) const {
    const auto say = [&](const Words& words) { return std::string(flow.say(words)); };
    const auto put = [&](const Words& label, std::int64_t micros) {
        write_sum(flow, say(label), amount_text(micros, 2), Weight::normal);
    };
    flow.keep(115);
    flow.move_down(6);
    put(kCharged, statement_.charged_micros());
    put(kCredited, statement_.credited_micros());
    write_sum(flow, say(payable()), currency_amount(statement_.payable_micros()), Weight::strong);
    if (flow.language() == Language::chinese && statement_.currency() == "CNY")
        write_sum(flow, "大写", yuan_in_words(Money{statement_.payable_micros()}), Weight::normal);
    put(kTax, statement_.tax_micros());
    put(kPaid, statement_.paid_micros());
    write_sum(flow, say(kDue), currency_amount(statement_.due_micros()), Weight::strong);
}

}  // namespace

Result<std::string> print_bills_statement(const v1::BillsStatement& statement,
                                          const PaperForm& form) {
    TRY(check_bills_statement(statement));
    constexpr Words kNotice{
        "本对账单不是发票；各结算单均可单独取得，如有异议，请凭其编号提出。",
        "This is not a tax invoice. Each bill can be had for itself; question one by its number."};
    const StatementWriter writer(statement);
    const std::string title(kTitle.in(form.language));
    const Furniture furniture{.title = title,
                              .whose = statement.party().name(),
                              .notice = std::string(kNotice.in(form.language))};
    return print_pages(form, {title, statement.issuer().name(), Instant{statement.issued_at_ns()}},
                       furniture, [&](Flow& flow) { writer.write(flow); });
}

}  // namespace penstock::format
