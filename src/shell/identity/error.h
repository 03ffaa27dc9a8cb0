#pragma once

#include "base/error.h"

namespace penstock::shell {

inline constexpr Rejection kSignInFailed{
    14601, Code::unauthenticated, "SIGN_IN_FAILED",
    "E-mail address, password or code is wrong, or the user is locked for up to 15 minutes after "
    "several failures; try again, or ask whoever manages your party's users."};
inline constexpr Rejection kCodeNeeded{
    14602, Code::unauthenticated, "CODE_NEEDED",
    "The user has a second factor; send its code, or a recovery code, with the password."};
inline constexpr Rejection kEmailInvalid{14603, Code::invalid_argument, "EMAIL_INVALID",
                                         "Give an e-mail address, for instance name@example.org."};
inline constexpr Rejection kPersonNameInvalid{
    14604, Code::invalid_argument, "PERSON_NAME_INVALID",
    "Give a name of 1 to 120 characters, without control characters or blanks at its ends."};
inline constexpr Rejection kPasswordLength{
    14605, Code::invalid_argument, "PASSWORD_LENGTH",
    "A password has 8 to 128 characters of any kind; 15 or more are better."};
inline constexpr Rejection kPasswordCommon{
    14606, Code::invalid_argument, "PASSWORD_COMMON",
    "This password is among the first that an attacker tries; choose several unrelated words."};
inline constexpr Rejection kPasswordPersonal{
    14607, Code::invalid_argument, "PASSWORD_PERSONAL",
    "This password is made of your name, address or party; choose several unrelated words."};
inline constexpr Rejection kCodeWrong{
    14608, Code::unauthenticated, "CODE_WRONG",
    "The code is wrong, or too old; check the clock of your device and send the next one."};
inline constexpr Rejection kPasswordWrong{14609, Code::unauthenticated, "PASSWORD_WRONG",
                                          "The current password is wrong."};
inline constexpr Rejection kSignInsWaiting{
    14610, Code::resource_exhausted, "SIGN_INS_WAITING",
    "Too many sign-ins are under way; try again in a few seconds."};

}  // namespace penstock::shell
