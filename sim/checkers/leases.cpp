#include <map>

#include "core/task/states.h"
#include "penstock/v1/task.pb.h"
#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

/// At most one attempt holds the lease of a task; attempts are numbered from 1 on; none follows a
/// success; leases are given on active contracts alone, and never for more cores than were bought.
class Leases final : public Checker {
  public:
    std::string_view name() const override { return "leases"; }

    void on_command(const Record& record) override {
        if (record.command.method() == "TaskService/SubmitWorkload") learn_cores(record.command);
        for (const v1::Event& event : record.events) {
            if (event.has_contract_changed()) follow(event.contract_changed());
            if (event.has_attempt_changed()) follow(event.attempt_changed());
        }
    }

  private:
    struct Task {
        std::string holder;  ///< The attempt that has the lease; empty when none has.
        std::uint32_t attempts = 0;
        bool has_succeeded = false;
    };
    struct Contract {
        std::uint64_t cores = 0;
        std::uint64_t busy = 0;
        v1::ContractState state = v1::CONTRACT_STATE_UNSPECIFIED;
    };
    struct Attempt {
        v1::AttemptState state = v1::ATTEMPT_STATE_UNSPECIFIED;
        std::uint64_t cores = 0;
    };

    void learn_cores(const v1::JournaledCommand& command) {
        v1::SubmitWorkloadRequest request;
        v1::SubmitWorkloadResponse response;
        if (request.ParseFromString(command.request()) && response.ParseFromString(command.reply()))
            cores_[response.workload()] = request.spec().cpus();
    }

    void follow(const v1::Contract& contract) {
        Contract& known = contracts_[contract.id()];
        known.cores = contract.cores();
        known.state = contract.state();
        const bool is_final =
            contract.state() == v1::CONTRACT_SETTLED || contract.state() == v1::CONTRACT_CANCELLED;
        if (!is_final) return;
        check(known.busy == 0, contract.id(), "ended while an attempt ran on it");
        contracts_.erase(contract.id());
    }

    void follow(const v1::AttemptChanged& event) {
        const std::string& id = event.attempt();
        Task& task = tasks_[event.task()];
        Contract& contract = contracts_[event.contract()];
        if (event.state() == v1::ATTEMPT_ASSIGNED) {
            check(task.holder.empty(), id, "given the lease that " + task.holder + " holds");
            check(!task.has_succeeded, id, "begun though its task has succeeded");
            check(event.attempt_number() == ++task.attempts, id, "not numbered in order");
            check(contract.state == v1::CONTRACT_ACTIVE, id, "given on a contract not active");
            task.holder = id;
            attempts_[id] = {event.state(), cores_[event.workload()]};
            contract.busy += cores_[event.workload()];
            check(contract.busy <= contract.cores, id, "has cores that were not bought");
            return;
        }
        Attempt& attempt = attempts_[id];
        check(task.holder == id, id, "reported without the lease of its task");
        check(task::is_edge(static_cast<task::AttemptState>(attempt.state),
                            static_cast<task::AttemptState>(event.state())),
              id, "took a step that there is not");
        attempt.state = event.state();
        if (event.state() == v1::ATTEMPT_RUNNING) return;
        contract.busy -= attempt.cores;
        task.holder.clear();
        task.has_succeeded |= event.state() == v1::ATTEMPT_SUCCEEDED;
        attempts_.erase(id);
    }

    std::map<std::string, std::uint64_t> cores_;  ///< Of each workload's tasks.
    std::map<std::string, Task> tasks_;
    std::map<std::string, Contract> contracts_;
    std::map<std::string, Attempt> attempts_;
};

}  // namespace

std::unique_ptr<Checker> leases_checker() {
    return std::make_unique<Leases>();
}

}  // namespace penstock::sim
