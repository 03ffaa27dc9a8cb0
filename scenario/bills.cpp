#include "scenario/bills.h"

#include <fmt/core.h>

#include <cstdlib>
#include <map>

#include "base/try.h"
#include "core/exchange/state.h"
#include "files/whole_file.h"
#include "format/csv_table.h"
#include "format/focus/bill_rows.h"
#include "format/focus/run.h"
#include "penstock/v1/ledger.pb.h"
#include "shell/bills/compose.h"

namespace penstock::scenario {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{1} << 28;

/// All bills and credit notes, the newest first.
std::vector<v1::IssuedBill> all_bills(Venue& venue) {
    std::vector<v1::IssuedBill> bills;
    v1::ListSettlementBillsRequest request;
    request.mutable_page()->set_size(500);
    while (true) {
        const auto page = venue.tables().list_settlement_bills("", request);
        if (!page) give_up("the bills cannot be listed: " + std::string(page.error().message()));
        bills.insert(bills.end(), page->bills().begin(), page->bills().end());
        if (page->page().next_cursor().empty()) return bills;
        request.mutable_page()->set_cursor(page->page().next_cursor());
    }
}

std::int64_t paid_of(const v1::IssuedBill& bill) {
    return bill.paid_to_supplier().micros() + bill.operator_fee().micros() + bill.tax().micros() +
           bill.rounding().micros();
}

class Check {
  public:
    Check(Venue& venue, BillTally& tally, std::vector<std::string>& wrong)
        : venue_(venue), tally_(tally), wrong_(wrong) {
        const auto& settings = venue.exchange().state().settings;
        issuer_ = venue.tables().party(settings.exchange_operator.text()).value();
    }

    void bill(const v1::IssuedBill& bill) {
        const bool is_note = bill.kind() == v1::SETTLEMENT_CREDIT_NOTE;
        (is_note ? tally_.credit_notes : tally_.bills) += 1;
        if (!is_note) {
            charged_[bill.contract()] += bill.charged().micros();
            for (const auto& [kind, part] : {std::pair(v1::ACCOUNT_FEE, &bill.operator_fee()),
                                             std::pair(v1::ACCOUNT_TAX, &bill.tax()),
                                             std::pair(v1::ACCOUNT_ROUNDING, &bill.rounding())})
                earned_[kind] += part->micros();
            if (bill.state() != v1::BILL_SETTLED) wrong_.push_back(bill.id() + " is not settled");
            if (paid_of(bill) + bill.given_back().micros() != bill.charged().micros())
                wrong_.push_back(bill.id() + " was not paid in full");
        }
        const auto sources = venue_.tables().bill_sources(bill.id());
        if (!sources) return wrong_.push_back(bill.id() + " cannot be read");
        const auto composed = bills::compose(*sources, issuer_);
        if (!composed)
            return wrong_.push_back(fmt::format("{} cannot be composed: {} {}", bill.id(),
                                                composed.error().field(),
                                                composed.error().detail()));
        if (composed->due_micros() != 0) wrong_.push_back(bill.id() + " is still due");
        payable_ += composed->payable_micros();
        auto rows = focus::focus_rows(*composed);
        if (!rows) return wrong_.push_back(bill.id() + " makes no rows of FOCUS");
        for (focus::FocusRow& row : *rows) rows_.push_back(std::move(row));
    }

    void contracts() {
        for (const auto& [id, charged] : charged_) {
            const auto contract = venue_.tables().contract(id);
            if (!contract || contract->charged().micros() != charged)
                wrong_.push_back("the bills of " + id + " are not what it was charged");
        }
    }

    /// What was booked for bills on the accounts of fee, tax and rounding is what the bills say.
    void ledger(const v1::GetTrialBalanceResponse& books) {
        for (const v1::Account& account : books.accounts()) {
            const auto earned = earned_.find(account.kind());
            if (earned != earned_.end()) earned->second -= booked_for_bills(account.id());
        }
        for (const auto& [kind, left] : earned_)
            if (left != 0)
                wrong_.push_back(fmt::format("{} and the bills differ by {} micros",
                                             v1::AccountKind_Name(kind), left));
    }

