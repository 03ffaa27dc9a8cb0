// Task files: no text makes the reader fail otherwise than by an error that says where, and nothing
// that it lets through breaks a promise that the exchange and the agent rely on.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "crypto/bytes.h"
#include "format/task_file.h"

namespace {

using namespace penstock;

void check_path(std::string_view path) {
    PENSTOCK_ASSERT(!path.empty() && path.front() != '/' && path.back() != '/');
    PENSTOCK_ASSERT(("/" + std::string(path) + "/").find("/../") == std::string::npos);
    PENSTOCK_ASSERT(path.find('\0') == path.npos && path.find("//") == path.npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto task = format::parse_task_file(crypto::text_of({data, size}), "task.yaml");
    if (!task) {
        PENSTOCK_ASSERT(task.error().detail().starts_with("task.yaml:"));
        return 0;
    }
    const v1::WorkloadSpec& spec = task->spec;
    PENSTOCK_ASSERT(!spec.run().empty() && !spec.name().empty());
    PENSTOCK_ASSERT(spec.cpus() >= 1 && spec.memory_bytes() >= 1U << 24);
    PENSTOCK_ASSERT(spec.array_size() >= 1 && spec.array_size() <= 10'000);
    PENSTOCK_ASSERT(spec.max_attempts() >= 1 && spec.files().empty());
    PENSTOCK_ASSERT(!spec.has_max_price() || spec.max_price().micros() > 0);
    for (const std::string& glob : spec.outputs()) check_path(glob);
    for (const format::LocalFile& file : task->files) {
        check_path(file.path);
        check_path(file.local);
    }
    if (!task->workdir.empty()) check_path(task->workdir);
    return 0;
}
