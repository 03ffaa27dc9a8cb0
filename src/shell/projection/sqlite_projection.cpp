#include "shell/projection/sqlite_projection.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "shell/projection/error.h"
#include "shell/sqlite/error.h"
#include "shell/sqlite/position.h"

namespace penstock::projection {

namespace {

/// Raised whenever a table changes; a file of another format is thrown away and made again.
constexpr std::int64_t kFormat = 15;

constexpr std::string_view kExtraSql =
    "CREATE INDEX transfers_debit ON transfers(debit_account, rank);"
    "CREATE INDEX transfers_credit ON transfers(credit_account, rank);"
    "CREATE INDEX transfers_at ON transfers(at_ns);"
    "CREATE INDEX account_totals_account ON account_totals(account, rank);"
    "CREATE INDEX withdrawals_party ON withdrawals(party, rank);"
    "CREATE INDEX withdrawals_state ON withdrawals(state, rank);"
    "CREATE INDEX bank_entries_statement ON bank_entries(statement);"
    "CREATE INDEX reconciliations_day ON reconciliations(last_day);"
    "CREATE INDEX contracts_buyer ON contracts(buyer, rank);"
    "CREATE INDEX contracts_supplier ON contracts(supplier, rank);"
    "CREATE INDEX contracts_order ON contracts(\"order\", rank);"
    "CREATE INDEX bill_lines_contract ON bill_lines(contract, rank);"
    "CREATE INDEX plan_charges_contract ON plan_charges(contract, rank);"
    "CREATE INDEX price_plans_product ON price_plans(product, rank);"
    "CREATE INDEX settlement_bills_buyer ON settlement_bills(buyer, rank);"
    "CREATE INDEX settlement_bills_supplier ON settlement_bills(supplier, rank);"
    "CREATE INDEX settlement_bills_contract ON settlement_bills(contract, rank);"
    "CREATE INDEX settlement_bills_corrects ON settlement_bills(corrects, rank);"
    "CREATE INDEX settlement_bills_state ON settlement_bills(state, rank);"
    "CREATE INDEX settlement_bills_buyer_state ON settlement_bills(buyer, state, rank);"
    "CREATE INDEX settlement_bills_supplier_state ON settlement_bills(supplier, state, rank);"
    "CREATE INDEX settlement_bills_issued ON settlement_bills(issued_at_ns, rank);"
    "CREATE INDEX billed_charges_contract ON billed_charges(contract, rank);"
    "CREATE INDEX disputes_buyer ON disputes(buyer, rank);"
    "CREATE INDEX disputes_supplier ON disputes(supplier, rank);"
    "CREATE INDEX disputes_bill ON disputes(bill, rank);"
    "CREATE INDEX disputes_credit_note ON disputes(credit_note);"
    "CREATE INDEX disputes_state ON disputes(state, rank);"
    "CREATE INDEX disputes_buyer_state ON disputes(buyer, state, rank);"
    "CREATE INDEX disputes_supplier_state ON disputes(supplier, state, rank);"
    "CREATE INDEX acts_party ON acts(party, rank);"
    "CREATE INDEX acts_user ON acts(\"user\", rank);"
    "CREATE INDEX acts_actor ON acts(actor, rank);"
    "CREATE INDEX attempts_task ON attempts(task, rank);"
    "CREATE INDEX metered_attempts_end ON metered_attempts(ran_end_ns);"
    "CREATE INDEX metered_attempts_buyer ON metered_attempts(buyer, rank);"
    "CREATE INDEX metered_attempts_supplier ON metered_attempts(supplier, rank);"
    "CREATE VIEW tasks AS SELECT task, task_index, workload, task_state, attempt, pool, agent,"
    " exit_code, max(attempt_number) AS attempts FROM attempts GROUP BY task;";

/// A key for what has no identifier of its own: unique, and in the order of events.
std::uint64_t place_of(const v1::Event& event) {
    return event.sequence() << SqliteProjection::kOrdinalBits | event.ordinal();
}

}  // namespace

SqliteProjection::SqliteProjection(std::filesystem::path path) : path_(std::move(path)) {
    const auto add = [this](const char* name, const google::protobuf::Descriptor* type) {
        tables_.emplace(name, MessageTable(name, *type));
    };
    add("parties", v1::Party::descriptor());
    add("api_keys", v1::ApiKey::descriptor());
    add("agents", v1::Agent::descriptor());
    add("users", v1::User::descriptor());
    add("sessions", v1::Session::descriptor());
    add("failed_sign_ins", v1::SignInFailed::descriptor());
    add("acts", v1::Act::descriptor());
    add("pools", v1::Pool::descriptor());
    add("products", v1::Product::descriptor());
    add("price_plans", v1::PricePlanSet::descriptor());
    add("transfers", v1::Transfer::descriptor());
    add("account_totals", v1::AccountTotals::descriptor());
    add("top_ups", v1::TopUp::descriptor());
    add("withdrawals", v1::Withdrawal::descriptor());
    add("bank_entries", v1::BankEntryChanged::descriptor());
    add("reconciliations", v1::DayReconciliation::descriptor());
    add("custody", v1::Custody::descriptor());
    add("orders", v1::OrderPlaced::descriptor());
    add("contracts", v1::Contract::descriptor());
    add("contract_rates", v1::ContractRate::descriptor());
    add("workloads", v1::Workload::descriptor());
    add("attempts", v1::AttemptChanged::descriptor());
    add("metered_attempts", v1::MeteredAttempt::descriptor());
    add("bill_lines", v1::BillLine::descriptor());
    add("plan_charges", v1::PlanCharged::descriptor());
    add("settlement_bills", v1::IssuedBill::descriptor());
    add("billed_charges", v1::BilledCharges::descriptor());
    add("disputes", v1::Dispute::descriptor());
    add("usage_batches", v1::UsageAccepted::descriptor());
    add("versions", v1::VersionActivated::descriptor());
}

Result<std::unique_ptr<SqliteProjection>> SqliteProjection::open(
    const std::filesystem::path& path) {
    std::unique_ptr<SqliteProjection> projection(new SqliteProjection(path));
    auto opened = sqlite::Database::open(path, sqlite::Durability::normal);
    if (!opened && opened.error().number() == sqlite::kSqliteDamaged.number) {
        sqlite::remove_database(path);
        opened = sqlite::Database::open(path, sqlite::Durability::normal);
    }
    if (!opened) return std::unexpected(std::move(opened).error());
    projection->writer_ = *std::move(opened);
    TRY_ASSIGN(const std::int64_t format, projection->writer_.format_version());
    if (format == kFormat) {
        for (auto& [name, table] : projection->tables_) TRY(table.prepare(projection->writer_));
        TRY_ASSIGN(projection->position_, sqlite::read_position(projection->writer_));
        projection->applied_ = projection->position_.sequence;
        TRY_ASSIGN(projection->reader_, sqlite::Database::open(path, sqlite::Durability::normal));
    } else {
        TRY(projection->reset());
    }
    return projection;
}

Result<void> SqliteProjection::create() {
    std::string sql = "BEGIN;";
    for (const auto& [name, table] : tables_) sql.append(table.create_sql());
    sql.append(kExtraSql).append(sqlite::kCreatePosition);
    sql.append("PRAGMA user_version=" + std::to_string(kFormat) + ";COMMIT;");
    TRY(writer_.run(sql));
    for (auto& [name, table] : tables_) TRY(table.prepare(writer_));
    return {};
}

Result<void> SqliteProjection::reset() {
    const std::lock_guard lock(mutex_);
    reader_ = {};
    for (auto& [name, table] : tables_) table.release();
    writer_ = {};
    sqlite::remove_database(path_);
    TRY_ASSIGN(writer_, sqlite::Database::open(path_, sqlite::Durability::normal));
    TRY(create());
    TRY_ASSIGN(reader_, sqlite::Database::open(path_, sqlite::Durability::normal));
    position_ = {};
    applied_ = 0;
    stopped_ = false;
    fault_.reset();
    return {};
}

void SqliteProjection::stop(const Error& error) {
    if (writer_.in_transaction()) (void)writer_.run("ROLLBACK");
    stopped_ = true;
    const std::lock_guard lock(mutex_);
    fault_ = error;
}

std::optional<Error> SqliteProjection::fault() const {
    const std::lock_guard lock(mutex_);
    return fault_;
}

Result<void> SqliteProjection::put(const char* table, std::uint64_t number,
                                   const google::protobuf::Message& message) {
    return tables_.at(table).put(number, message);
}

Result<v1::AccountTotals> SqliteProjection::totals_of(const std::string& account) {
    TRY_ASSIGN(sqlite::Statement rows,
               writer_.prepare("SELECT * FROM account_totals WHERE account=?"
                               " ORDER BY rank DESC LIMIT 1"));
    rows.bind(1, std::string_view(account));
    TRY_ASSIGN(const bool found, rows.step());
    v1::AccountTotals totals;
    if (found) TRY(table("account_totals").read(rows, totals));
    totals.set_account(account);
    return totals;
}

/// Each of its two accounts gets a row with what was posted on it so far.
Result<void> SqliteProjection::put_transfer(const v1::Transfer& transfer) {
    const std::uint64_t number = number_of(transfer.id());
    TRY(put("transfers", number, transfer));
    for (const Side side : {Side::debit, Side::credit}) {
        const bool is_debit = side == Side::debit;
        TRY_ASSIGN(v1::AccountTotals after,
                   totals_of(is_debit ? transfer.debit_account() : transfer.credit_account()));
        after.set_at_ns(transfer.at_ns());
        const std::int64_t amount = transfer.amount().micros();
        if (is_debit) {
            after.set_debits_posted(after.debits_posted() + amount);
        } else {
            after.set_credits_posted(after.credits_posted() + amount);
        }
        TRY(put("account_totals", rank_of_side(number, side), after));
    }
    return {};
}

/// What explains an entry does not say again what it was.
Result<void> SqliteProjection::put_bank_entry(const v1::BankEntryChanged& entry) {
    v1::BankEntryChanged whole = entry;
    const std::uint64_t number = number_of(entry.id());
    if (entry.identity().empty()) {
        TRY_ASSIGN(sqlite::Statement row,
                   writer_.prepare("SELECT identity FROM bank_entries WHERE rank=?"));
        row.bind_unsigned(1, number);
        TRY_ASSIGN(const bool found, row.step());
        if (found) whole.set_identity(std::string(row.text(0)));
    }
    return put("bank_entries", number, whole);
}

/// Works both sums out anew, when all that the statement has booked stands in the tables: the
/// ledger's from transfers, that of all statements from their entries. The opening balance of the
/// first statement is an entry, too.
Result<void> SqliteProjection::prove(const v1::StatementImported& statement) {
    const std::uint64_t number = number_of(statement.id());
    TRY_ASSIGN(sqlite::Statement before,
               writer_.prepare("SELECT statements_micros FROM reconciliations WHERE rank<?"
                               " ORDER BY rank DESC LIMIT 1"));
    before.bind_unsigned(1, number);
    TRY_ASSIGN(const bool is_next, before.step());
    TRY_ASSIGN(sqlite::Statement entries,
               writer_.prepare("SELECT coalesce(sum(amount_micros),0) FROM bank_entries"
                               " WHERE statement=?"));
    entries.bind(1, std::string_view(statement.id()));
    TRY(entries.step());
    TRY_ASSIGN(const v1::AccountTotals mirror, totals_of(statement.account()));

    v1::DayReconciliation proof;
    proof.set_statement(statement.id());
    proof.set_last_day(statement.last_day());
    proof.set_statements_micros((is_next ? before.integer(0) : 0) + entries.integer(0));
    proof.set_closing_micros(statement.closing_micros());
    proof.set_ledger_micros(mirror.debits_posted() - mirror.credits_posted());
    proof.set_in_transit_micros(statement.in_transit_micros());
    *proof.mutable_in_transit() = statement.in_transit();
    proof.set_suspense_micros(statement.suspense_micros());
    proof.set_unexplained(statement.unexplained());
    proof.set_difference_micros(proof.ledger_micros() - proof.statements_micros() -
                                proof.in_transit_micros());
    proof.set_proved(proof.difference_micros() == 0 &&
                     proof.statements_micros() == proof.closing_micros() &&
                     proof.ledger_micros() == statement.ledger_micros());
    return put("reconciliations", number, proof);
}

/// A bill that is new takes the charges of its contract since the bill before; a credit note none.
Result<void> SqliteProjection::put_bill(const v1::IssuedBill& bill, std::uint64_t place) {
    const std::uint64_t number = number_of(bill.id());
    TRY(put("settlement_bills", number, bill));
    if (bill.kind() != v1::SETTLEMENT_BILL) return {};
    TRY_ASSIGN(sqlite::Statement known,
               writer_.prepare("SELECT 1 FROM billed_charges WHERE rank=?"));
    known.bind_unsigned(1, number);
    TRY_ASSIGN(const bool is_known, known.step());
    if (is_known) return {};
    TRY_ASSIGN(sqlite::Statement before,
               writer_.prepare("SELECT until_place FROM billed_charges WHERE contract=?"
                               " ORDER BY rank DESC LIMIT 1"));
    before.bind(1, std::string_view(bill.contract()));
    TRY_ASSIGN(const bool is_next, before.step());
    v1::BilledCharges charges;
    charges.set_bill(bill.id());
    charges.set_contract(bill.contract());
    charges.set_after_place(is_next ? before.unsigned_integer(0) : 0);
    charges.set_until_place(place);
    TRY_ASSIGN(const std::int64_t sum, sum_of(charges));
    charges.set_subtotal_micros(sum);
    return put("billed_charges", number, charges);
}

/// What the charges that a bill takes add up to.
Result<std::int64_t> SqliteProjection::sum_of(const v1::BilledCharges& charges) {
    std::int64_t sum = 0;
    for (const char* name : {"plan_charges", "bill_lines"}) {
        TRY_ASSIGN(sqlite::Statement row,
                   writer_.prepare(std::string("SELECT coalesce(sum(amount_micros),0) FROM ") +
                                   name + " WHERE contract=? AND rank>? AND rank<=?"));
        row.bind(1, std::string_view(charges.contract()));
        row.bind_unsigned(2, charges.after_place()).bind_unsigned(3, charges.until_place());
        TRY(row.step());
        sum += row.integer(0);
    }
    return sum;
}

Result<void> SqliteProjection::find_written(const char* name, std::uint64_t rank,
                                            google::protobuf::Message& into) {
    TRY_ASSIGN(sqlite::Statement row,
               writer_.prepare(std::string("SELECT * FROM ") + name + " WHERE rank=?"));
    row.bind_unsigned(1, rank);
    TRY_ASSIGN(const bool found, row.step());
    if (!found) return {};
    return table(name).read(row, into);
}

/// One that is new keeps what its pool is measured at now, whatever is measured later.
Result<void> SqliteProjection::put_contract(const v1::Contract& contract) {
    const std::uint64_t number = number_of(contract.id());
    v1::Contract known;
    TRY(find_written("contracts", number, known));
    TRY(put("contracts", number, contract));
    if (!known.id().empty()) return {};
    v1::Product product;
    TRY(find_written("products", number_of(contract.product()), product));
    v1::Pool pool;
    TRY(find_written("pools", number_of(product.pool()), pool));
    const v1::ProfileStatement& profile = pool.profile();
    const auto gemm =
        std::ranges::find(profile.measurements(), "gemm_fp64", &v1::Measurement::name);
    if (gemm == profile.measurements().end() || profile.cores() == 0) return {};
    v1::ContractRate rate;
    rate.set_contract(contract.id());
    rate.set_pool(pool.id());
    rate.set_gemm_fp64_mflops_per_core(gemm->value_milli() / profile.cores());
    return rate.gemm_fp64_mflops_per_core() > 0 ? put("contract_rates", number, rate)
                                                : Result<void>();
}

/// One that ran and has ended is kept with whose it was, and what things were called then.
Result<void> SqliteProjection::put_attempt(const v1::AttemptChanged& attempt, std::uint64_t place) {
    TRY(put("attempts", number_of(attempt.attempt()), attempt));
    if (!attempt.has_ran()) return {};
    v1::Contract contract;
    v1::Workload workload;
    v1::Party supplier;
    TRY(find_written("contracts", number_of(attempt.contract()), contract));
    TRY(find_written("workloads", number_of(attempt.workload()), workload));
    TRY(find_written("parties", number_of(contract.supplier()), supplier));
    v1::MeteredAttempt metered;
    metered.set_attempt(attempt.attempt());
    metered.set_attempt_number(attempt.attempt_number());
    metered.set_task(attempt.task());
    metered.set_task_index(attempt.task_index());
    metered.set_workload(attempt.workload());
    metered.set_workload_name(workload.name());
    metered.set_order(attempt.order());
    metered.set_contract(attempt.contract());
    metered.set_buyer(contract.buyer());
    metered.set_supplier(contract.supplier());
    metered.set_supplier_name(supplier.name());
    metered.set_product(contract.product());
    metered.set_pool(attempt.pool());
    metered.set_state(attempt.state());
    metered.set_exit_code(attempt.exit_code());
    *metered.mutable_ran() = attempt.ran();
    if (attempt.has_usage()) *metered.mutable_usage() = attempt.usage();
    return put("metered_attempts", place, metered);
}

void SqliteProjection::on_event(const v1::Event& event) {
    if (event.sequence() <= applied_ || stopped_) return;
    if (auto done = apply(event); !done) stop(done.error());
}

template <class Message>
Result<void> SqliteProjection::put_named(const char* table, const Message& message) {
    return put(table, number_of(message.id()), message);
}

Result<void> SqliteProjection::apply(const v1::Event& event) {
    if (!writer_.in_transaction()) TRY(writer_.run("BEGIN IMMEDIATE"));
    switch (event.body_case()) {
        case v1::Event::kPartyChanged:
            return put_named("parties", event.party_changed());
        case v1::Event::kKeyChanged:
            return put_named("api_keys", event.key_changed());
        case v1::Event::kAgentChanged:
            return put_named("agents", event.agent_changed());
        case v1::Event::kUserChanged:
            return put_named("users", event.user_changed());
        case v1::Event::kSessionChanged:
            return put_named("sessions", event.session_changed());
        case v1::Event::kSignInFailed:
            return put("failed_sign_ins", place_of(event), event.sign_in_failed());
        case v1::Event::kAct:
            return put("acts", place_of(event), event.act());
        case v1::Event::kPoolChanged:
            return put_named("pools", event.pool_changed());
        case v1::Event::kProductChanged:
            return put_named("products", event.product_changed());
        case v1::Event::kPricePlanSet:
            return put("price_plans", place_of(event), event.price_plan_set());
        case v1::Event::kSaleTermsSet:  // The core keeps and shows these.
        case v1::Event::kTradeRoleAllowed:
        case v1::Event::kFeeTaxSet:
        case v1::Event::kRunwayWarning:
        case v1::Event::kCreditLineChanged:
        case v1::Event::kChangeOrderChanged:  // Its contract shows it; the evidence keeps it.
        case v1::Event::kDirectPaymentAllowed:
        case v1::Event::kPaymentDecided:
        case v1::Event::kSubAccountChanged:
        case v1::Event::kInstructionChanged:
        case v1::Event::BODY_NOT_SET:
            return {};
        case v1::Event::kTransferPosted:
            return put_transfer(event.transfer_posted());
        case v1::Event::kTopUpChanged:
            return put_named("top_ups", event.top_up_changed());
        case v1::Event::kWithdrawalChanged:
            return put_named("withdrawals", event.withdrawal_changed());
        case v1::Event::kBankEntryChanged:
            return put_bank_entry(event.bank_entry_changed());
        case v1::Event::kStatementImported:
            return prove(event.statement_imported());
        case v1::Event::kCustodyChanged:
            return put("custody", place_of(event), event.custody_changed());
        case v1::Event::kOrderPlaced:
            return put("orders", number_of(event.order_placed().order()), event.order_placed());
        case v1::Event::kContractChanged:
            return put_contract(event.contract_changed());
        case v1::Event::kWorkloadChanged:
            return put_named("workloads", event.workload_changed());
        case v1::Event::kAttemptChanged:
            return put_attempt(event.attempt_changed(), place_of(event));
        case v1::Event::kUsageAccepted:
            return put("usage_batches", place_of(event), event.usage_accepted());
        case v1::Event::kCharged:
            return put("bill_lines", place_of(event), event.charged());
        case v1::Event::kPlanCharged:
            return put("plan_charges", place_of(event), event.plan_charged());
        case v1::Event::kBillChanged:
            return put_bill(event.bill_changed(), place_of(event));
        case v1::Event::kDisputeChanged:
            return put_named("disputes", event.dispute_changed());
        case v1::Event::kVersionActivated:
            return put("versions", place_of(event), event.version_activated());
    }
    return {};
}

bool SqliteProjection::caught_up(const JournalPosition& position) {
    if (position.sequence <= applied_) return true;
    if (!stopped_) {
        if (auto done = sqlite::commit_position(writer_, position); !done) stop(done.error());
    }
    // What was given since is forgotten, and may come again.
    if (std::exchange(stopped_, false)) return false;
    position_ = position;
    applied_ = position.sequence;
    const std::lock_guard lock(mutex_);
    fault_.reset();
    return true;
}

Result<std::string> SqliteProjection::dump() const {
    const std::lock_guard lock(mutex_);
    std::string text = "applied " + std::to_string(applied_) + "\n";
    for (const auto& [name, table] : tables_) {
        text.append(name).append("\n");
        TRY_ASSIGN(sqlite::Statement rows,
                   reader_.prepare("SELECT * FROM " + name + " ORDER BY rank"));
        while (true) {
            TRY_ASSIGN(const bool more, rows.step());
            if (!more) break;
            for (int column = 0; column < rows.columns(); ++column)
                text.append(rows.is_null(column) ? "NULL" : rows.blob(column)).append("|");
            text.append("\n");
        }
    }
    return text;
}

}  // namespace penstock::projection
