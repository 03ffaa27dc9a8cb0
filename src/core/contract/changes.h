#pragma once

#include "base/error.h"
#include "base/id_table.h"
#include "core/contract/change_states.h"
#include "core/contract/types.h"

namespace penstock::contract {

/// How long a supplier has to answer a change order; less where the change would come into force,
/// or the contract end, before.
inline constexpr Duration kChangeWindow = seconds(24 * 3'600);

/// A term is extended by so much at least.
inline constexpr Duration kExtensionMin = seconds(3'600);
/// So many ends that a term had before it was extended may lie ahead: whatever prices what is left
/// of it goes through all of them for each billing period.
inline constexpr std::size_t kFormerEndsMax = 32;

/// A change of a contract by plan while it runs.
struct ChangeOrder {
    ContractId contract;
    ChangeState state = ChangeState::proposed;
    Instant proposed_at;
    Instant lapses_at;  ///< First instant at which it can no longer be answered.
    Instant term_end;   ///< The contract's, where that stays as it is.
    Planned planned;    ///< Not set: the quantities stay.
    Money additional;   ///< That the contract could cost more; held.
    Money released;     ///< That it can cost less; one of the two is zero.
    TransferId hold;    ///< Of what is additional, where that is above zero.

    template <class Archive>
    void visit(Archive& archive) {
        archive(contract, state, proposed_at, lapses_at, term_end, planned, additional, released,
                hold);
    }
};

/// The change orders that wait for an answer; what became of the others is told by events.
class ChangeOrders {
  public:
    ChangeOrderId propose(ChangeOrder change) { return waiting_.add(std::move(change)).first; }
    const ChangeOrder* find(ChangeOrderId id) const { return waiting_.find(id); }
    const ChangeOrder& at(ChangeOrderId id) const { return waiting_.at(id); }
    bool was_issued(ChangeOrderId id) const { return waiting_.was_issued(id); }
    /// One that can be answered.
    /// @retval CHANGE_ORDER_NOT_FOUND, CHANGE_ORDER_CLOSED
    Result<const ChangeOrder*> require(ChangeOrderId id, Instant now) const;
    /// Takes it out: it is as it ended. @pre It waits.
    ChangeOrder end(ChangeOrderId id, ChangeStep step);

    const IdTable<ChangeOrderId, ChangeOrder>& waiting() const { return waiting_; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(waiting_);
    }

  private:
    IdTable<ChangeOrderId, ChangeOrder> waiting_;
};

}  // namespace penstock::contract
