#include <algorithm>
#include <string>
#include <vector>

#include "base/money.h"
#include "penstock/v1/change.pb.h"
#include "scenario/contracts.h"
#include "scenario/span.h"

/// Contracts by plan that are extended, bought more or less of, or given notice.
namespace penstock::scenario {
namespace {

bool is_lasting(const v1::PriceComponent& component) {
    switch (component.unit()) {
        case v1::PRICE_UNIT_GB_MOVED:
        case v1::PRICE_UNIT_MILLION_TOKENS:
        case v1::PRICE_UNIT_JOB:
        case v1::PRICE_UNIT_ONE_OFF:
            return false;
        default:
            return true;
    }
}

/// What of a form lasts, and so can be changed.
std::vector<Taken> lasting(const PriceForm& form) {
    std::vector<Taken> all;
    for (const Taken& taken : form.taken) {
        const bool lasts =
            std::ranges::any_of(form.plan.components(), [&](const v1::PriceComponent& component) {
                return component.name() == taken.component && is_lasting(component);
            });
        if (lasts) all.push_back(taken);
    }
    return all;
}

}  // namespace

void PlanContracts::plan_changes(const LifePtr& life) {
    const std::int64_t length = life->term.length().ns / kMinute.ns;
    const Instant at =
        std::max(venue_.now(), life->term.start + kMinute * changes_.between(-120, length));
    const std::int64_t what = changes_.between(1, 20);
    if (what == 1) venue_.plan(at, [this, life] { extend(life); });
    if (what == 2 || what == 3) venue_.plan(at, [this, life] { change_quantities(life); });
    if (what == 4) venue_.plan(at, [this, life] { give_notice(*life); });
}

void PlanContracts::extend(const LifePtr& life) {
    v1::ProposeChangeRequest request;
    request.set_term_end_ns((life->term.end + kHour * changes_.between(1, 5 * 24)).ns);
    propose(life, request, "extensions");
}

void PlanContracts::change_quantities(const LifePtr& life) {
    std::vector<Taken> lasts = lasting(*life->form);
    if (lasts.empty()) return;
    const Taken taken = changes_.pick(lasts);
    v1::ProposeChangeRequest request;
    v1::PlanQuantity& quantity = *request.add_quantities();
    quantity.set_component(taken.component);
    quantity.set_quantity(changes_.between(taken.least, taken.most));
    propose(life, request, "other quantities");
}

void PlanContracts::propose(const LifePtr& life, v1::ProposeChangeRequest& request,
                            const std::string& what) {
    if (!life->is_running) return;
    request.set_contract(life->contract);
    request.mutable_max_additional()->set_micros(1'000'000 * kMicrosPerUnit);
    request.mutable_max_additional()->set_currency("CNY");
    const auto proposed = venue_.command<v1::ProposeChangeResponse>(
        life->buyer, "ChangeService/ProposeChange", request);
    if (!proposed) {
        ++tally_["changes refused: " + venue_.reason().substr(0, venue_.reason().find(' '))];
        return;
    }
    const Instant end{request.term_end_ns()};
    const std::string change = proposed->change_order();
    if (proposed->state() == v1::CHANGE_ORDER_AGREED) {
        ++tally_[what + " that an agent agreed to"];
        return follow_extension(life, end);
    }
    // Now and then nobody answers, and it lapses.
    if (changes_.percent(10)) {
        ++tally_["changes that nobody answered"];
        return;
    }
    venue_.plan(venue_.now() + kMinute * changes_.between(5, 300),
                [this, life, end, change, what] { answer_change(life, end, change, what); });
}

void PlanContracts::answer_change(const LifePtr& life, Instant end, const std::string& change,
                                  const std::string& what) {
    if (changes_.percent(10)) {
        v1::DeclineChangeRequest decline;
        decline.set_change_order(change);
        if (venue_.command<v1::DeclineChangeResponse>(life->supplier, "ChangeService/DeclineChange",
                                                      decline))
            ++tally_["changes declined"];
        return;
    }
    if (changes_.percent(10)) {
        v1::WithdrawChangeRequest withdraw;
        withdraw.set_change_order(change);
        if (venue_.command<v1::WithdrawChangeResponse>(life->buyer, "ChangeService/WithdrawChange",
                                                       withdraw))
            ++tally_["changes withdrawn"];
        return;
    }
    v1::AcceptChangeRequest accept;
    accept.set_change_order(change);
    if (!venue_.command<v1::AcceptChangeResponse>(life->supplier, "ChangeService/AcceptChange",
                                                  accept)) {
        ++tally_["answers to changes that came too late"];
        return;
    }
    ++tally_[what + " agreed to"];
    follow_extension(life, end);
}

void PlanContracts::follow_extension(const LifePtr& life, Instant end) {
    if (end <= life->term.end) return;
    life->term.end = end;
    plan_reports(life);
}

void PlanContracts::give_notice(Life& life) {
    if (!life.is_running) return;
    const bool by_supplier = changes_.percent(40);
    bool is_given = false;
    if (by_supplier) {
        v1::GiveSupplierNoticeRequest request;
        request.set_contract(life.contract);
        is_given = venue_
                       .command<v1::GiveNoticeResponse>(
                           life.supplier, "ContractService/GiveSupplierNotice", request)
                       .has_value();
    } else {
        v1::GiveNoticeRequest request;
        request.set_contract(life.contract);
        is_given =
            venue_
                .command<v1::GiveNoticeResponse>(life.buyer, "ContractService/GiveNotice", request)
                .has_value();
    }
    if (is_given)
        ++tally_[by_supplier ? "notices by suppliers" : "notices by buyers"];
    else
        ++tally_["notices refused: " + venue_.reason().substr(0, venue_.reason().find(' '))];
}

}  // namespace penstock::scenario