    Result<void> focus(const std::filesystem::path& folder) {
        tally_.focus_rows = rows_.size();
        TRY_ASSIGN(const auto totals, focus::focus_totals(rows_));
        if (totals.billed_cost.micros != payable_)
            wrong_.push_back(fmt::format("FOCUS bills {} micros, the bills {}",
                                         totals.billed_cost.micros, payable_));
        TRY_ASSIGN(const std::string text, focus::focus_csv(rows_));
        TRY(files::write_durably(folder / "focus.csv", {text}, 0644));
        const char* named = std::getenv("PENSTOCK_DATA");
        const std::filesystem::path data =
            std::filesystem::path(named != nullptr && *named != '\0' ? named : "../shared/data") /
            "focus";
        std::error_code ignored;
        if (!std::filesystem::exists(data / "focus_rules_v1_2.csv", ignored)) return {};
        focus::RuleFiles files;
        TRY_ASSIGN(files.rules_csv, files::read_file(data / "focus_rules_v1_2.csv", kFileBytesMax));
        TRY_ASSIGN(files.columns_csv,
                   files::read_file(data / "focus_columns_v1_2.csv", kFileBytesMax));
        TRY_ASSIGN(files.parents_json,
                   files::read_file(data / "focus_servicesubcategory_parents.json", kFileBytesMax));
        TRY_ASSIGN(const auto rules, focus::RuleTable::parse(files));
        TRY_ASSIGN(const auto table,
                   format::CsvTable::read(text, {.bytes_max = kFileBytesMax}, "focus.csv"));
        TRY_ASSIGN(auto criteria, focus::choose_criteria("all", rules, table));
        const auto report = focus::run_rules(rules, table, {.criteria = std::move(criteria)});
        for (std::size_t i = 0; i < report.results.size(); ++i)
            if (report.results[i].outcome == focus::Outcome::failed)
                wrong_.push_back("FOCUS rule " + rules.rules()[i].id + " fails");
        tally_.rules_passed = report.count(focus::Outcome::passed);
        return {};
    }

  private:
    std::int64_t booked_for_bills(const std::string& account) {
        std::int64_t sum = 0;
        v1::ListAccountTransfersRequest request;
        request.set_account(account);
        request.mutable_page()->set_size(500);
        while (true) {
            const auto page = venue_.tables().list_account_transfers(request).value();
            for (const v1::AccountMovement& entry : page.entries()) {
                const v1::Transfer& transfer = entry.transfer();
                if (!transfer.subject().starts_with("bill_")) continue;
                const std::int64_t amount = transfer.amount().micros();
                sum += transfer.credit_account() == account ? amount : -amount;
            }
            if (page.page().next_cursor().empty()) return sum;
            request.mutable_page()->set_cursor(page.page().next_cursor());
        }
    }

    Venue& venue_;
    BillTally& tally_;
    std::vector<std::string>& wrong_;
    v1::Party issuer_;
    std::map<std::string, std::int64_t> charged_;  // By contract.
    std::map<v1::AccountKind, std::int64_t> earned_;
    std::vector<focus::FocusRow> rows_;
    std::int64_t payable_ = 0;
};

}  // namespace

std::vector<std::string> check_bills(Venue& venue, const Cast& cast,
                                     const std::filesystem::path& folder, BillTally& tally) {
    std::vector<std::string> wrong;
    Check check(venue, tally, wrong);
    const auto bills = all_bills(venue);
    for (std::size_t i = 0; i < bills.size(); ++i) {
        if (bills[i].id() != "bill_" + std::to_string(bills.size() - i))
            wrong.push_back("the numbers of bills have a gap at " + bills[i].id());
        check.bill(bills[i]);
    }
    check.contracts();
    check.ledger(venue.ask<v1::GetTrialBalanceResponse>(
        cast.operator_key, "LedgerService/GetTrialBalance", v1::GetTrialBalanceRequest{}));
    if (const auto done = check.focus(folder); !done)
        wrong.push_back("FOCUS: " + std::string(done.error().message()) + " " +
                        std::string(done.error().detail()));
    return wrong;
}

}  // namespace penstock::scenario
