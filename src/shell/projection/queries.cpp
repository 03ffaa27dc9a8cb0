// The reading half of SqliteProjection.
#include <utility>

#include "base/money.h"
#include "base/try.h"
#include "shell/projection/error.h"
#include "shell/projection/page.h"
#include "shell/projection/sqlite_projection.h"

namespace penstock::projection {

namespace {

constexpr std::size_t kBillBytesMax = 32U << 20U;

void add(v1::Money& sum, std::int64_t micros, const std::string& currency) {
    sum.set_micros(sum.micros() + micros);
    if (!currency.empty()) sum.set_currency(currency);
}

}  // namespace

Result<v1::ListPartiesResponse> SqliteProjection::list_parties(
    const v1::PageRequest& request) const {
    TRY_ASSIGN(const Page page, parse_page(request));
    const std::lock_guard lock(mutex_);
    TRY_ASSIGN(sqlite::Statement rows,
               reader_.prepare("SELECT * FROM parties WHERE rank>? ORDER BY rank LIMIT ?"));
    rows.bind_unsigned(1, page.after).bind(2, std::int64_t{page.size} + 1);
    v1::ListPartiesResponse response;
    TRY_ASSIGN(std::string next,
               read_page(table("parties"), rows, page, *response.mutable_parties()));
    response.mutable_page()->set_next_cursor(std::move(next));
    return response;
}

Result<v1::ListTransfersResponse> SqliteProjection::list_transfers(
    const std::vector<std::string>& accounts, const v1::PageRequest& request) const {
    TRY_ASSIGN(const Page page, parse_page(request));
    v1::ListTransfersResponse response;
    response.mutable_page();
    if (accounts.empty()) return response;
    // Each account and side gives its newest rows from an index; the newest of these are the page.
    std::string sql = "SELECT * FROM transfers WHERE rank IN (";
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        for (const char* side : {"debit_account", "credit_account"}) {
            if (!sql.ends_with('(')) sql.append(" UNION ");
            sql.append("SELECT * FROM (SELECT rank FROM transfers WHERE ").append(side);
            sql.append("=?" + std::to_string(i + 3));
            sql.append(" AND rank<?1 ORDER BY rank DESC LIMIT ?2)");
        }
    }
    sql.append(") ORDER BY rank DESC LIMIT ?2");
    const std::lock_guard lock(mutex_);
    TRY_ASSIGN(sqlite::Statement rows, reader_.prepare(sql));
    rows.bind(1, page.first ? INT64_MAX : static_cast<std::int64_t>(page.after));
    rows.bind(2, std::int64_t{page.size} + 1);
    for (std::size_t i = 0; i < accounts.size(); ++i)
        rows.bind(static_cast<int>(i + 3), std::string_view(accounts[i]));
    TRY_ASSIGN(std::string next,
               read_page(table("transfers"), rows, page, *response.mutable_transfers()));
    response.mutable_page()->set_next_cursor(std::move(next));
    return response;
}

Result<v1::ListAccountTransfersResponse> SqliteProjection::list_account_transfers(
    const v1::ListAccountTransfersRequest& request) const {
    TRY_ASSIGN(const Page page, parse_page(request.page()));
    const std::lock_guard lock(mutex_);
    TRY_ASSIGN(sqlite::Statement rows,
               reader_.prepare("SELECT * FROM account_totals WHERE account=?1 AND rank<?2"
                               " AND at_ns>=?3 AND at_ns<?4 ORDER BY rank DESC LIMIT ?5"));
    rows.bind(1, std::string_view(request.account()))
        .bind(2, page.first ? INT64_MAX : static_cast<std::int64_t>(page.after))
        .bind(3, std::int64_t{request.from_ns()})
        .bind(4, request.until_ns() == 0 ? INT64_MAX : std::int64_t{request.until_ns()})
        .bind(5, std::int64_t{page.size} + 1);
    TRY_ASSIGN(sqlite::Statement transfer, reader_.prepare("SELECT * FROM transfers WHERE rank=?"));
    v1::ListAccountTransfersResponse response;
    response.mutable_page();
    std::uint64_t last = 0;
    while (true) {
        TRY_ASSIGN(const bool more, rows.step());
        if (!more) return response;
        if (static_cast<std::uint32_t>(response.entries_size()) == page.size) {
            response.mutable_page()->set_next_cursor("n" + std::to_string(last));
            return response;
        }
        last = rows.unsigned_integer(0);
        v1::AccountMovement& entry = *response.add_entries();
        TRY(table("account_totals").read(rows, *entry.mutable_after()));
        transfer.bind_unsigned(1, last / 2);
        TRY_ASSIGN(const bool found, transfer.step());
        if (!found) return reject(kProjectionDamaged);
        TRY(table("transfers").read(transfer, *entry.mutable_transfer()));
        transfer.reset();
    }
}

