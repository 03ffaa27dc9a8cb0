#include "app/doctor/exchange_checks.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>

#include <memory>
#include <optional>
#include <system_error>

#include "app/doctor/folder_checks.h"
#include "app/doctor/postgres_checks.h"
#include "base/try.h"
#include "files/descriptor.h"
#include "shell/backup/manifest.h"
#include "shell/evidence/log_copy.h"
#include "shell/journal/journal_file.h"
#include "shell/journal/postgres_journal.h"
#include "shell/journal/wal_check.h"
#include "shell/sequencer/exchange_core.h"
#include "shell/sequencer/recovery.h"
#include "shell/server/data_folder.h"
#include "shell/snapshot/snapshot_store.h"
#include "shell/sqlite/position.h"
#include "shell/sqlite/sqlite.h"

namespace penstock::doctor {

namespace {

namespace fs = std::filesystem;
using shell::JournalEnd;

constexpr std::uint64_t kFreeBytesMin = 64U << 20;  ///< The server's own low-water mark.
constexpr const char* kFromBackup = "Restore a backup: penstock restore.";

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// Whether a server has the folder now. Its lock is only tried.
bool is_in_use(const fs::path& data) {
    const fs::path path = data / "server.lock";
    const files::Descriptor lock(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    return lock.is_open() && ::flock(lock.number(), LOCK_SH | LOCK_NB) != 0;
}

Result<JournalEnd> walk_journal(const ExchangeChecks& options, const shell::TakeBatch& take) {
    if (!options.journal_url.empty()) {
        TRY_ASSIGN(const auto journal,
                   shell::PostgresJournal::open(
                       {.url = options.journal_url, .tables = postgres::Tables::leave}));
        if (take) TRY(journal->read_from(1, take));
        return journal->end();
    }
    const fs::path file = options.data / "journal.db";
    // Of a log that is being written the end is where the last commit stands.
    if (!is_in_use(options.data)) TRY(shell::check_write_ahead_log(file.string() + "-wal"));
    TRY_ASSIGN(auto database, sqlite::Database::open_to_read(file));
    return shell::walk_batches(database, take);
}

/// Reads the journal; with Depth::replay does every command again.
std::optional<JournalEnd> check_journal(const ExchangeChecks& options, Report& report) {
    const shell::ExchangeFactory factory;
    const auto core = factory.create();
    shell::TakeBatch replay;
    if (options.depth == Depth::replay)
        replay = [&](const shell::Batch& batch) {
            shell::EventPack pack;
            return shell::replay_batch(batch, *core, UINT64_MAX, pack);
        };
    const auto end = walk_journal(options, replay);
    if (!end) {
        report.fail("journal", end.error());
        return std::nullopt;
    }
    report.ok("journal", fmt::format("its chain holds up to command {}, hash {}", end->sequence,
                                     to_hex(end->rolling_hash)));
    if (replay) report.ok("replay", "every command gave the reply and the hash that it gave first");
    return *end;
}

/// Up to which command a part of the server has taken the journal.
Result<std::uint64_t> position_in(const fs::path& file) {
    TRY_ASSIGN(const auto database, sqlite::Database::open_to_read(file));
    TRY_ASSIGN(const JournalPosition position, sqlite::read_position(database));
    return position.sequence;
}

/// How far what follows the journal has come; seen before the journal, since a server goes on.
struct Followers {
    explicit Followers(const fs::path& data)
        : tables(position_in(data / "projection.db")),
          grants(position_in(data / "artifacts" / "artifacts.db")),
          log(evidence::check_copy(data / "evidence", evidence::CopyIs::growing)) {
        if (!is_there(data / "snapshots")) return;
        const shell::SnapshotStore store(data / "snapshots");
        const auto sequences = store.sequences();
        if (sequences.empty()) return;
        snapshot = sequences.front();
        auto loaded = store.load(*snapshot);
        snapshot_is_good = loaded && shell::ExchangeFactory().restore(loaded->state).has_value();
    }
    Result<std::uint64_t> tables;
    Result<std::uint64_t> grants;
    Result<evidence::LogCopy> log;
    std::optional<std::uint64_t> snapshot;  ///< The newest.
    bool snapshot_is_good = false;
};

/// @return Whether `position` is not beyond the journal.
bool check_end(const char* check, std::uint64_t position, std::uint64_t end, Report& report) {
    if (position <= end) return true;
    report.fail(check,
                fmt::format("it goes to command {}, and the journal ends at {}", position, end),
                "The journal has lost commands, and no server starts on it. Restore it, as the "
                "guide docs/operations.md says.");
    return false;
}

void check_position(const char* check, const Result<std::uint64_t>& position, std::uint64_t end,
                    const char* remedy, Report& report) {
    if (!position) return report.fail(check, position.error().message(), remedy);
    if (check_end(check, *position, end, report))
        report.ok(check, fmt::format("up to command {}", *position));
}

void check_evidence(const Result<evidence::LogCopy>& log, std::uint64_t end, Report& report) {
    if (!log) return report.fail("evidence", log.error().message(), kFromBackup);
    if (check_end("evidence", log->applied_sequence, end, report))
        report.ok("evidence",
                  fmt::format("up to command {}; records and files give the root that was signed "
                              "over {} of them",
                              log->applied_sequence, log->head.size));
}

void check_snapshot(const Followers& followers, std::uint64_t end, Report& report) {
    if (!followers.snapshot)
        return report.ok("snapshot", "there is none; the next start replays the whole journal");
    if (!check_end("snapshot", *followers.snapshot, end, report)) return;
    if (followers.snapshot_is_good)
        return report.ok("snapshot", fmt::format("of command {}", *followers.snapshot));
    report.warn("snapshot", fmt::format("that of command {} cannot be read", *followers.snapshot),
                "Nothing is lost: the next start replays more of the journal.");
}

void check_stored_files(const fs::path& data, Report& report) {
    std::error_code failed;
    std::uint64_t count = 0;
    for (fs::recursive_directory_iterator entry(data / "artifacts" / "sha256", failed), end;
         !failed && entry != end; entry.increment(failed)) {
        if (!entry->is_regular_file(failed)) continue;
        ++count;
        const auto digest = backup::file_digest(entry->path());
        if (!digest) {
            report.fail("files", digest.error());
        } else if (*digest != entry->path().filename()) {
            report.fail("files", entry->path().string() + " is not what its name says",
                        "Restore the file from a backup; its name is its SHA-256.");
        }
    }
    if (failed) return report.fail("files", failed.message(), "Run as the folder's owner.");
    report.ok("files", fmt::format("{} stored files were read", count));
}

void check_marks(const fs::path& data, Report& report) {
    if (is_there(data / shell::kRestoreMark))
        report.fail("restore", "a restore was begun and not finished",
                    "Run penstock restore again.");
    if (is_there(data / "clock.held"))
        report.fail("clock", "a jump of the clock was held, and nothing may change",
                    "Set the clock, or start the server with --accept-clock-jump once.");
}

}  // namespace

void check_exchange(const ExchangeChecks& options, Report& report) {
    check_permissions(options.data, report);
    if (!options.secrets.empty()) check_permissions(options.secrets, report);
    if (!is_there(options.data)) return;
    check_free_space(options.data, kFreeBytesMin, report);
    check_marks(options.data, report);
    report.ok("server",
              is_in_use(options.data) ? "one runs on this folder" : "none runs on this folder");
    const Followers followers(options.data);
    if (!options.journal_url.empty() && !check_postgres(options.journal_url, report)) return;
    const auto end = check_journal(options, report);
    if (!end) return;
    check_position("tables", followers.tables, end->sequence,
                   "Make them anew: stop the server and run penstock rebuild.", report);
    check_position("grants", followers.grants, end->sequence, kFromBackup, report);
    check_evidence(followers.log, end->sequence, report);
    check_snapshot(followers, end->sequence, report);
    if (options.depth == Depth::replay) check_stored_files(options.data, report);
}

}  // namespace penstock::doctor
