#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/id_map.h"
#include "core/billing/bills.h"
#include "core/billing/sale_terms.h"
#include "core/capacity/capacity.h"
#include "core/catalog/catalog.h"
#include "core/contract/changes.h"
#include "core/contract/contracts.h"
#include "core/custody/bank_book.h"
#include "core/custody/four_eyes.h"
#include "core/custody/sub_accounts.h"
#include "core/custody/withdrawals.h"
#include "core/exchange/escrow_window.h"
#include "core/exchange/message_writer.h"
#include "core/exchange/plan_account.h"
#include "core/exchange/repeats.h"
#include "core/exchange/rolling_hash.h"
#include "core/exchange/timers.h"
#include "core/ledger/ledger.h"
#include "core/meter/meters.h"
#include "core/party/directory.h"
#include "core/party/people.h"
#include "core/pricing/history.h"
#include "core/task/tasks.h"

namespace penstock::exchange {

/// The newest behaviour that this program knows; see InternalService/ActivateVersion.
inline constexpr std::uint32_t kNewestLogicVersion = 4;
/// From this version on, acts that bear on security are events of their own.
inline constexpr std::uint32_t kAuditVersion = 2;

/// From this version on, the end of an attempt tells when it ran and what it used.
inline constexpr std::uint32_t kAttemptUsageVersion = 3;
/// From this version on, the contracts of a revoked agent end by timers, a few in one command.
inline constexpr std::uint32_t kRevokedInTurnVersion = 3;

/// What was fixed when the exchange was opened, and what the operator has set since.
struct Settings {
    PartyId exchange_operator;
    Currency currency;
    std::uint32_t fee_basis_points = 0;
    std::string identifier_issuer;
    std::uint32_t logic_version = 1;
    std::uint32_t money_officers = 1;        ///< Who must agree before money is credited: 1 or 2.
    std::uint32_t fee_tax_basis_points = 0;  ///< VAT within the fee, of bills to come.
    bool direct_payment = false;  ///< Products may be ordered whose bills are paid directly.

    bool is_open() const { return exchange_operator.value != 0; }
    template <class Archive>
    void visit(Archive& archive) {
        archive(exchange_operator, currency, fee_basis_points, identifier_issuer, logic_version,
                money_officers, fee_tax_basis_points, direct_payment);
    }
};

/// What each agent has to know of its work.
struct Desk {
    std::uint64_t version = 1;       ///< Rises whenever the answer to PullWork changes.
    std::set<ContractId> contracts;  ///< Served by the agent, not final.

    template <class Archive>
    void visit(Archive& archive) {
        archive(version, contracts);
    }
};

/// All that the exchange knows. Only this folder sees several contexts at once.
class State {
  public:
    Settings settings;
    party::Directory directory;
    party::People people;
    catalog::Catalog catalog;
    IdMap<ProductId, pricing::PlanHistory>
        price_plans;  ///< Kept for ever: contracts refer to them.
    IdMap<ProductId, billing::SaleTermsHistory> sale_terms;  ///< Likewise.
    IdMap<ProductId, billing::TradeRole> trade_roles;        ///< Consented to, where one ever was.
    capacity::Capacity capacity;
    ledger::Ledger ledger;
    IdMap<PartyId, Money> credit_limits;  ///< Where one was ever set.
    IdMap<PartyId, Instant> fees_due;     ///< When the day's collection comes to who owes fees.
    custody::Withdrawals withdrawals;
    custody::BankBook bank_book;
    custody::SubAccounts sub_accounts;
    custody::FourEyes four_eyes;
    contract::Contracts contracts;
    contract::ChangeOrders change_orders;
    std::map<ContractId, PlanAccount> plan_accounts;
    std::map<ContractId, EscrowWindow> escrow_windows;  ///< Of rolling escrow, once they begin.
    billing::Bills bills;
    task::Tasks tasks;
    meter::Meters meters;
    Timers timers;
    Repeats repeats;
    IdMap<AgentId, Desk> desks;

    std::uint64_t sequence = 0;
    Instant time;
    RollingHash rolling;

    MessageWriter event_writer;  ///< No part of what is known: kept for its memory.

    template <class Archive>
    void visit(Archive& archive) {
        archive(sequence, time, rolling, settings, directory, people, catalog, price_plans,
                sale_terms, trade_roles, capacity, ledger, credit_limits, fees_due, withdrawals,
                bank_book, sub_accounts, four_eyes, contracts, change_orders, plan_accounts,
                escrow_windows, bills, tasks, meters, timers, repeats, desks);
    }
};

}  // namespace penstock::exchange
