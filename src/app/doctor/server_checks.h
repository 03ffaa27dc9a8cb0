#pragma once

#include <string>

#include "app/doctor/report.h"

namespace penstock::doctor {

/// Calls each server: whether it answers, is of our version, takes commands, and has our clock.
/// @param urls     One or several, with commas between.
/// @param ca_file  Trusted roots, PEM; empty takes the system's.
void check_servers(const std::string& urls, const std::string& ca_file, Report& report);

}  // namespace penstock::doctor
