#pragma once

#include <string>

namespace penstock::agent {

/// A seccomp filter (classic BPF, as the kernel takes it) for tasks of strangers: calls that
/// administer the machine, load code into the kernel, trace other processes, make namespaces, or
/// type into a terminal fail with EPERM; all others are allowed. A foreign instruction set is
/// killed. Empty on a processor that has no table here; then the sandbox runs without a filter.
std::string seccomp_filter();

}  // namespace penstock::agent
