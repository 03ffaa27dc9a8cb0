#pragma once

#include <string>

#include "app/client/session.h"
#include "format/note.h"

namespace penstock::client {

/// Asks the server for its log's key.
RemoteResult<format::VerifierKey> fetch_log_key(Session& session);

/// Reads a verifier key given as text, or as the name of a file that holds it.
/// @retval kVerifierKeyInvalid, kLocalFile
RemoteResult<format::VerifierKey> read_log_key(const std::string& text_or_file);

}  // namespace penstock::client
