#include "shell/evidence/evidence_log.h"

#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "shell/evidence/error.h"
#include "shell/evidence/fact.h"

namespace penstock::evidence {

EvidenceLog::EvidenceLog(EvidenceOptions options, LogKeys keys, LogFiles files)
    : options_(std::move(options)), keys_(std::move(keys)), files_(std::move(files)) {}

EvidenceLog::~EvidenceLog() {
    stop();
}

Result<std::unique_ptr<EvidenceLog>> EvidenceLog::open(EvidenceOptions options) {
    std::error_code error;
    std::filesystem::create_directories(options.folder, error);
    if (error)
        return reject(kEvidenceFault, {}, options.folder.string() + ": " + error.message() + ".");
    const std::filesystem::path folder = options.folder;
    const std::filesystem::path database = folder / "evidence.db";
    LogFiles files(folder / "log");
    TRY_ASSIGN(const std::string published, files.read_checkpoint());
    TRY_ASSIGN(RecordStore records, RecordStore::open(database, sqlite::Durability::normal));
    TRY_ASSIGN(const std::uint64_t size, records.size());
    const bool fresh = size == 0 && published.empty();
    // Keys elsewhere are other servers', too: theirs may be older than our files.
    const std::filesystem::path& keys_folder = options.keys.empty() ? folder : options.keys;
    TRY_ASSIGN(LogKeys keys,
               LogKeys::open(keys_folder, options.origin,
                             fresh ? LogKeys::Missing::create : LogKeys::Missing::refuse,
                             options.secrets));

    std::unique_ptr<EvidenceLog> log(
        new EvidenceLog(std::move(options), std::move(keys), std::move(files)));
    log->records_ = std::move(records);
    log->next_leaf_ = size;
    log->size_ = size;
    TRY_ASSIGN(log->position_, log->records_.position());
    log->applied_ = log->position_.sequence;
    TRY_ASSIGN(log->signer_records_, RecordStore::open(database, sqlite::Durability::full));
    TRY_ASSIGN(log->reader_records_, RecordStore::open(database, sqlite::Durability::normal));
    TRY_ASSIGN(log->stored_head_, log->signer_records_.signed_head());
    log->signed_ = log->stored_head_;
    TRY(log->adopt_checkpoint_file());
    return log;
}

/// The published file may be one checkpoint behind the database (we died in between), or ahead of
/// it (the database was lost and is being made again). It may not contradict it.
Result<void> EvidenceLog::adopt_checkpoint_file() {
    TRY_ASSIGN(const std::string note, files_.read_checkpoint());
    if (note.empty()) return {};
    const std::string path = (files_.folder() / format::kCheckpointPath).string();
    const auto published = format::verify_checkpoint(note, verifier_key());
    if (!published)
        return reject(kCheckpointMismatch, {}, path + ": " + published.error().message());
    if (signed_ && signed_->head.size == published->head.size &&
        signed_->head.root != published->head.root)
        return reject(kCheckpointMismatch, {},
                      path + " has another root than evidence.db at size " +
                          std::to_string(signed_->head.size) + ".");
    if (!signed_ || signed_->head.size < published->head.size)
        signed_ = SignedHead{published->head, note};
    return {};
}

void EvidenceLog::on_event(const v1::Event& event) {
    if (feeding_stopped_ || event.sequence() <= applied_) return;
    std::optional<Fact> fact = fact_of(event);
    if (!fact) return;
    waiting_bytes_ += sizeof(NewRecord) + fact->payload.size();
    waiting_.push_back({.sequence = event.sequence(),
                        .ordinal = event.ordinal(),
                        .at_ns = event.at_ns(),
                        .fact = *std::move(fact),
                        .salt = keys_.salt(event.sequence(), event.ordinal())});
    if (waiting_bytes_ <= options_.waiting_bytes_max) return;
    // A start that has much to catch up with, or a fault that lasts.
    is_spilled_ = true;
    if (auto added = add_waiting(); !added) {
        fail_feeding(added.error());
        return;
    }
    waiting_.clear();
    waiting_bytes_ = 0;
}

Result<void> EvidenceLog::add_waiting() {
    for (const NewRecord& record : waiting_) TRY(records_.add(next_leaf_++, record));
    return {};
}

bool EvidenceLog::fail_feeding(const Error& error) {
    records_.roll_back();
    next_leaf_ = size_;
    if (is_spilled_) {
        feeding_stopped_ = true;
        waiting_ = {};
    }
    const std::lock_guard lock(mutex_);
    feeding_fault_ = error;
    return feeding_stopped_;
}

bool EvidenceLog::caught_up(const JournalPosition& position) {
    if (feeding_stopped_ || position.sequence <= applied_) return true;
    auto done = add_waiting();
    if (done) done = records_.commit(position);
    if (!done) return fail_feeding(done.error());
    waiting_.clear();
    waiting_bytes_ = 0;
    is_spilled_ = false;
    {
        const std::lock_guard lock(mutex_);
        position_ = position;
        applied_ = position.sequence;
        size_ = next_leaf_;
        feeding_fault_.reset();
    }
    wake_.notify_all();
    return true;
}

Result<void> EvidenceLog::publish() {
    const std::lock_guard publishing(publish_mutex_);
    const std::uint64_t end = size_;
    if (!writer_) {
        TRY_ASSIGN(writer_, LogWriter::resume(files_, stored_head_ ? stored_head_->head.size : 0));
    }
    if (stored_head_ && signed_head() != stored_head_->head) {
        TRY(show(*stored_head_));  // Could not be written the last time.
    }
    if (stored_head_ && stored_head_->head.size == end) return {};
    if (auto extended = extend(end); !extended) {
        writer_.reset();  // Its idea of the files may be wrong now.
        return extended;
    }
    SignedHead next;
    next.head = writer_->head();
    next.note = format::sign_checkpoint(next.head, keys_.signer());
    if (options_.at_point) options_.at_point("before_checkpoint");
    TRY_ASSIGN(const bool swapped, signer_records_.swap_signed_head(stored_head_, next));
    if (!swapped) return reject(kCheckpointConflict);
    stored_head_ = next;
    TRY(show(next));
    if (options_.at_point) options_.at_point("after_checkpoint");
    return {};
}

/// Makes the file, and what we answer from, those of a head that the database has.
Result<void> EvidenceLog::show(const SignedHead& head) {
    TRY(files_.write_checkpoint(head.note));
    const std::lock_guard lock(mutex_);
    signed_ = head;
    signing_fault_.reset();
    return {};
}

Result<void> EvidenceLog::extend(std::uint64_t end) {
    TRY(signer_records_.read(writer_->size(), end, [this](const Record& record) {
        return writer_->append(format::entry_text(record.entry));
    }));
    return writer_->flush();
}

void EvidenceLog::run(const std::stop_token& stop) {
    auto next = std::chrono::steady_clock::now();
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, stop, [&] { return !signed_ || signed_->head.size < size_; });
            // Nothing ends this wait but time or stop: what comes meanwhile is signed together.
            wake_.wait_until(lock, stop, next, [] { return false; });
        }
        next = std::chrono::steady_clock::now() + options_.interval;
        if (auto done = publish(); !done) {
            fail_signing(done.error());
            if (done.error().number() == kCheckpointConflict.number) return;
        }
    }
}

