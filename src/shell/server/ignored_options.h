#pragma once

#include <string>
#include <vector>

#include "shell/server/server.h"

namespace penstock::shell {

/// An option that counts at the first start alone.
struct IgnoredOption {
    std::string name;    ///< With its hyphens.
    std::string opened;  ///< What the exchange was opened with.
    std::string given;   ///< What changes nothing now.
};

/// Those options of the first start that differ from what the exchange in the data folder was
/// opened with; none when that is not known.
std::vector<IgnoredOption> ignored_options(const ServerOptions& options);

}  // namespace penstock::shell
