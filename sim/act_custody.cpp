#include <algorithm>

#include "base/id.h"
#include "base/money.h"
#include "core/exchange/state.h"
#include "penstock/v1/credit.pb.h"
#include "penstock/v1/custody.pb.h"
#include "penstock/v1/guarantee.pb.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/sub_account.pb.h"
#include "sim/world.h"

/// Money that goes out, and the bank's word on all of it: officers of the operator who approve,
/// pay, import statements and explain entries; and those who try it alone, twice, or with forged
/// papers.
namespace penstock::sim {
namespace {

constexpr std::size_t kOfficersKept = 4;
constexpr std::size_t kWithdrawalsKept = 12;
constexpr std::size_t kMovesKept = 12;
constexpr const char* kBankAccount = "6222-00";

const custody::BankBook& book(const World& world) {
    return world.exchange().state().bank_book;
}

void appoint(World& world) {
    v1::InviteUserRequest invite;
    invite.add_roles(v1::USER_SYSTEM_ADMINISTRATOR);
    invite.set_profile(world.fresh_hash().substr(0, 8) + "vaultref");
    invite.set_invitation_hash(world.fresh_hash());
    const auto invited = world.command<v1::InviteUserResponse>(
        world.operator_key, "InternalService/InviteUser", invite);
    if (!invited) return;
    v1::ActivateUserRequest activate;
    activate.set_invitation_hash(invite.invitation_hash());
    activate.set_password(world.fresh_hash().substr(0, 8) + "vaultref");
    world.send(world.nobody, "InternalService/ActivateUser", activate);
    v1::OpenSessionRequest open;
    open.set_user(invited->user());
    open.set_token_hash(world.fresh_hash());
    open.set_means(v1::SIGN_IN_OIDC);
    // Without a second factor an officer may do nothing.
    open.set_provider_second_factor(!world.random.one_in(8));
    open.set_new_device_hash(world.fresh_hash());
    open.set_idle_seconds(86'400);
    open.set_lifetime_seconds(86'400);
    const auto opened =
        world.command<v1::OpenSessionResponse>(world.system, "InternalService/OpenSession", open);
    if (!opened) return;
    world.officers.push_back(
        {exchange::Actor::Kind::session, SessionId::parse(opened->session())->value});
    if (world.officers.size() > kOfficersKept) world.officers.erase(world.officers.begin());
}

void set_custody(World& world, const exchange::Actor& actor, std::uint32_t officers,
                 const char* account = kBankAccount) {
    v1::SetCustodyRequest request;
    request.mutable_custody()->set_bank_account(account);
    request.mutable_custody()->set_officers(officers);
    world.send(actor, "CustodyService/SetCustody", request);
}

const custody::SubAccounts& sub_accounts(const World& world) {
    return world.exchange().state().sub_accounts;
}

/// Two officers have the bank keep sub-accounts, where no statement has come yet.
void use_sub_accounts(World& world) {
    v1::SetCustodyRequest request;
    request.mutable_custody()->set_bank_account(kBankAccount);
    request.mutable_custody()->set_officers(1);
    request.mutable_custody()->set_mode(v1::CUSTODY_SUB_ACCOUNTS);
    for (const exchange::Actor& officer : std::vector(world.officers))
        world.send(officer, "CustodyService/SetCustody", request);
}

void name_sub_account(World& world) {
    v1::SetSubAccountRequest request;
    request.set_party(world.random.one_in(20) ? "party_99999"
                                              : world.random.pick(world.parties).id);
    request.set_number(world.random.one_in(12)
                           ? "number one"
                           : "22-" + std::to_string(world.random.between(1, 40)));
    world.send(world.operator_key, "SubAccountService/SetSubAccount", request);
}

/// Gives the bank what is under way.
void remember_moves(World& world) {
    sub_accounts(world).instructions().for_each(
        [&](InstructionId id, const custody::Instruction& open) {
            const std::string reference = custody::instruction_reference(id);
            const auto is_known = [&](const SimMove& move) { return move.reference == reference; };
            if (std::ranges::none_of(world.moves, is_known))
                world.moves.push_back({reference, open.sub_account, open.amount.micros});
        });
    if (world.moves.size() > kMovesKept)
        world.moves.erase(world.moves.begin(), world.moves.end() - kMovesKept);
}

/// Has the bank move money, and says of some of it that it did not.
void move_at_bank(World& world) {
    world.send(world.operator_key, "SubAccountService/IssueInstructions",
               v1::IssueInstructionsRequest());
    remember_moves(world);
    std::vector<std::string> open;
    std::string half;  // Of which one side was shown: the bank has done it.
    sub_accounts(world).instructions().for_each(
        [&](InstructionId id, const custody::Instruction& instruction) {
            open.push_back(id.text());
            if (instruction.shown != instruction.own_shown) half = id.text();
        });
    if (!half.empty()) open = {half};
    if (half.empty() && !world.random.one_in(3)) return;
    v1::FailInstructionRequest fail;
    fail.set_instruction(open.empty() || world.random.one_in(4) ? "instr_99999"
                                                                : world.random.pick(open));
    fail.set_note("The bank sent it back.");
    for (const exchange::Actor& officer : std::vector(world.officers))
        world.send(officer, "SubAccountService/FailInstruction", fail);
}

/// The day after; every month has 28 here.
std::string day_after(const std::string& day) {
    if (day.empty()) return "2001-01-01";  // Long before the worlds begin.
    int year = std::stoi(day.substr(0, 4));
    int month = std::stoi(day.substr(5, 2));
    int number = std::stoi(day.substr(8, 2)) + 1;
    if (number > 28) {
        number = 1;
        ++month;
    }
    if (month > 12) {
        month = 1;
        ++year;
    }
    const auto two = [](int value) {
        return std::string(value < 10 ? "0" : "") + std::to_string(value);
    };
    return std::to_string(year) + "-" + two(month) + "-" + two(number);
}

void add_entry(World& world, v1::ImportStatementRequest& request, std::int64_t micros,
               const std::string& reference, const std::string& bank_reference,
               const std::string& sub_account = "") {
    if (request.closing_micros() + micros < 0) return;
    v1::StatementEntry& entry = *request.add_entries();
    entry.set_identity(world.fresh_name("entry"));
    entry.set_booking_day(request.last_day());
    entry.set_amount_micros(micros);
    entry.set_reference(reference);
    entry.set_bank_reference(bank_reference);
    entry.set_sub_account(sub_account);
    request.set_closing_micros(request.closing_micros() + micros);
}

/// What the bank did though it was said to have failed, did twice, did with another amount, or took
/// back.
void add_odd_move(World& world, v1::ImportStatementRequest& request) {
    if (world.moves.empty() || world.random.one_in(3)) return;
    const SimMove move = world.random.pick(world.moves);
    const std::int64_t odd = world.random.between(0, 3);
    const std::int64_t micros = odd == 0   ? -move.micros
                                : odd == 1 ? move.micros + kMicrosPerFen
                                           : move.micros;
    const std::string number = world.fresh_name("move");
    add_entry(world, request, micros, move.reference, number, move.sub_account);
    if (!world.random.one_in(3)) add_entry(world, request, -micros, move.reference, number);
    if (request.entries_size() > 0 && world.random.one_in(4))
        request.mutable_entries(request.entries_size() - 1)
            ->set_proposal(v1::BANK_MATCH_SEVERAL_CANDIDATES);
}

/// What stands on sub-accounts: what the bank was told to move, now and then by half, and what
/// comes in on those of parties and on others.
void add_sub_accounts(World& world, v1::ImportStatementRequest& request) {
    if (!sub_accounts(world).are_used()) return;
    sub_accounts(world).instructions().for_each(
        [&](InstructionId id, const custody::Instruction& open) {
            if (world.random.one_in(4)) return;
            const std::string reference =
                world.random.one_in(12) ? "" : custody::instruction_reference(id);
            const std::string number = world.fresh_name("move");
            const bool shows_half = world.random.one_in(2);
            if (!open.shown)
                add_entry(world, request, open.amount.micros, reference, number, open.sub_account);
            if (!open.own_shown && !(shows_half && open.amount > Money{}))
                add_entry(world, request, -open.amount.micros, reference, number);
        });
    remember_moves(world);
    add_odd_move(world, request);
    for (std::int64_t more = world.random.between(0, 3); more > 0; --more)
        add_entry(world, request, world.random.between(1, 9) * 1'000'000, "", "",
                  "22-" + std::to_string(world.random.between(1, 40)));
}

/// The sub-account of who asked for a withdrawal, mostly.
std::string payer_of(World& world, const std::string& withdrawal) {
    const auto id = WithdrawalId::parse(withdrawal);
    const custody::Withdrawal* open = id ? world.exchange().state().withdrawals.find(*id) : nullptr;
    if (open == nullptr || world.random.one_in(6)) return {};
    return sub_accounts(world).number_of(open->party);
}

/// What the bank might say next: payments that are announced, those that the books have, and
/// others.
v1::ImportStatementRequest next_statement(World& world) {
    v1::ImportStatementRequest request;
    request.set_account(kBankAccount);
    request.set_currency("CNY");
    request.set_first_day(day_after(book(world).last_day()));
    request.set_last_day(request.first_day());
    const bool is_first = !book(world).has_statement();
    const std::int64_t opening = is_first && world.random.one_in(2) ? 3'000'000 : 0;
    request.set_opening_micros(is_first ? opening : book(world).closing().micros);
    request.set_closing_micros(request.opening_micros());
    for (const auto& [reference, transit] : book(world).transit())
        if (!world.random.one_in(4))
            add_entry(world, request, transit.amount.micros, "", reference,
                      sub_accounts(world).number_of(transit.party));
    for (const std::string& top_up : world.top_ups)
        if (world.random.one_in(3))
            add_entry(world, request, world.random.one_in(8) ? 49'000'000 : 50'000'000,
                      "PSK-TOPUP-" + top_up.substr(6), world.fresh_name("stmt"));
    for (const std::string& withdrawal : world.withdrawals)
        if (world.random.one_in(3))
            add_entry(world, request, -1'000'000, "PSK-WITHDRAWAL-" + withdrawal.substr(3), "",
                      payer_of(world, withdrawal));
    add_sub_accounts(world, request);
    for (std::int64_t more = world.random.between(0, 3); more > 0; --more)
        add_entry(world, request, world.random.between(-4, 4) * 500'000 + 1, "",
                  world.random.one_in(3) ? "bank again" : "");
    // More than the books have room for, where they promise some of it to others.
    if (request.closing_micros() > 0 && world.random.one_in(10))
        add_entry(world, request, -request.closing_micros(), "", "");
    return request;
}

void import_statement(World& world, const exchange::Actor& officer) {
    v1::ImportStatementRequest request = next_statement(world);
    switch (world.random.between(0, 15)) {
        case 0:
            request.set_account("6222-01");
            break;
        case 1:
            request.set_opening_micros(request.opening_micros() + 1);
            request.set_closing_micros(request.closing_micros() + 1);
            break;
        case 2:
            request.set_closing_micros(request.closing_micros() + 1);
            break;
        case 3:
            request.set_first_day("2000-12-31");
            break;
        case 4:
            if (request.entries_size() > 0) *request.add_entries() = request.entries(0);
            break;
        case 5:
            request.set_last_day("soon");
            break;
        case 6:
            for (int i = 0; i < 5'001; ++i) request.add_entries();
            break;
        case 7:
            request.set_currency("USD");
            break;
        default:
            break;
    }
    const auto imported = world.command<v1::ImportStatementResponse>(
        officer, "CustodyService/ImportStatement", request);
    if (imported && imported->awaits_second_officer())
        world.send(world.random.pick(world.officers), "CustodyService/ImportStatement", request);
    else if (imported && world.random.one_in(6))
        world.send(officer, "CustodyService/ImportStatement", request);
}

/// An entry that may take the other back; any where there is none.
BankEntryId other_side(World& world, const std::string& entry) {
    const auto& waiting = book(world).unexplained();
    BankEntryId other = waiting.first_after(BankEntryId{});
    const auto id = BankEntryId::parse(entry);
    const custody::Unexplained* found = id ? waiting.find(*id) : nullptr;
    if (found == nullptr) return other;
    waiting.for_each([&](BankEntryId candidate, const custody::Unexplained& open) {
        if (open.remaining == -found->remaining) other = candidate;
    });
    return other;
}

v1::ResolveEntryRequest some_explanation(World& world, const std::string& entry) {
    v1::ResolveEntryRequest request;
    request.set_entry(entry);
    request.set_resolution(static_cast<v1::EntryResolution>(world.random.between(0, 6)));
    const InstructionId move = sub_accounts(world).instructions().first_after(InstructionId{});
    request.set_instruction(move && !world.random.one_in(4) ? move.text() : "instr_99999");
    request.set_party(world.random.pick(world.parties).id);
    request.set_withdrawal(world.withdrawals.empty() ? "wd_99999"
                                                     : world.random.pick(world.withdrawals));
    const auto& transit = book(world).transit();
    request.set_bank_reference(transit.empty() || world.random.one_in(4) ? "bank of nowhere"
                                                                         : transit.begin()->first);
    const BankEntryId other = other_side(world, entry);
    request.set_other_entry(other && !world.random.one_in(4) ? other.text() : "bent_99999");
    return request;
}

void explain_entry(World& world, const exchange::Actor& officer) {
    std::vector<std::string> waiting;
    book(world).unexplained().for_each(
        [&](BankEntryId id, const custody::Unexplained&) { waiting.push_back(id.text()); });
    const std::string entry =
        waiting.empty() || world.random.one_in(10) ? "bent_99999" : world.random.pick(waiting);
    const v1::ResolveEntryRequest request = some_explanation(world, entry);
    const auto heard =
        world.command<v1::ResolveEntryResponse>(officer, "CustodyService/ResolveEntry", request);
    if (!heard) return;
    if (world.random.one_in(4)) world.send(officer, "CustodyService/ResolveEntry", request);
    world.send(world.random.pick(world.officers), "CustodyService/ResolveEntry", request);
}

void decide(World& world, const exchange::Actor& officer) {
    if (world.withdrawals.empty()) return;
    const std::string id =
        world.random.one_in(20) ? "wd_99999" : world.random.pick(world.withdrawals);
    v1::ApproveWithdrawalRequest approve;
    approve.set_withdrawal(id);
    const bool approves = !world.random.one_in(4);
    if (approves) world.send(officer, "CustodyService/ApproveWithdrawal", approve);
    if (world.random.one_in(3)) return;
    const exchange::Actor& other = world.random.pick(world.officers);
    if (world.random.one_in(approves ? 4 : 2)) {
        v1::RejectWithdrawalRequest reject;
        reject.set_withdrawal(id);
        reject.set_note(world.random.one_in(3) ? "" : "The bank sent it back.");
        world.send(other, "CustodyService/RejectWithdrawal", reject);
        return;
    }
    v1::ConfirmWithdrawalRequest confirm;
    confirm.set_withdrawal(id);
    confirm.set_bank_reference(world.random.one_in(6) ? "bank again" : world.fresh_name("paid"));
    world.send(world.random.one_in(9) ? world.operator_key : other,
               "CustodyService/ConfirmWithdrawal", confirm);
}

/// Gives guarantees back, or pays others out of them.
void use_guarantee(World& world, const exchange::Actor& officer) {
    v1::DrawGuaranteeRequest draw;
    draw.set_party(world.random.pick(world.parties).id);
    draw.set_beneficiary(world.random.pick(world.parties).id);
    draw.mutable_amount()->set_micros(300'000);
    draw.mutable_amount()->set_currency("CNY");
    draw.set_note("The order was not met.");
    if (world.random.one_in(2)) {
        v1::ReleaseGuaranteeRequest release;
        release.set_party(draw.party());
        *release.mutable_amount() = draw.amount();
        world.send(world.operator_key, "GuaranteeService/ReleaseGuarantee", release);
        return;
    }
    for (const exchange::Actor& actor : {officer, world.random.pick(world.officers)})
        world.send(actor, "GuaranteeService/DrawGuarantee", draw);
}

/// Raises a party's credit limit together with another officer, or lowers it alone.
void set_credit(World& world, const exchange::Actor& officer) {
    v1::SetCreditLimitRequest request;
    request.set_party(world.random.one_in(12) ? "party_99999"
                                              : world.random.pick(world.parties).id);
    request.mutable_limit()->set_micros(world.random.between(0, 8) * 6'000'000);
    request.mutable_limit()->set_currency("CNY");
    const auto heard =
        world.command<v1::SetCreditLimitResponse>(officer, "CreditService/SetCreditLimit", request);
    if (heard && heard->awaits_second_officer())
        world.send(world.random.pick(world.officers), "CreditService/SetCreditLimit", request);
}

void keep_sub_accounts(World& world) {
    if (!sub_accounts(world).are_used() && world.random.one_in(3)) return use_sub_accounts(world);
    if (world.random.one_in(2)) return name_sub_account(world);
    move_at_bank(world);
}

/// For a short while two must agree on every credit.
void ask_for_two(World& world, const exchange::Actor& officer) {
    set_custody(world, officer, 2);
    if (!world.top_ups.empty()) {
        v1::ConfirmTopUpRequest confirm;
        confirm.set_top_up(world.random.pick(world.top_ups));
        confirm.set_bank_reference(world.fresh_name("bank"));
        confirm.mutable_amount()->set_micros(50'000'000);
        confirm.mutable_amount()->set_currency("CNY");
        for (const exchange::Actor& actor : {officer, world.random.pick(world.officers)})
            world.send(actor, "LedgerService/ConfirmTopUp", confirm);
    }
    import_statement(world, officer);
    for (const exchange::Actor& actor : std::vector(world.officers)) set_custody(world, actor, 1);
}

}  // namespace

void give_credit(World& world, const std::string& party) {
    v1::SetCreditLimitRequest request;
    request.set_party(party);
    request.mutable_limit()->set_micros(world.random.between(20, 90) * 1'000'000);
    request.mutable_limit()->set_currency("CNY");
    const std::vector<exchange::Actor> officers = world.officers;
    for (const exchange::Actor& officer : officers)
        world.send(officer, "CreditService/SetCreditLimit", request);
}

void withdraw(World& world, const SimParty& party) {
    if (!world.withdrawals.empty() && world.random.one_in(3)) {
        v1::CancelWithdrawalRequest cancel;
        cancel.set_withdrawal(world.random.pick(world.withdrawals));
        if (world.random.one_in(2)) {
            world.exchange().state().withdrawals.open().for_each(
                [&](WithdrawalId id, const custody::Withdrawal& open) {
                    if (open.party.text() == party.id) cancel.set_withdrawal(id.text());
                });
        }
        world.send(party.key, "CustodyService/CancelWithdrawal", cancel);
        return;
    }
    if (world.random.one_in(3)) {
        v1::PlaceGuaranteeRequest place;
        place.mutable_amount()->set_micros(1'000'000);
        place.mutable_amount()->set_currency("CNY");
        world.send(party.key, "GuaranteeService/PlaceGuarantee", place);
    }
    v1::RequestWithdrawalRequest request;
    request.mutable_amount()->set_micros(world.random.one_in(5)    ? 70'000'000'000
                                         : world.random.one_in(12) ? 1
                                                                   : 1'000'000);
    request.mutable_amount()->set_currency("CNY");
    request.set_payee(world.random.one_in(9) ? "" : "main account");
    for (int times = world.random.one_in(12) ? 12 : 1; times > 0; --times) {
        const auto asked = world.command<v1::RequestWithdrawalResponse>(
            party.key, "CustodyService/RequestWithdrawal", request);
        if (!asked) return;
        world.withdrawals.push_back(asked->withdrawal());
    }
    while (world.withdrawals.size() > kWithdrawalsKept)
        world.withdrawals.erase(world.withdrawals.begin());
}

void act_as_officer(World& world) {
    const party::People& people = world.exchange().state().people;
    // Now and then one acts whose session has ended.
    if (!world.random.one_in(8)) {
        std::erase_if(world.officers, [&](const exchange::Actor& officer) {
            return !people.identify(SessionId{officer.id}, world.now);
        });
    }
    if (world.officers.size() < 2 || world.random.one_in(8)) appoint(world);
    if (world.officers.empty()) return;
    const exchange::Actor officer = world.random.pick(world.officers);
    if (world.random.one_in(7)) keep_sub_accounts(world);
    switch (world.random.between(0, 13)) {
        case 13:
        case 12:
            return decide_dispute(world);
        case 11:
            return set_credit(world, officer);
        case 10:
            return use_guarantee(world, officer);
        case 0:
            return set_custody(world, officer, world.random.one_in(4) ? 3 : 1,
                               world.random.one_in(4) ? "6222-02" : kBankAccount);
        case 1:
            if (!world.random.one_in(3)) return;
            return ask_for_two(world, officer);
        case 2:
        case 3:
        case 4:
            return import_statement(world, officer);
        case 5:
        case 6:
            return explain_entry(world, officer);
        default:
            return decide(world, officer);
    }
}

}  // namespace penstock::sim
