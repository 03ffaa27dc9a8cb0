#include "scenario/papers.h"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>

#include "base/id.h"
#include "base/money.h"
#include "base/time.h"
#include "core/exchange/state.h"
#include "files/whole_file.h"
#include "format/bill/print.h"
#include "format/csv_table.h"
#include "format/focus/bill_rows.h"
#include "format/focus/report.h"
#include "format/focus/run.h"
#include "shell/bills/compose.h"
#include "shell/bills/statement.h"

namespace penstock::scenario {
namespace {

constexpr std::size_t kWrongMax = 20;
constexpr std::size_t kFileMax = 1'000'000'000;

std::uint64_t number_of(const std::string& id) {
    return std::stoull(id.substr(id.rfind('_') + 1));
}

std::int64_t paid_of(const v1::IssuedBill& bill) {
    return bill.paid_to_supplier().micros() + bill.operator_fee().micros() + bill.tax().micros() +
           bill.rounding().micros();
}

std::int64_t received_of(const v1::IssuedBill& bill) {
    std::int64_t sum = 0;
    for (const v1::ReceivedPayment& payment : bill.received()) sum += payment.amount().micros();
    return sum;
}

std::string read(const std::filesystem::path& path) {
    const auto text = files::read_file(path, kFileMax);
    return text ? *text : std::string();
}

void write(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) give_up("cannot write " + path.string());
}

/// How many kinds of lines it shows.
std::size_t kinds_of(const v1::SettlementBill& bill) {
    std::set<std::pair<int, std::string>> kinds;
    for (const v1::SettlementLine& line : bill.lines())
        kinds.emplace(line.kind(), line.component());
    return kinds.size();
}

}  // namespace

Papers::Papers(Venue& venue) : venue_(venue) {
    venue_.listen(v1::Event::kBillChanged, [this](const v1::Event& event) {
        issued_[number_of(event.bill_changed().id())] = event.bill_changed();
    });
    venue_.listen(v1::Event::kContractChanged, [this](const v1::Event& event) {
        contracts_.insert(event.contract_changed().id());
    });
    venue_.listen(v1::Event::kTransferPosted, [this](const v1::Event& event) {
        const v1::Transfer& transfer = event.transfer_posted();
        std::int64_t micros = transfer.amount().micros();
        // Rounding goes either way between its account and that of a contract.
        if (transfer.purpose() == "rounding" &&
            is_of(transfer.debit_account(), ledger::AccountKind::rounding))
            micros = -micros;
        if (is_of(transfer.debit_account(), ledger::AccountKind::fee_receivable))
            fees_owed_ += micros;
        moved_[transfer.purpose()] += micros;
    });
}

bool Papers::is_of(const std::string& account, ledger::AccountKind kind) const {
    const auto id = AccountId::parse(account);
    return id && venue_.exchange().state().ledger.account(*id).kind == kind;
}

void Papers::wrong(const std::string& what) {
    if (wrong_.size() < kWrongMax) wrong_.push_back(what);
}

void Papers::check_issued() {
    std::uint64_t next = 1;
    std::map<std::uint64_t, std::int64_t> notes;
    std::map<std::string, std::int64_t> charged_for;
    for (const auto& [number, bill] : issued_) {
        if (number != next++) wrong(fmt::format("bill {} is missing", next - 1));
        const std::int64_t charged = bill.charged().micros();
        sums_.charged += charged;
        if (bill.kind() == v1::SETTLEMENT_CREDIT_NOTE) {
            sums_.credited += charged;
            notes[number_of(bill.corrects())] += charged;
            continue;
        }
        charged_for[bill.contract()] += charged;
        sums_.paid += paid_of(bill);
        sums_.given_back += bill.given_back().micros();
        if (bill.paid_directly()) {
            sums_.paid_outside += bill.paid_to_supplier().micros();
            if (received_of(bill) != paid_of(bill))
                wrong(bill.id() + " was received otherwise than it is paid");
        }
        if (bill.state() != v1::BILL_SETTLED) wrong(bill.id() + " is not settled");
        if (charged != paid_of(bill) + bill.given_back().micros())
            wrong(bill.id() + " does not add up");
    }
    for (const auto& [number, bill] : issued_) {
        if (bill.kind() == v1::SETTLEMENT_BILL && notes[number] != -bill.given_back().micros())
            wrong(bill.id() + " gave back other than its credit notes say");
    }
    for (const std::string& contract : contracts_) {
        const auto known = venue_.tables().contract(contract);
        if (!known || known->charged().micros() != charged_for[contract])
            wrong("the bills of " + contract + " are not what it was charged");
    }
    summary_.push_back(fmt::format(
        "{:8}  bills and credit notes without a gap, {} yuan in all, {} of it paid to suppliers "
        "directly",
        issued_.size(), to_decimal(Money{sums_.charged}), to_decimal(Money{sums_.paid_outside})));
}

