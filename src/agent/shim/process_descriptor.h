#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include "files/descriptor.h"

namespace penstock::agent {

/// A descriptor that becomes readable when the process ends. Not open when there is no such
/// process. (The C library of Debian 12 declares pidfd_open for C only.)
inline files::Descriptor open_process(int process) {
    return files::Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
}

}  // namespace penstock::agent
