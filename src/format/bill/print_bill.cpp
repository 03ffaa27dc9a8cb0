#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/money.h"
#include "base/try.h"
#include "format/bill/bill_sums.h"
#include "format/bill/bill_words.h"
#include "format/bill/energy_text.h"
#include "format/bill/letterhead.h"
#include "format/bill/print.h"
#include "format/time_text.h"

namespace penstock::format {

namespace {

/// "a · b": what is there.
std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) {
        if (part.empty()) continue;
        if (!text.empty()) text += " · ";
        text += part;
    }
    return text;
}

/// Of each line; the others are in the JSON, and their count is printed.
constexpr int kUsageShown = 8;

/// "agent_7 #12–4031".
std::string numbers_text(const v1::UsageNumbers& usage) {
    const std::string first = std::to_string(usage.first());
    const std::string last = std::to_string(usage.last());
    return usage.agent() + " #" + first + (first == last ? "" : "–" + last);
}

class BillWriter {
  public:
    explicit BillWriter(const v1::SettlementBill& bill)
        : bill_(bill), credit_(bill.kind() == v1::SETTLEMENT_CREDIT_NOTE) {
        for (const v1::PaperParty& supplier : bill.suppliers())
            names_.emplace(supplier.party(), &supplier);
        names_.emplace(bill.issuer().party(), &bill.issuer());
    }

    Words title() const {
        return credit_ ? Words{"贷项结算单", "Credit note"} : Words{"结算单", "Settlement bill"};
    }
    Furniture furniture(Language language) const;
    void write(Flow& flow) const;

  private:
    using Row = std::vector<Cell>;

    void write_head(Flow& flow) const;
    void write_contracts(Flow& flow) const;
    void write_lines(Flow& flow) const;
    void write_energy(Flow& flow) const;
    void write_sums(Flow& flow) const;
    Row line_row(const Flow& flow, const v1::SettlementLine& line) const;
    /// When it was used; nothing where that is the bill's whole period.
    std::string used_text(const v1::SettlementLine& line) const {
        const bool whole = line.used().start_ns() == bill_.period().start_ns() &&
                           line.used().end_ns() == bill_.period().end_ns();
        if (!line.has_used() || whole) return {};
        return interval_text(line.used(), bill_.utc_offset_minutes());
    }
    std::string currency_amount(std::int64_t micros) const {
        return bill_.currency() + " " + amount_text(micros, 2);
    }
    std::string name_of(const std::string& party) const {
        const auto found = names_.find(party);
        return found == names_.end() ? party : found->second->name();
    }

    const v1::SettlementBill& bill_;
    bool credit_;
    std::map<std::string, const v1::PaperParty*> names_;
};

Furniture BillWriter::furniture(Language language) const {
    constexpr Words kNotice{"本结算单不是发票；发票由各销售方另行开具。",
                            "This is not a tax invoice; sellers issue tax invoices separately."};
    return {.title = std::string(title().in(language)) + " No. " + std::to_string(bill_.number()),
            .whose = bill_.buyer().name(),
            .notice = std::string(kNotice.in(language))};
}