void Papers::check_ledger() {
    const std::int64_t moved =
        moved_["settlement"] + moved_["fee"] + moved_["tax"] + moved_["rounding"];
    // What is paid to suppliers directly is in no book of the exchange; the fee of it is.
    if (moved + sums_.paid_outside != sums_.paid)
        wrong(
            fmt::format("the ledger paid {} micros for bills, and {} were paid outside of it, "
                        "which say {}",
                        moved, sums_.paid_outside, sums_.paid));
    if (fees_owed_ != moved_["fee_collected"])
        wrong(fmt::format("suppliers owed {} micros of fees, and {} were collected", fees_owed_,
                          moved_["fee_collected"]));
    if (sums_.charged != sums_.paid)
        wrong(fmt::format("bills less credit notes are {} micros, but {} were paid", sums_.charged,
                          sums_.paid));
}

void Papers::compose_all(const std::filesystem::path& folder) {
    const auto issuer = venue_.tables().party("party_1");
    if (!issuer) return wrong("the tables do not know the operator");
    const v1::SettlementBill* sample = nullptr;
    bills_.reserve(issued_.size());
    for (const auto& [number, issued] : issued_) {
        const auto sources = venue_.tables().bill_sources(issued.id());
        if (!sources) {
            wrong(issued.id() + " is not in the tables: " + sources.error().message());
            continue;
        }
        auto bill = bills::compose(*sources, *issuer);
        if (!bill) {
            wrong(issued.id() + " cannot be put on paper: " + bill.error().message());
            continue;
        }
        if (bill->payable_micros() != issued.charged().micros())
            wrong(issued.id() + " asks for other than was charged");
        if (bill->due_micros() != 0) wrong(issued.id() + " is still due");
        if (bill->paid_directly() != issued.paid_directly())
            wrong(issued.id() + " does not say how it is paid");
        sums_.payable += bill->payable_micros();
        bills_.push_back(*std::move(bill));
        if (sample == nullptr || kinds_of(bills_.back()) > kinds_of(*sample))
            sample = &bills_.back();
    }
    if (sample == nullptr) return;
    for (const auto& [language, name] : {std::pair{format::Language::chinese, "bill.png"},
                                         std::pair{format::Language::english, "bill-en.png"}}) {
        const auto image = format::print_bill(
            *sample, {.language = language, .image = format::PageImage{.page = 1}});
        if (image)
            write(folder / name, *image);
        else
            wrong("the sample bill cannot be printed: " + image.error().message());
    }
}

void Papers::check_energy(const std::vector<focus::FocusRow>& rows) {
    std::int64_t stated = 0;
    for (const v1::SettlementBill& bill : bills_)
        for (const v1::SettlementLine& line : bill.lines()) stated += line.energy_kwh_micros();
    std::int64_t kwh_micros = 0;
    std::int64_t kg_micros = 0;
    for (const focus::FocusRow& row : rows) {
        kwh_micros += row.energy_kwh_micros.value_or(0);
        kg_micros += row.carbon_kg_micros.value_or(0);
    }
    if (kwh_micros != stated || stated == 0)
        wrong(fmt::format("FOCUS tells of {} millionths of a kWh, the bills of {}", kwh_micros,
                          stated));
    summary_.push_back(fmt::format("{:8}  kWh, {} kg of CO2e", to_decimal(Money{kwh_micros}),
                                   to_decimal(Money{kg_micros})));
}

