#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

/// What the core says of itself; the other checkers do not believe it.
class CoreInvariants final : public Checker {
  public:
    std::string_view name() const override { return "core_invariants"; }
    void on_batch(const exchange::Exchange& replica) override {
        for (const std::string& what : replica.broken_invariants()) check(false, "core", what);
    }
};

}  // namespace

std::unique_ptr<Checker> core_invariants_checker() {
    return std::make_unique<CoreInvariants>();
}

}  // namespace penstock::sim
