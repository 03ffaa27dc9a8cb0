#include <map>
#include <set>

#include "base/id.h"
#include "base/money.h"
#include "penstock/v1/custody.pb.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/sub_account.pb.h"
#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

constexpr std::uint64_t kAskEvery = 4;  // Batches.

/// Where the bank keeps sub-accounts: the entries on all of them are the whole account; a number is
/// one party's; each entry of an instruction is shown once, and it is confirmed by both, or fails
/// with none; what names an instruction is credited to nobody; and what the exchange says of a
/// party is what transfers, entries and instructions add up to.
class SubAccounts final : public Checker {
  public:
    std::string_view name() const override { return "sub_accounts"; }

    void on_command(const Record& record) override {
        if (record.command.method() == "InternalService/OpenExchange") learn(record.command);
        if (record.command.method() == "CustodyService/ImportStatement") read(record.command);
        for (const v1::Event& event : record.events) {
            if (event.has_custody_changed())
                is_used_ = event.custody_changed().mode() == v1::CUSTODY_SUB_ACCOUNTS;
            if (event.has_transfer_posted()) post(event.transfer_posted());
            if (event.has_sub_account_changed()) name_one(event.sub_account_changed());
            if (event.has_bank_entry_changed()) book(event.bank_entry_changed());
            if (event.has_instruction_changed()) move(event.instruction_changed());
            if (event.has_statement_imported() && is_used_) {
                std::int64_t sum = 0;
                for (const auto& [number, balance] : bank_) sum += balance;
                check(sum == event.statement_imported().closing_micros(),
                      event.statement_imported().id(), "its sub-accounts are not the whole");
            }
        }
    }

    void on_batch(const exchange::Exchange& replica) override {
        if (is_used_ && ++batches_ % kAskEvery == 0 && operator_.id != 0) compare(replica);
    }

  private:
    struct Move {
        v1::TransferInstruction told;
        bool shown = false;
        bool own_shown = false;
    };

    void learn(const v1::JournaledCommand& command) {
        v1::OpenExchangeResponse response;
        if (!response.ParseFromString(command.reply())) return;
        operator_ = {exchange::Actor::Kind::key, KeyId::parse(response.key())->value};
        operators_party_ = response.party();
    }
    /// Which entries name an instruction: those change the place of money that is there already.
    void read(const v1::JournaledCommand& command) {
        naming_moves_.clear();
        v1::ImportStatementRequest request;
        if (!request.ParseFromString(command.request())) return;
        for (const v1::StatementEntry& entry : request.entries())
            if (entry.reference().starts_with("PSK-MOVE")) naming_moves_.insert(entry.identity());
    }
    void post(const v1::Transfer& transfer) {
        ledger_[transfer.debit_account()] -= transfer.amount().micros();
        ledger_[transfer.credit_account()] += transfer.amount().micros();
    }
    void name_one(const v1::SubAccount& named) {
        for (const auto& [party, number] : numbers_)
            check(party == named.party() || number != named.number(), named.party(),
                  "has the sub-account of another party");
        numbers_[named.party()] = named.number();
    }
    void book(const v1::BankEntryChanged& entry) {
        const std::string& number = entry.sub_account();
        check(is_used_ || number.empty(), entry.id(),
              "stands on a sub-account, and there are none");
        if (!entry.identity().empty()) bank_[number] += entry.amount_micros();
        check(entry.state() != v1::BANK_ENTRY_CREDITED || !naming_moves_.contains(entry.identity()),
              entry.id(), "names an instruction, and is credited as new money");
        const bool is_side =
            entry.state() == v1::BANK_ENTRY_MOVED ||
            (entry.state() == v1::BANK_ENTRY_EXPLAINED && entry.subject().starts_with("instr_"));
        if (is_side) show(entry);
    }
    void show(const v1::BankEntryChanged& entry) {
        Move& move = moves_[entry.subject()];
        const bool is_own = entry.sub_account().empty();
        bool& shown = is_own ? move.own_shown : move.shown;
        check(!shown, entry.subject(), "is shown twice by the bank");
        shown = true;
        const std::int64_t amount = move.told.amount_micros();
        if (entry.state() == v1::BANK_ENTRY_MOVED)
            check(entry.amount_micros() == (is_own ? -amount : amount), entry.subject(),
                  "is shown with another amount");
        check(is_own || entry.sub_account() == move.told.sub_account(), entry.subject(),
              "is shown on another sub-account");
    }
    /// The event stands before that of the entry which shows it.
    void move(const v1::TransferInstruction& told) {
        Move& move = moves_[told.id()];
        const bool is_new = move.told.id().empty();
        check(is_new || move.told.state() == v1::INSTRUCTION_ISSUED, told.id(), "ends twice");
        check(is_new || move.told.amount_micros() == told.amount_micros(), told.id(),
              "changes its amount");
        check(told.amount_micros() != 0 && told.amount_micros() % kMicrosPerFen == 0, told.id(),
              "is nothing that a bank can move");
        if (told.state() == v1::INSTRUCTION_CONFIRMED)
            check(told.shown() && told.own_shown(), told.id(), "is confirmed and was not shown");
        if (told.state() == v1::INSTRUCTION_FAILED)
            check(!move.shown && !move.own_shown, told.id(), "fails, and was shown");
        move.told = told;
    }

