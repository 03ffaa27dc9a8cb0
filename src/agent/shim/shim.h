#pragma once

#include <string>
#include <vector>

namespace penstock::agent {

/// The program `penstock shim FOLDER`: starts one attempt as its launch file says, and stays with
/// it to the end, whatever becomes of the agent.
///
/// Returns once the buyer's program runs (0) or could not be started (1, with the cause on standard
/// error); by then a process of its own session holds the attempt's lease. That process kills the
/// whole task when the lease ends, when it is asked to stop, or when the time limit has passed, and
/// leaves the end in the status file. A guard beside it does the same should the shim itself be
/// killed or stopped; and should both be killed, the kernel kills the task with its parent.
/// @param arguments  The attempt's folder.
int shim_main(const std::vector<std::string>& arguments);

}  // namespace penstock::agent
