#include <set>

#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

/// When the faults are over, all work ends: no attempt is left with a lease and no workload open.
/// (Holds and contracts have checkers of their own, which ask the same of them.)
class Liveness final : public Checker {
  public:
    std::string_view name() const override { return "liveness"; }

    void on_command(const Record& record) override {
        for (const v1::Event& event : record.events) {
            if (event.has_workload_changed()) {
                const v1::Workload& workload = event.workload_changed();
                if (workload.ended()) {
                    workloads_.erase(workload.id());
                } else {
                    workloads_.insert(workload.id());
                }
            }
            if (!event.has_attempt_changed()) continue;
            const v1::AttemptChanged& attempt = event.attempt_changed();
            if (attempt.state() == v1::ATTEMPT_ASSIGNED) attempts_.insert(attempt.attempt());
            if (attempt.state() > v1::ATTEMPT_RUNNING) attempts_.erase(attempt.attempt());
        }
    }

    void on_quiet() override {
        for (const std::string& id : attempts_) check(false, id, "holds a lease for ever");
        for (const std::string& id : workloads_) check(false, id, "never ends");
    }

  private:
    std::set<std::string> attempts_;
    std::set<std::string> workloads_;
};

}  // namespace

std::unique_ptr<Checker> liveness_checker() {
    return std::make_unique<Liveness>();
}

}  // namespace penstock::sim
