#include "agent/drivers/host/host_driver_fixture.h"

namespace penstock::agent {

std::string shim_program() {
    return PENSTOCK_SHIM;
}

}  // namespace penstock::agent
