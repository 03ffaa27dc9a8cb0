#include "sim/drills.h"

#include <array>
#include <string>
#include <vector>

#include "base/assert.h"
#include "core/billing/bills.h"
#include "core/billing/sale_terms.h"
#include "core/capacity/capacity.h"
#include "core/catalog/catalog.h"
#include "core/contract/contracts.h"
#include "core/exchange/credit.h"
#include "core/exchange/exchange.h"
#include "core/exchange/state.h"
#include "core/ledger/ledger.h"
#include "core/party/people.h"
#include "core/pricing/history.h"
#include "core/pricing/rating.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/party.pb.h"

namespace penstock::sim {
namespace {

constexpr Instant kNow{1'800'000'000'000'000'000};

template <class T>
void refused(Coverage& coverage, const Result<T>& result) {
    PENSTOCK_ASSERT(!result.has_value());
    coverage.rejection(result.error().number());
}

void drill_ledger(Coverage& coverage) {
    ledger::Ledger books;
    const Currency yuan = *Currency::parse("CNY");
    const AccountId bank = books.ensure(ledger::AccountKind::bank, PartyId{}, yuan);
    const AccountId cash = books.ensure(ledger::AccountKind::cash, PartyId{1}, yuan);
    const AccountId fee = books.ensure(ledger::AccountKind::fee, PartyId{}, yuan);
    const AccountId rounding = books.ensure(ledger::AccountKind::rounding, PartyId{}, yuan);
    const AccountId dollars =
        books.ensure(ledger::AccountKind::cash, PartyId{1}, *Currency::parse("USD"));
    refused(coverage, books.post({bank, cash, Money{0}}));
    refused(coverage, books.post({bank, cash, kMoneyMax + Money{1}}));
    refused(coverage, books.post({bank, AccountId{99}, Money{1}}));
    refused(coverage, books.post({bank, bank, Money{1}}));
    refused(coverage, books.post({bank, dollars, Money{1}}));
    refused(coverage, books.post({fee, bank, Money{1}}));
    PENSTOCK_ASSERT(books.post({fee, rounding, kMoneyMax}).has_value());
    refused(coverage, books.post({fee, rounding, Money{1}}));
    PENSTOCK_ASSERT(books.post({bank, cash, Money{5}}).has_value());
    const auto hold = books.hold({cash, bank, Money{5}});
    PENSTOCK_ASSERT(hold.has_value());
    refused(coverage, books.post_held(*hold, Money{6}));
    PENSTOCK_ASSERT(books.void_held(*hold).has_value());
    refused(coverage, books.void_held(*hold));
    PENSTOCK_ASSERT(books.close(cash).has_value());
    refused(coverage, books.post({bank, cash, Money{1}}));
}

void drill_transfers(Coverage& coverage) {
    using ledger::Transfer;
    using ledger::TransferKind;
    ledger::Ledger books;
    const Currency yuan = *Currency::parse("CNY");
    const AccountId bank = books.ensure(ledger::AccountKind::bank, PartyId{}, yuan);
    const AccountId cash = books.ensure(ledger::AccountKind::cash, PartyId{1}, yuan);
    const auto chosen = [](std::uint64_t low) {
        return ledger::ChosenId{static_cast<std::uint64_t>(kNow.ns / 1'000'000) << 16U, low};
    };
    const auto give = [&](TransferKind kind, std::uint64_t id, auto change) {
        Transfer transfer;
        transfer.kind = kind;
        transfer.id = chosen(id);
        if (kind == TransferKind::post || kind == TransferKind::hold) {
            transfer.debit = bank;
            transfer.credit = cash;
            transfer.amount = Money{5};
        }
        change(transfer);
        return books.execute(transfer, kNow);
    };
    const auto as_it_is = [](Transfer&) {};
    const auto of = [&](std::uint64_t hold) {
        return [=](Transfer& transfer) { transfer.hold_id = chosen(hold); };
    };
    refused(coverage, give(TransferKind::post, 1, of(9)));
    refused(coverage, give(TransferKind::post, 1, [](Transfer& t) { t.timeout = seconds(1); }));
    refused(coverage, give(TransferKind::hold, 1, [](Transfer& t) { t.timeout = seconds(-1); }));
    refused(coverage, give(TransferKind::post, 1, [](Transfer& t) { t.closing_debit = true; }));
    refused(coverage, give(TransferKind::post, 1, [](Transfer& t) { t.id = {0, 1}; }));
    refused(coverage, give(TransferKind::post, 1, [](Transfer& t) { t.id.high = UINT64_MAX; }));
    for (const std::uint64_t hold : {1u, 2u, 3u})
        PENSTOCK_ASSERT(give(TransferKind::hold, hold, as_it_is).has_value());
    refused(coverage, give(TransferKind::hold, 1, [](Transfer& t) { t.code = 1; }));
    PENSTOCK_ASSERT(give(TransferKind::post_held, 11, [&](Transfer& t) {
                        t.hold_id = chosen(1);
                        t.amount = ledger::kAllOfHold;
                    }).has_value());
    PENSTOCK_ASSERT(give(TransferKind::void_held, 12, of(2)).has_value());
    refused(coverage, give(TransferKind::void_held, 13, of(1)));
    refused(coverage, give(TransferKind::void_held, 13, of(2)));
    const auto wrong = [&](auto change) {
        refused(coverage, give(TransferKind::void_held, 13, [&](Transfer& transfer) {
                    transfer.hold_id = chosen(3);
                    change(transfer);
                }));
    };
    wrong([&](Transfer& t) { t.debit = cash; });
    wrong([](Transfer& t) { t.code = 9; });
    wrong([](Transfer& t) { t.amount = Money{4}; });
    PENSTOCK_ASSERT(
        give(TransferKind::hold, 4, [](Transfer& t) { t.timeout = seconds(1); }).has_value());
    const Transfer known{.debit = bank, .credit = cash, .amount = Money{5}, .id = chosen(21)};
    PENSTOCK_ASSERT(books.execute(known, kNow).has_value());
    refused(coverage, books.execute(std::array{known, Transfer{bank, cash, Money{1}}}, kNow));
    const Transfer late{.kind = TransferKind::void_held, .hold_id = chosen(4)};
    refused(coverage, books.execute(late, kNow + seconds(1)));
}

void drill_capacity(Coverage& coverage) {
    capacity::Capacity capacity;
    const PoolId pool{1};
    const ProductId product{1};
    const Interval hour{kNow, kNow + seconds(3'600)};
    capacity.set_pool_limit(pool, 4);
    refused(coverage, capacity.check_supply(pool, product, kNow, capacity::kCoresMax + 1));
    capacity.set_supply(pool, product, kNow, 4);
    refused(coverage, capacity.check_supply(PoolId{2}, product, kNow, 1));
    // A world meets it where a product that was withdrawn is still promised, and that is rare.
    refused(coverage, capacity.check_supply(pool, ProductId{2}, kNow, 1));
    capacity.forget_before(kNow);
    const auto check = [&](const capacity::Reservation& reservation) {
        return capacity.check(std::array{reservation});
    };
    refused(coverage, check({pool, product, {kNow, kNow}, 1}));
    refused(coverage, check({pool, product, {kNow - seconds(9), kNow + seconds(9)}, 1}));
    refused(coverage, check({pool, ProductId{9}, hour, 1}));
}

ProductId list_a_product(catalog::Catalog& catalog, PoolId pool, Currency currency) {
    catalog::Profile profile;
    profile.cores = 1;
    profile.memory_bytes = 1;
    profile.measured_at = kNow;
    for (const char* name : {"gemm_fp64", "gemm_fp32"})
        profile.measurements.push_back({name, "GFLOP/s", 1'000, 0, 1, "method", "software"});
    profile.measurements.push_back({"triad", "GB/s", 1'000, 0, 1, "method", "software"});
    catalog.issue_challenge(pool, profile.challenge, kNow);
    catalog.accept_profile(pool, profile, kNow);
    return catalog.list_product({pool, "name", Money{1}, currency, 1});
}

void drill_catalog(Coverage& coverage) {
    catalog::Catalog catalog;
    const auto place = catalog.join(PartyId{1}, "site", "pool", AgentId{1});
    const Currency yuan = *Currency::parse("CNY");
    refused(coverage, catalog.check_join(PartyId{1}, "site", "pool"));
    refused(coverage, catalog.check_listing({place.pool, "name", Money{1}, yuan, 1}, kNow));
    const ProductId worn = list_a_product(catalog, place.pool, yuan);
    while (catalog.product(worn).price_version < catalog::kPriceVersionsMax)
        catalog.reprice(worn, Money{1});
    refused(coverage, catalog.check_reprice(worn, catalog::kPriceVersionsMax, Money{1}));
    catalog.release(place.pool);
    refused(coverage, catalog.check_challenge(place.pool, std::string(16, 'n')));
}

pricing::PlanTerms priced_in(const char* currency, std::uint32_t version) {
    using pricing::Component;
    using pricing::MissingUsage;
    using pricing::Unit;
    const Component cards{.name = "cards",
                          .unit = Unit::card_hour,
                          .tiers = {{0, Money{kMicrosPerUnit}}},
                          .missing_usage = MissingUsage::refuse};
    const Component moved{.name = "moved",
                          .unit = Unit::gb_moved,
                          .tiers = {{0, Money{2}}},
                          .bands = {{.name = "night", .price = Money{1}, .to_minute = 360}}};
    const Component tokens{.name = "tokens",
                           .unit = Unit::million_tokens,
                           .tiers = {{0, Money{1}}},
                           .missing_usage = MissingUsage::estimate};
    return {.version = version,
            .effective_from = Instant{version},
            .currency = *Currency::parse(currency),
            .offset = {},
            .components = {cards, moved, tokens}};
}

/// What the exchange sees to before it rates.
void drill_rating(Coverage& coverage) {
    using pricing::Rating;
    const auto plan = pricing::PricePlan::freeze(priced_in("CNY", 1)).value();
    const Interval month = plan.billing_period_around(kNow);
    std::vector<pricing::ChargeRow> rows;
    refused(coverage, Rating::open(plan, {kNow, kNow}, rows));
    Rating rating = Rating::open(plan, month, rows).value();
    const auto add = [&](std::uint32_t component, Interval interval, std::int64_t quantity) {
        refused(coverage, rating.add(plan, {component, interval, quantity}, rows));
    };
    add(9, month, 1);
    add(0, month, -1);
    add(0, {month.start, month.start}, 1);
    add(0, {month.start, month.end + seconds(1)}, 1);
    add(0, month, pricing::kUsageQuantityMax);
    add(1, month, 1);
    refused(coverage, rating.take_back(plan, {0, month, 1}, rows));
    const auto close = [&](pricing::MissingTime missing) {
        refused(coverage, rating.close(plan, std::array{std::move(missing)}, rows));
    };
    close({0, {month}, {}});
    close({2, {month}, {}});
    close({0, {{month.end, month.start}}, {}});
}

void drill_price_plans(Coverage& coverage) {
    pricing::PlanHistory history;
    const auto plan_of = [](const char* currency, std::uint32_t version) {
        return pricing::PricePlan::freeze(priced_in(currency, version)).value();
    };
    refused(coverage, history.cut({kNow, kNow + seconds(1)}));
    for (std::uint32_t i = 1; i <= pricing::kPlanVersionsMax; ++i) {
        if (i == 2) refused(coverage, history.check_announce(plan_of("USD", 2), Instant{0}));
        history.announce(plan_of("CNY", i));
    }
    refused(coverage,
            history.check_announce(plan_of("CNY", pricing::kPlanVersionsMax + 1), Instant{0}));
}

void drill_sale_terms(Coverage& coverage) {
    billing::SaleTermsHistory history;
    while (history.newest() < billing::kTermsVersionsMax) history.add({});
    refused(coverage, history.check_add(0));
}

/// Who names no bill at all is told that it is not his; and nobody is so often wronged.
void drill_bills(Coverage& coverage) {
    billing::Bills bills;
    refused(coverage, bills.check_dispute(BillId{1}, Money{10'000}, kNow));
    billing::Bill bill;
    bill.charged = bill.supplier_share = Money{1'000'000};
    bill.disputable_until = bill.due_at = kNow + seconds(1);
    const BillId id = bills.issue(bill);
    billing::Dispute dispute;
    dispute.bill = id;
    dispute.amount = Money{10'000};
    for (std::uint32_t i = 0; i < billing::kDisputesMax; ++i) bills.open_dispute(dispute);
    refused(coverage, bills.check_dispute(id, dispute.amount, kNow));
    // No world lasts until a dispute lapses.
    v1::Event told;
    told.mutable_dispute_changed()->set_id("dsp_1");
    for (const bool has_lapsed : {false, true}) {
        const auto state =
            has_lapsed ? bills.end_dispute(DisputeId{1}, billing::DisputeStep::lapse, Money{}).state
                       : bills.find_dispute(DisputeId{1})->state;
        told.mutable_dispute_changed()->set_state(static_cast<v1::DisputeState>(state));
        coverage.event(told);
    }
    while (bills.open_of().begin()->second < billing::kOpenDisputesMax) {
        dispute.bill = bills.issue(bill);
        bills.open_dispute(dispute);
    }
    refused(coverage, bills.check_dispute(bills.issue(bill), dispute.amount, kNow));
}

/// Whoever is suspended mostly has usage that may still be reported when it ends.
void drill_contracts(Coverage& coverage) {
    contract::Contracts contracts;
    contract::Terms terms;
    terms.quantities = {1};
    terms.term = {kNow, kNow + seconds(60)};
    const std::vector<contract::Terms> lines{terms, terms};
    const std::vector<Money> bounds{Money{1}, Money{1}};
    const std::vector<TransferId> holds{TransferId{1}, TransferId{2}};
    const OrderId order =
        contracts.open(PartyId{1}, *Currency::parse("CNY"), lines, bounds, holds, kNow);
    const std::vector<ContractId> ids = contracts.order(order).contracts;
    const auto tell = [&](ContractId id) {
        v1::Event told;
        told.mutable_contract_changed()->set_id("drilled " + id.text());
        told.mutable_contract_changed()->set_state(
            static_cast<v1::ContractState>(contracts.at(id).state));
        coverage.event(told);
    };
    for (const ContractId id : ids) {
        contracts.accept(id, kNow);
        contracts.suspend(id);
        tell(id);
    }
    contracts.settle(ids[0], contract::CloseReason::buyer_out_of_funds, kNow);
    contracts.close(ids[1], contract::CloseReason::buyer_out_of_funds);
    for (const ContractId id : ids) tell(id);
}

/// Few worlds have a bill that is overdue while a part of it is disputed, and the rest is paid; or
/// while its buyer orders on credit again.
void drill_arrears(Coverage& coverage) {
    constexpr PartyId kBuyer{1};
    exchange::State state;
    billing::Bills& bills = state.bills;
    billing::Bill bill;
    bill.buyer = kBuyer;
    bill.post_paid = true;
    bill.charged = bill.supplier_share = Money{1'000'000};
    bill.disputable_until = bill.due_at = kNow + seconds(1);
    const BillId id = bills.issue(bill);
    billing::Dispute dispute;
    dispute.bill = id;
    dispute.amount = Money{10'000};
    bills.open_dispute(dispute);
    v1::Event told;
    told.mutable_bill_changed()->set_id(id.text());
    const auto tell = [&] {
        told.mutable_bill_changed()->set_state(static_cast<v1::BillState>(bills.at(id).state));
        coverage.event(told);
    };
    bills.fall_overdue(id, bill.due_at);
    tell();
    refused(coverage, exchange::check_not_overdue(state, kBuyer, "post_paid"));
    bills.pay(id);
    bills.settle(id);
    PENSTOCK_ASSERT(bills.at(id).state == billing::BillState::open);
    tell();
}

/// Nobody is denied so often; few declare twice, or pay here what is paid directly.
void drill_denials(Coverage& coverage) {
    billing::Bills bills;
    billing::Bill bill;
    bill.post_paid = bill.paid_directly = true;
    bill.charged = bill.supplier_share = Money{1'000'000};
    const BillId id = bills.issue(bill);
    refused(coverage, bills.check_pay(id));
    for (std::uint32_t i = 0; i < billing::kDenialsMax; ++i) {
        bills.declare(id, "reference", kNow);
        refused(coverage, bills.check_declaration(id));
        bills.deny(id, kNow);
    }
    refused(coverage, bills.check_declaration(id));
}

void drill_exchange(Coverage& coverage) {
    struct Ignore : exchange::EventSink {
        void on_event(std::string_view) override {}
    } ignore;
    const exchange::Actor system{exchange::Actor::Kind::system, 0};
    exchange::Exchange exchange;
    const auto give = [&](const exchange::Actor& actor, const char* method,
                          const google::protobuf::Message& message) {
        const std::string request = message.SerializeAsString();
        const auto reply = exchange.apply(
            {exchange.last_sequence() + 1, kNow, actor, method, request, "key"}, ignore);
        PENSTOCK_ASSERT(reply.outcome == exchange::Reply::Outcome::rejected);
        coverage.rejection(reply.error->number());
    };
    give({}, "InternalService/OpenParty", v1::OpenPartyRequest{});
    give(system, "InternalService/OpenExchange", v1::OpenExchangeRequest{});
    refused(coverage, exchange::Exchange::restore("nothing"));
}

void drill_tasks(Coverage& coverage) {
    refused(coverage, task::Tasks().require_attempt(AttemptId{1}));
}

void drill_directory(Coverage& coverage) {
    party::Directory directory;
    refused(coverage, directory.check_revoke_key(KeyId{1}));
    const PartyId party = directory.open_party("party", {party::Role::buyer}, kNow);
    const KeyId key = directory.add_key(party, "key", {}, {}, kNow);
    party::Caller weak;
    weak.may = {};
    refused(coverage, directory.check_replace_key(key, weak, 0, kNow));
}

/// Whom nobody who got so far would name: the exchange looks at the owner first.
void drill_people(Coverage& coverage) {
    party::People people;
    const PartyId party{1};
    const party::Roles buyer{party::Role::buyer};
    const party::UserRoles viewer{party::UserRole::viewer};
    refused(coverage, people.check_user(UserId{1}));
    refused(coverage, people.check_end(SessionId{1}));
    party::VaultRef profile{};
    party::SecretHash invitation{};
    for (std::size_t i = 1; i <= party::kUsersMax; ++i) {
        profile[0] = invitation[0] = static_cast<std::uint8_t>(i);
        profile[1] = invitation[1] = static_cast<std::uint8_t>(i >> 8);
        people.invite(party, viewer, profile, invitation, kNow);
    }
    refused(coverage, people.check_reset(UserId{1}, invitation));
    profile[2] = 1;
    refused(coverage, people.check_invite(party, buyer, viewer, profile, invitation));
    const UserId user{1};
    people.activate(user, profile);
    party::SignIn sign_in;
    sign_in.user = user;
    sign_in.password = profile;
    const SessionId session = people.sign_in(sign_in, kNow).session;
    people.offer(user, profile);
    people.set_second_factor(session, profile, 1, {invitation});
    refused(coverage, people.check_use_second_factor(user, {.step = 1, .recovery = {}}));
}

}  // namespace

void run_drills(Coverage& coverage) {
    drill_ledger(coverage);
    drill_transfers(coverage);
    drill_capacity(coverage);
    drill_catalog(coverage);
    drill_rating(coverage);
    drill_price_plans(coverage);
    drill_sale_terms(coverage);
    drill_bills(coverage);
    drill_contracts(coverage);
    drill_arrears(coverage);
    drill_denials(coverage);
    drill_tasks(coverage);
    drill_directory(coverage);
    drill_people(coverage);
    drill_exchange(coverage);
}

}  // namespace penstock::sim
