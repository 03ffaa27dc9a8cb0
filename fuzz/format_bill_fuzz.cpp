// Settlement bills and statements of account from strangers: no message makes the checks fail
// otherwise than by an error, and what adds up by its own lines has parts that make the whole.
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "base/wide.h"
#include "format/bill/account_statement.h"
#include "format/bill/bill_sums.h"

namespace {

using namespace penstock;

void check_parts(const v1::SettlementBill& bill) {
    Wide lines = 0;
    for (const auto& line : bill.lines()) lines += line.amount_micros();
    Wide net = 0;
    Wide tax = 0;
    for (const auto& part : bill.taxes()) {
        net += part.net_micros();
        tax += part.tax_micros();
    }
    const bool within = bill.tax_basis() == v1::TAX_BASIS_INCLUDED;
    PENSTOCK_ASSERT(lines == bill.subtotal_micros() && lines == (within ? net + tax : net));
    PENSTOCK_ASSERT(bill.payable_micros() ==
                    (within ? lines : lines + tax) + bill.rounding_micros());
}

}  // namespace

/// A byte that says what the rest is, and a serialised message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto length = static_cast<int>(size - 1);
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
    if (format::check_bill(bill)) check_parts(bill);
    if (format::add_up(bill)) check_parts(bill);
    return 0;
}
