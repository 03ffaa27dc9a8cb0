#include <string>

#include "base/try.h"
#include "files/owner.h"
#include "shell/journal/postgres_journal.h"
#include "shell/journal/sqlite_journal.h"
#include "shell/projection/sqlite_projection.h"
#include "shell/sequencer/exchange_core.h"
#include "shell/sequencer/sequencer.h"
#include "shell/server/data_folder.h"
#include "shell/server/feed.h"
#include "shell/server/server.h"
#include "shell/server/table_questions.h"

namespace penstock::shell {

namespace {

constexpr const char* kTables = "projection.db";

Result<std::unique_ptr<Journal>> open_journal(const std::filesystem::path& data,
                                              const std::string& url) {
    if (!url.empty()) return PostgresJournal::open({.url = url});
    return SqliteJournal::open(
        {.file = data / "journal.db", .if_missing = SqliteJournalOptions::IfMissing::refuse});
}

Result<void> make_tables(const std::filesystem::path& data, const std::string& journal_url) {
    TRY_ASSIGN(const auto journal, open_journal(data, journal_url));
    TRY_ASSIGN(auto tables, projection::SqliteProjection::open(data / kTables));
    TRY(tables->reset());
    TableFeed feed(*tables);
    const SystemClock clock;
    const ExchangeFactory factory;
    // Opening replays the journal for whoever is behind; nothing is given to the sequencer.
    SequencerOptions options;
    options.clock = Stamper::Start::held;  // No timer fires.
    TRY_ASSIGN(auto sequencer, Sequencer::open(*journal, factory, clock, {&feed}, options));
    sequencer->stop();
    if (auto fault = tables->fault()) return std::unexpected(*std::move(fault));
    return {};
}

}  // namespace

Result<void> rebuild_tables(const std::filesystem::path& data, const std::string& journal_url) {
    TRY_ASSIGN(const files::Descriptor lock, lock_data_folder(data));
    const auto made = make_tables(data, journal_url);
    // Also after a failure: what root has made must open to the server.
    for (const char* suffix : {"", "-wal", "-shm"})
        TRY(files::give_to_folder(data / (std::string(kTables) + suffix)));
    return made;
}

}  // namespace penstock::shell
