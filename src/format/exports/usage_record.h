#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"
#include "base/time.h"

namespace penstock::format {

enum class JobStatus : std::uint8_t { completed, failed, aborted };

/// What one attempt used, for computing centres that account by OGF's Usage Record 2.0 (GFD.204).
/// Empty texts are left out.
struct UsageRecord {
    std::string record_id;  ///< Unique for ever: exchange.example/att_12/1.
    Instant created_at;
    std::string site;               ///< Whose machines they are.
    std::string global_user_id{};   ///< Who ran it, as the exchange knows the user.
    std::string global_group_id{};  ///< The buyer.
    std::string global_job_id;      ///< The attempt.
    std::string local_job_id{};     ///< As the engine below calls it.
    std::string job_name{};
    std::string machine_name{};   ///< The pool.
    std::string queue{};          ///< The product.
    std::string service_level{};  ///< The contract.
    JobStatus status = JobStatus::completed;
    std::optional<std::int32_t> exit_status{};
    Interval ran;
    Duration wall;  ///< Allocated.
    Duration cpu;   ///< Of all processors together.
    std::uint32_t processors = 0;
    std::uint32_t nodes = 1;
    std::string host{};
    std::optional<std::uint64_t> memory_used_bytes{};  ///< At its highest.
    std::optional<std::uint64_t> network_in_bytes{};
    std::optional<std::uint64_t> network_out_bytes{};
    /// Accelerators, of which the standard knows nothing: written in a namespace of our own.
    std::uint32_t cards = 0;
    std::string card_model{};
};

/// Usage records as XML in the order given, UTF-8, UTC; none make an empty list.
/// @retval kUsageRecordInvalid  With the record and field; an id that occurs twice, too.
/// O(records × log records).
Result<std::string> usage_records_xml(std::span<const UsageRecord> records);

}  // namespace penstock::format
