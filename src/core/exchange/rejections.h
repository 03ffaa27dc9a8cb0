#pragma once

#include <vector>

#include "base/error.h"

namespace penstock::exchange {

/// Every way in which the core says no, in the order of their numbers.
std::vector<const Rejection*> all_rejections();

}  // namespace penstock::exchange