/// Each buyer's bills on one paper must say what the bills themselves do.
void Papers::check_statements() {
    struct Told {
        std::int64_t payable = 0;
        std::int64_t tax = 0;
    };
    std::map<std::string, Told> told;
    for (const v1::SettlementBill& bill : bills_) {
        told[bill.buyer().party()].payable += bill.payable_micros();
        told[bill.buyer().party()].tax += bill.tax_micros();
    }
    const auto issuer = venue_.tables().party("party_1");
    for (const auto& [buyer, sums] : told) {
        const auto party = venue_.tables().party(buyer);
        auto bills = venue_.tables().told_bills(
            {.party = buyer, .until_ns = kLastInstant.ns, .most = issued_.size()});
        if (!issuer || !party || !bills) return wrong("the tables have no bills of " + buyer);
        const auto statement = bills::compose_statement({.issuer = *issuer,
                                                         .party = *party,
                                                         .currency = "CNY",
                                                         .period = {{1}, kLastInstant},
                                                         .issued_at = kLastInstant,
                                                         .bills = *std::move(bills)});
        if (!statement)
            wrong("no statement of the bills of " + buyer + ": " + statement.error().message());
        else if (statement->payable_micros() != sums.payable || statement->tax_micros() != sums.tax)
            wrong("the statement of " + buyer + " is not the sum of its bills");
    }
    summary_.push_back(
        fmt::format("{:8}  buyers' statements are the sums of their bills", told.size()));
}

void Papers::check_focus(const std::filesystem::path& folder, const std::filesystem::path& rules) {
    std::vector<focus::FocusRow> rows;
    for (const v1::SettlementBill& bill : bills_) {
        auto made = focus::focus_rows(bill);
        if (!made) return wrong("no FOCUS rows of a bill: " + made.error().message());
        for (focus::FocusRow& row : *made) rows.push_back(std::move(row));
    }
    check_energy(rows);
    const auto totals = focus::focus_totals(rows);
    if (!totals || totals->billed_cost.micros != sums_.payable)
        wrong("FOCUS bills other than the settlement bills");
    const auto text = focus::focus_csv(rows);
    if (!text) return wrong("the FOCUS file cannot be written: " + text.error().message());
    write(folder / "focus.csv", *text);
    if (!std::filesystem::exists(rules)) {
        summary_.push_back(fmt::format("{:8}  FOCUS rows; no rules in {}: NOT CHECKED", rows.size(),
                                       rules.string()));
        return;
    }
    has_rules_ = true;
    const auto table = focus::RuleTable::parse(
        {read(rules / "focus_rules_v1_2.csv"), read(rules / "focus_columns_v1_2.csv"),
         read(rules / "focus_servicesubcategory_parents.json")});
    if (!table) return wrong("the FOCUS rules cannot be read from " + rules.string());
    const format::CsvForm form{.bytes_max = kFileMax, .rows_max = 10'000'000};
    const auto file = format::CsvTable::read(*text, form, "focus.csv");
    if (!file) return wrong("the FOCUS file cannot be read: " + file.error().message());
    const auto criteria = focus::choose_criteria("auto", *table, *file);
    if (!criteria) return wrong(criteria.error().message());
    const focus::Report report = focus::run_rules(*table, *file, {.criteria = *criteria});
    if (report.count(focus::Outcome::failed) > 0)
        wrong(focus::report_text(*table, report, focus::Detail::failures));
    summary_.push_back(fmt::format("{:8}  FOCUS rows; {} rules pass, {} fail, {} do not apply",
                                   rows.size(), report.count(focus::Outcome::passed),
                                   report.count(focus::Outcome::failed),
                                   report.count(focus::Outcome::not_applicable)));
}

std::vector<std::string> Papers::check(const std::filesystem::path& folder,
                                       const std::filesystem::path& rules) {
    check_issued();
    check_ledger();
    compose_all(folder);
    check_statements();
    check_focus(folder, rules);
    return wrong_;
}

}  // namespace penstock::scenario
