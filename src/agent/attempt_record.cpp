#include "agent/attempt_record.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>

#include "agent/error.h"
#include "agent/options.h"
#include "agent/state_file.h"
#include "base/try.h"
#include "crypto/hex.h"
#include "files/folder.h"

namespace penstock::agent {
namespace {

constexpr const char* kFile = "/attempt.json";

}  // namespace

Result<void> save_attempt(const std::string& folder, const AttemptRecord& record) {
    TRY(files::ensure_folder(folder));
    return write_state(
        folder + kFile,
        {{"attempt", record.assignment.attempt()},
         {"cores", fmt::format("{}", fmt::join(record.cpu_ids, ","))},
         {"held_cores", std::to_string(record.cores)},
         {"settled", record.is_settled ? "yes" : "no"},
         {"assignment", crypto::hex(crypto::bytes_of(record.assignment.SerializeAsString()))}});
}

Result<AttemptRecord> load_attempt(const std::string& folder) {
    TRY_ASSIGN(auto values, read_state(folder + kFile));
    AttemptRecord record;
    TRY_ASSIGN(const auto bytes, crypto::parse_hex(values["assignment"]));
    // The engine may choose them, and an attempt that is only to be reported has none.
    if (!values["cores"].empty()) {
        TRY_ASSIGN(record.cpu_ids, parse_cpu_list(values["cores"]));
    }
    // Agents of earlier versions have kept the list alone.
    record.cores = static_cast<std::uint32_t>(record.cpu_ids.size());
    if (const auto& held = values["held_cores"]; !held.empty())
        std::from_chars(held.data(), held.data() + held.size(), record.cores);
    record.is_settled = values["settled"] == "yes";
    if (!record.assignment.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
        record.assignment.attempt().empty())
        return reject(kStateDamaged, {}, folder);
    return record;
}

}  // namespace penstock::agent
