#include "core/exchange/workload_spec.h"

#include <algorithm>
#include <string_view>

#include "base/try.h"
#include "core/task/error.h"

namespace penstock::exchange {
namespace {

constexpr std::size_t kSpecBytesMax = 256 * 1'024;
constexpr std::size_t kTextBytesMax = 64 * 1'024;
constexpr int kItemsMax = 256;
constexpr std::int64_t kTaskSecondsMax = 7 * 86'400;
constexpr std::int64_t kTaskSecondsDefault = 3'600;
constexpr std::uint64_t kMemoryMin = 1'048'576;
constexpr std::uint64_t kMemoryMax = 64ULL << 40;

Result<void> require(bool holds, std::string_view field, const char* limit) {
    if (!holds) return reject(task::kSpecInvalid, field, limit);
    return {};
}

bool is_digest(std::string_view text) {
    return text.size() == 64 && std::ranges::all_of(text, [](char letter) {
               return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
           });
}

/// Below the working folder: relative, without "..", without empty or control parts.
bool is_path_below(std::string_view path) {
    if (path.empty() || path.size() > 1'024 || path.front() == '/' || path.back() == '/')
        return false;
    if (std::ranges::any_of(path, [](char c) { return static_cast<unsigned char>(c) < 32; }))
        return false;
    for (std::size_t start = 0; start <= path.size();) {
        const std::size_t end = std::min(path.find('/', start), path.size());
        const std::string_view part = path.substr(start, end - start);
        if (part.empty() || part == "." || part == "..") return false;
        start = end + 1;
    }
    return true;
}

/// A byte of zero would end an argument of the program that runs the task, and begin another.
bool has_no_null(std::string_view text) {
    return !text.contains('\0');
}
constexpr const char* kNoNull = "No byte of zero.";

bool is_variable_name(std::string_view name) {
    if (name.empty() || name.size() > 128 || (name[0] >= '0' && name[0] <= '9')) return false;
    return std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

Result<void> check_numbers(const v1::WorkloadSpec& spec) {
    TRY(require(!spec.name().empty() && spec.name().size() <= 80, "spec.name",
                "A name has 1 to 80 bytes."));
    TRY(require(spec.cpus() >= 1 && spec.cpus() <= 4'096, "spec.cpus", "1 to 4,096."));
    TRY(require(spec.memory_bytes() >= kMemoryMin && spec.memory_bytes() <= kMemoryMax,
                "spec.memory_bytes", "1 MiB to 64 TiB."));
    TRY(require(spec.array_size() >= 1 && spec.array_size() <= task::kArrayMax, "spec.array_size",
                "1 to 10,000."));
    TRY(require(spec.max_attempts() <= 10, "spec.max_attempts", "0 to 10; 0 means 1."));
    TRY(require(spec.max_task_seconds() >= 0 && spec.max_task_seconds() <= kTaskSecondsMax,
                "spec.max_task_seconds", "0 to 604,800; 0 means 3,600."));
    TRY(require(spec.deadline_seconds() >= 0, "spec.deadline_seconds", "Zero or more."));
    return require(
        spec.expected_task_seconds() >= 0 && spec.expected_task_seconds() <= kTaskSecondsMax,
        "spec.expected_task_seconds", "0 to 604,800.");
}

Result<void> check_lists(const v1::WorkloadSpec& spec) {
    TRY(require(spec.environment_size() <= kItemsMax, "spec.environment", "At most 256."));
    for (const auto& variable : spec.environment()) {
        TRY(require(is_variable_name(variable.name()), "spec.environment.name",
                    "A name has letters, digits and _, and begins with no digit."));
        TRY(require(has_no_null(variable.value()), "spec.environment.value", kNoNull));
    }
    TRY(require(spec.files_size() <= kItemsMax, "spec.files", "At most 256."));
    for (const auto& file : spec.files()) {
        TRY(require(is_path_below(file.path()), "spec.files.path",
                    "Paths are relative and stay below the working folder."));
        TRY(require(is_digest(file.digest()), "spec.files.digest", "64 lower-case hex digits."));
    }
    TRY(require(spec.outputs_size() <= kItemsMax, "spec.outputs", "At most 256."));
    for (const auto& glob : spec.outputs())
        TRY(require(is_path_below(glob), "spec.outputs",
                    "Globs are relative and stay below the working folder."));
    return {};
}

}  // namespace

Result<task::NewWorkload> read_spec(const v1::WorkloadSpec& spec) {
    TRY(check_numbers(spec));
    TRY(check_lists(spec));
    TRY(require(!spec.run().empty() && spec.run().size() <= kTextBytesMax, "spec.run",
                "1 byte to 64 KiB of shell text."));
    TRY(require(spec.setup().size() <= kTextBytesMax, "spec.setup", "At most 64 KiB."));
    TRY(require(has_no_null(spec.run()), "spec.run", kNoNull));
    TRY(require(has_no_null(spec.setup()), "spec.setup", kNoNull));
    TRY(require(spec.ByteSizeLong() <= kSpecBytesMax, "spec", "At most 256 KiB in all."));

    task::NewWorkload workload;
    workload.name = spec.name();
    workload.spec = spec.SerializeAsString();
    workload.cpus = spec.cpus();
    workload.array_size = spec.array_size();
    workload.max_attempts = std::max(spec.max_attempts(), 1u);
    workload.time_limit =
        seconds(spec.max_task_seconds() == 0 ? kTaskSecondsDefault : spec.max_task_seconds());
    for (const auto& file : spec.files()) workload.inputs.insert(file.digest());
    return workload;
}

Result<std::vector<task::Output>> read_outputs(
    const google::protobuf::RepeatedPtrField<v1::Artifact>& outputs) {
    if (outputs.size() > kItemsMax) return reject(task::kOutputInvalid, "outputs");
    std::vector<task::Output> result;
    for (const v1::Artifact& output : outputs) {
        if (!is_path_below(output.path()) || !is_digest(output.digest()))
            return reject(task::kOutputInvalid, "outputs");
        result.push_back({output.path(), output.digest(), output.size_bytes()});
    }
    return result;
}

}  // namespace penstock::exchange
