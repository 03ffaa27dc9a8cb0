#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>

#include "shell/projection/message_table.h"
#include "shell/projection/projection.h"

namespace penstock::projection {

/// The tables in one SQLite file, which may be deleted at any time: it is made again from the
/// journal. What was applied and how far is committed together, so a crash loses whole steps only.
class SqliteProjection final : public Projection {
  public:
    /// Opens the file; one that is damaged or of another format is replaced by an empty one.
    /// @retval  A fault of storage; nothing is left open.
    static Result<std::unique_ptr<SqliteProjection>> open(const std::filesystem::path& path);

    void on_event(const v1::Event& event) override;
    bool caught_up(const JournalPosition& position) override;
    JournalPosition position() const override { return position_; }
    std::uint64_t applied_sequence() const override { return applied_; }
    std::optional<Error> fault() const override;
    Result<void> reset() override;

    Result<v1::ListPartiesResponse> list_parties(const v1::PageRequest& page) const override;
    Result<v1::ListTransfersResponse> list_transfers(const std::vector<std::string>& accounts,
                                                     const v1::PageRequest& page) const override;
    Result<v1::ListAccountTransfersResponse> list_account_transfers(
        const v1::ListAccountTransfersRequest& request) const override;
    Result<v1::ListJournalResponse> list_journal(
        const Accounts& accounts, const v1::ListJournalRequest& request) const override;
    Result<v1::ListMeteredAttemptsResponse> list_metered_attempts(
        std::string_view party, const v1::ListMeteredAttemptsRequest& request) const override;
    Result<v1::Transfer> transfer(std::string_view transfer) const override;
    Result<v1::ListWithdrawalsResponse> list_withdrawals(
        std::string_view party, const v1::ListWithdrawalsRequest& request) const override;
    Result<v1::DayReconciliation> reconciliation(std::string_view day) const override;
    Result<v1::ListContractsResponse> list_contracts(std::string_view party,
                                                     const v1::PageRequest& page) const override;
    Result<v1::Bill> bill(std::string_view order) const override;
    Result<v1::Contract> contract(std::string_view contract) const override;
    Result<v1::ListSettlementBillsResponse> list_settlement_bills(
        std::string_view party, const v1::ListSettlementBillsRequest& request) const override;
    Result<std::vector<ToldBill>> told_bills(const BillsAsked& asked) const override;
    Result<BillSources> bill_sources(std::string_view bill) const override;
    Result<v1::ListDisputesResponse> list_disputes(
        std::string_view party, const v1::ListDisputesRequest& request) const override;
    Result<v1::Party> party(std::string_view party) const override;
    Result<v1::ListAuditEventsResponse> list_audit_events(
        const v1::ListAuditEventsRequest& request) const override;
    Result<std::vector<std::string>> order_parties(std::string_view order) const override;

    /// Every row of every table as text, in order: equal tables give equal text.
    Result<std::string> dump() const;

    /// Of the key of what has no identifier of its own: the event's sequence stands above them.
    static constexpr unsigned kOrdinalBits = 20;

    enum class Side { debit, credit };
    /// Rows of account_totals stand in the order of transfers: that of the payer, then the other.
    static constexpr std::uint64_t rank_of_side(std::uint64_t transfer, Side side) {
        return 2 * transfer + (side == Side::debit ? 0 : 1);
    }

  private:
    explicit SqliteProjection(std::filesystem::path path);

    Result<void> create();
    Result<void> apply(const v1::Event& event);
    Result<void> put(const char* table, std::uint64_t number,
                     const google::protobuf::Message& message);
    /// By the number in its id.
    template <class Message>
    Result<void> put_named(const char* table, const Message& message);
    Result<void> put_transfer(const v1::Transfer& transfer);
    Result<void> put_bank_entry(const v1::BankEntryChanged& entry);
    Result<void> prove(const v1::StatementImported& statement);
    Result<void> put_bill(const v1::IssuedBill& bill, std::uint64_t place);
    Result<void> put_contract(const v1::Contract& contract);
    Result<std::int64_t> sum_of(const v1::BilledCharges& charges);
    Result<void> put_attempt(const v1::AttemptChanged& attempt, std::uint64_t place);
    /// Reads the row of that key as it was written last.
    Result<void> find_written(const char* name, std::uint64_t rank,
                              google::protobuf::Message& into);
    Result<v1::AccountTotals> totals_of(const std::string& account);
    void stop(const Error& error);
    const MessageTable& table(const char* name) const { return tables_.at(name); }
    Result<v1::Bill> read_bill_lines(std::string_view order) const;
    /// What follows reads for bill_sources(); mutex_ is held.
    Result<void> read_names(BillSources& sources) const;
    Result<void> read_plan(BillSources& sources) const;
    Result<void> read_charges(BillSources& sources) const;
    Result<void> read_dispute(BillSources& sources) const;
    Result<void> read_credit_notes(BillSources& sources) const;
    /// The name of the product of a contract.
    Result<std::string> product_of(const std::string& contract) const;
    Result<std::string> name_of_party(const std::string& party) const;
    /// Reads the row of that key.
    /// @return Whether there is one.
    Result<bool> find_row(const char* name, std::uint64_t rank,
                          google::protobuf::Message& into) const;

    /// What a transfer left on one of its accounts; mutex_ is held.
    Result<void> read_totals(std::uint64_t transfer, Side side, v1::AccountTotals& into) const;

    std::filesystem::path path_;
    std::map<std::string, MessageTable, std::less<>> tables_;
    sqlite::Database writer_;   // Of the feeding thread.
    JournalPosition position_;  // Of the feeding thread.
    bool stopped_ = false;      // Likewise: what comes until caught_up() is not taken.
    std::atomic<std::uint64_t> applied_{0};

    mutable std::mutex mutex_;  // Guards what follows.
    std::optional<Error> fault_;
    sqlite::Database reader_;
};

}  // namespace penstock::projection
