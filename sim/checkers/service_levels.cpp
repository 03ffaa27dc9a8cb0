#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "penstock/v1/billing.pb.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/internal.pb.h"
#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

__extension__ using Wide = __int128;
constexpr std::int64_t kFen = 10'000;
constexpr std::int64_t kPpm = 1'000'000;
constexpr std::int64_t kBasisPoints = 10'000;

/// What a contract by plan gives back for a billing period is what its terms say of the time in
/// which its agent was lost, as the commands have it: no less, no more, and nothing where nothing
/// was promised.
class ServiceLevels final : public Checker {
  public:
    std::string_view name() const override { return "service_levels"; }

    void on_command(const Record& record) override {
        note_outage(record);
        for (const v1::Event& event : record.events) {
            if (event.has_sale_terms_set()) {
                const v1::SaleTerms& terms = event.sale_terms_set().terms();
                levels_[{event.sale_terms_set().product(), terms.version()}] =
                    terms.service_level();
            }
            if (event.has_agent_changed() && !event.agent_changed().revoked())
                agents_[event.agent_changed().pool()] = event.agent_changed().id();
            if (event.has_contract_changed()) follow(event.contract_changed());
            if (event.has_plan_charged()) charge(event.plan_charged());
        }
    }

  private:
    struct Period {
        std::int64_t end = 0;
        std::int64_t charged = 0;
        std::int64_t given_back = 0;
    };
    struct Contract {
        v1::ServiceLevel level;
        std::string agent;
        std::map<std::int64_t, Period> periods;  ///< By their starts.
    };

    void note_outage(const Record& record) {
        v1::MarkAgentLostRequest lost;
        if (record.command.method() == "InternalService/MarkAgentLost" &&
            lost.ParseFromString(record.command.request()))
            outages_[lost.agent()].emplace_back(record.at().ns, INT64_MAX);
        v1::MarkAgentBackRequest back;
        if (record.command.method() == "InternalService/MarkAgentBack" &&
            back.ParseFromString(record.command.request()) && !outages_[back.agent()].empty())
            outages_[back.agent()].back().second = record.at().ns;
    }

    void follow(const v1::Contract& contract) {
        if (!contract.has_by_plan()) return;
        if (contract.state() == v1::CONTRACT_ORDERED) {
            contracts_[contract.id()] = {
                levels_[{contract.product(), contract.by_plan().sale_terms_version()}],
                agents_[contract.pool()],
                {}};
        } else if (contract.state() == v1::CONTRACT_SETTLED) {
            const std::int64_t end = contract.by_plan().charged_time().end_ns();
            for (const auto& [start, period] : contracts_[contract.id()].periods)
                compare(contract.id(), start, std::min(period.end, end), period);
        }
        if (contract.state() == v1::CONTRACT_SETTLED || contract.state() == v1::CONTRACT_CANCELLED)
            contracts_.erase(contract.id());
    }

    void charge(const v1::PlanCharged& charged) {
        const auto found = contracts_.find(charged.contract());
        if (found == contracts_.end()) return;
        Period& period = found->second.periods[charged.period().start_ns()];
        period.end = charged.period().end_ns();
        std::int64_t sum = 0;
        for (const v1::PlanCharge& row : charged.charges()) {
            sum += row.amount().micros();
            if (row.kind() == v1::PLAN_CHARGE_SLA_CREDIT)
                period.given_back -= row.amount().micros();
            else
                period.charged += row.amount().micros();
        }
        check(sum == charged.amount().micros(), charged.contract(), "its charges do not add up");
    }

    std::int64_t time_out(const std::string& agent, std::int64_t start, std::int64_t end) {
        std::int64_t sum = 0;
        for (const auto& [from, to] : outages_[agent])
            sum += std::max<std::int64_t>(0, std::min(to, end) - std::max(from, start));
        return sum;
    }

    void compare(const std::string& id, std::int64_t start, std::int64_t end,
                 const Period& period) {
        const Contract& contract = contracts_[id];
        const Wide whole = end - start;
        const Wide attained = whole - time_out(contract.agent, start, end);
        std::int64_t basis_points = 0;
        for (const v1::ServiceObjective& objective : contract.level.objectives()) {
            // Nothing starts or works on contracts by plan yet.
            if (objective.kind() != v1::OBJECTIVE_AVAILABILITY) continue;
            for (const v1::CreditStep& step : objective.steps()) {
                if (attained * kPpm < whole * step.below_ppm())
                    basis_points = step.credit_basis_points();
            }
        }
        basis_points =
            std::min<std::int64_t>(basis_points, contract.level.credit_cap_basis_points());
        const Wide exact = Wide{period.charged / kFen} * basis_points;
        auto fen = static_cast<std::int64_t>(exact / kBasisPoints);
        const auto rest = static_cast<std::int64_t>(exact % kBasisPoints);
        if (2 * rest > kBasisPoints || (2 * rest == kBasisPoints && fen % 2 == 1)) ++fen;
        check(period.given_back == fen * kFen, id, "gives back other than its outages are worth");
        check(period.given_back <= period.charged, id, "gives back more than it charged");
    }

    std::map<std::pair<std::string, std::uint32_t>, v1::ServiceLevel> levels_;
    std::map<std::string, std::string> agents_;  ///< By pool.
    std::map<std::string, std::vector<std::pair<std::int64_t, std::int64_t>>> outages_;
    std::map<std::string, Contract> contracts_;  ///< That are not final.
};

}  // namespace

std::unique_ptr<Checker> service_levels_checker() {
    return std::make_unique<ServiceLevels>();
}

}  // namespace penstock::sim
