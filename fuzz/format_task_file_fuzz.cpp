// Task files: no text makes the reader fail otherwise than by an error that says where, and nothing
// that it lets through breaks a promise that the exchange and the agent rely on.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "crypto/bytes.h"
#include "format/result_pattern.h"
#include "format/task_file.h"

namespace {

using namespace penstock;

void check_path(std::string_view path) {
    PENSTOCK_ASSERT(!path.empty() && path.front() != '/' && path.back() != '/');
    PENSTOCK_ASSERT(("/" + std::string(path) + "/").find("/../") == std::string::npos);
    PENSTOCK_ASSERT(path.find('\0') == path.npos && path.find("//") == path.npos);
}

void check_unit(const v1::ResultUnit& unit) {
    PENSTOCK_ASSERT(!unit.name().empty() && unit.name().size() <= 40);
    PENSTOCK_ASSERT(unit.line().empty() != unit.files().empty());
    PENSTOCK_ASSERT(unit.per_match() <= 1'000'000'000);
    if (!unit.files().empty()) return check_path(unit.files());
    // What a task file has passed is what an agent takes, for lines of any bytes.
    const auto pattern = format::ResultPattern::compile(unit.line());
    PENSTOCK_ASSERT(pattern.has_value());
    for (const std::string_view line :
         {std::string_view(unit.line()), std::string_view(unit.name()),
          std::string_view("step 12\0 of \xff", 14)}) {
        const auto read = pattern->read(line);
        PENSTOCK_ASSERT(!read || *read <= format::kResultsMax);
        PENSTOCK_ASSERT(!read || pattern->has_group() || *read == 1);
    }
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
    if (spec.has_result_unit()) check_unit(spec.result_unit());
    return 0;
}
