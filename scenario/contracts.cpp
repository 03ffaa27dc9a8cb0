#include "scenario/contracts.h"

#include <algorithm>

#include "base/money.h"
#include "core/exchange/state.h"
#include "scenario/span.h"

namespace penstock::scenario {
namespace {

constexpr Duration kHalfDay = kHour * 12;
constexpr Duration kOffset = kHour * 8;  // Of the plans' calendar.

/// The next midnight or noon of the plans' calendar after an instant.
Instant next_half_day(Instant at) {
    const std::int64_t local = at.ns + kOffset.ns;
    return Instant{(local / kHalfDay.ns + 1) * kHalfDay.ns - kOffset.ns};
}

bool is_noon(Instant at) {
    return (at.ns + kOffset.ns) % kDay.ns == kHalfDay.ns;
}

}  // namespace

PlanContracts::PlanContracts(Venue& venue, const Cast& cast, const std::vector<PriceForm>& forms,
                             Dice& dice)
    : venue_(venue), cast_(cast), forms_(forms), dice_(dice) {
    venue_.listen(v1::Event::kChangeOrderChanged, [this](const v1::Event& event) {
        if (event.change_order_changed().state() == v1::CHANGE_ORDER_LAPSED)
            ++tally_["changes lapsed"];
    });
}

v1::PlaceOrderRequest PlanContracts::request_for(const Offer& offer) {
    v1::PlaceOrderRequest request;
    v1::OrderLine& line = *request.add_lines();
    line.set_product(offer.product);
    line.set_price_version(offer.price_version);
    const Instant start = venue_.now() + kHour * (dice_.percent(40) ? dice_.between(1, 40) : 0);
    line.mutable_term()->set_start_ns(start.ns);
    line.mutable_term()->set_end_ns((start + kMinute * dice_.between(90, 18 * 1'440)).ns);
    for (const Taken& taken : forms_[offer.form].taken) {
        v1::PlanQuantity& quantity = *line.add_quantities();
        quantity.set_component(taken.component);
        quantity.set_quantity(dice_.between(taken.least, taken.most));
    }
    request.set_post_paid(offer.is_post_paid && dice_.percent(50));
    request.mutable_max_total()->set_micros(1'000'000 * kMicrosPerUnit);
    request.mutable_max_total()->set_currency("CNY");
    return request;
}

void PlanContracts::err_in(const v1::PlaceOrderRequest& request, const Offer& offer,
                           const Buyer& buyer) {
    v1::PlaceOrderRequest wrong = request;
    wrong.set_post_paid(false);
    switch (dice_.between(0, 4)) {
        case 0:
            wrong.mutable_max_total()->set_micros(kMicrosPerFen);
            return venue_.must_refuse(buyer.key, "ContractService/PlaceOrder", wrong,
                                      "MAX_TOTAL_EXCEEDED");
        case 1:
            wrong.mutable_lines(0)->set_price_version(request.lines(0).price_version() + 1);
            return venue_.must_refuse(buyer.key, "ContractService/PlaceOrder", wrong,
                                      "PRICE_CHANGED");
        case 2:
            wrong.mutable_lines(0)->mutable_quantities(0)->set_quantity(INT64_MAX);
            return venue_.must_refuse(buyer.key, "ContractService/PlaceOrder", wrong,
                                      "QUANTITIES_INVALID");
        case 3:
            // Who is overdue is refused for that.
            if (offer.is_post_paid ||
                venue_.exchange().state().bills.overdue(*PartyId::parse(buyer.party)) > 0)
                return;
            wrong.set_post_paid(true);
            return venue_.must_refuse(buyer.key, "ContractService/PlaceOrder", wrong,
                                      "POST_PAID_NOT_OFFERED");
        default:
            wrong.mutable_lines(0)->mutable_term()->set_end_ns(0);
            return venue_.must_refuse(buyer.key, "ContractService/PlaceOrder", wrong,
                                      "TERM_INVALID");
    }
}

bool PlanContracts::order(const Offer& offer, const Buyer& buyer) {
    const v1::PlaceOrderRequest request = request_for(offer);
    if (dice_.percent(10)) err_in(request, offer, buyer);
    const auto placed =
        venue_.command<v1::PlaceOrderResponse>(buyer.key, "ContractService/PlaceOrder", request);
    if (!placed) {
        ++tally_["orders refused: " + venue_.reason().substr(0, venue_.reason().find(' '))];
        return false;
    }
    ++tally_["contracts by plan"];
    if (request.post_paid()) ++tally_["of these on credit"];
    ++tally_["form: " + forms_[offer.form].name];
    auto life = std::make_shared<Life>();
    life->form = &forms_[offer.form];
    life->contract = placed->contracts(0);
    life->order = placed->order();
    life->buyer = buyer.key;
    life->supplier = cast_.suppliers[offer.supplier].key;
    life->term = {Instant{request.lines(0).term().start_ns()},
                  Instant{request.lines(0).term().end_ns()}};
    // Cores are for the agent to accept, who has two minutes; all else for a person.
    const Duration wait =
        life->form->is_accepted_by_agent ? seconds(60) : kMinute * dice_.between(1, 60);
    venue_.plan(venue_.now() + wait, [this, life] { answer(life); });
    return true;
}

void PlanContracts::answer(const LifePtr& life) {
    if (dice_.percent(4)) {
        ++tally_["orders that nobody answered"];
        return;  // The exchange ends it when its time is up.
    }
    if (dice_.percent(4)) {
        v1::DeclineContractRequest decline;
        decline.set_contract(life->contract);
        if (venue_.command<v1::DeclineContractResponse>(life->supplier,
                                                        "ContractService/DeclineContract", decline))
            ++tally_["orders declined"];
        return;
    }
    v1::AcceptContractRequest accept;
    accept.set_contract(life->contract);
    if (!venue_.command<v1::AcceptContractResponse>(life->supplier,
                                                    "ContractService/AcceptContract", accept)) {
        ++tally_["acceptances that came too late"];
        return;
    }
    life->is_running = true;
    life->reported_until = std::max(life->term.start, venue_.now());
    plan_reports(life);
    plan_changes(life);
    if (dice_.percent(12)) {
        const std::int64_t length = life->term.length().ns / kMinute.ns;
        venue_.plan(life->term.start + kMinute * dice_.between(0, length), [this, life] {
            v1::CancelOrderRequest cancel;
            cancel.set_order(life->order);
            // Usage up to now is told first, as a supplier would.
            report(*life, venue_.now());
            if (venue_.command<v1::CancelOrderResponse>(life->buyer, "ContractService/CancelOrder",
                                                        cancel))
                ++tally_["contracts ended early"];
            life->is_running = false;
        });
    }
}

void PlanContracts::plan_reports(const LifePtr& life) {
    const bool is_reported = std::ranges::any_of(
        life->form->taken, [](const Taken& taken) { return taken.per_report > 0; });
    if (!is_reported) return;
    Instant until = next_half_day(life->reported_until);
    bool is_last = false;
    while (!is_last) {
        is_last = until >= life->term.end;
        until = std::min(until, life->term.end);
        // Now and then the supplier's meter is down, and no report comes.
        if (!dice_.percent(6)) {
            venue_.plan(until + kMinute, [this, life, until] {
                if (life->is_running) report(*life, until);
            });
        } else {
            ++tally_["reports that never came"];
        }
        until = next_half_day(until);
    }
}

void PlanContracts::report(Life& life, Instant until) {
    if (until <= life.reported_until) return;
    v1::ReportUsageRequest request;
    request.set_contract(life.contract);
    request.set_number(life.next_report);
    // Not before the half day that ends here: what lies before it was lost.
    const Instant begin{std::max(life.reported_until.ns, (until - kHalfDay).ns)};
    for (const Taken& taken : life.form->taken) {
        if (taken.per_report == 0) continue;
        v1::PlanUsage& record = *request.add_records();
        record.set_component(taken.component);
        record.mutable_interval()->set_start_ns(begin.ns);
        record.mutable_interval()->set_end_ns(until.ns);
        record.set_quantity(dice_.between(0, taken.per_report));
    }
    if (request.records_size() == 0) return;
    if (const auto done = venue_.command<v1::ReportUsageResponse>(
            life.supplier, "ContractService/ReportUsage", request)) {
        ++tally_["reports"];
        life.next_report = done->next_number();
        life.reported_until = until;
        // What reaches the end of a day may close a period, and end the contract.
        if (is_noon(until) && dice_.percent(3)) err_in_report(life, request);
    } else {
        ++tally_["reports refused: " + venue_.reason().substr(0, venue_.reason().find(' '))];
    }
}

void PlanContracts::err_in_report(Life& life, const v1::ReportUsageRequest& sent) {
    v1::ReportUsageRequest wrong = sent;
    venue_.must_refuse(life.supplier, "ContractService/ReportUsage", wrong, "REPORT_REPLAYED");
    wrong.set_number(life.next_report + 1);
    venue_.must_refuse(life.supplier, "ContractService/ReportUsage", wrong, "REPORT_GAP");
    wrong.set_number(life.next_report);
    venue_.must_refuse(life.supplier, "ContractService/ReportUsage", wrong, "USAGE_OUT_OF_ORDER");
    venue_.must_refuse(life.buyer, "ContractService/ReportUsage", wrong, "PERMISSION_DENIED");
}

}  // namespace penstock::scenario
