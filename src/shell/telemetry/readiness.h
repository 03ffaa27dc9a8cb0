#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shell/telemetry/vitals.h"

namespace penstock::shell {

/// One thing that must be so for a server to be sent requests.
struct Check {
    std::string_view name;
    bool passed = false;
    std::string_view remark;  ///< A sentence when it is not passed.
};

/// In a fixed order: role, journal, disk, clock, tables, evidence, sequencer.
std::vector<Check> readiness_checks(const Vitals& vitals);

bool is_ready(const std::vector<Check>& checks);

/// As /readyz shows them.
std::string readiness_json(const Vitals& vitals, const std::vector<Check>& checks);

}  // namespace penstock::shell