Result<v1::Transfer> SqliteProjection::transfer(std::string_view transfer) const {
    const std::lock_guard lock(mutex_);
    TRY_ASSIGN(sqlite::Statement row, reader_.prepare("SELECT * FROM transfers WHERE rank=?"));
    row.bind_unsigned(1, number_of(transfer) & INT64_MAX);
    TRY_ASSIGN(const bool found, row.step());
    v1::Transfer result;
    if (found) TRY(table("transfers").read(row, result));
    if (!found || result.id() != transfer) return reject(kNotProjected, "transfer");
    return result;
}

Result<v1::ListWithdrawalsResponse> SqliteProjection::list_withdrawals(
    std::string_view party, const v1::ListWithdrawalsRequest& request) const {
    TRY_ASSIGN(const Page page, parse_page(request.page()));
    const bool has_state = request.state() != v1::WITHDRAWAL_STATE_UNSPECIFIED;
    std::string sql = "SELECT * FROM withdrawals WHERE rank<?1";
    if (!party.empty()) sql.append(" AND party=?3");
    if (has_state) sql.append(" AND state=?4");
    sql.append(" ORDER BY rank DESC LIMIT ?2");
    const std::lock_guard lock(mutex_);
    TRY_ASSIGN(sqlite::Statement rows, reader_.prepare(sql));
    rows.bind(1, page.first ? INT64_MAX : static_cast<std::int64_t>(page.after))
        .bind(2, std::int64_t{page.size} + 1);
    if (!party.empty()) rows.bind(3, party);
    if (has_state) rows.bind(4, std::string_view(v1::WithdrawalState_Name(request.state())));
    v1::ListWithdrawalsResponse response;
    TRY_ASSIGN(std::string next,
               read_page(table("withdrawals"), rows, page, *response.mutable_withdrawals()));
    response.mutable_page()->set_next_cursor(std::move(next));
    return response;
}

Result<v1::DayReconciliation> SqliteProjection::reconciliation(std::string_view day) const {
    const std::lock_guard lock(mutex_);
    TRY_ASSIGN(sqlite::Statement row,
               reader_.prepare("SELECT * FROM reconciliations WHERE last_day<=?"
                               " ORDER BY rank DESC LIMIT 1"));
    row.bind(1, day);
    TRY_ASSIGN(const bool found, row.step());
    if (!found) {
        TRY_ASSIGN(sqlite::Statement first, reader_.prepare("SELECT last_day FROM reconciliations"
                                                            " ORDER BY rank LIMIT 1"));
        TRY_ASSIGN(const bool any, first.step());
        return reject(kNoStatement, "day",
                      any ? "The first one ends " + std::string(first.text(0)) + "."
                          : "None was imported yet.");
    }
    v1::DayReconciliation proof;
    TRY(table("reconciliations").read(row, proof));
    proof.set_day(std::string(day));
    return proof;
}

Result<v1::ListContractsResponse> SqliteProjection::list_contracts(
    std::string_view party, const v1::PageRequest& request) const {
    TRY_ASSIGN(const Page page, parse_page(request));
    const std::lock_guard lock(mutex_);
    TRY_ASSIGN(
        sqlite::Statement rows,
        reader_.prepare("SELECT * FROM contracts WHERE rank IN ("
                        "SELECT * FROM (SELECT rank FROM contracts WHERE buyer=?1 AND rank>?2"
                        " ORDER BY rank LIMIT ?3) UNION "
                        "SELECT * FROM (SELECT rank FROM contracts WHERE supplier=?1 AND rank>?2"
                        " ORDER BY rank LIMIT ?3)) ORDER BY rank LIMIT ?3"));
    rows.bind(1, party).bind_unsigned(2, page.after).bind(3, std::int64_t{page.size} + 1);
    v1::ListContractsResponse response;
    TRY_ASSIGN(std::string next,
               read_page(table("contracts"), rows, page, *response.mutable_contracts()));
    response.mutable_page()->set_next_cursor(std::move(next));
    return response;
}

