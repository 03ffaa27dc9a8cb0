#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace penstock::v1 {
class ServiceLevel;
}

namespace penstock::sla {

inline constexpr std::uint32_t kWholePpm = 1'000'000;
inline constexpr std::uint32_t kWholeBasisPoints = 10'000;
inline constexpr std::size_t kCreditStepsMax = 10;
inline constexpr Duration kStartWithinMax = seconds(std::int64_t{30} * 86'400);

enum class ObjectiveKind : std::uint8_t { availability = 1, start_time = 2, throughput = 3 };
inline constexpr std::size_t kObjectiveKinds = 3;

/// What is given back when an objective was attained by less than a part.
struct CreditStep {
    std::uint32_t below_ppm = 0;
    std::uint32_t credit_basis_points = 0;
    bool operator==(const CreditStep&) const = default;
    template <class Archive>
    void visit(Archive& archive) {
        archive(below_ppm, credit_basis_points);
    }
};

struct Objective {
    ObjectiveKind kind = ObjectiveKind::availability;
    Duration start_within;          ///< Of start_time alone, else zero.
    std::vector<CreditStep> steps;  ///< Falling parts, rising credits.
    bool operator==(const Objective&) const = default;
    template <class Archive>
    void visit(Archive& archive) {
        archive(kind, start_within, steps);
    }
};

/// What was promised, frozen into a contract; the schema is service_level.proto.
class ServiceLevel {
  public:
    /// @retval OBJECTIVES_INVALID, OBJECTIVE_UNKNOWN, START_TIME_INVALID, CREDIT_STEPS_INVALID,
    ///         CREDIT_CAP_INVALID  With the field's path: objectives[1].steps.
    static Result<ServiceLevel> read(const v1::ServiceLevel& message);
    v1::ServiceLevel describe() const;

    std::span<const Objective> objectives() const { return objectives_; }
    std::uint32_t credit_cap_basis_points() const { return credit_cap_basis_points_; }
    /// Whether a start after so long a wait keeps the objective; true when there is none.
    bool is_in_time(Duration waited) const;

    template <class Archive>
    void visit(Archive& archive) {
        archive(objectives_, credit_cap_basis_points_);
        if constexpr (Archive::kReads) {
            if (archive.ok() && !check()) archive.fail();
        }
    }

  private:
    Result<void> check() const;

    std::vector<Objective> objectives_;
    std::uint32_t credit_cap_basis_points_ = 0;
};

}  // namespace penstock::sla
