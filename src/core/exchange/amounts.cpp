#include "core/exchange/amounts.h"

#include "core/exchange/error.h"
#include "core/ledger/error.h"

namespace penstock::exchange {

Result<Money> read_money(const State& state, const v1::Money& money, std::string_view field) {
    const auto currency = Currency::parse(money.currency());
    if (!currency || money.micros() <= 0 || Money{money.micros()} > kMoneyMax)
        return reject(kMoneyInvalid, field);
    if (*currency != state.settings.currency)
        return reject(kCurrencyUnsupported, field,
                      "It is " + std::string(state.settings.currency.text()) + ".");
    return Money{money.micros()};
}

Error refused_payment(const State& state, AccountId from, Money asked, const Error& refused,
                      std::string_view field) {
    const ledger::Account* account = state.ledger.find(from);
    if (&refused.rejection() != &ledger::kInsufficientFunds || account == nullptr)
        return Error(refused.rejection(), field);
    return Error(refused.rejection(), field,
                 to_decimal(asked - account->available()) + " is missing.");
}

void write_money(Money amount, Currency currency, v1::Money* out) {
    out->set_micros(amount.micros);
    out->set_currency(std::string(currency.text()));
}

}  // namespace penstock::exchange
