#include "shell/event_fake/event_fake.h"

#include <deque>
#include <random>
#include <string>

namespace penstock::event_fake {

namespace {

std::string id(const char* prefix, std::uint64_t number) {
    return std::string(prefix) + "_" + std::to_string(number);
}

void set(v1::Money& money, std::int64_t micros) {
    money.set_micros(micros);
    money.set_currency("CNY");
}

class Writer {
  public:
    explicit Writer(std::uint32_t seed) : random_(seed) {}

    std::vector<v1::Event> write(unsigned orders) {
        open();
        for (unsigned order = 1; order <= orders; ++order) write_order(order);
        return {events_.begin(), events_.end()};
    }

  private:
    v1::Event& command() {
        ++sequence_;
        ordinal_ = 0;
        return more();
    }
    v1::Event& more() {
        v1::Event& event = events_.emplace_back();
        event.set_sequence(sequence_);
        event.set_ordinal(ordinal_++);
        event.set_at_ns(1'700'000'000'000'000'000 + static_cast<std::int64_t>(sequence_) * 1000);
        return event;
    }
    unsigned draw(unsigned below) { return static_cast<unsigned>(random_() % below); }

    void open() {
        for (unsigned party = 1; party <= 4; ++party) {
            v1::Party& changed = *command().mutable_party_changed();
            changed.set_id(id("party", party));
            changed.set_name("Party " + std::to_string(party));
            changed.add_roles(party == 1   ? v1::ROLE_OPERATOR
                              : party == 4 ? v1::ROLE_BUYER
                                           : v1::ROLE_SUPPLIER);
            if (party == 2) changed.add_roles(v1::ROLE_BUYER);
            changed.set_state(v1::PARTY_APPLIED);
            v1::ApiKey& key = *more().mutable_key_changed();
            key.set_id(id("key", party));
            key.set_party(changed.id());
            v1::Party copy = changed;
            copy.set_state(v1::PARTY_QUALIFIED);
            copy.set_decision_note("资质 checked");
            *command().mutable_party_changed() = copy;
        }
        for (unsigned pool = 1; pool <= 2; ++pool) open_pool(pool);
        v1::TopUp& top_up = *command().mutable_top_up_changed();
        top_up.set_id("topup_1");
        top_up.set_party("party_4");
        set(*top_up.mutable_amount(), 1'000'000'000);
        v1::TopUp confirmed = top_up;
        confirmed.set_confirmed(true);
        confirmed.set_bank_reference("B-" + std::to_string(draw(1000)));
        transfer(command(), 4, 40, 1'000'000'000, "top_up", "topup_1");
        *more().mutable_top_up_changed() = confirmed;
    }

    void open_pool(unsigned pool) {
        v1::Agent& agent = *command().mutable_agent_changed();
        agent.set_id(id("agent", pool));
        agent.set_party(id("party", pool + 1));
        agent.set_pool(id("pool", pool));
        agent.set_public_key(std::string("\0\xff key", 6));
        agent.set_live(true);
        v1::Pool& opened = *more().mutable_pool_changed();
        opened.set_id(id("pool", pool));
        opened.set_party(id("party", pool + 1));
        v1::Pool measured = opened;
        v1::ProfileStatement& profile = *measured.mutable_profile();
        profile.set_cores(16);
        profile.add_cpu_ids(3);
        v1::Measurement& gemm = *profile.add_measurements();
        gemm.set_name("gemm_fp64");
        gemm.set_value_milli(draw(100'000));
        measured.set_profile_expires_at_ns(1'900'000'000'000'000'000);
        *command().mutable_pool_changed() = measured;
        v1::Product& product = *command().mutable_product_changed();
        product.set_id(id("prod", pool));
        product.set_party(id("party", pool + 1));
        product.set_pool(id("pool", pool));
        product.set_listed(true);
        set(*product.mutable_price_per_core_hour(), 100'000 + draw(100'000));
    }

    void transfer(v1::Event& event, unsigned from, unsigned to, std::int64_t micros,
                  const char* purpose, const std::string& subject) {
        v1::Transfer& posted = *event.mutable_transfer_posted();
        posted.set_id(id("tr", ++transfers_));
        posted.set_debit_account(id("acc", from));
        posted.set_credit_account(id("acc", to));
        set(*posted.mutable_amount(), micros);
        posted.set_purpose(purpose);
        posted.set_subject(subject);
        posted.set_at_ns(event.at_ns());
    }

    v1::Contract contract(unsigned order, unsigned side) const {
        v1::Contract made;
        made.set_id(id("ctr", 2 * order - side));
        made.set_order(id("ord", order));
        made.set_buyer("party_4");
        made.set_supplier(id("party", 3 - side));
        made.set_cores(4);
        made.mutable_term()->set_start_ns(5);
        made.mutable_term()->set_end_ns(50);
        made.set_state(v1::CONTRACT_ORDERED);
        set(*made.mutable_escrow(), 9'000'000);
        return made;
    }

    void write_order(unsigned order) {
        v1::OrderPlaced& placed = *command().mutable_order_placed();
        placed.set_order(id("ord", order));
        placed.set_buyer("party_4");
        placed.add_contracts(id("ctr", 2 * order - 1));
        placed.add_contracts(id("ctr", 2 * order));
        set(*placed.mutable_held(), 18'000'000);
        for (unsigned side : {1U, 0U}) *more().mutable_contract_changed() = contract(order, side);
        const bool cancelled = draw(8) == 0;
        for (unsigned side : {1U, 0U}) {
            v1::Contract changed = contract(order, side);
            if (cancelled) {
                changed.set_state(v1::CONTRACT_CANCELLED);
                changed.set_close_reason(v1::CLOSE_BUYER_CANCELLED);
                *command().mutable_contract_changed() = changed;
                continue;
            }
            changed.set_state(v1::CONTRACT_ACTIVE);
            *command().mutable_contract_changed() = changed;
            const std::int64_t accrued = run_task(order, side);
            if (draw(10) == 0) continue;  // Still running when the history ends.
            changed.set_state(v1::CONTRACT_SETTLED);
            changed.set_close_reason(v1::CLOSE_WORK_COMPLETED);
            set(*changed.mutable_accrued(), accrued);
            const std::int64_t payable = (accrued + 5'000) / 10'000 * 10'000;
            set(*changed.mutable_charged(), payable);
            set(*changed.mutable_operator_fee(), payable / 100);
            // Something is left over for the exchange's rounding account.
            const std::int64_t left = payable > 10'000 ? 5'000 : 0;
            set(*changed.mutable_paid_to_supplier(), payable - payable / 100 - left);
            transfer(command(), 41, 20 + side, payable, "settlement", changed.id());
            *more().mutable_contract_changed() = changed;
        }
    }

    std::int64_t run_task(unsigned order, unsigned side) {
        v1::AttemptChanged attempt;
        attempt.set_order(id("ord", order));
        attempt.set_workload(id("wl", order));
        attempt.set_contract(id("ctr", 2 * order - side));
        attempt.set_task(id("task", 2 * order - side));
        attempt.set_task_index(1 - side);
        attempt.set_agent(id("agent", 2 - side));
        for (unsigned number = 1;; ++number) {
            attempt.set_attempt(id("att", ++attempts_));
            attempt.set_attempt_number(number);
            attempt.set_state(v1::ATTEMPT_ASSIGNED);
            attempt.set_task_state(v1::TASK_ASSIGNED);
            *command().mutable_attempt_changed() = attempt;
            attempt.set_state(v1::ATTEMPT_RUNNING);
            attempt.set_task_state(v1::TASK_RUNNING);
            v1::Event& running = command();
            *running.mutable_attempt_changed() = attempt;
            attempt.mutable_ran()->set_start_ns(running.at_ns());
            if (draw(5) != 0) break;
            attempt.set_state(v1::ATTEMPT_LOST);
            attempt.set_task_state(v1::TASK_WAITING);
            v1::Event& lost = command();
            attempt.mutable_ran()->set_end_ns(lost.at_ns());
            *lost.mutable_attempt_changed() = attempt;
            attempt.clear_ran();
        }
        v1::UsageAccepted& usage = *command().mutable_usage_accepted();
        usage.set_agent(attempt.agent());
        usage.set_number(++usage_);
        usage.set_records(1);
        usage.set_statement_blake2b(std::string(32, static_cast<char>(draw(256))));
        attempt.set_state(v1::ATTEMPT_SUCCEEDED);
        attempt.set_task_state(v1::TASK_SUCCEEDED);
        v1::Artifact& output = *attempt.add_outputs();
        output.set_path("frame.png");
        output.set_digest(std::string(60, 'a') + std::to_string(1000 + attempts_ % 9000));
        output.set_size_bytes(draw(1'000'000));
        attempt.mutable_usage()->set_cores(4);
        attempt.mutable_usage()->set_wall_ns(1'000);
        attempt.mutable_usage()->set_cpu_ns(draw(4'000));
        v1::Event& ended = more();
        attempt.mutable_ran()->set_end_ns(ended.at_ns());
        *ended.mutable_attempt_changed() = attempt;
        v1::BillLine& line = *more().mutable_charged();
        line.set_contract(attempt.contract());
        line.set_task(attempt.task());
        line.set_attempt(attempt.attempt());
        line.set_usage_number(usage_);
        line.set_wall_ns(draw(1'000'000'000));
        set(*line.mutable_amount(), draw(2'000'000));
        return line.amount().micros();
    }

    std::mt19937 random_;
    std::deque<v1::Event> events_;  // References stay valid while it grows.
    std::uint64_t sequence_ = 0;
    std::uint32_t ordinal_ = 0;
    std::uint64_t transfers_ = 0;
    std::uint64_t attempts_ = 0;
    std::uint64_t usage_ = 0;
};

}  // namespace

std::vector<v1::Event> history(std::uint32_t seed, unsigned orders) {
    return Writer(seed).write(orders);
}

}  // namespace penstock::event_fake
