#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace penstock::shell {

/// What of a request may go into a text that is kept for ever, if only as its hash: all of it,
/// serialised, but for the fields that the schema marks as secret or personal. A hash of those
/// would tell who guesses them that the guess is right, at the price of a hash.
std::string impersonal_text(const google::protobuf::Message& request);

}  // namespace penstock::shell
