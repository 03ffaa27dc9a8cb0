#include "shell/bills/issued.h"

#include <charconv>

namespace penstock::bills {

std::uint64_t number_of(const std::string& bill) {
    std::uint64_t number = 0;
    const std::size_t line = bill.rfind('_');
    if (line != std::string::npos)
        std::from_chars(bill.data() + line + 1, bill.data() + bill.size(), number);
    return number;
}

v1::TradeRole role_of(const v1::IssuedBill& issued) {
    return issued.role() == v1::TRADE_ROLE_UNSPECIFIED ? v1::TRADE_ROLE_AGENT : issued.role();
}

const std::string& seller_of(const v1::IssuedBill& issued, const std::string& issuer) {
    return role_of(issued) == v1::TRADE_ROLE_AGENT ? issued.supplier() : issuer;
}

std::int64_t collected_of(const v1::IssuedBill& issued) {
    return issued.paid_to_supplier().micros() + issued.operator_fee().micros() +
           issued.tax().micros() + issued.rounding().micros();
}

}  // namespace penstock::bills
