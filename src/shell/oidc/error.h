#pragma once

#include "base/error.h"

namespace penstock::oidc {

inline constexpr Rejection kConfigurationInvalid{
    14640, Code::invalid_argument, "OIDC_CONFIGURATION_INVALID",
    "The file of identity providers is not as docs/identity.md says."};
inline constexpr Rejection kProviderUnknown{14641, Code::not_found, "OIDC_PROVIDER_UNKNOWN",
                                            "There is no identity provider of that name here."};
inline constexpr Rejection kProviderFailed{14642, Code::unavailable, "OIDC_PROVIDER_FAILED",
                                           "The identity provider does not answer as OpenID "
                                           "Connect says; try again, or tell the operator."};
inline constexpr Rejection kFlowInvalid{
    14643, Code::unauthenticated, "OIDC_FLOW_INVALID",
    "This sign-in was not begun in this browser, was finished before, or took over ten minutes; "
    "begin again."};
inline constexpr Rejection kTokenInvalid{
    14644, Code::unauthenticated, "OIDC_TOKEN_INVALID",
    "The identity provider's token does not stand the check; begin again, and tell the operator "
    "when that does not help."};
inline constexpr Rejection kPersonUnknown{
    14645, Code::permission_denied, "OIDC_PERSON_UNKNOWN",
    "Nobody here has this account or its verified e-mail address; have yourself invited first."};
inline constexpr Rejection kProviderRefused{14646, Code::unauthenticated, "OIDC_PROVIDER_REFUSED",
                                            "The identity provider did not sign you in."};
inline constexpr Rejection kTooManyFlows{14647, Code::resource_exhausted, "OIDC_TOO_MANY",
                                         "Too many sign-ins are under way; try again shortly."};

}  // namespace penstock::oidc
