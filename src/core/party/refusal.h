#pragma once

#include <string>

#include "core/party/types.h"
#include "core/party/user.h"

namespace penstock::party {

// What a caller lacks for a permission, and who can give it: for people, behind a rejection's own
// sentence.

/// @param kind  Of who calls.
std::string lacking_role(Permission permission, Caller::Kind kind);
/// @param party  The roles of the user's party: an operator's users have duties.
std::string lacking_user_role(Permission permission, Roles party);
std::string lacking_scope(Permission permission);
/// @param asked  Scopes for a key, of which whoever makes it has only those in `may`.
std::string scopes_beyond(Permissions asked, Permissions may);

}  // namespace penstock::party
