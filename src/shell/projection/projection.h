#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/journal_position.h"
#include "penstock/v1/account.pb.h"
#include "penstock/v1/bills.pb.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/custody.pb.h"
#include "penstock/v1/event.pb.h"
#include "penstock/v1/evidence.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/meter.pb.h"
#include "penstock/v1/party.pb.h"

namespace penstock::projection {

/// All that a settlement bill or credit note is composed of (shell/bills).
struct BillSources {
    struct ByCore {
        v1::BillLine line;
        std::string agent;  ///< Whose usage batch proves it.
    };

    v1::IssuedBill issued;
    v1::Contract contract;
    v1::ContractRate rate;  ///< Empty where its pool was not measured.
    std::string product;
    std::string buyer;
    std::string supplier;
    std::optional<v1::PricePlan> plan;     ///< That the contract froze.
    std::vector<v1::PlanCharged> by_plan;  ///< In the order of events, as the next.
    std::vector<ByCore> by_core;
    std::optional<v1::Dispute> dispute;        ///< Whose decision a credit note is.
    std::vector<v1::IssuedBill> credit_notes;  ///< That correct a bill.
};

/// Whose bills are stated, and which.
struct BillsAsked {
    std::string party{};
    bool as_supplier = false;   ///< Those on its sales; else those that it is to pay.
    std::int64_t from_ns = 0;   ///< Issued then or later,
    std::int64_t until_ns = 0;  ///< and before.
    std::size_t most = 0;       ///< How many may be told.
};
/// A settlement bill or credit note as a statement tells of it.
struct ToldBill {
    v1::IssuedBill issued;
    std::string product;
    std::string counterparty;
    std::int64_t subtotal_micros = 0;  ///< What it is made of, before it was rounded to the fen.
};

/// Whose journal it is: of these accounts, or of all where there are none named.
using Accounts = std::optional<std::vector<std::string>>;

/// History and lists, made from events alone.
///
/// The feeding calls come from one thread, in the order of the journal, after what they tell is
/// durable; the queries from any. Whoever asks has checked that the caller may know the answer.
class Projection {
  public:
    virtual ~Projection() = default;

    /// Takes one event. Events of commands up to applied_sequence() change nothing.
    virtual void on_event(const v1::Event& event) = 0;
    /// Every event of the commands up to there has been given: makes them visible, all at once.
    /// @return False when they could not be written: the tables stand at applied_sequence(), and
    ///         take anew what comes after it.
    virtual bool caught_up(const JournalPosition& position) = 0;
    /// Where the tables stand. From the feeding thread.
    virtual JournalPosition position() const = 0;
    /// The last command whose events are all in the tables: feeding resumes after it.
    virtual std::uint64_t applied_sequence() const = 0;
    /// Set when the tables could not be written, until they can.
    virtual std::optional<Error> fault() const = 0;

    /// Empties the tables, so that feeding begins at the first command. From the feeding thread.
    virtual Result<void> reset() = 0;

    /// Every party, in the order of registration.
    /// @retval kBadCursor, kBadPageSize
    virtual Result<v1::ListPartiesResponse> list_parties(const v1::PageRequest& page) const = 0;
    /// Transfers that touch one of `accounts` (for instance "acc_3"), newest first.
    virtual Result<v1::ListTransfersResponse> list_transfers(
        const std::vector<std::string>& accounts, const v1::PageRequest& page) const = 0;
    /// The transfers of one account from an instant to another, newest first, each with what it
    /// left.
    /// @retval kBadCursor, kBadPageSize
    virtual Result<v1::ListAccountTransfersResponse> list_account_transfers(
        const v1::ListAccountTransfersRequest& request) const = 0;
    /// The transfers of an interval that touch one of `accounts`, oldest first; the totals that
    /// they left are told of these accounts alone. Names of accounts are not: those are the
    /// exchange's.
    /// @param request  Its interval has an end.
    /// @retval kBadCursor, kBadPageSize
    virtual Result<v1::ListJournalResponse> list_journal(
        const Accounts& accounts, const v1::ListJournalRequest& request) const = 0;
    /// Attempts that ran and ended in an interval, the first to end first, in whose contract
    /// `party` is buyer or supplier, or all where it is empty.
    /// @param request  Its interval has an end.
    /// @retval kBadCursor, kBadPageSize
    virtual Result<v1::ListMeteredAttemptsResponse> list_metered_attempts(
        std::string_view party, const v1::ListMeteredAttemptsRequest& request) const = 0;
    /// @retval kNotProjected
    virtual Result<v1::Transfer> transfer(std::string_view transfer) const = 0;
    /// Withdrawals of a party, or of all where it is empty; newest first.
    /// @retval kBadCursor, kBadPageSize
    virtual Result<v1::ListWithdrawalsResponse> list_withdrawals(
        std::string_view party, const v1::ListWithdrawalsRequest& request) const = 0;
    /// Where ledger and bank stood after the last statement up to a day. The sums were worked out
    /// anew when it came: the ledger's from its transfers, the statements' from their entries.
    /// @param day  "YYYY-MM-DD".
    /// @retval kNoStatement  None is that old; it says whether there is any.
    virtual Result<v1::DayReconciliation> reconciliation(std::string_view day) const = 0;
    /// Contracts in which `party` is buyer or supplier, in the order of their making.
    virtual Result<v1::ListContractsResponse> list_contracts(std::string_view party,
                                                             const v1::PageRequest& page) const = 0;
    /// The itemised bill. What is not settled yet is shown as it would be if it ended now.
    /// @retval kNotProjected
    virtual Result<v1::Bill> bill(std::string_view order) const = 0;
    /// @retval kNotProjected
    virtual Result<v1::Contract> contract(std::string_view contract) const = 0;
    /// Settlement bills and credit notes in which `party` is buyer or supplier, or all where it is
    /// empty; newest first.
    /// @retval kBadCursor, kBadPageSize
    virtual Result<v1::ListSettlementBillsResponse> list_settlement_bills(
        std::string_view party, const v1::ListSettlementBillsRequest& request) const = 0;
    /// The same of one side alone, in an interval, with what things are called; oldest first.
    /// @retval kBillsTooMany
    virtual Result<std::vector<ToldBill>> told_bills(const BillsAsked& asked) const = 0;
    /// A bill takes the charges of its contract that no bill before it took.
    /// @retval kNotProjected, kBillTooLong
    virtual Result<BillSources> bill_sources(std::string_view bill) const = 0;
    /// Disputes in which `party` is buyer or supplier, or all where it is empty; newest first.
    /// @retval kBadCursor, kBadPageSize
    virtual Result<v1::ListDisputesResponse> list_disputes(
        std::string_view party, const v1::ListDisputesRequest& request) const = 0;
    /// @retval kNotProjected
    virtual Result<v1::Party> party(std::string_view party) const = 0;
    /// Acts that bear on security, newest first, without receipts.
    /// @retval kBadCursor, kBadPageSize
    virtual Result<v1::ListAuditEventsResponse> list_audit_events(
        const v1::ListAuditEventsRequest& request) const = 0;
    /// Who may see the records of an order: its buyer first, then each supplier once.
    /// @retval kNotProjected
    virtual Result<std::vector<std::string>> order_parties(std::string_view order) const = 0;
};

/// How many commands the tables are behind.
inline std::uint64_t lag(const Projection& projection, std::uint64_t durable_sequence) {
    const std::uint64_t applied = projection.applied_sequence();
    return durable_sequence > applied ? durable_sequence - applied : 0;
}

}  // namespace penstock::projection
