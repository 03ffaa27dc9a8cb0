// Sub-accounts and transfer instructions of the fake exchange.
#include "app/client/fake_exchange.h"
#include "penstock/v1/sub_account.pb.h"

namespace penstock::client {

namespace {

void add_instruction(v1::ListInstructionsResponse& page, std::uint64_t number, std::uint64_t batch,
                     std::int64_t micros) {
    v1::TransferInstruction& made = *page.add_instructions();
    made.set_id("instr_" + std::to_string(number));
    made.set_batch(batch);
    made.set_sub_account("22-0" + std::to_string(number));
    made.set_party("party_" + std::to_string(number));
    made.set_amount_micros(micros);
    made.set_reference("PSK-MOVE-" + std::to_string(number));
}

/// Two pages. Of batch 2 all is still to do; of batch 3, the newest, statements have shown a half.
v1::ListInstructionsResponse instructions(const std::string& cursor) {
    v1::ListInstructionsResponse page;
    page.set_newest_batch(3);
    if (cursor.empty()) {
        add_instruction(page, 4, 2, -8'000'000);
        add_instruction(page, 5, 3, -2'000'000);
        page.mutable_instructions(1)->set_own_shown(true);
        page.mutable_page()->set_next_cursor("5");
    } else {
        add_instruction(page, 6, 3, 1'500'000);
        add_instruction(page, 7, 3, 500'000);
        page.mutable_instructions(1)->set_shown(true);
    }
    return page;
}

/// Two pages between which 1 CNY has moved on: together they add up to something, each to nothing.
v1::ListSubAccountsResponse sub_accounts(const std::string& cursor) {
    v1::ListSubAccountsResponse page;
    v1::SubAccountPosition& position = *page.add_positions();
    position.set_party("party_4");
    position.set_number(cursor.empty() ? "22-04" : "22-05");
    position.set_ledger_micros(3'000'000);
    position.set_to_move_micros(cursor.empty() ? 3'000'000 : -2'000'000);
    if (cursor.empty()) page.mutable_page()->set_next_cursor("22-04/4");
    return page;
}

}  // namespace

bool FakeExchange::answer_about_sub_accounts(const transport::Method& method,
                                             const google::protobuf::Message& request,
                                             transport::RpcResponder& responder) {
    if (method.full_name == "SubAccountService/ListInstructions") {
        const auto& asked = static_cast<const v1::ListInstructionsRequest&>(request);
        responder.reply(instructions(asked.page().cursor()));
    } else if (method.full_name == "SubAccountService/ListSubAccounts") {
        const auto& asked = static_cast<const v1::ListSubAccountsRequest&>(request);
        responder.reply(sub_accounts(asked.page().cursor()));
    } else {
        return false;
    }
    return true;
}

}  // namespace penstock::client
