#pragma once

#include "base/error.h"

namespace penstock::format {

inline constexpr Rejection kBillInvalid{
    11050, Code::invalid_argument, "BILL_INVALID",
    "A field of the settlement bill has a value that it cannot have."};
inline constexpr Rejection kBillSumWrong{
    11051, Code::data_loss, "BILL_SUM_WRONG",
    "The parts of the settlement bill do not add up; do not pay by it, and ask the exchange for it "
    "again."};
inline constexpr Rejection kAccountStatementInvalid{
    11052, Code::invalid_argument, "ACCOUNT_STATEMENT_INVALID",
    "A field of the statement of account has a value that it cannot have."};
inline constexpr Rejection kAccountStatementSumWrong{
    11053, Code::data_loss, "ACCOUNT_STATEMENT_SUM_WRONG",
    "Opening balance and entries do not make the closing balance; ask the exchange for the "
    "statement again."};
inline constexpr Rejection kPaperFontMissing{
    11054, Code::not_found, "PAPER_FONT_MISSING",
    "The font of printed documents is not there; install fonts-wqy-microhei, or name another font "
    "with Chinese signs."};
inline constexpr Rejection kPaperFault{11055, Code::internal, "PAPER_FAULT",
                                       "The document could not be drawn; see the detail."};
inline constexpr Rejection kPaperPageMissing{
    11056, Code::out_of_range, "PAPER_PAGE_MISSING",
    "The document has no page of that number; pages count from 1."};
inline constexpr Rejection kBillsStatementInvalid{
    11057, Code::invalid_argument, "BILLS_STATEMENT_INVALID",
    "A field of the statement of bills has a value that it cannot have."};
inline constexpr Rejection kBillsStatementSumWrong{
    11058, Code::data_loss, "BILLS_STATEMENT_SUM_WRONG",
    "The bills do not make the statement's sums; do not pay by it, and ask the exchange for it "
    "again."};

}  // namespace penstock::format