void EvidenceLog::stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
    if (auto done = publish(); !done) fail_signing(done.error());
}

void EvidenceLog::fail_signing(const Error& error) {
    const std::lock_guard lock(mutex_);
    signing_fault_ = error;
}

std::optional<Error> EvidenceLog::fault() const {
    const std::lock_guard lock(mutex_);
    return feeding_fault_ ? feeding_fault_ : signing_fault_;
}

format::TreeHead EvidenceLog::signed_head() const {
    const std::lock_guard lock(mutex_);
    return signed_ ? signed_->head : format::TreeHead{0, format::empty_root()};
}

Result<v1::Receipt> EvidenceLog::receipt_of(const Record& record, const SignedHead& head,
                                            format::TiledHashes& hashes) {
    TRY_ASSIGN(auto proof, format::inclusion_proof(record.leaf, head.head.size, std::ref(hashes)));
    v1::Receipt receipt;
    receipt.set_kind(record.entry.kind);
    receipt.set_subject(record.entry.subject);
    receipt.set_index(record.leaf);
    receipt.set_proof(format::make_receipt(record.entry, record.opening, record.leaf,
                                           std::move(proof), head.note));
    return receipt;
}

Result<void> EvidenceLog::add_receipts(v1::ListAuditEventsResponse& events,
                                       bool with_proofs) const {
    SignedHead head;
    std::vector<std::optional<Record>> records;
    {
        const std::lock_guard lock(mutex_);
        if (!signed_) return {};
        head = *signed_;
        for (const v1::AuditEvent& event : events.events()) {
            TRY_ASSIGN(auto record,
                       reader_records_.record_of_event(event.sequence(), event.ordinal()));
            records.push_back(std::move(record));
        }
    }
    format::TiledHashes hashes(head.head.size, files_.reader());
    for (int i = 0; i < events.events_size(); ++i) {
        const auto& record = records[static_cast<std::size_t>(i)];
        if (!record || record->leaf >= head.head.size) continue;
        v1::Receipt& receipt = *events.mutable_events(i)->mutable_receipt();
        receipt.set_kind(record->entry.kind);
        receipt.set_subject(record->entry.subject);
        receipt.set_index(record->leaf);
        if (with_proofs) {
            TRY_ASSIGN(receipt, receipt_of(*record, head, hashes));
        }
    }
    return {};
}

Result<v1::ListReceiptsResponse> EvidenceLog::receipts(std::string_view order,
                                                       std::uint64_t required_sequence) const {
    SignedHead head;
    std::vector<Record> records;
    {
        const std::lock_guard lock(mutex_);
        if (!signed_ || applied_ < required_sequence) return reject(kReceiptPending, "order");
        head = *signed_;
        TRY_ASSIGN(records, reader_records_.receipts_of(order));
    }
    if (records.empty()) return reject(kReceiptPending, "order");
    format::TiledHashes hashes(head.head.size, files_.reader());
    v1::ListReceiptsResponse response;
    for (const Record& record : records) {
        if (record.leaf >= head.head.size) return reject(kReceiptPending, "order");
        TRY_ASSIGN(*response.add_receipts(), receipt_of(record, head, hashes));
    }
    return response;
}

}  // namespace penstock::evidence
