#include "app/client/fake_exchange.h"

#include <utility>

#include "base/assert.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "penstock/v1/change.pb.h"
#include "transport/connect/error_body.h"

namespace penstock::client {

namespace {

constexpr Rejection kAway{65001, Code::unavailable, "AWAY", "The answer was lost."};
constexpr Rejection kStalePrice{65002, Code::failed_precondition, "STALE_PRICE", "Plan again."};
constexpr Rejection kLate{65005, Code::invalid_argument, "TERM_INVALID", "It has begun."};
constexpr Rejection kBroken{65007, Code::internal, "INTERNAL", "It has failed."};
constexpr Rejection kRetired{65008, Code::not_found, "WORKLOAD_NOT_FOUND", "It is gone."};
constexpr Rejection kPending{65003, Code::unavailable, "RECEIPT_PENDING", "Ask again."};
constexpr Rejection kUnknown{65004, Code::not_found, "NOT_FOUND", "There is no such thing."};
bool answer_about_changes(const transport::Method& method, transport::RpcResponder& responder) {
    if (method.full_name == "ChangeService/ProposeChange") {
        v1::ProposeChangeResponse proposed;
        proposed.set_change_order("chg_3");
        proposed.set_state(v1::CHANGE_ORDER_PROPOSED);
        proposed.mutable_additional()->set_micros(7'000'000);
        proposed.mutable_additional()->set_currency("CNY");
        responder.reply(proposed);
    } else if (method.full_name == "ChangeService/AcceptChange") {
        responder.reply(v1::AcceptChangeResponse());
    } else if (method.full_name.starts_with("ContractService/Give")) {
        v1::GiveNoticeResponse given;
        const bool is_buyers = method.full_name == "ContractService/GiveNotice";
        given.set_ends_at_ns((is_buyers ? 1'800'000'000 : 1'900'000'000) * 1'000'000'000LL);
        responder.reply(given);
    } else {
        return false;
    }
    return true;
}

/// Whose balance is off by a micro where the account is acc_13.
v1::StatementOfAccount statement_of(const v1::GetAccountStatementRequest& asked) {
    v1::StatementOfAccount statement;
    statement.set_account(asked.account());
    statement.set_kind(v1::ACCOUNT_CASH);
    statement.set_currency("CNY");
    statement.mutable_issuer()->set_name("Operator");
    statement.mutable_holder()->set_name("Alpha");
    statement.mutable_period()->set_start_ns(asked.from_ns());
    statement.mutable_period()->set_end_ns(asked.until_ns());
    statement.set_issued_at_ns(asked.until_ns());
    statement.set_utc_offset_minutes(asked.utc_offset_minutes());
    v1::AccountEntry& entry = *statement.add_entries();
    entry.set_transfer("tr_2");
    entry.set_at_ns(asked.from_ns());
    entry.set_purpose("top_up");
    entry.set_counterparty("Operator");
    entry.set_amount_micros(1'500'000);
    entry.set_balance_micros(1'500'000);
    statement.set_closing_micros(asked.account() == "acc_13" ? 1'500'001 : 1'500'000);
    return statement;
}

/// What each trial showed: the first a price, any other none.
void add_quotes(const v1::PlanWorkloadRequest& request, v1::PlanWorkloadResponse& plans) {
    for (const std::string& trial : request.trials()) {
        v1::TrialQuote& quote = *plans.add_quotes();
        quote.set_trial(trial);
        quote.set_supplier_name("Alpha");
        quote.set_results(60);
        quote.mutable_cost()->set_micros(20'000);
        quote.mutable_cost()->set_currency("CNY");
        if (plans.quotes_size() > 1) {
            quote.set_why_not("It has 2 tasks that succeeded.");
            continue;
        }
        quote.mutable_price()->set_unit("frame");
        quote.mutable_price()->set_quoted_per(1);
        for (v1::Money* money :
             {quote.mutable_price()->mutable_low(), quote.mutable_price()->mutable_expected(),
              quote.mutable_price()->mutable_high()}) {
            money->set_micros(3'100);
            money->set_currency("CNY");
        }
    }
}

constexpr Rejection kElsewhere{65006, Code::unavailable, "ARTIFACT_ELSEWHERE", "Ask another."};
constexpr unsigned kTasks = 3;

/// Takes one of a number of things to do, if any is left.
bool take(std::atomic<int>& count) {
    if (count <= 0) return false;
    --count;
    return true;
}

std::string frame(unsigned task) {
    return "frame " + std::to_string(task);
}

}  // namespace

FakeExchange::FakeExchange() : router_(transport::MethodTable::schema(), *this) {
    for (unsigned task = 0; task < kTasks; ++task)
        files_[crypto::hex(crypto::sha256(frame(task)))] = frame(task);
    auto started = transport::HttpServer::start({}, *this);
    PENSTOCK_ASSERT(started.has_value());
    server_ = *std::move(started);
}

FakeExchange::~FakeExchange() {
    server_->stop(std::chrono::seconds(1));
}

std::string FakeExchange::url() const {
    return "http://127.0.0.1:" + std::to_string(server_->port());
}

std::size_t FakeExchange::count(const std::string& method) const {
    const std::lock_guard lock(mutex_);
    const auto found = done_.find(method);
    return found == done_.end() ? 0 : found->second.size();
}

std::size_t FakeExchange::uploads() const {
    const std::lock_guard lock(mutex_);
    return uploads_;
}

v1::PlaceOrderRequest FakeExchange::last_order() const {
    const std::lock_guard lock(mutex_);
    return last_order_;
}

v1::SubmitWorkloadRequest FakeExchange::last_workload() const {
    const std::lock_guard lock(mutex_);
    return last_workload_;
}

v1::AnswerPaymentRequest FakeExchange::last_answer() const {
    const std::lock_guard lock(mutex_);
    return last_answer_;
}

void FakeExchange::handle(transport::HttpRequest request, transport::Responder responder) {
    if (router_.owns(request.path()))
        return router_.handle(std::move(request), std::move(responder));
    file(request, std::move(responder));
}

void FakeExchange::file(const transport::HttpRequest& request, transport::Responder responder) {
    const std::lock_guard lock(mutex_);
    const std::string digest(request.path().substr(request.path().rfind('/') + 1));
    transport::HttpResponse response;
    if (request.headers.value("authorization") != "Bearer psk_1_x") {
        response.status = 401;
    } else if (request.verb == "PUT") {
        files_[digest] = request.body;
        ++uploads_;
        response.status = 201;
    } else if (elsewhere_) {
        response = transport::error_response(Error(kElsewhere, "digest"), responder.trace().id());
        response.status = 421;
    } else if (files_.contains(digest)) {
        response.body = damaged_ ? "damaged" : files_[digest];
    } else {
        response.status = 404;
    }
    responder.send(std::move(response));
}

v1::GetWorkloadResponse FakeExchange::state(unsigned done) const {
    v1::GetWorkloadResponse state;
    v1::Workload& workload = *state.mutable_workload();
    workload.set_id("wl_1");
    workload.set_name("render");
    workload.set_tasks(kTasks);
    workload.set_succeeded(done);
    workload.set_waiting(kTasks - done);
    workload.set_ended(done == kTasks);
    for (unsigned index = 0; index < kTasks; ++index) {
        v1::Task& task = *state.add_tasks();
        task.set_id("task_" + std::to_string(index + 1));
        task.set_index(index);
        task.set_supplier_name(index % 2 == 0 ? "Alpha" : "Beta");
        if (index >= done) continue;
        task.set_state(v1::TASK_SUCCEEDED);
        v1::Artifact& output = *task.add_outputs();
        output.set_path("frame-" + std::to_string(index) + ".txt");
        output.set_digest(crypto::hex(crypto::sha256(frame(index))));
        output.set_size_bytes(frame(index).size());
    }
    if (fails_last_ && done == kTasks) {
        workload.set_succeeded(kTasks - 1);
        workload.set_failed(1);
        v1::Task& last = *state.mutable_tasks(kTasks - 1);
        last.set_state(v1::TASK_FAILED);
        last.set_exit_code(3);
        last.clear_outputs();
        last.set_attempts(1);
    }
    return state;
}

bool FakeExchange::answer_by_plan(const transport::Method& method,
                                  const google::protobuf::Message& request, v1::Contract contract,
                                  transport::RpcResponder& responder) {
    if (method.full_name == "ContractService/GetContract") {
        contract.set_state(v1::CONTRACT_ORDERED);
        contract.set_price_plan_version(3);
        contract.mutable_by_plan()->set_accept_until_ns(1'800'000'000'000'000'000);
        if (static_cast<const v1::GetContractRequest&>(request).contract() == "ctr_2") {
            contract.set_state(v1::CONTRACT_ACTIVE);
            contract.mutable_by_plan()->set_covered_until_ns(1'800'000'000'000'000'000);
        }
        if (const auto& id = static_cast<const v1::GetContractRequest&>(request).contract();
            id == "ctr_3" || id == "ctr_4") {
            contract.set_state(v1::CONTRACT_SETTLED);
            *contract.mutable_charged() = contract.escrow();
            contract.mutable_charged()->set_micros(1'250'000);
            *contract.mutable_refunded() = contract.escrow();
            contract.mutable_refunded()->set_micros(3'750'000);
            contract.mutable_by_plan()->set_post_paid(id == "ctr_4");
        }
        v1::PlanQuantity& traffic = *contract.mutable_by_plan()->add_quantities();
        traffic.set_component("traffic");
        traffic.set_quantity(73);
        v1::ChangeOrder& change = *contract.mutable_by_plan()->mutable_change_order();
        change.set_id("chg_3");
        change.mutable_quantities()->set_from_ns(1'800'000'000'000'000'000);
        *change.mutable_quantities()->add_quantities() = traffic;
        change.mutable_released()->set_micros(2'000'000);
        change.mutable_released()->set_currency("CNY");
        contract.mutable_by_plan()->mutable_notice()->set_party("party_2");
        contract.mutable_by_plan()->mutable_notice()->set_ends_at_ns(1'800'000'000'000'000'000);
        responder.reply(contract);
    } else if (method.full_name == "ContractService/GetRunway") {
        v1::Runway runway;
        runway.set_covered_until_ns(1'800'000'000'000'000'000);
        runway.set_lasts_until_ns(1'800'000'000'000'000'000);
        runway.set_warned_days(3);
        runway.set_warned_at_ns(1'799'900'000'000'000'000);
        runway.set_look_at_ns(1'799'990'000'000'000'000);
        responder.reply(runway);
    } else if (method.full_name == "CatalogService/GetProduct") {
        v1::Product product;
        product.set_price_version(4);
        product.mutable_price_per_core_hour()->set_currency("CNY");
        if (static_cast<const v1::GetProductRequest&>(request).product() == "prod_2") {
            product.set_sale_terms_version(2);
            product.mutable_sale_terms()->set_version(2);
            product.mutable_sale_terms()->set_tax_basis_points(650);
        }
        responder.reply(product);
    } else if (method.full_name == "ContractService/GetBill" &&
               static_cast<const v1::GetBillRequest&>(request).order() == "ord_2") {
        v1::Bill bill;
        *bill.add_contracts() = contract;
        v1::PlanCharged& charged = *bill.mutable_by_plan()->add_charged();
        charged.set_contract("ctr_1");
        v1::PlanCharge& row = *charged.add_charges();
        row.set_component("traffic");
        row.set_kind(v1::PLAN_CHARGE_ESTIMATED);
        row.set_quantity("1.5");
        row.set_unit(v1::PRICE_UNIT_GB_MOVED);
        row.mutable_amount()->set_micros(750'000);
        row.mutable_amount()->set_currency("CNY");
        responder.reply(bill);
    } else {
        return false;
    }
    return true;
}

bool FakeExchange::answer(const transport::Method& method, const google::protobuf::Message& request,
                          transport::RpcResponder& responder) const {
    v1::Contract contract;
    contract.set_id("ctr_1");
    contract.set_order("ord_1");
    contract.set_supplier("party_2");
    contract.set_state(v1::CONTRACT_ACTIVE);
    contract.mutable_escrow()->set_micros(5'000'000);
    contract.mutable_escrow()->set_currency("CNY");
    if (answer_by_plan(method, request, contract, responder)) return true;
    if (answer_about_bills(method, request, responder)) return true;
    if (answer_about_sub_accounts(method, request, responder)) return true;
    if (method.full_name == "ContractService/ListContracts") {
        v1::ListContractsResponse page;
        contract.mutable_price_per_core_hour()->set_micros(1'200'000);
        *page.add_contracts() = contract;
        contract.clear_price_per_core_hour();
        contract.mutable_by_plan();
        contract.set_id("ctr_2");
        contract.set_state(v1::CONTRACT_SETTLED);
        contract.mutable_charged()->set_micros(1'250'000);
        *page.add_contracts() = contract;
        responder.reply(page);
    } else if (method.full_name == "CatalogService/ListProducts") {
        v1::ListProductsResponse page;
        page.add_products()->set_party("party_2");
        page.mutable_products(0)->set_supplier_name("Alpha");
        page.mutable_products(0)->set_id("prod_1");
        page.mutable_products(0)->mutable_price_per_core_hour()->set_micros(1'200'000);
        page.mutable_products(0)->mutable_price_per_core_hour()->set_currency("CNY");
        page.mutable_products(0)->set_price_version(book_.price_version());
        page.mutable_products(0)->set_cores_free_now(4);
        page.mutable_products(0)->set_memory_per_core_bytes(std::uint64_t{2} << 30U);
        v1::Product& by_plan = *page.add_products();
        by_plan.set_id("prod_2");
        by_plan.set_name("Ports");
        by_plan.set_price_plan_version(1);
        by_plan.mutable_price_per_core_hour()->set_currency("CNY");
        responder.reply(page);
    } else if (method.full_name == "CatalogService/ListPricePlans") {
        v1::ListPricePlansResponse page;
        page.set_in_force(1);
        for (const std::uint32_t version : {1u, 2u}) {
            v1::PricePlan& plan = *page.add_plans();
            plan.set_version(version);
            plan.set_currency("CNY");
            v1::PriceComponent& cards = *plan.add_components();
            cards.set_name("cards");
            cards.set_unit(v1::PRICE_UNIT_CARD_HOUR);
            cards.add_tiers()->set_price_micros(version * 6'000'000);
            v1::PriceBand& night = *cards.add_bands();
            night.set_name("night");
            night.set_price_micros(5'000'000);
            night.set_from_minute(1'320);
            night.set_to_minute(360);
        }
        responder.reply(page);
    } else if (method.full_name == "LedgerService/GetBalance") {
        v1::GetBalanceResponse balance;
        balance.add_accounts()->set_kind(v1::ACCOUNT_CASH);
        balance.mutable_accounts(0)->set_debits_pending(3'500'000);
        balance.mutable_available()->set_micros(90'000'000);
        balance.mutable_available()->set_currency("CNY");
        responder.reply(balance);
    } else if (method.full_name == "CreditService/GetCreditLine") {
        v1::CreditLine line;
        line.mutable_limit()->set_micros(50'000'000'000);
        line.mutable_limit()->set_currency("CNY");
        line.mutable_committed()->set_micros(1'250'000'000);
        line.mutable_committed()->set_currency("CNY");
        line.set_bills_overdue(2);
        responder.reply(line);
    } else if (method.full_name == "AccountService/ListAccountTransfers") {
        v1::ListAccountTransfersResponse page;
        v1::AccountMovement& entry = *page.add_entries();
        entry.mutable_transfer()->set_id("tr_2");
        entry.mutable_transfer()->set_debit_account("acc_3");
        entry.mutable_transfer()->set_credit_account("acc_4");
        entry.mutable_transfer()->mutable_amount()->set_micros(1'500'000);
        entry.mutable_transfer()->mutable_amount()->set_currency("CNY");
        entry.mutable_after()->set_debits_posted(1'500'000);
        entry.mutable_after()->set_credits_posted(
            static_cast<const v1::ListAccountTransfersRequest&>(request).from_ns() / 1'000'000'000);
        responder.reply(page);
    } else if (method.full_name == "AccountService/GetAccountStatement") {
        const auto& asked = static_cast<const v1::GetAccountStatementRequest&>(request);
        responder.reply(statement_of(asked));
    } else if (method.full_name == "SystemService/GetStatus") {
        v1::GetStatusResponse status;
        status.set_now_ns(now_.ns);
        responder.reply(status);
    } else if (method.full_name == "TaskService/ListTrials") {
        v1::ListTrialsResponse page;
        v1::Trial& trial = *page.add_trials();
        trial.mutable_workload()->set_id("wl_7");
        trial.mutable_workload()->set_name("film");
        trial.mutable_workload()->set_tasks(3);
        trial.mutable_workload()->set_succeeded(2);
        trial.set_seconds(20);
        trial.add_products("prod_1");
        trial.add_products("prod_2");
        trial.set_ended_at_ns(kNow.ns);
        trial.set_holds_until_ns(kNow.ns + 86'400'000'000'000);
        responder.reply(page);
    } else if (method.full_name == "TaskService/ReadLog") {
        const auto& asked = static_cast<const v1::ReadLogRequest&>(request);
        v1::ReadLogResponse piece;
        if (asked.offset() == 0) piece.set_text("log of " + asked.task() + "\n");
        piece.set_next_offset(100);
        responder.reply(piece);
    } else if (method.full_name == "ContractService/GetBill" &&
               static_cast<const v1::GetBillRequest&>(request).order() == "ord_1") {
        v1::Bill bill;
        *bill.add_contracts() = contract;
        v1::BillLine& line = *bill.add_lines();
        line.set_attempt("att_9");
        line.set_supplier("party_2");
        line.mutable_amount()->set_micros(20'500);
        line.set_results(24);
        line.set_results_incomplete(true);
        bill.mutable_settlement_rounding()->set_micros(-10'000);
        responder.reply(bill);
    } else {
        return false;
    }
    return true;
}

void FakeExchange::call(const transport::Method& method, transport::RpcContext context,
                        std::unique_ptr<google::protobuf::Message> request,
                        transport::RpcResponder responder) {
    if (method.full_name == "ContractService/PlaceOrder") {
        const std::lock_guard lock(mutex_);
        last_order_ = static_cast<const v1::PlaceOrderRequest&>(*request);
    }
    if (method.full_name == "TaskService/SubmitWorkload") {
        const std::lock_guard lock(mutex_);
        last_workload_ = static_cast<const v1::SubmitWorkloadRequest&>(*request);
    }
    if (method.full_name == "CreditService/AnswerPayment") {
        const std::lock_guard lock(mutex_);
        last_answer_ = static_cast<const v1::AnswerPaymentRequest&>(*request);
    }
    if (method.full_name == "ContractService/GiveNotice" &&
        static_cast<const v1::GiveNoticeRequest&>(*request).contract() == "ctr_2") {
        v1::GiveNoticeResponse given;
        given.set_has_ended(true);
        return responder.reply(given);
    }
    act_on(method.full_name);
    if (const Rejection* reason = take_refusal(method.full_name))
        return responder.fail(Error(*reason));
    if (method.kind == v1::COMMAND) return command(method, context, *request, std::move(responder));
    if (method.full_name == "ContractService/PlanWorkload") {
        v1::PlanWorkloadResponse plans;
        v1::Plan& plan = *plans.add_plans();
        plan.set_label("fastest");
        plan.mutable_order()->add_lines()->set_product("prod_1");
        plan.mutable_max_total()->set_micros(5'000'000);
        plan.add_shares()->set_supplier_name("Alpha");
        plan.mutable_shares(0)->set_product("prod_1");
        add_quotes(static_cast<const v1::PlanWorkloadRequest&>(*request), plans);
        return responder.reply(plans);
    }
    if (method.full_name == "TaskService/WatchWorkload") return watch(std::move(responder));
    const std::lock_guard lock(mutex_);
    if (answer(method, *request, responder)) return;
    if (method.full_name == "TaskService/GetWorkload") {
        const auto& id = static_cast<const v1::GetWorkloadRequest&>(*request).workload();
        if (broken_ == method.full_name) {
            broken_.clear();
            return responder.fail(Error(kBroken));
        }
        if (book_.is_retired(id)) return responder.fail(Error(kRetired, "workload"));
        v1::GetWorkloadResponse now = state(kTasks);
        now.mutable_workload()->set_id(id);
        return responder.reply(now);
    }
    if (method.full_name == "EvidenceService/ListReceipts") {
        if (take(delays_)) return responder.fail(Error(kPending));
        return responder.reply(receipts_);
    }
    if (method.full_name == "EvidenceService/GetLogKey") {
        v1::GetLogKeyResponse key;
        key.set_verifier_key(log_key_);
        return responder.reply(key);
    }
    responder.fail(Error(kUnknown, "order"));
}

void FakeExchange::watch(transport::RpcResponder responder) {
    for (unsigned done = 0; done <= kTasks; ++done) {
        if (done == 2 && take(losses_)) return responder.fail(Error(kAway));
        responder.send(state(done));
    }
    responder.end();
}

void FakeExchange::command(const transport::Method& method, const transport::RpcContext& context,
                           const google::protobuf::Message& request,
                           transport::RpcResponder responder) {
    const bool order = method.full_name == "ContractService/PlaceOrder";
    if (order && take(late_)) return responder.fail(Error(kLate, "lines[0].term"));
    if (order && take(refusals_)) return responder.fail(Error(kStalePrice, "lines[0]"));
    if (trade(method, context, request, responder)) return;
    {
        const std::lock_guard lock(mutex_);
        ++done_[method.full_name][std::string(context.idempotency_key())];
    }
    if (take(losses_)) return responder.fail(Error(kAway));
    if (method.full_name == "LedgerService/RequestTopUp")
        return responder.reply(v1::RequestTopUpResponse());
    if (method.full_name == "CatalogService/SetPricePlan")
        return responder.reply(v1::SetPricePlanResponse());
    if (method.full_name == "TermsService/SetSaleTerms") {
        v1::SetSaleTermsResponse set;
        set.set_version(3);
        return responder.reply(set);
    }
    if (method.full_name == "TermsService/AllowTradeRole")
        return responder.reply(v1::AllowTradeRoleResponse());
    if (method.full_name == "TermsService/SetFeeTax")
        return responder.reply(v1::SetFeeTaxResponse());
    if (method.full_name == "DisputeService/OpenDispute") {
        v1::OpenDisputeResponse opened;
        opened.set_dispute("dsp_3");
        return responder.reply(opened);
    }
    if (method.full_name == "DisputeService/WithdrawDispute")
        return responder.reply(v1::WithdrawDisputeResponse());
    if (method.full_name == "DisputeService/DecideDispute")
        return responder.reply(v1::DecideDisputeResponse());
    if (answer_about_changes(method, responder) || answer_about_payments(method, responder)) return;
    if (method.full_name == "ContractService/AcceptContract")
        return responder.reply(v1::AcceptContractResponse());
    if (method.full_name == "ContractService/DeclineContract")
        return responder.reply(v1::DeclineContractResponse());
    if (method.full_name == "ContractService/ReportUsage") {
        v1::ReportUsageResponse taken;
        taken.mutable_charged()->set_micros(36'500'000);
        taken.mutable_charged()->set_currency("CNY");
        taken.set_next_number(2);
        return responder.reply(taken);
    }
    responder.fail(Error(kUnknown, "party"));
}

}  // namespace penstock::client
