#include "format/bank/test_statements.h"

#include <fstream>
#include <iterator>

namespace penstock::format {

std::string example(const std::string& name) {
    std::ifstream file(std::string(PENSTOCK_EXAMPLES) + "/" + name, std::ios::binary);
    EXPECT_TRUE(file) << name;
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace penstock::format
