#include "core/exchange/methods.h"

#include <google/protobuf/arena.h>

#include <map>

#include "base/assert.h"
#include "base/try.h"
#include "core/exchange/authorise.h"
#include "core/exchange/error.h"
#include "core/exchange/handlers.h"
#include "penstock/v1/options.pb.h"

namespace penstock::exchange {
namespace {

using google::protobuf::Arena;
using google::protobuf::MethodDescriptor;

/// Parses into an arena that lives as long as the call.
template <class Request>
Result<const Request*> parse(Arena& arena, std::string_view bytes) {
    auto* request = Arena::CreateMessage<Request>(&arena);
    if (bytes.size() > INT32_MAX ||
        !request->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
        return reject(kRequestMalformed);
    return request;
}

/// Most requests and replies fit here, so that most calls allocate nothing for them.
struct alignas(8) ArenaBlock {
    char bytes[16 * 1'024];

    google::protobuf::ArenaOptions options() {
        google::protobuf::ArenaOptions options;
        options.initial_block = bytes;
        options.initial_block_size = sizeof bytes;
        return options;
    }
};

template <class Request, class Response,
          Result<void> (*handler)(Context&, const Request&, Response&)>
Result<void> run(const Method& method, Context& context, std::string_view bytes,
                 std::string& reply) {
    ArenaBlock block;
    Arena arena(block.options());
    TRY_ASSIGN(const Request* request, parse<Request>(arena, bytes));
    if (method.owner_field != nullptr)
        TRY(check_owner(context.state, context.caller, *request, *method.owner_field,
                        Access::change));
    auto* response = Arena::CreateMessage<Response>(&arena);
    TRY(handler(context, *request, *response));
    response->AppendToString(&reply);
    return {};
}

template <class Request, class Response,
          Result<void> (*handler)(const View&, const Request&, Response&)>
Result<void> ask(const Method& method, const View& view, std::string_view bytes,
                 std::string& reply) {
    ArenaBlock block;
    Arena arena(block.options());
    TRY_ASSIGN(const Request* request, parse<Request>(arena, bytes));
    if (method.owner_field != nullptr)
        TRY(check_owner(view.state, view.caller, *request, *method.owner_field, Access::read));
    auto* response = Arena::CreateMessage<Response>(&arena);
    TRY(handler(view, *request, *response));
    response->AppendToString(&reply);
    return {};
}

/// Commands that do less, or more, than others under their permission (party/permission.h).
party::Effect effect_of(const std::string& name, party::Permission permission) {
    for (const char* preparing : {"InternalService/AddEnrolmentToken",
                                  "InternalService/IssueChallenge", "CatalogService/SubmitProfile"})
        if (name == preparing) return party::Effect::prepare;
    for (const char* finishing :
         {"PartyService/RevokeApiKey", "PartyService/RevokeAgent", "IdentityService/RemoveUser",
          "ContractService/CancelOrder", "TaskService/CancelWorkload",
          "CatalogService/WithdrawProduct", "ContractService/DeclineContract",
          "ContractService/ReportUsage", "ContractService/GiveNotice",
          "ContractService/GiveSupplierNotice", "ChangeService/DeclineChange",
          "ChangeService/WithdrawChange", "CustodyService/CancelWithdrawal",
          "CreditService/PayBill", "CreditService/DeclarePayment", "CreditService/AnswerPayment",
          "DisputeService/OpenDispute", "DisputeService/WithdrawDispute"})
        if (name == finishing) return party::Effect::finish;
    return party::row_of(permission).usual_effect;
}

using Table = std::map<std::string_view, std::unique_ptr<const Method>>;

class Builder {
  public:
    template <class Request, class Response>
    Builder& command(const char* name, Result<void> (*)(Context&, const Request&, Response&),
                     decltype(Method::run) function) {
        add(name, Request::descriptor(), function, nullptr);
        return *this;
    }
    template <class Request, class Response>
    Builder& query(const char* name, Result<void> (*)(const View&, const Request&, Response&),
                   decltype(Method::ask) function) {
        add(name, Request::descriptor(), nullptr, function);
        return *this;
    }
    Table take() { return std::move(table_); }

  private:
    void add(const char* name, const google::protobuf::Descriptor* request,
             decltype(Method::run) run_function, decltype(Method::ask) ask_function) {
        std::string full = std::string("penstock.v1.") + name;
        full[full.find('/')] = '.';
        const MethodDescriptor* descriptor = request->file()->pool()->FindMethodByName(full);
        PENSTOCK_ASSERT(descriptor != nullptr && descriptor->input_type() == request);
        const auto& options = descriptor->options();
        const auto permission =
            static_cast<party::Permission>(options.GetExtension(v1::permission));
        const bool is_command = options.GetExtension(v1::kind) == v1::COMMAND;
        PENSTOCK_ASSERT(is_command == (run_function != nullptr));
        const std::string owner = options.GetExtension(v1::owner_field);
        const auto* field = owner.empty() ? nullptr : request->FindFieldByName(owner);
        PENSTOCK_ASSERT(owner.empty() || field != nullptr);
        const auto effect = is_command ? effect_of(name, permission) : party::Effect::finish;
        auto method = std::make_unique<const Method>(Method{
            name, fingerprint_of(name), permission, effect, field, run_function, ask_function});
        const std::string_view key = method->name;
        table_.emplace(key, std::move(method));
    }

    Table table_;
};

#define PENSTOCK_RUN(name, handler) command(name, &handler, &run_handler<&handler>::call)
#define PENSTOCK_ASK(name, handler) query(name, &handler, &ask_handler<&handler>::call)

template <auto handler>
struct run_handler;
template <class Request, class Response,
          Result<void> (*handler)(Context&, const Request&, Response&)>
struct run_handler<handler> {
    static Result<void> call(const Method& method, Context& context, std::string_view bytes,
                             std::string& reply) {
        return run<Request, Response, handler>(method, context, bytes, reply);
    }
};
template <auto handler>
struct ask_handler;
template <class Request, class Response,
          Result<void> (*handler)(const View&, const Request&, Response&)>
struct ask_handler<handler> {
    static Result<void> call(const Method& method, const View& view, std::string_view bytes,
                             std::string& reply) {
        return ask<Request, Response, handler>(method, view, bytes, reply);
    }
};

void add_contracts(Builder& table) {
    table.PENSTOCK_RUN("ContractService/PlaceOrder", place_order)
        .PENSTOCK_RUN("ContractService/AcceptContract", accept_contract)
        .PENSTOCK_RUN("ContractService/DeclineContract", decline_contract)
        .PENSTOCK_RUN("ContractService/ReportUsage", report_usage)
        .PENSTOCK_RUN("ContractService/ResumeContract", resume_contract)
        .PENSTOCK_RUN("ContractService/GiveNotice", give_notice)
        .PENSTOCK_RUN("ContractService/GiveSupplierNotice", give_supplier_notice)
        .PENSTOCK_RUN("ContractService/CancelOrder", cancel_order)
        .PENSTOCK_RUN("ChangeService/ProposeChange", propose_change)
        .PENSTOCK_RUN("ChangeService/AcceptChange", accept_change)
        .PENSTOCK_RUN("ChangeService/DeclineChange", decline_change)
        .PENSTOCK_RUN("ChangeService/WithdrawChange", withdraw_change);
}

void add_questions(Builder& table) {
    table.PENSTOCK_ASK("PartyService/GetParty", get_party)
        .PENSTOCK_ASK("PartyService/ListApiKeys", list_api_keys)
        .PENSTOCK_ASK("IdentityService/ListSessions", list_sessions)
        .PENSTOCK_ASK("PartyService/GetAgent", get_agent)
        .PENSTOCK_ASK("CatalogService/GetPool", get_pool)
        .PENSTOCK_ASK("CatalogService/GetProduct", get_product)
        .PENSTOCK_ASK("CatalogService/ListProducts", list_products)
        .PENSTOCK_ASK("CatalogService/ListPricePlans", list_price_plans)
        .PENSTOCK_ASK("TermsService/ListSaleTerms", list_sale_terms)
        .PENSTOCK_ASK("TermsService/GetFeeTax", get_fee_tax)
        .PENSTOCK_ASK("CreditService/GetDirectPayment", get_direct_payment)
        .PENSTOCK_ASK("CatalogService/ResolveIdentifier", resolve_identifier)
        .PENSTOCK_ASK("LedgerService/GetBalance", get_balance)
        .PENSTOCK_ASK("LedgerService/GetTrialBalance", get_trial_balance)
        .PENSTOCK_ASK("AccountService/GetAccount", get_account)
        .PENSTOCK_ASK("CreditService/GetCreditLine", get_credit_line)
        .PENSTOCK_ASK("CustodyService/GetCustody", get_custody)
        .PENSTOCK_ASK("CustodyService/ListAnnouncedPayments", list_announced_payments)
        .PENSTOCK_ASK("CustodyService/ListUnmatched", list_unmatched)
        .PENSTOCK_ASK("SubAccountService/ListSubAccounts", list_sub_accounts)
        .PENSTOCK_ASK("SubAccountService/ListInstructions", list_instructions)
        .PENSTOCK_ASK("ContractService/GetContract", get_contract)
        .PENSTOCK_ASK("ContractService/GetRunway", get_runway)
        .PENSTOCK_ASK("TaskService/GetWorkload", get_workload)
        .PENSTOCK_ASK("TaskService/ListTrials", list_trials)
        .PENSTOCK_ASK("TaskService/PullWork", pull_work);
}

void add_sub_accounts(Builder& table) {
    table.PENSTOCK_RUN("SubAccountService/SetSubAccount", set_sub_account)
        .PENSTOCK_RUN("SubAccountService/IssueInstructions", issue_instructions)
        .PENSTOCK_RUN("SubAccountService/FailInstruction", fail_instruction);
}

Table build() {
    Builder table;
    table.PENSTOCK_RUN("InternalService/OpenExchange", open_exchange)
        .PENSTOCK_RUN("InternalService/OpenParty", open_party)
        .PENSTOCK_RUN("InternalService/AddApiKey", add_api_key)
        .PENSTOCK_RUN("InternalService/ReplaceApiKey", replace_api_key)
        .PENSTOCK_RUN("InternalService/InviteUser", invite_user)
        .PENSTOCK_RUN("InternalService/ResetUser", reset_user)
        .PENSTOCK_RUN("InternalService/ActivateUser", activate_user)
        .PENSTOCK_RUN("InternalService/OpenSession", open_session)
        .PENSTOCK_RUN("InternalService/CountFailedSignIn", count_failed_sign_in)
        .PENSTOCK_RUN("InternalService/SetPassword", set_password)
        .PENSTOCK_RUN("InternalService/OfferSecondFactor", offer_second_factor)
        .PENSTOCK_RUN("InternalService/SetSecondFactor", set_second_factor)
        .PENSTOCK_RUN("InternalService/UseSecondFactor", use_second_factor)
        .PENSTOCK_RUN("InternalService/NoteUse", note_use)
        .PENSTOCK_RUN("IdentityService/SetUserRoles", set_user_roles)
        .PENSTOCK_RUN("IdentityService/RemoveUser", remove_user)
        .PENSTOCK_RUN("IdentityService/UnlockUser", unlock_user)
        .PENSTOCK_RUN("IdentityService/EndSession", end_session)
        .PENSTOCK_RUN("InternalService/AddEnrolmentToken", add_enrolment_token)
        .PENSTOCK_RUN("InternalService/JoinAgent", join_agent)
        .PENSTOCK_RUN("InternalService/IssueChallenge", issue_challenge)
        .PENSTOCK_RUN("InternalService/MarkAgentLost", mark_agent_lost)
        .PENSTOCK_RUN("InternalService/MarkAgentBack", mark_agent_back)
        .PENSTOCK_RUN("InternalService/Tick", tick)
        .PENSTOCK_RUN("InternalService/ActivateVersion", activate_version)
        .PENSTOCK_RUN("PartyService/ReviewParty", review_party)
        .PENSTOCK_RUN("PartyService/RevokeApiKey", revoke_api_key)
        .PENSTOCK_RUN("PartyService/RevokeAgent", revoke_agent)
        .PENSTOCK_RUN("CatalogService/SubmitProfile", submit_profile)
        .PENSTOCK_RUN("CatalogService/ListProduct", list_product)
        .PENSTOCK_RUN("CatalogService/RepriceProduct", reprice_product)
        .PENSTOCK_RUN("CatalogService/SetPricePlan", set_price_plan)
        .PENSTOCK_RUN("TermsService/SetSaleTerms", set_sale_terms)
        .PENSTOCK_RUN("TermsService/AllowTradeRole", allow_trade_role)
        .PENSTOCK_RUN("TermsService/SetFeeTax", set_fee_tax)
        .PENSTOCK_RUN("CatalogService/WithdrawProduct", withdraw_product)
        .PENSTOCK_RUN("LedgerService/RequestTopUp", request_top_up)
        .PENSTOCK_RUN("LedgerService/ConfirmTopUp", confirm_top_up)
        .PENSTOCK_RUN("CustodyService/RequestWithdrawal", request_withdrawal)
        .PENSTOCK_RUN("CustodyService/CancelWithdrawal", cancel_withdrawal)
        .PENSTOCK_RUN("CustodyService/ApproveWithdrawal", approve_withdrawal)
        .PENSTOCK_RUN("CustodyService/ConfirmWithdrawal", confirm_withdrawal)
        .PENSTOCK_RUN("CustodyService/RejectWithdrawal", reject_withdrawal)
        .PENSTOCK_RUN("CustodyService/SetCustody", set_custody)
        .PENSTOCK_RUN("CustodyService/ImportStatement", import_statement)
        .PENSTOCK_RUN("CustodyService/ResolveEntry", resolve_entry)
        .PENSTOCK_RUN("GuaranteeService/PlaceGuarantee", place_guarantee)
        .PENSTOCK_RUN("GuaranteeService/ReleaseGuarantee", release_guarantee)
        .PENSTOCK_RUN("GuaranteeService/DrawGuarantee", draw_guarantee)
        .PENSTOCK_RUN("CreditService/SetCreditLimit", set_credit_limit)
        .PENSTOCK_RUN("CreditService/PayBill", pay_bill)
        .PENSTOCK_RUN("CreditService/DeclarePayment", declare_payment)
        .PENSTOCK_RUN("CreditService/AnswerPayment", answer_payment)
        .PENSTOCK_RUN("CreditService/DecidePayment", decide_payment)
        .PENSTOCK_RUN("CreditService/AllowDirectPayment", allow_direct_payment)
        .PENSTOCK_RUN("DisputeService/OpenDispute", open_dispute)
        .PENSTOCK_RUN("DisputeService/WithdrawDispute", withdraw_dispute)
        .PENSTOCK_RUN("DisputeService/DecideDispute", decide_dispute)
        .PENSTOCK_RUN("TaskService/SubmitWorkload", submit_workload)
        .PENSTOCK_RUN("TaskService/CancelWorkload", cancel_workload)
        .PENSTOCK_RUN("TaskService/ReportAttempt", report_attempt)
        .PENSTOCK_RUN("MeterService/SubmitUsage", submit_usage);
    add_contracts(table);
    add_sub_accounts(table);
    add_questions(table);
    return table.take();
}

}  // namespace

const Method* find_method(std::string_view name) {
    static const Table kTable = build();
    const auto found = kTable.find(name);
    return found == kTable.end() ? nullptr : found->second.get();
}

}  // namespace penstock::exchange
