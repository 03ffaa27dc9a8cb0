#include "files/error.h"

#include <cerrno>
#include <cstring>

namespace penstock::files {

std::string fault_text(std::string_view doing, std::string_view path) {
    const int number = errno;
    return std::string(doing) + ' ' + std::string(path) + ": " + std::strerror(number);
}

std::unexpected<Error> fault(std::string_view doing, std::string_view path) {
    return reject(kFileFault, {}, fault_text(doing, path));
}

}  // namespace penstock::files
