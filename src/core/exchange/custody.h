#pragma once

#include <google/protobuf/message.h>

#include <string_view>

#include "base/hash.h"
#include "core/exchange/context.h"
#include "penstock/v1/custody.pb.h"

namespace penstock::exchange {

/// How far officers agree on something.
struct Agreement {
    bool needs_two = false;
    custody::FourEyes::Heard heard = custody::FourEyes::Heard::second;
    Digest said{};
    std::string_view method;

    /// Whether it is to be done now.
    bool is_complete() const { return heard == custody::FourEyes::Heard::second; }
};

/// Two officers say the same before it is done: whether the second now does. Changes nothing.
/// @param request  What they say: bit for bit the same from both.
/// @param of       What both must have seen besides, such as the money that it is about.
/// @retval OFFICER_NEEDED, SECOND_OFFICER_NEEDED
Result<Agreement> hear(const Context& context, std::string_view method,
                       const google::protobuf::Message& request, std::string_view of = {});
/// The same, where the exchange has set that two officers credit money; else it is complete.
Result<Agreement> hear_credit(const Context& context, std::string_view method,
                              const google::protobuf::Message& request);
/// Remembers the first officer's word, or that the thing was done. When nothing can fail any more.
void note(Context& context, const Agreement& agreement);

/// How a withdrawal looks from outside.
void describe(const custody::Withdrawal& withdrawal, WithdrawalId id, v1::Withdrawal* out);

/// @param end  Who ended it and why, as far as it has ended.
struct WithdrawalEnd {
    UserId decided_by{};
    std::string_view bank_reference{};
    std::string_view note{};
};
v1::Withdrawal emit_withdrawal(Context& context, WithdrawalId id,
                               const custody::Withdrawal& withdrawal,
                               const WithdrawalEnd& end = {});

/// The time to decide about a withdrawal is over.
void expire_withdrawal(Context& context, WithdrawalId id);

}  // namespace penstock::exchange