void BillWriter::write_head(Flow& flow) const {
    const std::int32_t offset = bill_.utc_offset_minutes();
    std::vector<Labelled> facts = {
        {{"编号", "Number"}, "No. " + std::to_string(bill_.number())},
        {{"开具时间", "Issued"}, local_time_text(Instant{bill_.issued_at_ns()}, offset)},
        {{"结算期间", "Period"}, interval_text(bill_.period(), offset)},
        {{"时区", "Time zone"}, offset_text(offset)},
        {{"币种", "Currency"}, bill_.currency()},
    };
    if (bill_.due_at_ns() > 0)
        facts.push_back(
            {{"付款期限", "Due by"}, local_time_text(Instant{bill_.due_at_ns()}, offset)});
    if (credit_) facts.push_back({{"更正", "Corrects"}, "No. " + std::to_string(bill_.corrects())});
    write_letterhead(flow, title(), facts);
    write_parties(flow, {{"开具方", "Issuer"}, bill_.issuer()}, {{"买方", "Buyer"}, bill_.buyer()});
    if (bill_.paid_directly()) {
        constexpr Words kDirectly{
            "直付：本单款项由买方直接付至供方自有银行账户，不经开具方收付。",
            "Paid directly: the buyer pays the supplier's own bank account, not the issuer."};
        flow.paragraph(std::string(flow.say(kDirectly)), {.size = 8.4});
        flow.move_down(8);
    }
    if (!bill_.reason().empty()) {
        constexpr Words kReason{"事由：", "Reason: "};
        flow.paragraph(std::string(flow.say(kReason)) + bill_.reason(), {.size = 8.4});
        flow.move_down(8);
    }
    std::vector<Labelled> figures = {
        {bill_.tax_basis() == v1::TAX_BASIS_INCLUDED
             ? Words{"小计（含税）", "Subtotal, tax included"}
             : Words{"小计（不含税）", "Subtotal before tax"},
         amount_text(bill_.subtotal_micros(), 6)},
        {{"税额", "Tax"}, amount_text(bill_.tax_micros(), 2)},
        {credit_ ? Words{"应退", "To give back"} : Words{"应付", "Payable"},
         currency_amount(credit_ ? -bill_.payable_micros() : bill_.payable_micros())},
    };
    if (bill_.payments_size() > 0) {
        figures.push_back({credit_ ? Words{"待退", "Yet to give back"} : Words{"待付", "Due"},
                           currency_amount(credit_ ? -bill_.due_micros() : bill_.due_micros())});
    }
    write_band(flow, figures);
}

void BillWriter::write_contracts(Flow& flow) const {
    if (bill_.contracts_size() == 0) return;
    flow.heading({"合约", "Contracts"});
    flow.begin_table(
        {{{"合约 / 订单", "Contract, order"}, 70},
         {{"产品 / 期限", "Product, term"}, 152, Align::left, true},
         {{"供方", "Supplier"}, 118, Align::left, true},
         {{"交易角色", "Role"}, 46},
         {{"销售方（交易对手）", "Seller, your counterparty"}, 93.276, Align::left, true},
         {{"价目版本", "Prices"}, 36, Align::right}});
    for (const v1::BilledContract& contract : bill_.contracts()) {
        flow.row({{contract.contract(), contract.order()},
                  {contract.product(), interval_text(contract.term(), bill_.utc_offset_minutes())},
                  {name_of(contract.supplier()), contract.supplier()},
                  {std::string(flow.say(words_of(contract.role())))},
                  {name_of(contract.seller())},
                  {"v" + std::to_string(contract.price_version())}});
    }
    flow.end_table();
}

BillWriter::Row BillWriter::line_row(const Flow& flow, const v1::SettlementLine& line) const {
    const bool plain = line.kind() == v1::SETTLEMENT_LINE_USAGE;
    std::vector<std::string> details = {plain ? "" : std::string(flow.say(words_of(line.kind()))),
                                        line.contract(), line.subject(), used_text(line)};
    const int shown = std::min(line.usage_size(), kUsageShown);
    for (int i = 0; i < shown; ++i) details.push_back(numbers_text(line.usage(i)));
    if (line.usage_size() > shown)
        details.push_back("+" + std::to_string(line.usage_size() - shown));
    const bool priced = line.unit() != v1::PRICE_UNIT_UNSPECIFIED;
    return {{std::to_string(line.number())},
            {joined({line.component(), line.band()}), joined(details)},
            priced ? Cell{quantity_text(line.quantity_nanos()),
                          std::string(flow.say(words_of(line.unit())))}
                   : Cell{},
            {priced ? price_text(line.unit_price_micros()) : ""},
            {rate_text(line.tax_basis_points())},
            {amount_text(line.amount_micros(), 6)}};
}

