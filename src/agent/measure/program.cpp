// The measurement as a program of its own, for tests.
#include "agent/measure/measure.h"

int main(int count, char** arguments) {
    return penstock::agent::measure_main({arguments + 1, arguments + count});
}
