// Settlement bills, and statements of bills and of accounts, from strangers: no message makes the
// checks fail otherwise than by an error, and what adds up by its own lines has parts that make the
// whole.
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "base/wide.h"
#include "format/bill/account_statement.h"
#include "format/bill/bill_sums.h"
#include "format/bill/bills_statement.h"
#include "format/bill/test_bill.h"

using namespace penstock;

namespace {

bool bills_make_the_sums(const v1::BillsStatement& statement) {
    Wide amount = 0;
    for (const auto& bill : statement.bills()) amount += bill.amount_micros();
    Wide of_contracts = 0;
    for (const auto& contract : statement.contracts()) of_contracts += contract.amount_micros();
    return amount == statement.payable_micros() && amount == of_contracts &&
           amount == Wide{statement.paid_micros()} + statement.due_micros();
}

}  // namespace

/// A byte that says what the rest is, and a serialised message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto length = static_cast<int>(size - 1);
    if (data[0] % 4 == 3) {
        v1::BillsStatement statement;
        if (!statement.ParseFromArray(data + 1, length)) return 0;
        if (format::add_up(statement)) PENSTOCK_ASSERT(bills_make_the_sums(statement));
        if (format::check_bills_statement(statement))
            PENSTOCK_ASSERT(bills_make_the_sums(statement));
        return 0;
    }
    if (data[0] % 2 == 1) {
        v1::StatementOfAccount statement;
        if (!statement.ParseFromArray(data + 1, length)) return 0;
        if (!format::check_account_statement(statement)) return 0;
        Wide balance = statement.opening_micros();
        for (const auto& entry : statement.entries()) balance += entry.amount_micros();
        PENSTOCK_ASSERT(balance == statement.closing_micros());
        return 0;
    }
    v1::SettlementBill bill;
    if (!bill.ParseFromArray(data + 1, length)) return 0;
    if (format::check_bill(bill)) PENSTOCK_ASSERT(format::parts_make_the_whole(bill));
    if (format::add_up(bill)) PENSTOCK_ASSERT(format::parts_make_the_whole(bill));
    return 0;
}