void BillWriter::write_lines(Flow& flow) const {
    flow.heading({"明细", "Lines"});
    flow.begin_table({{{"序号", "No."}, 30, Align::right},
                      {{"计费项", "Item"}, 207.276, Align::left, true},
                      {{"数量", "Quantity"}, 82, Align::right},
                      {{"单价", "Unit price"}, 72, Align::right},
                      {{"税率", "VAT"}, 34, Align::right},
                      {{"金额", "Amount"}, 90, Align::right}},
                     5);
    std::int64_t sum = 0;
    for (const v1::SettlementLine& line : bill_.lines()) {
        sum += line.amount_micros();
        flow.row(line_row(flow, line), amount_text(sum, 6));
    }
    flow.end_table();
}

/// What the lines took whose energy is known; nothing where that is none.
void BillWriter::write_energy(Flow& flow) const {
    const EnergyText energy = energy_text(bill_);
    if (energy.kwh.empty()) return;
    constexpr Words kEnergy{"用电量（供方申报，含 PUE）：",
                            "Energy, as the suppliers state it, PUE included: "};
    constexpr Words kCarbon{"；碳排放（按所在电网）：", "; carbon, by the grid of the site: "};
    std::string text = std::string(flow.say(kEnergy)) + energy.kwh + " kWh";
    if (!energy.carbon_kg.empty())
        text += std::string(flow.say(kCarbon)) + energy.carbon_kg + " kg CO2e";
    flow.move_down(4);
    flow.paragraph(text, {.size = 8.4});
    flow.move_down(4);
}

void BillWriter::write_sums(Flow& flow) const {
    const auto put = [&](const std::string& label, const std::string& value, bool strong) {
        write_sum(flow, label, value, strong ? Weight::strong : Weight::normal);
    };
    const auto say = [&](const Words& words) { return std::string(flow.say(words)); };
    const bool within = bill_.tax_basis() == v1::TAX_BASIS_INCLUDED;
    flow.keep(96);
    flow.move_down(6);
    put(say(within ? Words{"小计（含税）", "Subtotal, tax included"} : Words{"小计", "Subtotal"}),
        amount_text(bill_.subtotal_micros(), 6), false);
    put(say(within ? Words{"其中税额", "Tax within"} : Words{"税额", "Tax"}),
        amount_text(bill_.tax_micros(), 6), false);
    put(say({"尾差（至分）", "Rounding to the fen"}), amount_text(bill_.rounding_micros(), 6),
        false);
    put(say(credit_ ? Words{"应退合计", "Total to give back"} : Words{"应付合计", "Total payable"}),
        currency_amount(credit_ ? -bill_.payable_micros() : bill_.payable_micros()), true);
    if (flow.language() == Language::chinese && bill_.currency() == "CNY") {
        const Money payable{credit_ ? -bill_.payable_micros() : bill_.payable_micros()};
        put("大写", yuan_in_words(payable), false);
    }
    for (const v1::SettlementPayment& payment : bill_.payments()) {
        const bool set_off = payment.kind() == v1::SETTLEMENT_PAYMENT_BALANCE &&
                             payment.reference().starts_with("bill_");
        put(say(set_off ? Words{"冲抵", "Set off"} : words_of(payment.kind())) + "  " +
                payment.reference(),
            amount_text(-payment.amount_micros(), 6), false);
    }
    if (bill_.payments_size() > 0) {
        put(say(credit_ ? Words{"待退", "Yet to give back"} : Words{"待付", "Due"}),
            currency_amount(credit_ ? -bill_.due_micros() : bill_.due_micros()), true);
    }
}

void BillWriter::write(Flow& flow) const {
    write_head(flow);
    write_contracts(flow);
    write_lines(flow);
    write_energy(flow);
    write_taxes(flow, bill_.taxes(), [this](const std::string& party) { return name_of(party); });
    write_sums(flow);
    if (bill_.has_checkpoint()) write_checkpoint(flow, bill_.checkpoint());
}

}  // namespace

Result<std::string> print_bill(const v1::SettlementBill& bill, const PaperForm& form) {
    TRY(check_bill(bill));
    const BillWriter writer(bill);
    const Furniture furniture = writer.furniture(form.language);
    const PaperTitle title{furniture.title, bill.issuer().name(), Instant{bill.issued_at_ns()}};
    return print_pages(form, title, furniture, [&](Flow& flow) { writer.write(flow); });
}

}  // namespace penstock::format
