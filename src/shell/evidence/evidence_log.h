#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/journal_position.h"
#include "crypto/secret_files.h"
#include "penstock/v1/event.pb.h"
#include "penstock/v1/evidence.pb.h"
#include "shell/evidence/log_files.h"
#include "shell/evidence/log_keys.h"
#include "shell/evidence/log_writer.h"
#include "shell/evidence/record_store.h"

namespace penstock::evidence {

struct EvidenceOptions {
    std::filesystem::path folder;  ///< Keys, evidence.db and log/ live here.
    std::string origin;            ///< Empty takes a name made from the key.
    /// Checkpoints are at least so far apart; 0 signs at publish() alone.
    std::chrono::milliseconds interval{1'000};
    /// Called with "before_checkpoint" when everything but the signed head is on the disk, and with
    /// "after_checkpoint" once that is, too. A test may die in it.
    std::function<void(std::string_view)> at_point;
    std::filesystem::path keys{};   ///< Folder of the keys; empty: `folder`.
    crypto::SecretFiles secrets{};  ///< How the keys lie there.
    /// Of records that could not be written and are kept for another try.
    std::size_t waiting_bytes_max = std::size_t{64} << 20;
};

/// What start() makes of the files of an existing log.
enum class StartCheck {
    edge,   ///< The right edge of the tree and the last records: fast, finds lost and torn files.
    whole,  ///< Every record against every leaf.
};

/// Events → an append-only Merkle log with signed checkpoints, as static files.
///
/// Life: open(), feed the events from applied_sequence() on, start(), go on feeding. The feeding
/// calls come from one thread; everything else is thread-safe.
class EvidenceLog {
  public:
    /// Opens or creates the folder. Nothing is signed yet.
    /// @retval kEvidenceKeyMissing, kCheckpointMismatch, and faults of storage and key files.
    static Result<std::unique_ptr<EvidenceLog>> open(EvidenceOptions options);
    /// Stops, if stop() was not called.
    ~EvidenceLog();
    EvidenceLog(const EvidenceLog&) = delete;
    EvidenceLog& operator=(const EvidenceLog&) = delete;

    /// Takes one event, after it is durable in the journal. Events of commands up to
    /// applied_sequence() change nothing.
    void on_event(const v1::Event& event);
    /// Every event of the commands up to there has been given.
    /// @return False when they could not be kept, and to call again may help.
    bool caught_up(const JournalPosition& position);
    /// How far the records go. From the feeding thread.
    JournalPosition position() const { return position_; }
    /// The last command whose events are all in the records: feeding resumes after it.
    std::uint64_t applied_sequence() const { return applied_; }
    /// The number of records, signed or not.
    std::uint64_t size() const { return size_; }
    /// Set while records or checkpoints cannot be written. Both are tried again: records when the
    /// next events come, or after a second, until more are waiting than is kept in memory; then,
    /// and after a checkpoint of somebody else's, only a restart helps.
    std::optional<Error> fault() const;

    /// Compares the records with the last signed checkpoint and starts signing.
    /// @retval kCheckpointMismatch  The records are fewer than were signed, or others; the detail
    ///                              says where. Nothing has been written.
    Result<void> start(StartCheck check = StartCheck::edge);
    /// Signs what is there, and ends the thread. Idempotent.
    void stop();
    /// Signs a checkpoint over all records now, unless the last one has them. After start().
    /// @retval kCheckpointConflict, and faults of storage.
    Result<void> publish();

    /// The receipts of an order, oldest first.
    /// @param required_sequence  The last command whose records the asker must get.
    /// @retval kReceiptPending
    Result<v1::ListReceiptsResponse> receipts(std::string_view order,
                                              std::uint64_t required_sequence) const;
    /// Puts its receipt to each of these, if the last signed checkpoint covers it.
    /// @param with_proofs  Otherwise kind, subject and index alone.
    Result<void> add_receipts(v1::ListAuditEventsResponse& events, bool with_proofs) const;
    format::TreeHead signed_head() const;
    format::VerifierKey verifier_key() const { return keys_.signer().verifier_key(); }
    const LogKeys& keys() const { return keys_; }
    const LogFiles& files() const { return files_; }

    /// Writes every tile anew from the records, when the files were lost; before start().
    /// @retval kCheckpointMismatch  The records are not those that were signed.
    Result<void> rebuild_files();

  private:
    EvidenceLog(EvidenceOptions options, LogKeys keys, LogFiles files);

    /// @param hashes  One for all proofs: they share most tiles.
    static Result<v1::Receipt> receipt_of(const Record& record, const SignedHead& head,
                                          format::TiledHashes& hashes);
    Result<void> adopt_checkpoint_file();
    Result<void> compare_edge(std::uint64_t signed_size);
    Result<void> compare_all(const format::TreeHead& head);
    Result<void> extend(std::uint64_t end);
    Result<void> show(const SignedHead& head);
    void run(const std::stop_token& stop);
    /// Puts what is waiting into the open transaction.
    Result<void> add_waiting();
    /// @return Whether there is no use in trying again.
    bool fail_feeding(const Error& error);
    void fail_signing(const Error& error);

    const EvidenceOptions options_;
    const LogKeys keys_;
    const LogFiles files_;

    RecordStore records_;  // Of the feeding thread.
    std::uint64_t next_leaf_ = 0;
    JournalPosition position_;
    /// Since the last commit: what a transaction that fails is made from again.
    std::vector<NewRecord> waiting_;
    std::size_t waiting_bytes_ = 0;
    bool is_spilled_ = false;  ///< More than that is in the transaction, and nowhere else.
    bool feeding_stopped_ = false;
    std::atomic<std::uint64_t> applied_{0};
    std::atomic<std::uint64_t> size_{0};

    std::mutex publish_mutex_;  // Guards the signer's own.
    RecordStore signer_records_;
    std::optional<LogWriter> writer_;
    std::optional<SignedHead> stored_head_;  // As the database has it.

    mutable std::mutex mutex_;  // Guards what follows.
    mutable RecordStore reader_records_;
    std::optional<SignedHead> signed_;
    std::optional<Error> feeding_fault_;
    std::optional<Error> signing_fault_;
    std::condition_variable_any wake_;
    std::jthread thread_;
};

}  // namespace penstock::evidence