    void compare(const exchange::Exchange& replica) {
        v1::GetTrialBalanceResponse balance;
        v1::ListSubAccountsRequest all;
        all.mutable_page()->set_size(500);
        v1::ListSubAccountsResponse list;
        const auto books =
            replica.query("LedgerService/GetTrialBalance", operator_, replica.last_time(), "");
        const auto positions = replica.query("SubAccountService/ListSubAccounts", operator_,
                                             replica.last_time(), all.SerializeAsString());
        if (!books || !positions || !balance.ParseFromString(*books) ||
            !list.ParseFromString(*positions))
            return check(false, "sub-accounts", "are not to be had");
        std::map<std::string, std::int64_t> owed;  // By party.
        for (const v1::Account& account : balance.accounts())
            if (account.kind() == v1::ACCOUNT_CASH || account.kind() == v1::ACCOUNT_ESCROW ||
                account.kind() == v1::ACCOUNT_GUARANTEE)
                owed[account.party()] += ledger_[account.id()];
        std::map<std::string, std::int64_t> under_way;  // By number.
        for (const auto& [id, move] : moves_) {
            if (move.told.state() != v1::INSTRUCTION_ISSUED) continue;
            if (!move.shown) under_way[move.told.sub_account()] += move.told.amount_micros();
        }
        std::int64_t to_move = 0;
        for (const v1::SubAccountPosition& said : list.positions()) {
            to_move += said.to_move_micros();
            check(said.to_move_micros() == said.ledger_micros() + said.suspense_micros() -
                                               said.bank_micros() - said.in_transit_micros() -
                                               said.under_way_micros(),
                  said.number(), "what is to move is not what is missing");
            if (said.party() == operators_party_) continue;
            check(said.ledger_micros() == owed[said.party()], said.party(),
                  "is owed something else than its transfers say");
            check(said.bank_micros() == bank_[said.number()] || said.number().empty(),
                  said.number(), "holds something else than its entries say");
            check(said.under_way_micros() == under_way[said.number()] || said.number().empty(),
                  said.number(), "is told to move something else than its instructions say");
        }
        check(to_move == 0, "sub-accounts", "what is to move does not add up to nothing");
    }

    bool is_used_ = false;
    exchange::Actor operator_;
    std::string operators_party_;
    std::map<std::string, std::string> numbers_;  ///< By party.
    std::map<std::string, std::int64_t> ledger_;  ///< By account.
    std::map<std::string, std::int64_t> bank_;    ///< By number; empty: the exchange's own.
    std::map<std::string, Move> moves_;
    std::set<std::string> naming_moves_;  ///< Identities, of the statement that comes just now.
    std::uint64_t batches_ = 0;
};

}  // namespace

std::unique_ptr<Checker> sub_accounts_checker() {
    return std::make_unique<SubAccounts>();
}

}  // namespace penstock::sim
