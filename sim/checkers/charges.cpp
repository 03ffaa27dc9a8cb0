#include <algorithm>
#include <map>
#include <set>

#include "penstock/v1/statement.pb.h"
#include "penstock/v1/task.pb.h"
#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

__extension__ using Wide = __int128;
constexpr Wide kNsPerHour = 3'600'000'000'000;
constexpr std::int64_t kMicrosPerFen = 10'000;

std::int64_t half_even(Wide value, Wide divisor) {
    const Wide quotient = value / divisor;
    const Wide twice = value % divisor * 2;
    const bool up = twice > divisor || (twice == divisor && quotient % 2 == 1);
    return static_cast<std::int64_t>(quotient + (up ? 1 : 0));
}

/// Each attempt that the buyer owes for is charged once, in the command that ends it, from the
/// final record of the batch that the charge names, at the price that its contract froze; nothing
/// else is charged; and a contract's accrued sum is that of its charges.
class Charges final : public Checker {
  public:
    std::string_view name() const override { return "charges"; }

    void on_command(const Record& record) override {
        charged_now_.clear();
        for (const v1::Event& event : record.events) {
            if (event.has_usage_accepted()) batch_now_ = event.usage_accepted().number();
            if (event.has_charged()) charge(event.charged(), record);
            if (event.has_plan_charged()) charge(event.plan_charged());
            if (event.has_attempt_changed()) follow(event.attempt_changed(), record.at());
            if (event.has_contract_changed()) follow(event.contract_changed());
        }
        for (const std::string& attempt : charged_now_)
            check(false, attempt, "charged, and did not end owed");
        batch_now_ = 0;
    }

  private:
    struct Contract {
        std::int64_t price = 0;
        std::uint32_t price_version = 0;
        std::int64_t start = 0;
        std::int64_t end = 0;
        std::int64_t escrow = 0;
        std::int64_t accrued = 0;
    };

    void charge(const v1::BillLine& line, const Record& record) {
        const std::string& id = line.attempt();
        check(charged_.insert(id).second, id, "charged twice");
        charged_now_.insert(id);
        check(line.usage_number() == batch_now_ && batch_now_ > 0, id,
              "charged from a batch that this command did not bring");
        const auto found = contracts_.find(line.contract());
        const auto assigned = assigned_at_.find(id);
        if (found == contracts_.end() || assigned == assigned_at_.end())
            return check(false, id, "charged without a live contract and lease");
        Contract& contract = found->second;
        check(line.price_per_core_hour().micros() == contract.price &&
                  line.price_version() == contract.price_version,
              id, "charged at another price than was frozen");
        const std::int64_t claimed = claimed_wall(record.command, id);
        const std::int64_t from = std::max(assigned->second.ns, contract.start);
        const std::int64_t to = std::min(record.at().ns, contract.end);
        const std::int64_t owed =
            std::clamp(claimed, std::int64_t{0}, std::max(to - from, std::int64_t{0}));
        check(line.wall_ns() == owed, id, "charged for another time than is owed");
        const std::int64_t rated =
            half_even(Wide{contract.price} * line.cores() * owed, kNsPerHour);
        const std::int64_t room = contract.escrow - kMicrosPerFen - contract.accrued;
        check(line.amount().micros() == std::min(rated, std::max(room, std::int64_t{0})), id,
              "charged another amount than time and price give");
        contract.accrued += line.amount().micros();
    }

    /// What the rows of a contract by plan say is what they come to, and never beyond its bound.
    void charge(const v1::PlanCharged& charged) {
        std::int64_t sum = 0;
        for (const v1::PlanCharge& row : charged.charges()) sum += row.amount().micros();
        check(sum == charged.amount().micros(), charged.contract(), "charged other than its rows");
        const auto found = contracts_.find(charged.contract());
        if (found == contracts_.end())
            return check(false, charged.contract(), "charged by plan, and does not live");
        found->second.accrued += sum;
        check(found->second.accrued >= 0 && found->second.accrued <= found->second.escrow,
              charged.contract(), "charged more than was set aside, or less than nothing");
    }

    static std::int64_t claimed_wall(const v1::JournaledCommand& command, const std::string& id) {
        v1::ReportAttemptRequest request;
        v1::UsageStatement usage;
        if (!request.ParseFromString(command.request()) ||
            !usage.ParseFromString(request.usage().body()))
            return -1;
        for (const v1::UsageRecord& record : usage.records()) {
            if (record.attempt() == id && record.final()) return record.wall_ns();
        }
        return -1;
    }

    void follow(const v1::AttemptChanged& attempt, Instant at) {
        const std::string& id = attempt.attempt();
        switch (attempt.state()) {
            case v1::ATTEMPT_ASSIGNED:
                assigned_at_[id] = at;
                return;
            case v1::ATTEMPT_RUNNING:
                return;
            case v1::ATTEMPT_SUCCEEDED:
            case v1::ATTEMPT_FAILED:
            case v1::ATTEMPT_CANCELLED:
                check(charged_now_.erase(id) == 1, id, "ended owed, and was not charged");
                break;
            default:
                check(!charged_.contains(id), id, "was lost or broken, and charged");
        }
        assigned_at_.erase(id);
    }

    void follow(const v1::Contract& contract) {
        if (contract.state() == v1::CONTRACT_ORDERED) {
            contracts_[contract.id()] = {contract.price_per_core_hour().micros(),
                                         contract.price_version(), contract.term().start_ns(),
                                         contract.term().end_ns(), contract.escrow().micros()};
        }
        const auto known = contracts_.find(contract.id());
        if (known == contracts_.end()) return;
        // A change moves it, as changes.cpp sees to.
        if (contract.has_by_plan()) known->second.escrow = contract.escrow().micros();
        check(contract.accrued().micros() == known->second.accrued, contract.id(),
              "accrued is not the sum of its charges");
        if (contract.state() == v1::CONTRACT_SETTLED || contract.state() == v1::CONTRACT_CANCELLED)
            contracts_.erase(known);
    }

    std::map<std::string, Contract> contracts_;  ///< That are not final.
    std::map<std::string, Instant> assigned_at_;
    std::set<std::string> charged_;
    std::set<std::string> charged_now_;  ///< By this command, its end not seen yet.
    std::uint64_t batch_now_ = 0;
};

}  // namespace

std::unique_ptr<Checker> charges_checker() {
    return std::make_unique<Charges>();
}

}  // namespace penstock::sim
