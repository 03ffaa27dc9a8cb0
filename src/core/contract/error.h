#pragma once

#include <array>

#include "base/error.h"

namespace penstock::contract {

inline constexpr Rejection kContractNotFound{
    6001, Code::not_found, "CONTRACT_NOT_FOUND",
    "No such contract is in force; check the id, or look among the finished ones."};
inline constexpr Rejection kOrderNotFound{
    6002, Code::not_found, "ORDER_NOT_FOUND",
    "No such order is in force; check the id, or look among the finished ones."};
inline constexpr Rejection kWrongState{
    6003, Code::failed_precondition, "CONTRACT_WRONG_STATE",
    "The contract's state does not allow this; read its state and act on that."};
inline constexpr Rejection kTermInvalid{
    6004, Code::invalid_argument, "TERM_INVALID",
    "The term must start within the next year (a minute of delay is allowed), last 1 minute to 1 "
    "year, and end after it starts."};
inline constexpr Rejection kLineCountInvalid{6005, Code::invalid_argument, "LINE_COUNT_INVALID",
                                             "An order has 1 to 64 lines; split larger ones."};
inline constexpr Rejection kCoresInvalid{6006, Code::invalid_argument, "ORDER_CORES_INVALID",
                                         "Ask for 1 to 1,000,000 cores."};
inline constexpr Rejection kMaxTotalExceeded{
    6008, Code::failed_precondition, "MAX_TOTAL_EXCEEDED",
    "The order could cost more than max_total; raise it or order less."};
inline constexpr Rejection kTooExpensive{6010, Code::out_of_range, "ORDER_TOO_EXPENSIVE",
                                         "A line may cost at most 10^9 units; order less."};
inline constexpr Rejection kNotTheSupplier{
    6011, Code::permission_denied, "NOT_THE_SUPPLIER",
    "Only the contract's supplier may accept or decline it, or report its usage."};
inline constexpr Rejection kOwnProduct{6013, Code::failed_precondition, "OWN_PRODUCT",
                                       "A party cannot buy its own product."};
inline constexpr Rejection kQuantitiesInvalid{6014, Code::invalid_argument, "QUANTITIES_INVALID",
                                              "Name each component of the price plan that you want "
                                              "once, with 1 to 10^15 of its smallest unit."};
inline constexpr Rejection kLineFormInvalid{
    6015, Code::invalid_argument, "LINE_FORM_INVALID",
    "A line asks for cores, or for quantities of a price plan in force; never for both."};
inline constexpr Rejection kTooManyPeriods{
    6016, Code::out_of_range, "ORDER_TOO_MANY_PERIODS",
    "There are too many billing periods to be priced at once, or the term was extended too often; "
    "ask for a shorter term, or wait until the first of its former ends has passed."};
inline constexpr Rejection kNotByPlan{
    6017, Code::failed_precondition, "CONTRACT_NOT_BY_PLAN",
    "The contract is for cores, whose usage its attempts show; report for contracts by plan."};
inline constexpr Rejection kReportReplayed{
    6018, Code::already_exists, "REPORT_REPLAYED",
    "A report of this number was taken before; send the next number."};
inline constexpr Rejection kReportGap{6019, Code::out_of_range, "REPORT_GAP",
                                      "Reports before this one are missing; send the next number."};
inline constexpr Rejection kReportSizeInvalid{6020, Code::invalid_argument, "REPORT_SIZE_INVALID",
                                              "A report has 1 to 1,000 records; split it."};
inline constexpr Rejection kNotReported{
    6021, Code::failed_precondition, "USAGE_NOT_REPORTED",
    "Usage is reported of what is counted and was ordered; the exchange itself sees what lasts."};
inline constexpr Rejection kUsageInFuture{
    6022, Code::out_of_range, "USAGE_IN_FUTURE",
    "The record ends after now; report it when it has ended, and see that your clock is right."};
inline constexpr Rejection kUsageOutOfOrder{
    6023, Code::failed_precondition, "USAGE_OUT_OF_ORDER",
    "The record begins before the component's last one ended; report in the order of time."};
inline constexpr Rejection kUsageAboveOrdered{
    6024, Code::resource_exhausted, "USAGE_ABOVE_ORDERED",
    "More than was ordered for a billing period cannot be charged; report no more of it."};
inline constexpr Rejection kUsageTooScattered{
    6025, Code::resource_exhausted, "USAGE_TOO_SCATTERED",
    "A component's records leave out more than 64 times of a period; report them joined."};

inline constexpr Rejection kNoRunway{
    6041, Code::failed_precondition, "CONTRACT_HAS_NO_RUNWAY",
    "Only contracts with rolling escrow that have begun run out of money; all else is set aside "
    "whole or on credit."};

inline constexpr Rejection kNoticeGiven{
    6030, Code::failed_precondition, "NOTICE_GIVEN",
    "Notice was given, and is not taken back; read when the contract ends."};
inline constexpr Rejection kNoticeNotAgreed{6031, Code::failed_precondition, "NOTICE_NOT_AGREED",
                                            "The contract's terms of sale have no notice, so that "
                                            "its supplier cannot end it; ask its buyer "
                                            "to."};
inline constexpr Rejection kNotForCores{
    6032, Code::failed_precondition, "CONTRACT_FOR_CORES",
    "The contract is for cores, which its buyer ends at once; cancel its order."};

inline constexpr Rejection kChangeOrderNotFound{6033, Code::not_found, "CHANGE_ORDER_NOT_FOUND",
                                                "There is no such change order; check the number."};
inline constexpr Rejection kChangeOrderClosed{
    6034, Code::failed_precondition, "CHANGE_ORDER_CLOSED",
    "The change was agreed to, declined or withdrawn before, or has lapsed; propose another one."};
inline constexpr Rejection kChangePending{
    6035, Code::failed_precondition, "CHANGE_PENDING",
    "A change of the contract awaits its answer, or its billing period; wait, or withdraw it."};
inline constexpr Rejection kChangeEmpty{6036, Code::invalid_argument, "CHANGE_EMPTY",
                                        "Give a later end, quantities other than now, or both."};
inline constexpr Rejection kChangeTooLate{
    6037, Code::failed_precondition, "CHANGE_TOO_LATE",
    "No billing period begins before the contract ends, so that quantities stay; extend it, too."};
inline constexpr Rejection kChangeQuantitiesInvalid{
    6038, Code::invalid_argument, "CHANGE_QUANTITIES_INVALID",
    "Name each component that lasts once, with 0 to 10^15 of its smallest unit; something must "
    "remain."};
inline constexpr Rejection kAdditionalExceeded{
    6039, Code::failed_precondition, "MAX_ADDITIONAL_EXCEEDED",
    "The contract could cost more by above max_additional; raise it, or ask for less."};
inline constexpr Rejection kNotExtended{
    6040, Code::invalid_argument, "TERM_NOT_EXTENDED",
    "A contract is extended by an hour at least, to a term of a year at most; to end it earlier, "
    "give notice."};

inline constexpr Rejection kNotChangeable{
    6042, Code::failed_precondition, "CHANGE_NOT_OFFERED",
    "Contracts with rolling escrow are not changed while they run; end it, and order anew."};

inline constexpr Rejection kTrialNotFound{
    6043, Code::not_found, "TRIAL_NOT_FOUND",
    "You have no trial of this name, or it ended more than a day ago; run one."};
inline constexpr Rejection kNotTried{6044, Code::failed_precondition, "NOT_TRIED",
                                     "A trial binds when all its tasks have succeeded and came to "
                                     "results, at least three of them on "
                                     "the product; try again, for longer."};
inline constexpr Rejection kBandInvalid{
    6045, Code::invalid_argument, "RESULT_BAND_INVALID",
    "A band is of contracts by the core with cores for the trial's tasks, from a low above zero to "
    "a "
    "high that is not below it, and all of an order are of one job."};
inline constexpr Rejection kBandTooLow{
    6046, Code::failed_precondition, "RESULT_BAND_TOO_LOW",
    "The dearest task of the trial was dearer than this high; raise it, or try again."};
inline constexpr Rejection kOtherJob{
    6047, Code::failed_precondition, "OTHER_JOB_THAN_TRIED",
    "The order's result band holds for the trial's job alone, and for no further trial of it; run "
    "that, or order without a band."};

inline constexpr std::array kRejections{&kContractNotFound,
                                        &kOrderNotFound,
                                        &kWrongState,
                                        &kTermInvalid,
                                        &kLineCountInvalid,
                                        &kCoresInvalid,
                                        &kMaxTotalExceeded,
                                        &kTooExpensive,
                                        &kNotTheSupplier,
                                        &kOwnProduct,
                                        &kQuantitiesInvalid,
                                        &kLineFormInvalid,
                                        &kTooManyPeriods,
                                        &kNotByPlan,
                                        &kReportReplayed,
                                        &kReportGap,
                                        &kReportSizeInvalid,
                                        &kNotReported,
                                        &kUsageInFuture,
                                        &kUsageOutOfOrder,
                                        &kUsageAboveOrdered,
                                        &kUsageTooScattered,
                                        &kNoRunway,
                                        &kNoticeGiven,
                                        &kNoticeNotAgreed,
                                        &kNotForCores,
                                        &kChangeOrderNotFound,
                                        &kChangeOrderClosed,
                                        &kChangePending,
                                        &kChangeEmpty,
                                        &kChangeTooLate,
                                        &kChangeQuantitiesInvalid,
                                        &kAdditionalExceeded,
                                        &kNotExtended,
                                        &kNotChangeable,
                                        &kTrialNotFound,
                                        &kNotTried,
                                        &kBandInvalid,
                                        &kBandTooLow,
                                        &kOtherJob};

}  // namespace penstock::contract
