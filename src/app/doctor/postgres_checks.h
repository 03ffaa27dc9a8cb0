#pragma once

#include <string>

#include "app/doctor/report.h"

namespace penstock::doctor {

/// Whether a PostgreSQL is set up so that what it has acknowledged survives it.
/// @return Whether it could be asked, and holds a journal.
bool check_postgres(const std::string& url, Report& report);

}  // namespace penstock::doctor