Result<v1::ListAuditEventsResponse> SqliteProjection::list_audit_events(
    const v1::ListAuditEventsRequest& request) const {
    TRY_ASSIGN(const Page page, parse_page(request.page()));
    // Conditions that are not asked for are left out, so that an index serves the others.
    std::string sql = "SELECT * FROM acts WHERE rank<?1 AND at_ns>=?2 AND at_ns<?3";
    if (!request.party().empty()) sql.append(" AND party=?5");
    if (!request.user().empty()) sql.append(" AND (\"user\"=?6 OR actor=?6)");
    if (request.kind() != v1::ACT_KIND_UNSPECIFIED) sql.append(" AND kind=?7");
    sql.append(" ORDER BY rank DESC LIMIT ?4");
    const std::lock_guard lock(mutex_);
    TRY_ASSIGN(sqlite::Statement rows, reader_.prepare(sql));
    rows.bind(1, page.first ? INT64_MAX : static_cast<std::int64_t>(page.after))
        .bind(2, std::int64_t{request.from_ns()})
        .bind(3, request.until_ns() == 0 ? INT64_MAX : std::int64_t{request.until_ns()})
        .bind(4, std::int64_t{page.size} + 1);
    if (!request.party().empty()) rows.bind(5, std::string_view(request.party()));
    if (!request.user().empty()) rows.bind(6, std::string_view(request.user()));
    if (request.kind() != v1::ACT_KIND_UNSPECIFIED)
        rows.bind(7, std::string_view(v1::ActKind_Name(request.kind())));
    v1::ListAuditEventsResponse response;
    response.mutable_page();
    std::uint64_t last = 0;
    while (true) {
        TRY_ASSIGN(const bool more, rows.step());
        if (!more) return response;
        if (static_cast<std::uint32_t>(response.events_size()) == page.size) {
            response.mutable_page()->set_next_cursor("n" + std::to_string(last));
            return response;
        }
        last = rows.unsigned_integer(0);
        v1::AuditEvent& event = *response.add_events();
        event.set_sequence(last >> kOrdinalBits);
        event.set_ordinal(static_cast<std::uint32_t>(last & ((1u << kOrdinalBits) - 1)));
        TRY(table("acts").read(rows, *event.mutable_act()));
    }
}

Result<v1::Contract> SqliteProjection::contract(std::string_view contract) const {
    const std::lock_guard lock(mutex_);
    TRY_ASSIGN(sqlite::Statement row, reader_.prepare("SELECT * FROM contracts WHERE rank=?"));
    row.bind_unsigned(1, number_of(contract) & INT64_MAX);
    TRY_ASSIGN(const bool found, row.step());
    v1::Contract result;
    if (found) TRY(table("contracts").read(row, result));
    if (!found || result.id() != contract) return reject(kNotProjected, "contract");
    return result;
}

