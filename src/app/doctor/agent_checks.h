#pragma once

#include "app/doctor/report.h"

namespace penstock::doctor {

/// Whether this machine can run tasks in limits and sandboxes, each by trying it: a control group
/// is made and removed, a sandbox run. As the user who will run the agent.
void check_agent_machine(Report& report);

}  // namespace penstock::doctor
