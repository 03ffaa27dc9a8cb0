#pragma once

#include "base/error.h"
#include "core/exchange/context.h"
#include "penstock/v1/account.pb.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/change.pb.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/credit.pb.h"
#include "penstock/v1/custody.pb.h"
#include "penstock/v1/dispute.pb.h"
#include "penstock/v1/guarantee.pb.h"
#include "penstock/v1/identity.pb.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/meter.pb.h"
#include "penstock/v1/party.pb.h"
#include "penstock/v1/sub_account.pb.h"
#include "penstock/v1/task.pb.h"
#include "penstock/v1/terms.pb.h"

/// One function for each method: checks everything first, then changes state and emits events, so
/// that it never fails half way. Permission and ownership were checked before (authorise.h).
namespace penstock::exchange {

// handle_party.cpp
Result<void> open_exchange(Context&, const v1::OpenExchangeRequest&, v1::OpenExchangeResponse&);
Result<void> open_party(Context&, const v1::OpenPartyRequest&, v1::OpenPartyResponse&);
Result<void> review_party(Context&, const v1::ReviewPartyRequest&, v1::ReviewPartyResponse&);
Result<void> activate_version(Context&, const v1::ActivateVersionRequest&,
                              v1::ActivateVersionResponse&);

// handle_key.cpp
Result<void> add_api_key(Context&, const v1::AddApiKeyRequest&, v1::AddApiKeyResponse&);
Result<void> replace_api_key(Context&, const v1::ReplaceApiKeyRequest&, v1::ReplaceApiKeyResponse&);
Result<void> revoke_api_key(Context&, const v1::RevokeApiKeyRequest&, v1::RevokeApiKeyResponse&);
Result<void> note_use(Context&, const v1::NoteUseRequest&, v1::NoteUseResponse&);

// handle_identity.cpp
Result<void> invite_user(Context&, const v1::InviteUserRequest&, v1::InviteUserResponse&);
Result<void> reset_user(Context&, const v1::ResetUserRequest&, v1::ResetUserResponse&);
Result<void> activate_user(Context&, const v1::ActivateUserRequest&, v1::ActivateUserResponse&);
Result<void> set_user_roles(Context&, const v1::SetUserRolesRequest&, v1::SetUserRolesResponse&);
Result<void> remove_user(Context&, const v1::RemoveUserRequest&, v1::RemoveUserResponse&);
Result<void> unlock_user(Context&, const v1::UnlockUserRequest&, v1::UnlockUserResponse&);
Result<void> open_session(Context&, const v1::OpenSessionRequest&, v1::OpenSessionResponse&);
Result<void> count_failed_sign_in(Context&, const v1::CountFailedSignInRequest&,
                                  v1::CountFailedSignInResponse&);
Result<void> set_password(Context&, const v1::SetPasswordRequest&, v1::SetPasswordResponse&);
Result<void> offer_second_factor(Context&, const v1::OfferSecondFactorRequest&,
                                 v1::OfferSecondFactorResponse&);
Result<void> set_second_factor(Context&, const v1::SetSecondFactorRequest&,
                               v1::SetSecondFactorResponse&);
Result<void> use_second_factor(Context&, const v1::UseSecondFactorRequest&,
                               v1::UseSecondFactorResponse&);
Result<void> end_session(Context&, const v1::EndSessionRequest&, v1::EndSessionResponse&);

// handle_agent.cpp
Result<void> add_enrolment_token(Context&, const v1::AddEnrolmentTokenRequest&,
                                 v1::AddEnrolmentTokenResponse&);
Result<void> join_agent(Context&, const v1::JoinAgentRequest&, v1::JoinAgentResponse&);
Result<void> revoke_agent(Context&, const v1::RevokeAgentRequest&, v1::RevokeAgentResponse&);
Result<void> mark_agent_lost(Context&, const v1::MarkAgentLostRequest&, v1::MarkAgentLostResponse&);
Result<void> mark_agent_back(Context&, const v1::MarkAgentBackRequest&, v1::MarkAgentBackResponse&);

// handle_catalog.cpp
Result<void> issue_challenge(Context&, const v1::IssueChallengeRequest&,
                             v1::IssueChallengeResponse&);
Result<void> submit_profile(Context&, const v1::SubmitProfileRequest&, v1::SubmitProfileResponse&);
Result<void> list_product(Context&, const v1::ListProductRequest&, v1::ListProductResponse&);
Result<void> reprice_product(Context&, const v1::RepriceProductRequest&,
                             v1::RepriceProductResponse&);
Result<void> withdraw_product(Context&, const v1::WithdrawProductRequest&,
                              v1::WithdrawProductResponse&);

// handle_price.cpp
Result<void> set_price_plan(Context&, const v1::SetPricePlanRequest&, v1::SetPricePlanResponse&);
/// Prices a product by what its plan says now; does nothing when that is so already.
void put_plan_in_force(Context&, ProductId);

// handle_terms.cpp
Result<void> set_sale_terms(Context&, const v1::SetSaleTermsRequest&, v1::SetSaleTermsResponse&);
Result<void> allow_trade_role(Context&, const v1::AllowTradeRoleRequest&,
                              v1::AllowTradeRoleResponse&);
Result<void> set_fee_tax(Context&, const v1::SetFeeTaxRequest&, v1::SetFeeTaxResponse&);

// handle_money.cpp
Result<void> request_top_up(Context&, const v1::RequestTopUpRequest&, v1::RequestTopUpResponse&);
Result<void> confirm_top_up(Context&, const v1::ConfirmTopUpRequest&, v1::ConfirmTopUpResponse&);

// handle_custody.cpp
Result<void> request_withdrawal(Context&, const v1::RequestWithdrawalRequest&,
                                v1::RequestWithdrawalResponse&);
Result<void> cancel_withdrawal(Context&, const v1::CancelWithdrawalRequest&, v1::Withdrawal&);
Result<void> approve_withdrawal(Context&, const v1::ApproveWithdrawalRequest&, v1::Withdrawal&);
Result<void> confirm_withdrawal(Context&, const v1::ConfirmWithdrawalRequest&, v1::Withdrawal&);
Result<void> reject_withdrawal(Context&, const v1::RejectWithdrawalRequest&, v1::Withdrawal&);
Result<void> set_custody(Context&, const v1::SetCustodyRequest&, v1::SetCustodyResponse&);

// handle_bank.cpp, handle_resolution.cpp
Result<void> import_statement(Context&, const v1::ImportStatementRequest&,
                              v1::ImportStatementResponse&);
Result<void> resolve_entry(Context&, const v1::ResolveEntryRequest&, v1::ResolveEntryResponse&);

// handle_dispute.cpp
Result<void> open_dispute(Context&, const v1::OpenDisputeRequest&, v1::OpenDisputeResponse&);
Result<void> withdraw_dispute(Context&, const v1::WithdrawDisputeRequest&,
                              v1::WithdrawDisputeResponse&);
Result<void> decide_dispute(Context&, const v1::DecideDisputeRequest&, v1::DecideDisputeResponse&);

// handle_guarantee.cpp
Result<void> place_guarantee(Context&, const v1::PlaceGuaranteeRequest&,
                             v1::PlaceGuaranteeResponse&);
Result<void> release_guarantee(Context&, const v1::ReleaseGuaranteeRequest&,
                               v1::ReleaseGuaranteeResponse&);
Result<void> draw_guarantee(Context&, const v1::DrawGuaranteeRequest&, v1::DrawGuaranteeResponse&);

// handle_order.cpp
Result<void> place_order(Context&, const v1::PlaceOrderRequest&, v1::PlaceOrderResponse&);
Result<void> accept_contract(Context&, const v1::AcceptContractRequest&,
                             v1::AcceptContractResponse&);
Result<void> decline_contract(Context&, const v1::DeclineContractRequest&,
                              v1::DeclineContractResponse&);
Result<void> cancel_order(Context&, const v1::CancelOrderRequest&, v1::CancelOrderResponse&);

// handle_escrow.cpp
Result<void> resume_contract(Context&, const v1::ResumeContractRequest&,
                             v1::ResumeContractResponse&);
Result<void> get_runway(const View&, const v1::GetRunwayRequest&, v1::Runway&);
// handle_notice.cpp
Result<void> give_notice(Context&, const v1::GiveNoticeRequest&, v1::GiveNoticeResponse&);
Result<void> give_supplier_notice(Context&, const v1::GiveSupplierNoticeRequest&,
                                  v1::GiveNoticeResponse&);

// handle_change.cpp
Result<void> propose_change(Context&, const v1::ProposeChangeRequest&, v1::ProposeChangeResponse&);
Result<void> accept_change(Context&, const v1::AcceptChangeRequest&, v1::AcceptChangeResponse&);
Result<void> decline_change(Context&, const v1::DeclineChangeRequest&, v1::DeclineChangeResponse&);
Result<void> withdraw_change(Context&, const v1::WithdrawChangeRequest&,
                             v1::WithdrawChangeResponse&);

// handle_usage.cpp
Result<void> report_usage(Context&, const v1::ReportUsageRequest&, v1::ReportUsageResponse&);

// handle_task.cpp
Result<void> submit_workload(Context&, const v1::SubmitWorkloadRequest&,
                             v1::SubmitWorkloadResponse&);
Result<void> cancel_workload(Context&, const v1::CancelWorkloadRequest&,
                             v1::CancelWorkloadResponse&);
Result<void> report_attempt(Context&, const v1::ReportAttemptRequest&, v1::ReportAttemptResponse&);
Result<void> submit_usage(Context&, const v1::SubmitUsageRequest&, v1::SubmitUsageResponse&);

// fire.cpp
Result<void> tick(Context&, const v1::TickRequest&, v1::TickResponse&);

// handle_sub_account.cpp
Result<void> set_sub_account(Context&, const v1::SetSubAccountRequest&, v1::SetSubAccountResponse&);
Result<void> issue_instructions(Context&, const v1::IssueInstructionsRequest&,
                                v1::IssueInstructionsResponse&);
Result<void> fail_instruction(Context&, const v1::FailInstructionRequest&,
                              v1::FailInstructionResponse&);
Result<void> list_sub_accounts(const View&, const v1::ListSubAccountsRequest&,
                               v1::ListSubAccountsResponse&);
Result<void> list_instructions(const View&, const v1::ListInstructionsRequest&,
                               v1::ListInstructionsResponse&);

// handle_credit.cpp
Result<void> set_credit_limit(Context&, const v1::SetCreditLimitRequest&,
                              v1::SetCreditLimitResponse&);
Result<void> pay_bill(Context&, const v1::PayBillRequest&, v1::PayBillResponse&);
Result<void> declare_payment(Context&, const v1::DeclarePaymentRequest&,
                             v1::DeclarePaymentResponse&);
Result<void> answer_payment(Context&, const v1::AnswerPaymentRequest&, v1::AnswerPaymentResponse&);
Result<void> decide_payment(Context&, const v1::DecidePaymentRequest&, v1::DecidePaymentResponse&);
Result<void> allow_direct_payment(Context&, const v1::AllowDirectPaymentRequest&,
                                  v1::AllowDirectPaymentResponse&);

// Queries: ask_catalog.cpp, ask_custody.cpp, ask_identity.cpp, ask_money.cpp, ask_work.cpp
Result<void> list_api_keys(const View&, const v1::ListApiKeysRequest&, v1::ListApiKeysResponse&);
Result<void> list_sessions(const View&, const v1::ListSessionsRequest&, v1::ListSessionsResponse&);
Result<void> get_party(const View&, const v1::GetPartyRequest&, v1::Party&);
Result<void> get_agent(const View&, const v1::GetAgentRequest&, v1::Agent&);
Result<void> get_pool(const View&, const v1::GetPoolRequest&, v1::Pool&);
Result<void> get_product(const View&, const v1::GetProductRequest&, v1::Product&);
Result<void> list_products(const View&, const v1::ListProductsRequest&, v1::ListProductsResponse&);
Result<void> list_price_plans(const View&, const v1::ListPricePlansRequest&,
                              v1::ListPricePlansResponse&);
Result<void> get_direct_payment(const View&, const v1::GetDirectPaymentRequest&,
                                v1::GetDirectPaymentResponse&);
Result<void> get_fee_tax(const View&, const v1::GetFeeTaxRequest&, v1::GetFeeTaxResponse&);
Result<void> list_sale_terms(const View&, const v1::ListSaleTermsRequest&,
                             v1::ListSaleTermsResponse&);
Result<void> resolve_identifier(const View&, const v1::ResolveIdentifierRequest&,
                                v1::ResolveIdentifierResponse&);
Result<void> get_balance(const View&, const v1::GetBalanceRequest&, v1::GetBalanceResponse&);
Result<void> get_account(const View&, const v1::GetAccountRequest&, v1::Account&);
Result<void> get_credit_line(const View&, const v1::GetCreditLineRequest&, v1::CreditLine&);
Result<void> get_custody(const View&, const v1::GetCustodyRequest&, v1::Custody&);
Result<void> list_announced_payments(const View&, const v1::ListAnnouncedPaymentsRequest&,
                                     v1::ListAnnouncedPaymentsResponse&);
Result<void> list_unmatched(const View&, const v1::ListUnmatchedRequest&,
                            v1::ListUnmatchedResponse&);
Result<void> get_trial_balance(const View&, const v1::GetTrialBalanceRequest&,
                               v1::GetTrialBalanceResponse&);
Result<void> get_contract(const View&, const v1::GetContractRequest&, v1::Contract&);
Result<void> list_trials(const View&, const v1::ListTrialsRequest&, v1::ListTrialsResponse&);
Result<void> get_workload(const View&, const v1::GetWorkloadRequest&, v1::GetWorkloadResponse&);
Result<void> pull_work(const View&, const v1::PullWorkRequest&, v1::PullWorkResponse&);

}  // namespace penstock::exchange
