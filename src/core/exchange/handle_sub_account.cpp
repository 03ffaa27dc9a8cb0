// Sub-accounts at the bank, and what it is to move between them.
#include <iterator>
#include <optional>
#include <string>

#include "base/try.h"
#include "core/custody/error.h"
#include "core/exchange/audit.h"
#include "core/exchange/custody.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/exchange/page.h"
#include "core/exchange/sub_accounts.h"
#include "core/party/error.h"

namespace penstock::exchange {
namespace {

using custody::SubAccounts;

/// Positions come and go between two pages, so that a page goes on after a key.
struct PageOfPositions {
    std::uint32_t size = 0;
    std::optional<SubAccounts::Key> after{};
};

std::string cursor_of(const SubAccounts::Key& key) {
    return key.number + "/" + std::to_string(key.party.value);
}

/// @retval PAGE_INVALID
Result<PageOfPositions> read_page_of_positions(const v1::PageRequest& request) {
    v1::PageRequest sized;
    sized.set_size(request.size());
    const std::size_t slash = request.cursor().find('/');
    // The party's number is read as cursors of other lists are.
    if (slash != std::string::npos) sized.set_cursor(request.cursor().substr(slash + 1));
    if (!request.cursor().empty() && sized.cursor().empty())
        return reject(kPageInvalid, "page.cursor");
    TRY_ASSIGN(const Page page, read_page(sized));
    PageOfPositions read{.size = page.size};
    if (slash != std::string::npos)
        read.after = SubAccounts::Key{request.cursor().substr(0, slash), PartyId{page.after}};
    return read;
}

void describe(const State& state, const SubAccounts::Key& key, const custody::Position& position,
              v1::SubAccountPosition& out) {
    const bool is_own = key == SubAccounts::Key{};
    out.set_number(is_own ? state.sub_accounts.own_number() : key.number);
    if (key.party) out.set_party(key.party.text());
    if (is_own) out.set_party(state.settings.exchange_operator.text());
    out.set_ledger_micros(position.ledger.micros);
    out.set_suspense_micros(position.suspense.micros);
    out.set_bank_micros(position.bank.micros);
    out.set_in_transit_micros(position.in_transit.micros);
    out.set_under_way_micros(position.under_way.micros);
    out.set_to_move_micros(position.to_move().micros);
}

}  // namespace

Result<void> set_sub_account(Context& context, const v1::SetSubAccountRequest& request,
                             v1::SetSubAccountResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const PartyId party, read_id<PartyId>(request.party(), "party"));
    if (state.directory.find_party(party) == nullptr) return reject(party::kPartyNotFound, "party");
    const PartyId holder = holder_of(state, party);
    TRY(state.sub_accounts.check_number(holder, request.number()));
    TRY(check_explained(state, holder, request.number()));
    TRY_ASSIGN(const Agreement agreement, hear_credit(context, "SetSubAccount", request));
    note(context, agreement);
    response.set_awaits_second_officer(!agreement.is_complete());
    if (!agreement.is_complete()) return {};
    // Where what comes in on it is booked.
    state.ledger.ensure(ledger::AccountKind::cash, party, state.settings.currency);
    state.sub_accounts.set_number(holder, request.number());
    v1::SubAccount body;
    body.set_party(party.text());
    body.set_number(request.number());
    context.events.emit_message(v1::Event::kSubAccountChanged, body);
    emit_act(context, {.kind = v1::ACT_SUB_ACCOUNT_SET,
                       .party = party,
                       .subject = party.text(),
                       .detail = request.number()});
    return {};
}

Result<void> issue_instructions(Context& context, const v1::IssueInstructionsRequest&,
                                v1::IssueInstructionsResponse& response) {
    if (!context.state.sub_accounts.are_used()) return reject(custody::kSubAccountsNotUsed);
    const Batch batch = issue_batch(context);
    response.set_batch(batch.number);
    response.set_count(batch.count);
    if (batch.count > 0)
        emit_act(context, {.kind = v1::ACT_INSTRUCTIONS_ISSUED,
                           .subject = std::to_string(batch.number),
                           .detail = std::to_string(batch.count)});
    return {};
}

Result<void> fail_instruction(Context& context, const v1::FailInstructionRequest& request,
                              v1::FailInstructionResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const InstructionId id,
               read_id<InstructionId>(request.instruction(), "instruction"));
    TRY(state.sub_accounts.check_fail(id));
    TRY(custody::check_note(request.note(), "note"));
    TRY_ASSIGN(const Agreement agreement, hear(context, "FailInstruction", request));
    note(context, agreement);
    response.set_awaits_second_officer(!agreement.is_complete());
    if (!agreement.is_complete()) return {};
    emit_instruction(context, id, state.sub_accounts.fail(id), custody::InstructionState::failed,
                     request.note());
    emit_act(context,
             {.kind = v1::ACT_INSTRUCTION_FAILED, .subject = id.text(), .detail = request.note()});
    return {};
}

Result<void> list_sub_accounts(const View& view, const v1::ListSubAccountsRequest& request,
                               v1::ListSubAccountsResponse& response) {
    TRY_ASSIGN(const PageOfPositions page, read_page_of_positions(request.page()));
    response.mutable_page();
    if (!view.state.sub_accounts.are_used()) return {};
    const auto positions = positions_of(view.state);
    Money to_move;
    for (const auto& [key, position] : positions) to_move += position.to_move();
    response.set_to_move_micros(to_move.micros);
    auto next = page.after ? positions.upper_bound(*page.after) : positions.begin();
    for (; next != positions.end(); ++next) {
        if (static_cast<std::uint32_t>(response.positions_size()) == page.size) {
            response.mutable_page()->set_next_cursor(cursor_of(std::prev(next)->first));
            return {};
        }
        describe(view.state, next->first, next->second, *response.add_positions());
    }
    return {};
}

Result<void> list_instructions(const View& view, const v1::ListInstructionsRequest& request,
                               v1::ListInstructionsResponse& response) {
    TRY_ASSIGN(const Page page, read_page(request.page()));
    const auto& instructions = view.state.sub_accounts.instructions();
    response.mutable_page();
    response.set_newest_batch(view.state.sub_accounts.newest_batch());
    InstructionId last{page.after};
    for (InstructionId id = instructions.first_after(last); id; id = instructions.first_after(id)) {
        if (static_cast<std::uint32_t>(response.instructions_size()) == page.size) {
            response.mutable_page()->set_next_cursor(std::to_string(last.value));
            return {};
        }
        last = id;
        describe(instructions.at(id), id, response.add_instructions());
    }
    return {};
}

}  // namespace penstock::exchange