Result<v1::Bill> SqliteProjection::bill(std::string_view order) const {
    const std::lock_guard lock(mutex_);
    TRY_ASSIGN(sqlite::Statement orders, reader_.prepare("SELECT * FROM orders WHERE rank=?"));
    orders.bind_unsigned(1, number_of(order) & INT64_MAX);
    TRY_ASSIGN(const bool found, orders.step());
    v1::OrderPlaced placed;
    if (found) TRY(table("orders").read(orders, placed));
    if (!found || placed.order() != order) return reject(kNotProjected, "order");

    TRY_ASSIGN(v1::Bill bill, read_bill_lines(order));
    bill.set_order(placed.order());
    bill.set_buyer(placed.buyer());
    const std::string& currency = placed.held().currency();
    for (const v1::BillLine& line : bill.lines())
        add(*bill.mutable_accrued(), line.amount().micros(), currency);
    for (const v1::PlanCharged& charged : bill.by_plan().charged())
        add(*bill.mutable_accrued(), charged.amount().micros(), currency);
    bool settled = bill.contracts_size() > 0;
    for (const v1::Contract& contract : bill.contracts()) {
        const bool cancelled = contract.state() == v1::CONTRACT_CANCELLED;
        const bool ended = cancelled || contract.state() == v1::CONTRACT_SETTLED;
        settled = settled && ended;
        std::int64_t payable = contract.charged().micros();
        if (!ended) {
            // Summed here: the contract's own figure may be older than its last line.
            Money accrued;
            for (const v1::BillLine& line : bill.lines())
                if (line.contract() == contract.id()) accrued += Money{line.amount().micros()};
            for (const v1::PlanCharged& charged : bill.by_plan().charged())
                if (charged.contract() == contract.id())
                    accrued += Money{charged.amount().micros()};
            payable = round_to_fen(accrued).micros;
        }
        add(*bill.mutable_payable(), payable, currency);
        add(*bill.mutable_paid_to_suppliers(), contract.paid_to_supplier().micros(), currency);
        add(*bill.mutable_operator_fee(), contract.operator_fee().micros(), currency);
        const std::int64_t left_over = contract.charged().micros() -
                                       contract.paid_to_supplier().micros() -
                                       contract.operator_fee().micros();
        // Bills of earlier releases stay as they were.
        if (left_over != 0) add(*bill.mutable_settlement_rounding(), left_over, currency);
    }
    bill.mutable_accrued()->set_currency(currency);
    add(*bill.mutable_rounding(), bill.payable().micros() - bill.accrued().micros(), currency);
    bill.set_settled(settled);
    return bill;
}

Result<v1::Bill> SqliteProjection::read_bill_lines(std::string_view order) const {
    v1::Bill bill;
    TRY_ASSIGN(sqlite::Statement contracts,
               reader_.prepare("SELECT * FROM contracts WHERE \"order\"=? ORDER BY rank"));
    contracts.bind(1, order);
    while (true) {
        TRY_ASSIGN(const bool more, contracts.step());
        if (!more) break;
        TRY(table("contracts").read(contracts, *bill.add_contracts()));
    }
    TRY_ASSIGN(sqlite::Statement lines,
               reader_.prepare("SELECT * FROM bill_lines WHERE contract IN"
                               " (SELECT id FROM contracts WHERE \"order\"=?) ORDER BY rank"));
    lines.bind(1, order);
    while (true) {
        TRY_ASSIGN(const bool more, lines.step());
        if (!more) break;
        TRY(table("bill_lines").read(lines, *bill.add_lines()));
    }
    TRY_ASSIGN(sqlite::Statement charges,
               reader_.prepare("SELECT * FROM plan_charges WHERE contract IN"
                               " (SELECT id FROM contracts WHERE \"order\"=?) ORDER BY rank"));
    charges.bind(1, order);
    std::size_t bytes = 0;
    while (true) {
        TRY_ASSIGN(const bool more, charges.step());
        if (!more) break;
        v1::PlanCharged& charged = *bill.mutable_by_plan()->add_charged();
        TRY(table("plan_charges").read(charges, charged));
        bytes += charged.ByteSizeLong();
        if (bytes > kBillBytesMax) return reject(kBillTooLong, "order");
    }
    return bill;
}

Result<std::vector<std::string>> SqliteProjection::order_parties(std::string_view order) const {
    const std::lock_guard lock(mutex_);
    TRY_ASSIGN(sqlite::Statement rows,
               reader_.prepare("SELECT buyer, -1 AS first FROM orders WHERE \"order\"=?1 UNION ALL "
                               "SELECT supplier, min(rank) AS first FROM contracts"
                               " WHERE \"order\"=?1 GROUP BY supplier ORDER BY first"));
    rows.bind(1, order);
    std::vector<std::string> parties;
    while (true) {
        TRY_ASSIGN(const bool more, rows.step());
        if (!more) break;
        parties.emplace_back(rows.text(0));
    }
    if (parties.empty()) return reject(kNotProjected, "order");
    return parties;
}

}  // namespace penstock::projection
