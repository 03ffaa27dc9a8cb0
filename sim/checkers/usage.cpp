#include <map>

#include "base/hash.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/meter.pb.h"
#include "penstock/v1/statement.pb.h"
#include "penstock/v1/task.pb.h"
#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

constexpr std::uint32_t kToldVersion = 3;
constexpr std::int64_t kToleranceNs = 1'000'000'000;

/// Every agent's batches are accepted in order, each number once, none left out; and no record that
/// was accepted claims more time or cores than can have been, or less than one before it did. From
/// version 3 of the rules on the end of an attempt tells what was accepted of it last, and when it
/// ran.
class Usage final : public Checker {
  public:
    std::string_view name() const override { return "usage"; }

    void on_command(const Record& record) override {
        learn_cores(record.command);
        learn_version(record);
        const std::string body = statement_of(record.command);
        // What the batch claims is held against what was known before this command.
        for (const v1::Event& event : record.events) {
            if (event.has_usage_accepted()) accept(event.usage_accepted(), body, record.at());
        }
        for (const v1::Event& event : record.events) {
            if (event.has_attempt_changed()) follow(event.attempt_changed(), record.at());
        }
    }

  private:
    struct Attempt {
        std::string agent;
        std::uint32_t number = 0;
        std::uint32_t cores = 0;
        Instant assigned_at;
        std::int64_t wall_ns = 0;
        std::int64_t cpu_ns = 0;
        std::uint64_t memory_bytes = 0;
        Instant started_at{};
    };

    void learn_version(const Record& record) {
        v1::OpenExchangeRequest open;
        if (record.command.method() == "InternalService/OpenExchange" &&
            open.ParseFromString(record.command.request()))
            version_ = open.logic_version();
        for (const v1::Event& event : record.events)
            if (event.has_version_activated()) version_ = event.version_activated().version();
    }

    void learn_cores(const v1::JournaledCommand& command) {
        if (command.method() != "TaskService/SubmitWorkload") return;
        v1::SubmitWorkloadRequest request;
        v1::SubmitWorkloadResponse response;
        if (request.ParseFromString(command.request()) && response.ParseFromString(command.reply()))
            cores_[response.workload()] = request.spec().cpus();
    }

    static std::string statement_of(const v1::JournaledCommand& command) {
        if (command.method() == "MeterService/SubmitUsage") {
            v1::SubmitUsageRequest request;
            request.ParseFromString(command.request());
            return request.usage().body();
        }
        if (command.method() == "TaskService/ReportAttempt") {
            v1::ReportAttemptRequest request;
            request.ParseFromString(command.request());
            return request.usage().body();
        }
        return {};
    }

    void accept(const v1::UsageAccepted& accepted, const std::string& body, Instant at) {
        const std::string subject =
            accepted.agent() + " batch " + std::to_string(accepted.number());
        check(accepted.number() == ++numbers_[accepted.agent()], subject,
              "its number does not follow the one before");
        const Digest digest = digest_of(body);
        check(accepted.statement_blake2b() ==
                  std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()),
              subject, "the digest is not of the signed bytes");
        v1::UsageStatement statement;
        check(statement.ParseFromString(body) && statement.agent() == accepted.agent() &&
                  statement.number() == accepted.number(),
              subject, "the signed bytes say something else");
        for (const v1::UsageRecord& claim : statement.records()) {
            const auto known = attempts_.find(claim.attempt());
            if (known == attempts_.end()) continue;  // Ended; nothing is taken from it.
            check(known->second.agent == accepted.agent(), subject, "of another agent's attempt");
            examine(subject + " of " + claim.attempt(), claim, known->second, at);
        }
    }

    void examine(const std::string& subject, const v1::UsageRecord& claim, Attempt& known,
                 Instant at) {
        const std::int64_t elapsed = (at - known.assigned_at).ns;
        const std::int64_t longest = elapsed + elapsed / 1'000 + kToleranceNs;
        check(claim.attempt_number() == known.number, subject, "of another number");
        check(claim.cores() == known.cores, subject, "other cores than were allocated");
        check(claim.wall_ns() <= longest, subject, "more time than has passed");
        check(claim.cpu_ns() <= longest * claim.cores(), subject, "more work than time allows");
        check(claim.wall_ns() >= known.wall_ns && claim.cpu_ns() >= known.cpu_ns, subject,
              "less than was claimed before");
        known.wall_ns = claim.wall_ns();
        known.cpu_ns = claim.cpu_ns();
        known.memory_bytes = claim.memory_peak_bytes();
    }

    void follow(const v1::AttemptChanged& attempt, Instant at) {
        if (attempt.state() == v1::ATTEMPT_ASSIGNED) {
            attempts_[attempt.attempt()] = {attempt.agent(), attempt.attempt_number(),
                                            cores_[attempt.workload()], at};
        } else if (attempt.state() == v1::ATTEMPT_RUNNING) {
            attempts_[attempt.attempt()].started_at = at;
        } else {
            if (version_ >= kToldVersion) look_back(attempt, attempts_[attempt.attempt()], at);
            attempts_.erase(attempt.attempt());
        }
    }

    void look_back(const v1::AttemptChanged& attempt, const Attempt& known, Instant at) {
        const bool ran = known.started_at != Instant{};
        check(
            attempt.has_ran() == ran && (!ran || (attempt.ran().start_ns() == known.started_at.ns &&
                                                  attempt.ran().end_ns() == at.ns)),
            attempt.attempt(), "its end tells another time in which it ran");
        const v1::AttemptUsage& usage = attempt.usage();
        check(attempt.has_usage() == (known.wall_ns > 0) && usage.wall_ns() == known.wall_ns &&
                  (known.wall_ns == 0 ||
                   (usage.cpu_ns() == known.cpu_ns && usage.cores() == known.cores &&
                    usage.memory_peak_bytes() == known.memory_bytes)),
              attempt.attempt(), "its end tells other usage than was accepted last");
    }

    std::uint32_t version_ = 1;
    std::map<std::string, std::uint32_t> cores_;  ///< Of each workload's tasks.
    std::map<std::string, std::uint64_t> numbers_;
    std::map<std::string, Attempt> attempts_;  ///< Those that hold a lease.
};

}  // namespace

std::unique_ptr<Checker> usage_checker() {
    return std::make_unique<Usage>();
}

}  // namespace penstock::sim
