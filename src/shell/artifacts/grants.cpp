#include "shell/artifacts/grants.h"

#include <memory>
#include <utility>

#include "base/try.h"
#include "shell/sqlite/position.h"

namespace penstock::artifacts {

namespace {

constexpr const char* kCreate =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS grants(digest TEXT, party INTEGER, PRIMARY KEY(digest, party))"
    " WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS uploads(digest TEXT, party INTEGER, bytes INTEGER,"
    " PRIMARY KEY(digest, party)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS buyers(order_number INTEGER PRIMARY KEY, party INTEGER);"
    "COMMIT;";
constexpr std::string_view kInsert = "INSERT OR IGNORE INTO grants VALUES(?,?)";

}  // namespace

Result<std::unique_ptr<Grants>> Grants::open(const std::filesystem::path& path) {
    std::unique_ptr<Grants> grants(new Grants());
    TRY_ASSIGN(grants->database_, sqlite::Database::open(path, sqlite::Durability::full));
    TRY(grants->database_.run(kCreate));
    TRY(grants->database_.run(sqlite::kCreatePosition));
    TRY_ASSIGN(grants->feeder_, sqlite::Database::open(path, sqlite::Durability::normal));
    TRY_ASSIGN(grants->insert_, grants->database_.prepare(kInsert));
    TRY_ASSIGN(grants->insert_upload_,
               grants->database_.prepare("INSERT OR IGNORE INTO uploads VALUES(?,?,?)"));
    TRY_ASSIGN(grants->select_,
               grants->database_.prepare("SELECT 1 FROM grants WHERE digest=? AND party=?"));
    TRY_ASSIGN(grants->position_, sqlite::read_position(grants->feeder_));
    grants->applied_ = grants->position_.sequence;
    return grants;
}

Result<void> Grants::set_back(const std::filesystem::path& path, const JournalPosition& end) {
    TRY_ASSIGN(sqlite::Database copy, sqlite::Database::open(path, sqlite::Durability::full));
    TRY_ASSIGN(const JournalPosition position, sqlite::read_position(copy));
    if (position.sequence <= end.sequence) return {};
    return sqlite::commit_position(copy, end);
}

Result<bool> Grants::grant(const FileDigest& digest, PartyId party, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    TRY(database_.run("BEGIN IMMEDIATE"));
    auto is_new = insert_upload(digest, party, bytes);
    if (is_new) {
        if (auto committed = database_.run("COMMIT"); !committed)
            is_new = std::unexpected(std::move(committed).error());
    }
    if (!is_new && database_.in_transaction()) (void)database_.run("ROLLBACK");
    return is_new;
}

Result<bool> Grants::insert_upload(const FileDigest& digest, PartyId party, std::uint64_t bytes) {
    const std::string_view text = digest.text();
    TRY(insert_.bind(1, text).bind_unsigned(2, party.value).run());
    TRY(insert_upload_.bind(1, text).bind_unsigned(2, party.value).bind_unsigned(3, bytes).run());
    return database_.changes() > 0;
}

Result<std::map<PartyId, std::uint64_t>> Grants::uploaded_bytes() const {
    const std::lock_guard lock(mutex_);
    TRY_ASSIGN(sqlite::Statement sums,
               database_.prepare("SELECT party, SUM(bytes) FROM uploads GROUP BY party"));
    std::map<PartyId, std::uint64_t> uploaded;
    while (true) {
        TRY_ASSIGN(const bool more, sums.step());
        if (!more) return uploaded;
        uploaded[PartyId{sums.unsigned_integer(0)}] = sums.unsigned_integer(1);
    }
}

bool Grants::may_read(const FileDigest& digest, PartyId party) const {
    const std::lock_guard lock(mutex_);
    const auto found =
        select_.bind(1, std::string_view(digest.text())).bind_unsigned(2, party.value).step();
    select_.reset();
    return found && *found;
}

void Grants::on_event(const v1::Event& event) {
    if (event.sequence() <= applied_ || stopped_) return;
    if (const auto applied = apply(event); !applied) stop(applied.error());
}

void Grants::stop(const Error& error) {
    if (feeder_.in_transaction()) (void)feeder_.run("ROLLBACK");
    stopped_ = true;
    const std::lock_guard lock(mutex_);
    fault_ = error;
}

std::optional<Error> Grants::fault() const {
    const std::lock_guard lock(mutex_);
    return fault_;
}

Result<void> Grants::apply(const v1::Event& event) {
    if (event.has_order_placed()) {
        const auto order = OrderId::parse(event.order_placed().order());
        const auto buyer = PartyId::parse(event.order_placed().buyer());
        if (!order || !buyer) return {};
        if (!feeder_.in_transaction()) TRY(feeder_.run("BEGIN IMMEDIATE"));
        TRY_ASSIGN(sqlite::Statement insert,
                   feeder_.prepare("INSERT OR REPLACE INTO buyers VALUES(?,?)"));
        return insert.bind_unsigned(1, order->value).bind_unsigned(2, buyer->value).run();
    }
    if (event.has_attempt_changed() && event.attempt_changed().outputs_size() > 0)
        return grant_outputs(event.attempt_changed());
    return {};
}

Result<void> Grants::grant_outputs(const v1::AttemptChanged& attempt) {
    // What was charged is delivered, even if the buyer's own program failed.
    if (attempt.state() != v1::ATTEMPT_SUCCEEDED && attempt.state() != v1::ATTEMPT_FAILED &&
        attempt.state() != v1::ATTEMPT_CANCELLED)
        return {};
    const auto order = OrderId::parse(attempt.order());
    if (!order) return {};
    if (!feeder_.in_transaction()) TRY(feeder_.run("BEGIN IMMEDIATE"));
    TRY_ASSIGN(sqlite::Statement buyer,
               feeder_.prepare("SELECT party FROM buyers WHERE order_number=?"));
    TRY_ASSIGN(const bool known, buyer.bind_unsigned(1, order->value).step());
    if (!known) return {};
    const std::uint64_t party = buyer.unsigned_integer(0);
    TRY_ASSIGN(sqlite::Statement insert, feeder_.prepare(kInsert));
    for (const v1::Artifact& output : attempt.outputs()) {
        if (!FileDigest::parse(output.digest())) continue;
        TRY(insert.bind(1, std::string_view(output.digest())).bind_unsigned(2, party).run());
    }
    return {};
}

bool Grants::caught_up(const JournalPosition& position) {
    if (position.sequence <= applied_) return true;
    if (!stopped_) {
        if (auto kept = sqlite::commit_position(feeder_, position); !kept) stop(kept.error());
    }
    // What was given since is forgotten, and may come again.
    if (std::exchange(stopped_, false)) return false;
    position_ = position;
    applied_ = position.sequence;
    const std::lock_guard lock(mutex_);
    fault_.reset();
    return true;
}

}  // namespace penstock::artifacts
