#include "bench/books.h"

namespace penstock::bench {

using namespace ledger;

namespace {

constexpr Instant kStart{1'800'000'000'000'000'000};
constexpr std::size_t kTransfersEachMillisecond = 8'190;

ChosenId id_of(std::size_t transfer) {
    const auto milliseconds = static_cast<std::uint64_t>(time_of_transfer(transfer).ns / 1'000'000);
    return {milliseconds << 16U, transfer + 1};
}

}  // namespace

Instant time_of_transfer(std::size_t transfer) {
    return kStart + milliseconds(static_cast<std::int64_t>(transfer / kTransfersEachMillisecond));
}

Books::Books() {
    const Currency yuan = *Currency::parse("CNY");
    const AccountId bank = ledger.ensure(AccountKind::bank, PartyId{}, yuan);
    for (std::uint64_t party = 1; party <= kParties; ++party) {
        const AccountId cash = ledger.ensure(AccountKind::cash, PartyId{party}, yuan);
        const Transfer opening{
            .debit = bank, .credit = cash, .amount = Money{1'000'000'000'000}, .code = 1};
        if (const auto posted = ledger.post(opening); !posted) give_up(posted.error().message());
        accounts.push_back(cash);
    }
}

std::vector<Transfer> some_transfers(const std::vector<AccountId>& accounts, std::size_t count,
                                     Mix mix) {
    std::vector<Transfer> transfers;
    transfers.reserve(count);
    std::uint64_t state = 1;
    for (std::size_t i = 0; i < count; ++i) {
        state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
        const std::size_t parties = accounts.size();
        const std::size_t from = (state >> 33U) % parties;
        Transfer transfer{.debit = accounts[from],
                          .credit = accounts[(from + 1 + (state >> 50U) % (parties - 1)) % parties],
                          .amount = Money{static_cast<std::int64_t>(1'000 + state % 1'000)},
                          .code = 1,
                          .id = id_of(i)};
        if (mix == Mix::posts_and_holds && i % 4 == 2) transfer.kind = TransferKind::hold;
        if (mix == Mix::posts_and_holds && i % 4 == 3)
            transfer = {.amount = Money{500},
                        .kind = TransferKind::post_held,
                        .hold_id = id_of(i - 1),
                        .id = id_of(i)};
        transfers.push_back(transfer);
    }
    return transfers;
}

}  // namespace penstock::bench
