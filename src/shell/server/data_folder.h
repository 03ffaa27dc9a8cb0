#pragma once

#include <filesystem>

#include "base/error.h"
#include "files/descriptor.h"

namespace penstock::shell {

/// Keeps every other server, and `penstock rebuild`, out of a data folder for as long as the result
/// lives.
/// @retval kJournalInUse, kDataFolderUnusable
Result<files::Descriptor> lock_data_folder(const std::filesystem::path& data);

}  // namespace penstock::shell
