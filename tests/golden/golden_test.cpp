// A journal that any release wrote gives the same replies, events and state for ever.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "base/assert.h"
#include "core/exchange/exchange.h"
#include "shell/journal/sqlite_journal.h"
#include "shell/sequencer/exchange_core.h"
#include "shell/sequencer/recovery.h"

namespace penstock::shell {
namespace {

namespace fs = std::filesystem;

/// Every journal, as <release>/<name>.db.
std::vector<fs::path> golden_journals() {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(PENSTOCK_JOURNALS))
        if (entry.path().extension() == ".db") found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
}

class GoldenJournal : public testing::TestWithParam<fs::path> {
  protected:
    GoldenJournal() {
        std::string pattern = fs::temp_directory_path() / "penstock-golden-XXXXXX";
        PENSTOCK_ASSERT(::mkdtemp(pattern.data()) != nullptr);
        folder_ = pattern;
        fs::copy_file(GetParam(), folder_ / "journal.db");
    }
    ~GoldenJournal() override { fs::remove_all(folder_); }

    fs::path folder_;
};

/// "SEQUENCE HASH": where the journal ended when it was written, from the file beside it.
std::string expected_end(fs::path journal) {
    std::ifstream file(journal.replace_extension(".end"));
    std::string line;
    std::getline(file, line);
    return line;
}

TEST_P(GoldenJournal, replays_to_the_hash_that_it_was_written_with) {
    auto journal = SqliteJournal::open({.file = folder_ / "journal.db"});
    ASSERT_TRUE(journal) << journal.error().message();
    const ExchangeFactory factory;
    const auto recovered = recover(
        {.journal = **journal, .factory = factory, .snapshots = nullptr, .told = 0, .tell = {}});
    ASSERT_TRUE(recovered) << recovered.error().message();
    const exchange::Exchange& exchange = recovered->core->exchange();
    EXPECT_EQ(std::to_string(exchange.last_sequence()) + " " + to_hex(exchange.rolling_hash()),
              expected_end(GetParam()));
    EXPECT_EQ(exchange.broken_invariants(), std::vector<std::string>{});
    // What was replayed is a state of today's format.
    const std::string snapshot = exchange.snapshot();
    const auto restored = exchange::Exchange::restore(snapshot);
    ASSERT_TRUE(restored) << restored.error().message();
    EXPECT_EQ(restored->snapshot(), snapshot);
}

INSTANTIATE_TEST_SUITE_P(Releases, GoldenJournal, testing::ValuesIn(golden_journals()),
                         [](const auto& journal) {
                             std::string name = journal.param.parent_path().filename().string() +
                                                "_" + journal.param.stem().string();
                             std::ranges::replace_if(
                                 name, [](char letter) { return std::isalnum(letter) == 0; }, '_');
                             return name;
                         });

}  // namespace
}  // namespace penstock::shell
