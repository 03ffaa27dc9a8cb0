// The shim as a program of its own, for tests and for hosts where the agent is embedded.
#include "agent/shim/shim.h"

int main(int count, char** arguments) {
    return penstock::agent::shim_main({arguments + 1, arguments + count});
}
