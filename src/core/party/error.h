#pragma once

#include <array>

#include "base/error.h"

namespace penstock::party {

inline constexpr Rejection kUnauthenticated{2001, Code::unauthenticated, "UNAUTHENTICATED",
                                            "Sign in: send an API key that the exchange knows."};
inline constexpr Rejection kKeyRevoked{2002, Code::unauthenticated, "KEY_REVOKED",
                                       "This key was revoked; use another key of your party."};
inline constexpr Rejection kAgentRevoked{
    2003, Code::unauthenticated, "AGENT_REVOKED",
    "This agent was revoked; enrol again with a new token of its party."};
inline constexpr Rejection kPermissionDenied{
    2004, Code::permission_denied, "PERMISSION_DENIED",
    "None of your party's roles carries this permission; use a party that has the role."};
inline constexpr Rejection kNotQualified{
    2005, Code::permission_denied, "NOT_QUALIFIED",
    "Your party is not qualified yet; wait until the operator has reviewed it."};
inline constexpr Rejection kPartySuspended{
    2006, Code::permission_denied, "PARTY_SUSPENDED",
    "Your party is suspended and may only read and finish; ask the operator to readmit it."};
inline constexpr Rejection kPartyRejected{
    2007, Code::permission_denied, "PARTY_REJECTED",
    "Your party was rejected; read the decision's note and register anew."};
inline constexpr Rejection kPartyNotFound{2008, Code::not_found, "PARTY_NOT_FOUND",
                                          "There is no such party; check its id."};
inline constexpr Rejection kKeyNotFound{2009, Code::not_found, "KEY_NOT_FOUND",
                                        "There is no such key; check its id."};
inline constexpr Rejection kAgentNotFound{2010, Code::not_found, "AGENT_NOT_FOUND",
                                          "There is no such agent; check its id."};
inline constexpr Rejection kPartyNameInvalid{
    2011, Code::invalid_argument, "PARTY_NAME_INVALID",
    "Give a name of 1 to 120 characters, without control characters or blanks at its ends."};
inline constexpr Rejection kRolesInvalid{2012, Code::invalid_argument, "ROLES_INVALID",
                                         "Give the role of buyer, supplier or both."};
inline constexpr Rejection kReviewNotAllowed{
    2013, Code::failed_precondition, "REVIEW_NOT_ALLOWED",
    "The party's state does not allow this decision; read its state first."};
inline constexpr Rejection kNoteInvalid{2014, Code::invalid_argument, "NOTE_INVALID",
                                        "Give a note of up to 500 characters."};
inline constexpr Rejection kOperatorNotReviewed{
    2015, Code::failed_precondition, "OPERATOR_NOT_REVIEWED",
    "The operator itself is not reviewed; name another party."};
inline constexpr Rejection kLabelInvalid{
    2016, Code::invalid_argument, "LABEL_INVALID",
    "Give a label of 1 to 60 characters, without control characters or blanks at its ends."};
inline constexpr Rejection kTooManyKeys{
    2017, Code::resource_exhausted, "TOO_MANY_KEYS",
    "The party has as many keys in force as it may; revoke one first."};
inline constexpr Rejection kKeyAlreadyRevoked{2018, Code::failed_precondition,
                                              "KEY_ALREADY_REVOKED",
                                              "The key was revoked before; nothing is to be done."};
inline constexpr Rejection kSiteNameInvalid{
    2019, Code::invalid_argument, "SITE_NAME_INVALID",
    "Give a site name of 1 to 60 characters, without control characters or blanks at its ends."};
inline constexpr Rejection kPoolNameInvalid{
    2020, Code::invalid_argument, "POOL_NAME_INVALID",
    "Give a pool name of 1 to 60 characters, without control characters or blanks at its ends."};
inline constexpr Rejection kTokenLifetimeInvalid{
    2021, Code::invalid_argument, "TOKEN_LIFETIME_INVALID",
    "Give a lifetime of 60 to 604,800 seconds, or 0 for one hour."};
inline constexpr Rejection kTooManyTokens{
    2022, Code::resource_exhausted, "TOO_MANY_TOKENS",
    "The party has as many unused tokens as it may; use one or let one expire first."};
inline constexpr Rejection kTokenRepeated{2023, Code::already_exists, "TOKEN_REPEATED",
                                          "This token was drawn before; draw a new one."};
inline constexpr Rejection kTokenUnknown{
    2024, Code::unauthenticated, "TOKEN_UNKNOWN",
    "The exchange knows no such enrolment token; check it, or create a new one."};
inline constexpr Rejection kTokenUsed{
    2025, Code::unauthenticated, "TOKEN_USED",
    "The enrolment token was used before; create one for each agent."};
inline constexpr Rejection kTokenExpired{2026, Code::unauthenticated, "TOKEN_EXPIRED",
                                         "The enrolment token has expired; create a new one."};
inline constexpr Rejection kPublicKeyInvalid{2027, Code::invalid_argument, "PUBLIC_KEY_INVALID",
                                             "Give the agent's Ed25519 public key of 32 bytes."};
inline constexpr Rejection kPublicKeyInUse{
    2028, Code::already_exists, "PUBLIC_KEY_IN_USE",
    "Another agent uses this public key; let this agent draw a key of its own."};
inline constexpr Rejection kAgentAlreadyLost{2029, Code::failed_precondition, "AGENT_ALREADY_LOST",
                                             "The agent is lost already; nothing is to be done."};
inline constexpr Rejection kAgentAlreadyLive{2030, Code::failed_precondition, "AGENT_ALREADY_LIVE",
                                             "The agent is live already; nothing is to be done."};
inline constexpr Rejection kAgentAlreadyRevoked{
    2031, Code::failed_precondition, "AGENT_ALREADY_REVOKED",
    "The agent was revoked before; nothing is to be done."};
inline constexpr Rejection kUserNotFound{2032, Code::not_found, "USER_NOT_FOUND",
                                         "There is no such user; check its id."};
inline constexpr Rejection kUserRemoved{2033, Code::failed_precondition, "USER_REMOVED",
                                        "The user was removed; invite the person anew."};
inline constexpr Rejection kUserRolesInvalid{
    2034, Code::invalid_argument, "USER_ROLES_INVALID",
    "Give roles of a trading party (administrator, trader, finance, viewer); or, with the "
    "operator, exactly one duty (system administrator, security administrator, auditor)."};
inline constexpr Rejection kTooManyUsers{
    2035, Code::resource_exhausted, "TOO_MANY_USERS",
    "The party has as many users as it may; remove one first."};
inline constexpr Rejection kInvitationInvalid{2036, Code::unauthenticated, "INVITATION_INVALID",
                                              "The invitation is unknown, used or expired; ask "
                                              "whoever manages your party's users for a new one."};
inline constexpr Rejection kSessionEnded{
    2037, Code::unauthenticated, "SESSION_ENDED",
    "The session has ended, or was idle for too long; sign in again."};
inline constexpr Rejection kSessionNotFound{2038, Code::not_found, "SESSION_NOT_FOUND",
                                            "There is no such session; it may have ended."};
inline constexpr Rejection kSignInLocked{
    2039, Code::resource_exhausted, "SIGN_IN_LOCKED",
    "Too many sign-ins have failed; wait up to 15 minutes, use a device from which you have signed "
    "in before, or have the user unlocked."};
inline constexpr Rejection kCredentialChanged{
    2040, Code::aborted, "CREDENTIAL_CHANGED",
    "Password or second factor were changed meanwhile; sign in again."};
inline constexpr Rejection kCodeUsed{
    2041, Code::unauthenticated, "CODE_USED",
    "The code was used before, or is none of yours; wait for the next one."};
inline constexpr Rejection kUserRoleMissing{
    2042, Code::permission_denied, "USER_ROLE_MISSING",
    "None of your own roles carries this permission; ask whoever manages your party's users."};
inline constexpr Rejection kKeyScopeMissing{
    2043, Code::permission_denied, "KEY_SCOPE_MISSING",
    "The key's scopes do not hold this permission; use another key."};
inline constexpr Rejection kSecondFactorNeeded{
    2044, Code::permission_denied, "SECOND_FACTOR_NEEDED",
    "This session lacks the second factor; set one up with BeginSecondFactor, or give its code "
    "with RaiseSession."};
inline constexpr Rejection kUsersOnly{2045, Code::permission_denied, "USERS_ONLY",
                                      "Only users do this for themselves; sign in."};
inline constexpr Rejection kNotOnYourself{
    2046, Code::permission_denied, "NOT_ON_YOURSELF",
    "Nobody manages himself; ask another of your party's managers."};
inline constexpr Rejection kScopesInvalid{
    2047, Code::permission_denied, "SCOPES_INVALID",
    "A key can have no more scopes than whoever makes it has permissions."};
inline constexpr Rejection kKeyLifetimeInvalid{2048, Code::invalid_argument, "KEY_LIFETIME_INVALID",
                                               "Give a lifetime of at least 60 seconds, or 0 for "
                                               "none; and an overlap of up to 604,800 seconds."};
inline constexpr Rejection kNetworksInvalid{
    2049, Code::invalid_argument, "NETWORKS_INVALID",
    "Give up to 16 networks in CIDR form, for instance 192.0.2.0/24 or 2001:db8::/32."};
inline constexpr Rejection kKeyExpired{2050, Code::unauthenticated, "KEY_EXPIRED",
                                       "The key has expired; use another key of your party."};
inline constexpr Rejection kSecondFactorState{2051, Code::failed_precondition,
                                              "SECOND_FACTOR_STATE",
                                              "The second factor is not in the state for this."};
inline constexpr Rejection kSessionTermsInvalid{2052, Code::invalid_argument,
                                                "SESSION_TERMS_INVALID",
                                                "A session lasts up to 30 days, and is idle for at "
                                                "least a second and no longer than it lasts."};
inline constexpr Rejection kVaultRefInvalid{
    2053, Code::invalid_argument, "VAULT_REF_INVALID",
    "A reference to the vault has 16 bytes, is not all zero, and names a record of its own."};
inline constexpr Rejection kRecoveryCodesInvalid{2054, Code::invalid_argument,
                                                 "RECOVERY_CODES_INVALID",
                                                 "Give the hashes of 1 to 16 recovery codes."};
inline constexpr Rejection kSecretRepeated{2055, Code::already_exists, "SECRET_REPEATED",
                                           "This secret was drawn before; draw a new one."};
inline constexpr Rejection kKeyEnded{
    2056, Code::failed_precondition, "KEY_ENDED",
    "The key has expired, so there is nothing left to rotate; create a new one."};
inline constexpr Rejection kPlaceInvalid{
    2057, Code::invalid_argument, "PLACE_INVALID",
    "Give the place as its id: up to 60 lower-case letters, digits and hyphens; or none."};

inline constexpr std::array kRejections{
    &kUnauthenticated,     &kKeyRevoked,         &kAgentRevoked,
    &kPermissionDenied,    &kNotQualified,       &kPartySuspended,
    &kPartyRejected,       &kPartyNotFound,      &kKeyNotFound,
    &kAgentNotFound,       &kPartyNameInvalid,   &kRolesInvalid,
    &kReviewNotAllowed,    &kNoteInvalid,        &kOperatorNotReviewed,
    &kLabelInvalid,        &kTooManyKeys,        &kKeyAlreadyRevoked,
    &kSiteNameInvalid,     &kPoolNameInvalid,    &kTokenLifetimeInvalid,
    &kTooManyTokens,       &kTokenRepeated,      &kTokenUnknown,
    &kTokenUsed,           &kTokenExpired,       &kPublicKeyInvalid,
    &kPublicKeyInUse,      &kAgentAlreadyLost,   &kAgentAlreadyLive,
    &kAgentAlreadyRevoked, &kUserNotFound,       &kUserRemoved,
    &kUserRolesInvalid,    &kTooManyUsers,       &kInvitationInvalid,
    &kSessionEnded,        &kSessionNotFound,    &kSignInLocked,
    &kCredentialChanged,   &kCodeUsed,           &kUserRoleMissing,
    &kKeyScopeMissing,     &kSecondFactorNeeded, &kUsersOnly,
    &kNotOnYourself,       &kScopesInvalid,      &kKeyLifetimeInvalid,
    &kNetworksInvalid,     &kKeyExpired,         &kSecondFactorState,
    &kSessionTermsInvalid, &kVaultRefInvalid,    &kRecoveryCodesInvalid,
    &kSecretRepeated,      &kKeyEnded,           &kPlaceInvalid};

}  // namespace penstock::party
