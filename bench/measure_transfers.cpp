#include <algorithm>
#include <limits>

#include "bench/market.h"
#include "bench/measures.h"
#include "bench/stopwatch.h"
#include "core/ledger/ledger.h"

namespace penstock::bench {
namespace {

using namespace ledger;

constexpr std::size_t kTransfers = 1'000'000;
constexpr std::size_t kParties = 10'000;
constexpr std::size_t kBatch = 8'190;
constexpr double kNeeded = 1'000'000;
constexpr int kRuns = 3;
constexpr Instant kStart{1'800'000'000'000'000'000};

/// Batch n comes so long after the first.
Instant time_of(std::size_t transfer) {
    return kStart + milliseconds(static_cast<std::int64_t>(transfer / kBatch));
}

ChosenId id_of(std::size_t transfer) {
    return {static_cast<std::uint64_t>(time_of(transfer).ns / 1'000'000) << 16U, transfer + 1};
}

/// Every party has a million to spend.
class Books {
  public:
    Books() {
        const Currency yuan = *Currency::parse("CNY");
        const AccountId bank = ledger.ensure(AccountKind::bank, PartyId{}, yuan);
        for (std::uint64_t party = 1; party <= kParties; ++party) {
            const AccountId cash = ledger.ensure(AccountKind::cash, PartyId{party}, yuan);
            if (!ledger.post({bank, cash, Money{1'000'000'000'000}})) give_up("no money");
            accounts.push_back(cash);
        }
    }
    Ledger ledger;
    std::vector<AccountId> accounts;
};

/// Of four transfers two post at once, one holds, and one posts part of what the one before holds.
std::vector<Transfer> some_transfers(const std::vector<AccountId>& accounts, std::size_t count) {
    std::vector<Transfer> transfers;
    transfers.reserve(count);
    std::uint64_t state = 1;
    for (std::size_t i = 0; i < count; ++i) {
        state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
        const std::size_t from = (state >> 33U) % kParties;
        Transfer transfer{
            .debit = accounts[from],
            .credit = accounts[(from + 1 + (state >> 50U) % (kParties - 1)) % kParties],
            .amount = Money{static_cast<std::int64_t>(1'000 + state % 1'000)},
            .code = 1,
            .id = id_of(i)};
        if (i % 4 == 2) transfer.kind = TransferKind::hold;
        if (i % 4 == 3)
            transfer = {.amount = Money{500},
                        .kind = TransferKind::post_held,
                        .hold_id = id_of(i - 1),
                        .id = id_of(i)};
        transfers.push_back(transfer);
    }
    return transfers;
}

}  // namespace

Line measure_transfers(const Options& options) {
    const std::vector<Transfer> transfers =
        some_transfers(Books().accounts, options.scaled(kTransfers));
    double best = std::numeric_limits<double>::max();
    for (int run = 0; run < kRuns; ++run) {
        Books books;
        const CoreStopwatch watch;
        for (std::size_t i = 0; i < transfers.size(); ++i) {
            const auto done = books.ledger.execute(transfers[i], time_of(i));
            if (!done) give_up(done.error().message());
        }
        best = std::min(best, watch.seconds());
    }
    return {.name = "transfers in the ledger, each under an id of its own",
            .value = static_cast<double>(transfers.size()) / best,
            .unit = "transfers/s",
            .reference = kNeeded,
            .held_against = "the limit, on one core",
            .needed = 1};
}

}  // namespace penstock::bench
