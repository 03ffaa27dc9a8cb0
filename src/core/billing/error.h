#pragma once

#include <array>

#include "base/error.h"

/// Every way in which billing says no: 23001 to 23008, 23027 and 23031 of sale terms, 23011 to
/// 23020 and 23026 of bills and disputes, 23021 to 23025 of credit, 23040 to 23049 of direct
/// payment.
namespace penstock::billing {

inline constexpr Rejection kRoleInvalid{
    23001, Code::invalid_argument, "TRADE_ROLE_INVALID",
    "The exchange trades as principal, agent or hosting; leave it out for agent."};
inline constexpr Rejection kTaxRateInvalid{
    23002, Code::invalid_argument, "TAX_RATE_INVALID",
    "The VAT that prices include is 0 to 10,000 basis points; 600 is 6%."};
inline constexpr Rejection kDisputeWindowInvalid{
    23003, Code::invalid_argument, "DISPUTE_WINDOW_INVALID",
    "A bill may be disputed for 0 to 90 days, in nanoseconds."};
inline constexpr Rejection kPostPaidInvalid{
    23004, Code::invalid_argument, "POST_PAID_INVALID",
    "Bills on credit are due after the dispute window, 180 days at most; the grace is 0 to 90 "
    "days."};
inline constexpr Rejection kTermsVersionGap{
    23005, Code::failed_precondition, "SALE_TERMS_VERSION_GAP",
    "The next version is one above the last. Leave it out, or read the terms and decide again."};
inline constexpr Rejection kTermsExhausted{
    23006, Code::resource_exhausted, "SALE_TERMS_EXHAUSTED",
    "The terms were changed as often as they can be. Sell a new product."};
inline constexpr Rejection kTermsChanged{
    23007, Code::failed_precondition, "SALE_TERMS_CHANGED",
    "The product's sale terms are others now; read them, and order by their version."};

inline constexpr Rejection kRoleNotAllowed{23008, Code::failed_precondition,
                                           "TRADE_ROLE_NOT_ALLOWED",
                                           "The operator has not agreed to sell the product in "
                                           "this role; the supplier asks it to, or sets "
                                           "terms as agent."};

inline constexpr Rejection kRollingEscrowInvalid{
    23031, Code::invalid_argument, "ROLLING_ESCROW_INVALID",
    "1 to 12 billing periods are set aside ahead, and the grace is 0 to 90 days; leave "
    "rolling_escrow out to set all of a commitment aside."};

inline constexpr Rejection kBillNotFound{23011, Code::not_found, "BILL_NOT_FOUND",
                                         "There is no such bill; check the number."};
inline constexpr Rejection kBillSettled{
    23012, Code::failed_precondition, "BILL_SETTLED",
    "All of the bill is paid or given back; ask the supplier to make good what is wrong."};
inline constexpr Rejection kDisputeWindowOver{
    23013, Code::failed_precondition, "DISPUTE_WINDOW_OVER",
    "The time in which the bill could be disputed is over; ask the supplier to make good what is "
    "wrong."};
inline constexpr Rejection kDisputeAmountInvalid{
    23014, Code::out_of_range, "DISPUTE_AMOUNT_INVALID",
    "Dispute a part of the bill in whole fen, of what is neither paid, given back nor disputed."};
inline constexpr Rejection kDisputesExhausted{
    23015, Code::resource_exhausted, "DISPUTES_EXHAUSTED",
    "The bill was disputed as often as it can be; say all that is wrong at once."};
inline constexpr Rejection kEvidenceInvalid{
    23016, Code::invalid_argument, "EVIDENCE_INVALID",
    "Give up to 16 references, each of 1 to 128 bytes on one line."};
inline constexpr Rejection kDisputeNotFound{23017, Code::not_found, "DISPUTE_NOT_FOUND",
                                            "There is no such dispute; check the number."};
inline constexpr Rejection kDisputeClosed{23018, Code::failed_precondition, "DISPUTE_CLOSED",
                                          "The dispute was decided or withdrawn before."};
inline constexpr Rejection kGivenBackInvalid{
    23019, Code::out_of_range, "GIVEN_BACK_INVALID",
    "Give nothing, a part or all of what is disputed back, in whole fen."};

inline constexpr Rejection kReasonInvalid{
    23020, Code::invalid_argument, "DISPUTE_REASON_INVALID",
    "Say why, in 1 to 200 bytes on one line, without signs that do not show."};

inline constexpr Rejection kPostPaidNotOffered{
    23021, Code::failed_precondition, "POST_PAID_NOT_OFFERED",
    "The product's sale terms offer no credit; leave post_paid out, or order it by itself."};
inline constexpr Rejection kCreditExceeded{
    23022, Code::failed_precondition, "CREDIT_EXCEEDED",
    "The order could cost more than is left of the credit line; order less, pay bills first, or "
    "ask the operator for more credit."};
inline constexpr Rejection kBillsOverdue{
    23023, Code::failed_precondition, "BILLS_OVERDUE",
    "Whoever has bills overdue gets nothing more on credit and withdraws nothing; pay them first."};
inline constexpr Rejection kBillNotOnCredit{
    23024, Code::failed_precondition, "BILL_NOT_ON_CREDIT",
    "The bill is paid out of escrow when it is due; there is nothing to do."};
inline constexpr Rejection kNothingPayable{
    23025, Code::failed_precondition, "NOTHING_PAYABLE",
    "All that is open of the bill is disputed; wait for the decision, or withdraw the dispute."};

inline constexpr Rejection kOpenDisputesExhausted{
    23026, Code::resource_exhausted, "OPEN_DISPUTES_EXHAUSTED",
    "A party has 100 open disputes at most; wait until one has ended, or withdraw one."};

inline constexpr Rejection kNoticeInvalid{
    23027, Code::invalid_argument, "NOTICE_INVALID",
    "A contract may be ended with a notice of 0 to 180 days, in nanoseconds; with rolling "
    "escrow at once."};

inline constexpr Rejection kDirectPaymentNotAllowed{
    23040, Code::failed_precondition, "DIRECT_PAYMENT_NOT_ALLOWED",
    "The exchange takes no orders now whose bills are paid to the supplier directly; order another "
    "product, or ask the operator."};
inline constexpr Rejection kBillPaidDirectly{
    23041, Code::failed_precondition, "BILL_PAID_DIRECTLY",
    "The bill is paid to the supplier's own bank account; pay it there, and declare the payment."};
inline constexpr Rejection kBillPaidHere{
    23042, Code::failed_precondition, "BILL_PAID_HERE",
    "The bill is paid through the exchange; there is no payment to declare or to answer."};
inline constexpr Rejection kPaymentDeclared{
    23043, Code::failed_precondition, "PAYMENT_DECLARED",
    "A payment of the bill waits for the supplier's answer; declare the rest after that."};
inline constexpr Rejection kNoPaymentDeclared{
    23044, Code::failed_precondition, "NO_PAYMENT_DECLARED",
    "No payment of the bill waits for an answer; it was answered, or the buyer has said nothing."};
inline constexpr Rejection kFeesOwed{
    23045, Code::failed_precondition, "FEES_OWED",
    "The supplier owes fees of bills that were paid to it directly; top up as much first."};

inline constexpr Rejection kNoPaymentDenied{23046, Code::failed_precondition, "NO_PAYMENT_DENIED",
                                            "The supplier has denied no payment of the bill since "
                                            "it last received one; there is nothing to "
                                            "decide."};
inline constexpr Rejection kDeclarationsExhausted{
    23047, Code::resource_exhausted, "DECLARATIONS_EXHAUSTED",
    "The supplier has denied 16 payments of the bill; ask it, or the operator's officers, to say "
    "that the last one has come."};
inline constexpr Rejection kAnswerByAgent{
    23048, Code::permission_denied, "ANSWER_BY_AGENT",
    "Agents do not see the supplier's bank account; answer with a key or as a user of the "
    "supplier."};
inline constexpr Rejection kPaymentChanged{
    23049, Code::failed_precondition, "PAYMENT_CHANGED",
    "The answer would be about another sum than the one it names; look at the bill, and answer "
    "anew."};

inline constexpr std::array kRejections{&kRoleInvalid,
                                        &kTaxRateInvalid,
                                        &kDisputeWindowInvalid,
                                        &kPostPaidInvalid,
                                        &kTermsVersionGap,
                                        &kTermsExhausted,
                                        &kTermsChanged,
                                        &kBillNotFound,
                                        &kBillSettled,
                                        &kDisputeWindowOver,
                                        &kDisputeAmountInvalid,
                                        &kDisputesExhausted,
                                        &kEvidenceInvalid,
                                        &kDisputeNotFound,
                                        &kDisputeClosed,
                                        &kGivenBackInvalid,
                                        &kPostPaidNotOffered,
                                        &kCreditExceeded,
                                        &kBillsOverdue,
                                        &kBillNotOnCredit,
                                        &kNothingPayable,
                                        &kRoleNotAllowed,
                                        &kReasonInvalid,
                                        &kOpenDisputesExhausted,
                                        &kRollingEscrowInvalid,
                                        &kNoticeInvalid,
                                        &kDirectPaymentNotAllowed,
                                        &kBillPaidDirectly,
                                        &kBillPaidHere,
                                        &kPaymentDeclared,
                                        &kNoPaymentDeclared,
                                        &kFeesOwed,
                                        &kNoPaymentDenied,
                                        &kDeclarationsExhausted,
                                        &kAnswerByAgent,
                                        &kPaymentChanged};

}  // namespace penstock::billing
