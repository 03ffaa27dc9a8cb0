#include "format/bill/bill_sums.h"

#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/money.h"
#include "base/tax.h"
#include "base/time.h"
#include "base/try.h"
#include "base/wide.h"
#include "format/bill/error.h"
#include "format/bill/paper_fields.h"

namespace penstock::format {

namespace {

/// By contract; lines without one are the issuer's own.
using Sellers = std::map<std::string, std::string>;

Sellers sellers_of(const v1::SettlementBill& bill) {
    Sellers sellers{{"", bill.issuer().party()}};
    for (const v1::BilledContract& contract : bill.contracts())
        sellers.emplace(contract.contract(), contract.seller());
    return sellers;
}

/// Given, and of this schema.
template <auto IsValid>
bool is_known(int value) {
    return value != 0 && IsValid(value);
}

bool fits(Wide micros) {
    return micros >= -kMoneyMax.micros && micros <= kMoneyMax.micros;
}

struct Sums {
    std::vector<v1::TaxLine> taxes;
    Money subtotal, tax, rounding, payable, due;
};

/// Lines of one seller at one rate.
using Taxable = std::map<std::pair<std::string, std::uint32_t>, Wide>;

v1::TaxLine tax_line(const Taxable::value_type& lines, v1::TaxBasis basis) {
    const Money sum{static_cast<std::int64_t>(lines.second)};
    const auto& [seller, rate] = lines.first;
    v1::TaxLine line;
    line.set_seller(seller);
    line.set_tax_basis_points(rate);
    const bool within = basis == v1::TAX_BASIS_INCLUDED;
    const Money tax = within ? tax_within(sum, rate) : tax_on(sum, rate);
    line.set_tax_micros(tax.micros);
    line.set_net_micros((within ? sum - tax : sum).micros);
    return line;
}

/// @param payable  What follows from lines and taxes, if it is not given.
Result<Sums> sums_of(const v1::SettlementBill& bill, std::optional<Money> payable) {
    const PaperFields fields(kBillInvalid);
    const Sellers sellers = sellers_of(bill);
    Taxable taxable;
    Wide subtotal = 0;
    for (int i = 0; i < bill.lines_size(); ++i) {
        const v1::SettlementLine& line = bill.lines(i);
        const PaperFields at = fields.at("lines", i);
        const auto seller = sellers.find(line.contract());
        TRY(at.need(seller != sellers.end(), "contract", "It is none of the bill's contracts."));
        TRY(at.need(line.tax_basis_points() <= kBasisPoints, "tax_basis_points",
                    "A rate is 0 to 10,000 basis points."));
        TRY(at.need_amount(line.amount_micros(), "amount_micros"));
        taxable[{seller->second, line.tax_basis_points()}] += line.amount_micros();
        subtotal += line.amount_micros();
        // Also of some lines alone: the sum so far is printed at the end of each page.
        TRY(fields.need(fits(subtotal), "subtotal_micros", "The lines are worth too much."));
    }
    Sums sums;
    Wide tax = 0;
    for (const auto& lines : taxable) {
        TRY(fields.need(fits(lines.second), "subtotal_micros", "The lines are worth too much."));
        sums.taxes.push_back(tax_line(lines, bill.tax_basis()));
        tax += sums.taxes.back().tax_micros();
    }
    Wide payments = 0;
    for (const v1::SettlementPayment& payment : bill.payments())
        payments += payment.amount_micros();
    const Wide total = bill.tax_basis() == v1::TAX_BASIS_INCLUDED ? subtotal : subtotal + tax;
    TRY(fields.need(fits(tax), "tax_micros", "The taxes are too much."));
    TRY(fields.need(fits(total), "payable_micros", "What is payable is too much."));
    sums.subtotal = Money{static_cast<std::int64_t>(subtotal)};
    sums.tax = Money{static_cast<std::int64_t>(tax)};
    const Money exact{static_cast<std::int64_t>(total)};
    sums.payable = payable.value_or(round_to_fen(exact));
    TRY(fields.need(fits(sums.payable.micros), "payable_micros", "What is payable is too much."));
    sums.rounding = sums.payable - exact;
    TRY(fields.need(fits(sums.payable.micros - payments), "due_micros",
                    "What is due is too much."));
    sums.due = Money{static_cast<std::int64_t>(sums.payable.micros - payments)};
    return sums;
}

Result<void> need_equal(std::int64_t given, Money made, const std::string& path) {
    if (given == made.micros) return {};
    return reject(
        kBillSumWrong, path,
        "It says " + to_decimal(Money{given}) + "; the parts make " + to_decimal(made) + ".");
}

/// Rounding that is carried on from bill to bill may reach nearly a fen either way.
Result<void> check_payable(const Sums& sums) {
    const bool is_whole = sums.payable.micros % kMicrosPerFen == 0;
    if (is_whole && std::abs(sums.rounding.micros) < kMicrosPerFen) return {};
    return reject(kBillSumWrong, "payable_micros",
                  "It says " + to_decimal(sums.payable) + "; the parts make " +
                      to_decimal(sums.payable - sums.rounding) + ", less than one fen from it.");
}

Result<void> check_sums(const v1::SettlementBill& bill) {
    TRY_ASSIGN(const Sums sums, sums_of(bill, Money{bill.payable_micros()}));
    TRY(need_equal(bill.subtotal_micros(), sums.subtotal, "subtotal_micros"));
    const auto count = static_cast<std::size_t>(bill.taxes_size());
    for (std::size_t i = 0; i < std::min(count, sums.taxes.size()); ++i) {
        const v1::TaxLine& given = bill.taxes(static_cast<int>(i));
        const v1::TaxLine& made = sums.taxes[i];
        const std::string path = "taxes[" + std::to_string(i) + "]";
        if (given.seller() != made.seller() || given.tax_basis_points() != made.tax_basis_points())
            return reject(kBillSumWrong, path,
                          "The lines have no such seller and rate in this place.");
        TRY(need_equal(given.net_micros(), Money{made.net_micros()}, path + ".net_micros"));
        TRY(need_equal(given.tax_micros(), Money{made.tax_micros()}, path + ".tax_micros"));
    }
    if (count != sums.taxes.size())
        return reject(kBillSumWrong, "taxes", "There is one line for each seller and rate.");
    TRY(need_equal(bill.tax_micros(), sums.tax, "tax_micros"));
    TRY(check_payable(sums));
    TRY(need_equal(bill.rounding_micros(), sums.rounding, "rounding_micros"));
    return need_equal(bill.due_micros(), sums.due, "due_micros");
}

Result<void> check_head(const v1::SettlementBill& bill, const PaperFields& fields) {
    const bool credit = bill.kind() == v1::SETTLEMENT_CREDIT_NOTE;
    TRY(fields.need(bill.number() > 0, "number", "Bills are numbered from 1."));
    TRY(fields.need(credit || bill.kind() == v1::SETTLEMENT_BILL, "kind",
                    "It is bill or credit note."));
    TRY(fields.need(credit == (bill.corrects() > 0) && bill.corrects() < bill.number(), "corrects",
                    "A credit note, and nothing else, corrects a bill of a lower number."));
    TRY(fields.allow_text(bill.reason(), "reason"));
    TRY(fields.need_instant(bill.issued_at_ns(), "issued_at_ns"));
    TRY(fields.need_utc_offset(bill.utc_offset_minutes()));
    TRY(fields.need_interval(bill.period(), "period"));
    TRY(fields.need_party(bill.issuer(), "issuer"));
    TRY(fields.need_party(bill.buyer(), "buyer"));
    TRY(fields.need(Currency::parse(bill.currency()).has_value(), "currency",
                    "It is as in ISO 4217."));
    TRY(fields.need(is_known<&v1::TaxBasis_IsValid>(bill.tax_basis()), "tax_basis",
                    "It says whether amounts hold the tax."));
    TRY(fields.need(bill.due_at_ns() >= 0 && bill.due_at_ns() <= kLastInstant.ns, "due_at_ns",
                    "It lies between 1970 and 2200."));
    if (bill.has_checkpoint()) TRY(fields.need_checkpoint(bill.checkpoint()));
    const auto fits_kind = [&](std::int64_t micros) { return credit ? micros <= 0 : micros >= 0; };
    TRY(fields.need(fits_kind(bill.payable_micros()), "payable_micros",
                    "A bill is payable, and a credit note gives back."));
    return fields.need(fits_kind(bill.due_micros()), "due_micros", "More was paid than is billed.");
}

Result<void> check_contract(const v1::SettlementBill& bill, const v1::BilledContract& contract,
                            const PaperFields& fields) {
    TRY(fields.need_text(contract.contract(), "contract"));
    TRY(fields.allow_text(contract.order(), "order"));
    TRY(fields.allow_text(contract.product(), "product"));
    TRY(fields.need_interval(contract.term(), "term"));
    bool supplies = false;
    for (const v1::PaperParty& supplier : bill.suppliers())
        supplies = supplies || supplier.party() == contract.supplier();
    TRY(fields.need(supplies, "supplier", "It is none of the bill's suppliers."));
    const bool by_issuer = contract.seller() == bill.issuer().party();
    const bool by_supplier = contract.seller() == contract.supplier();
    switch (contract.role()) {
        case v1::TRADE_ROLE_PRINCIPAL:
            return fields.need(by_issuer, "seller", "As principal, the issuer sells.");
        case v1::TRADE_ROLE_AGENT:
            return fields.need(by_supplier, "seller", "By an agent, the supplier sells.");
        case v1::TRADE_ROLE_HOSTING:
            return fields.need(by_issuer || by_supplier, "seller", "Supplier or issuer sells.");
        default:
            return fields.refuse("role", "It says who is whose counterparty.");
    }
}

Result<void> check_parties(const v1::SettlementBill& bill, const PaperFields& fields) {
    std::map<std::string, int> seen;
    for (int i = 0; i < bill.suppliers_size(); ++i) {
        TRY(fields.need_party(bill.suppliers(i), "suppliers[" + std::to_string(i) + "]"));
        TRY(fields.at("suppliers", i)
                .need(seen.emplace(bill.suppliers(i).party(), i).second, "party",
                      "It is there twice."));
    }
    seen.clear();
    for (int i = 0; i < bill.contracts_size(); ++i) {
        const PaperFields at = fields.at("contracts", i);
        TRY(check_contract(bill, bill.contracts(i), at));
        TRY(at.need(seen.emplace(bill.contracts(i).contract(), i).second, "contract",
                    "It is there twice."));
    }
    return {};
}

Result<void> check_line(const v1::SettlementBill& bill, int index, const PaperFields& fields) {
    const v1::SettlementLine& line = bill.lines(index);
    TRY(fields.need(line.number() == static_cast<std::uint32_t>(index) + 1, "number",
                    "Lines are numbered from 1."));
    TRY(fields.need(is_known<&v1::SettlementLineKind_IsValid>(line.kind()), "kind",
                    "It is missing."));
    const bool correction = line.kind() == v1::SETTLEMENT_LINE_CORRECTION;
    TRY(fields.need(!correction || bill.kind() == v1::SETTLEMENT_CREDIT_NOTE, "kind",
                    "Corrections stand on credit notes."));
    const bool gives = line.kind() == v1::SETTLEMENT_LINE_SLA_CREDIT ||
                       line.kind() == v1::SETTLEMENT_LINE_RESULT_CREDIT ||
                       line.kind() == v1::SETTLEMENT_LINE_REFUND;
    TRY(fields.need(!gives || line.amount_micros() <= 0, "amount_micros",
                    "Credits and refunds are below zero."));
    TRY(fields.need_text(line.component(), "component"));
    TRY(fields.allow_text(line.band(), "band"));
    TRY(fields.allow_text(line.subject(), "subject"));
    if (line.has_used()) TRY(fields.need_interval(line.used(), "used"));
    TRY(fields.need_amount(line.unit_price_micros(), "unit_price_micros"));
    for (int i = 0; i < line.usage_size(); ++i) {
        const PaperFields at = fields.at("usage", i);
        TRY(at.need_text(line.usage(i).agent(), "agent"));
        TRY(at.need(line.usage(i).first() > 0 && line.usage(i).first() <= line.usage(i).last(),
                    "first", "Batches are numbered from 1, and rise."));
    }
    const bool is_used =
        line.kind() == v1::SETTLEMENT_LINE_USAGE || line.kind() == v1::SETTLEMENT_LINE_COVERED;
    TRY(fields.need(!line.has_energy_kwh_micros() || is_used, "energy_kwh_micros",
                    "Energy stands on lines of usage."));
    TRY(fields.need(!line.has_carbon_kg_micros() || line.has_energy_kwh_micros(),
                    "carbon_kg_micros", "Carbon is that of the line's energy."));
    TRY(fields.need(!line.has_pflop_hours_micros() || is_used, "pflop_hours_micros",
                    "Work stands on lines of usage."));
    if (line.unit() == v1::PRICE_UNIT_UNSPECIFIED) {
        return fields.need(line.quantity_nanos() == 0 && line.unit_price_micros() == 0, "unit",
                           "A quantity or unit price needs a unit.");
    }
    TRY(fields.need(v1::PriceUnit_IsValid(line.unit()), "unit", "It is not known."));
    if (!is_priced(line)) {
        return reject(
            kBillSumWrong, fields.path("amount_micros"),
            "It is not quantity × unit price, not even with the rounding of its charges.");
    }
    return {};
}

void write(const Sums& sums, v1::SettlementBill& bill) {
    for (int i = 0; i < bill.lines_size(); ++i)
        bill.mutable_lines(i)->set_number(static_cast<std::uint32_t>(i) + 1);
    bill.clear_taxes();
    for (const v1::TaxLine& line : sums.taxes) *bill.add_taxes() = line;
    bill.set_subtotal_micros(sums.subtotal.micros);
    bill.set_tax_micros(sums.tax.micros);
    bill.set_rounding_micros(sums.rounding.micros);
    bill.set_payable_micros(sums.payable.micros);
    bill.set_due_micros(sums.due.micros);
}

}  // namespace

Result<void> add_up(v1::SettlementBill& bill) {
    TRY_ASSIGN(const Sums sums, sums_of(bill, {}));
    write(sums, bill);
    return {};
}

Result<void> add_up(v1::SettlementBill& bill, Money payable) {
    TRY_ASSIGN(const Sums sums, sums_of(bill, payable));
    TRY(check_payable(sums));
    write(sums, bill);
    return {};
}

bool is_priced(const v1::SettlementLine& line) {
    constexpr Wide kNanos = 1'000'000'000;
    const Wide price = line.unit_price_micros();
    const Wide charges = line.charges() == 0 ? 1 : line.charges();
    const Wide error = Wide{line.amount_micros()} * kNanos - Wide{line.quantity_nanos()} * price;
    return (error < 0 ? -error : error) <= charges * (kNanos + (price < 0 ? -price : price));
}

Result<void> check_bill(const v1::SettlementBill& bill) {
    const PaperFields fields(kBillInvalid);
    TRY(check_head(bill, fields));
    TRY(check_parties(bill, fields));
    TRY(fields.need(bill.lines_size() > 0, "lines", "A bill has at least one line."));
    for (int i = 0; i < bill.lines_size(); ++i) TRY(check_line(bill, i, fields.at("lines", i)));
    for (int i = 0; i < bill.payments_size(); ++i) {
        const PaperFields at = fields.at("payments", i);
        TRY(at.need(is_known<&v1::SettlementPaymentKind_IsValid>(bill.payments(i).kind()), "kind",
                    "It is missing."));
        TRY(at.need_text(bill.payments(i).reference(), "reference"));
        TRY(at.need_amount(bill.payments(i).amount_micros(), "amount_micros"));
    }
    return check_sums(bill);
}

}  // namespace penstock::format
