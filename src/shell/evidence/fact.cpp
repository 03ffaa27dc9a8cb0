#include "shell/evidence/fact.h"

#include <utility>

#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "format/receipt.h"
#include "shell/evidence/canonical_json.h"

namespace penstock::evidence {

namespace {

std::optional<Fact> fact(const char* kind, const std::string& subject) {
    return Fact{kind, subject, {}, {}, false, {}};
}

std::optional<Fact> of_party(const v1::Party& party) {
    if (party.decided_at_ns() == 0 && party.state() == v1::PARTY_APPLIED) return std::nullopt;
    return fact("review", party.id());
}

std::optional<Fact> of_contract(const v1::Contract& contract, std::int64_t at_ns) {
    if (contract.by_plan().has_notice() && contract.by_plan().notice().given_at_ns() == at_ns &&
        contract.state() == v1::CONTRACT_ACTIVE)
        return Fact{"notice", contract.id(), contract.order(), contract.id(), true, {}};
    const bool ended =
        contract.state() == v1::CONTRACT_SETTLED || contract.state() == v1::CONTRACT_CANCELLED;
    return Fact{ended ? "settlement" : "contract",
                contract.id(),
                contract.order(),
                contract.id(),
                ended,
                {}};
}

std::optional<Fact> of_attempt(const v1::AttemptChanged& attempt) {
    switch (attempt.state()) {
        case v1::ATTEMPT_SUCCEEDED:
        case v1::ATTEMPT_FAILED:
        case v1::ATTEMPT_LOST:
        case v1::ATTEMPT_CANCELLED:
        case v1::ATTEMPT_BROKEN:
            break;
        default:
            return std::nullopt;
    }
    // One receipt a task: that of the attempt which decided it.
    const bool decided =
        attempt.state() == v1::ATTEMPT_SUCCEEDED ||
        (attempt.state() == v1::ATTEMPT_FAILED && attempt.task_state() == v1::TASK_FAILED);
    return Fact{"computation", attempt.task(), attempt.order(), attempt.contract(), decided, {}};
}

/// Of when it is issued, and of when nothing of it is open any more. What happens between is told
/// by its disputes.
std::optional<Fact> of_bill(const v1::IssuedBill& bill, std::int64_t at_ns) {
    const bool is_settled = bill.state() == v1::BILL_SETTLED;
    // Out of an escrow, what is due at once is issued settled; on credit that is a change of its
    // own.
    const bool is_due_at_once = !bill.post_paid() && bill.due_at_ns() <= bill.issued_at_ns();
    const bool is_new = bill.issued_at_ns() == at_ns &&
                        (bill.state() == v1::BILL_OPEN || (is_settled && is_due_at_once));
    if (!is_new && !is_settled) return std::nullopt;
    const char* kind = is_new ? "bill" : "bill_settled";
    if (bill.kind() == v1::SETTLEMENT_CREDIT_NOTE) kind = "credit_note";
    return Fact{kind, bill.id(), bill.order(), bill.contract(), true, {}};
}

std::optional<Fact> of_dispute(const v1::Dispute& dispute) {
    return Fact{dispute.state() == v1::DISPUTE_OPEN ? "dispute" : "dispute_ended",
                dispute.id(),
                dispute.order(),
                dispute.contract(),
                true,
                {}};
}

std::optional<Fact> of_change_order(const v1::ChangeOrder& change) {
    return Fact{change.state() == v1::CHANGE_ORDER_PROPOSED ? "change_order" : "change_order_ended",
                change.id(),
                change.order(),
                change.contract(),
                true,
                {}};
}

std::optional<Fact> without_payload(const v1::Event& event) {
    switch (event.body_case()) {
        case v1::Event::kPartyChanged:
            return of_party(event.party_changed());
        case v1::Event::kPoolChanged:
            if (!event.pool_changed().has_profile()) return std::nullopt;
            return fact("profile", event.pool_changed().id());
        case v1::Event::kProductChanged:
            return fact("product", event.product_changed().id());
        case v1::Event::kPricePlanSet:
            return fact("price_plan", event.price_plan_set().product());
        case v1::Event::kSaleTermsSet:
            return fact("sale_terms", event.sale_terms_set().product());
        case v1::Event::kTopUpChanged:
            if (!event.top_up_changed().confirmed()) return std::nullopt;
            return fact("top_up", event.top_up_changed().id());
        case v1::Event::kWithdrawalChanged:
            if (event.withdrawal_changed().state() != v1::WITHDRAWAL_PAID) return std::nullopt;
            return fact("withdrawal", event.withdrawal_changed().id());
        case v1::Event::kStatementImported:
            return fact("bank_statement", event.statement_imported().id());
        case v1::Event::kOrderPlaced: {
            const std::string& order = event.order_placed().order();
            return Fact{"order", order, order, {}, true, {}};
        }
        case v1::Event::kContractChanged:
            return of_contract(event.contract_changed(), event.at_ns());
        case v1::Event::kChangeOrderChanged:
            return of_change_order(event.change_order_changed());
        case v1::Event::kAttemptChanged:
            return of_attempt(event.attempt_changed());
        case v1::Event::kUsageAccepted:
            return fact("usage", event.usage_accepted().agent());
        case v1::Event::kCharged: {
            const v1::BillLine& line = event.charged();
            return Fact{"charge", line.task(), {}, line.contract(), false, {}};
        }
        case v1::Event::kPlanCharged:
            return Fact{"charge", event.plan_charged().contract(),
                        {},       event.plan_charged().contract(),
                        false,    {}};
        case v1::Event::kBillChanged:
            return of_bill(event.bill_changed(), event.at_ns());
        case v1::Event::kDisputeChanged:
            return of_dispute(event.dispute_changed());
        case v1::Event::kPaymentDecided: {
            const v1::PaymentDecided& decided = event.payment_decided();
            // Of one bill there may be several.
            return Fact{"payment_decided",
                        decided.bill() + "_" + std::to_string(event.sequence()),
                        decided.order(),
                        decided.contract(),
                        true,
                        {}};
        }
        case v1::Event::kAct:
            // Whom it is about is nobody's business: the public sees that something was done.
            return fact("audit", "act_" + std::to_string(event.sequence()) + "_" +
                                     std::to_string(event.ordinal()));
        case v1::Event::kVersionActivated:
            return fact("version",
                        "version_" + std::to_string(event.version_activated().version()));
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<Fact> fact_of(const v1::Event& event) {
    std::optional<Fact> found = without_payload(event);
    if (!found || !format::is_entry_subject(found->subject)) return std::nullopt;
    found->payload = canonical_json(event);
    if (found->payload.size() > format::kReceiptPayloadMax) {
        // Too long to hand out with a receipt: the record commits to the digest of the text.
        v1::Event head;
        head.set_sequence(event.sequence());
        head.set_ordinal(event.ordinal());
        head.set_at_ns(event.at_ns());
        std::string shortened = canonical_json(head);
        shortened.back() = ',';
        shortened.append("\"textSha256\":\"")
            .append(crypto::hex(crypto::sha256(found->payload)))
            .append("\"}");
        found->payload = std::move(shortened);
    }
    return found;
}

}  // namespace penstock::evidence
