#include "core/exchange/workload_spec.h"

#include <algorithm>
#include <string_view>

#include "base/task_limits.h"
#include "base/text.h"
#include "base/try.h"
#include "core/contract/result_band.h"
#include "core/exchange/job.h"
#include "core/task/error.h"

namespace penstock::exchange {
namespace {

using namespace task_limits;

constexpr std::uint32_t kTrialSecondsMax = 3'600;

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
    if (path.empty() || path.size() > kPathBytesMax || path.front() == '/' || path.back() == '/')
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
    TRY(require(spec.cpus() >= 1 && spec.cpus() <= kCpusMax, "spec.cpus", "1 to 4,096."));
    TRY(require(spec.memory_bytes() >= kMemoryMin && spec.memory_bytes() <= kMemoryMax,
                "spec.memory_bytes", "1 MiB to 64 TiB."));
    TRY(require(spec.array_size() >= 1 && spec.array_size() <= kArraySizeMax, "spec.array_size",
                "1 to 10,000."));
    TRY(require(spec.max_attempts() <= kAttemptsMax, "spec.max_attempts", "0 to 10; 0 means 1."));
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

Result<void> check_result_unit(const v1::WorkloadSpec& spec) {
    TRY(require(spec.trial_seconds() <= kTrialSecondsMax, "spec.trial_seconds", "0 to 3,600."));
    const std::int64_t limit =
        spec.max_task_seconds() == 0 ? kTaskSecondsDefault : spec.max_task_seconds();
    TRY(require(spec.trial_seconds() <= limit, "spec.trial_seconds",
                "No more than max_task_seconds."));
    TRY(require(spec.trial_seconds() == 0 || spec.array_size() <= contract::kSamplesMax,
                "spec.array_size", "1 to 64 in a trial."));
    TRY(require(spec.trial_seconds() == 0 || spec.has_result_unit(), "spec.result_unit",
                "A trial needs a unit of work whose results are counted."));
    if (!spec.has_result_unit()) return {};
    const v1::ResultUnit& unit = spec.result_unit();
    TRY(require(unit.name().size() <= kUnitNameBytesMax &&
                    is_label(unit.name(), {.minimum = 1, .maximum = kUnitNameBytesMax}),
                "spec.result_unit.name", "1 to 40 bytes of plain text."));
    TRY(require(unit.line().empty() != unit.files().empty(), "spec.result_unit",
                "Give line or files, and not both."));
    TRY(require(unit.line().size() <= kPatternBytesMax && has_no_null(unit.line()),
                "spec.result_unit.line", "An expression of at most 512 bytes, none of them zero."));
    TRY(require(unit.files().empty() || is_path_below(unit.files()), "spec.result_unit.files",
                "Globs are relative and stay below the working folder."));
    TRY(require(unit.per_match() <= kPerMatchMax, "spec.result_unit.per_match",
                "0 to 10^9; 0 means 1."));
    TRY(require(unit.quoted_per() <= kQuotedPerMax, "spec.result_unit.quoted_per",
                "0 to 10^12; 0 means 1."));
    return require(unit.per_task() <= kResultsMax, "spec.result_unit.per_task", "0 to 10^15.");
}

}  // namespace

Result<task::NewWorkload> read_spec(const v1::WorkloadSpec& spec) {
    TRY(check_numbers(spec));
    TRY(check_lists(spec));
    TRY(check_result_unit(spec));
    TRY(require(!spec.run().empty() && spec.run().size() <= kScriptBytesMax, "spec.run",
                "1 byte to 64 KiB of shell text."));
    TRY(require(spec.setup().size() <= kScriptBytesMax, "spec.setup", "At most 64 KiB."));
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
    workload.job = job_of(spec);
    workload.result_unit = spec.result_unit().name();
    workload.quoted_per = std::max<std::uint64_t>(spec.result_unit().quoted_per(), 1);
    workload.trial_seconds = spec.trial_seconds();
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
