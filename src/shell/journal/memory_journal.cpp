#include "shell/journal/memory_journal.h"

#include <algorithm>

#include "base/assert.h"
#include "base/try.h"
#include "shell/journal/batch_body.h"
#include "shell/journal/error.h"

namespace penstock::shell {

Result<std::unique_ptr<MemoryJournal>> MemoryJournal::open(std::shared_ptr<MemoryDisk> disk) {
    std::unique_ptr<MemoryJournal> journal(new MemoryJournal(std::move(disk)));
    TRY(journal->reopen());
    return journal;
}

void MemoryJournal::order_fault(JournalFault fault, std::uint64_t appends_before) {
    fault_ = fault;
    appends_before_fault_ = appends_before;
}

JournalFault MemoryJournal::next_fault() {
    if (disk_dead_) return JournalFault::fail_before_durable;
    if (fault_ == JournalFault::none) return JournalFault::none;
    if (appends_before_fault_ > 0) {
        --appends_before_fault_;
        return JournalFault::none;
    }
    return std::exchange(fault_, JournalFault::none);
}

Result<JournalEnd> MemoryJournal::check_all_rows() const {
    ChainReader reader;
    std::uint64_t number = 0;
    for (const MemoryDisk::Row& row : disk_->rows) {
        ++number;
        if (row.torn)
            return reject(kJournalBroken, {},
                          broken_at(number, reader.end().sequence, "it was written in part."));
        TRY(reader.accept(number, row.batch(), row.chain_hash));
    }
    return reader.end();
}

void MemoryJournal::keep(const Batch& batch, bool torn) {
    MemoryDisk::Row row{batch.first_sequence,
                        batch.last_sequence,
                        batch.time,
                        std::string(batch.body),
                        batch.rolling_hash,
                        chain_hash_after(end_.chain_hash, batch),
                        torn};
    if (torn) row.body.resize(row.body.size() / 2);
    disk_->rows.push_back(std::move(row));
}

Result<void> MemoryJournal::ready() {
    if (in_doubt_) return reject(kJournalFault, {}, "An append failed and is in doubt.");
    return {};
}

Result<void> MemoryJournal::append(const Batch& batch) {
    TRY(ready());
    PENSTOCK_ASSERT(batch.first_sequence == end_.sequence + 1);
    PENSTOCK_ASSERT(batch.last_sequence >= batch.first_sequence && batch.time >= end_.time);
    const JournalFault fault = next_fault();
    if (fault == JournalFault::refuse_low_disk) return reject(kDiskLow);
    const std::scoped_lock lock(disk_->mutex);
    if (epoch_ != disk_->epoch) {
        in_doubt_ = true;
        return reject(kFenced);
    }
    if (fault == JournalFault::fail_after_durable || fault == JournalFault::none)
        keep(batch, false);
    if (fault == JournalFault::fail_torn) keep(batch, true);
    if (fault != JournalFault::none) {
        in_doubt_ = true;
        return reject(kJournalFault, {}, "A fault that was ordered.");
    }
    end_ = {batch.last_sequence, batch.time, batch.rolling_hash, disk_->rows.back().chain_hash};
    return {};
}

Result<void> MemoryJournal::read_from(std::uint64_t sequence,
                                      const std::function<Result<void>(const Batch&)>& take) {
    const std::scoped_lock lock(disk_->mutex);
    auto row = std::ranges::lower_bound(disk_->rows, sequence, {}, &MemoryDisk::Row::last_sequence);
    for (; row != disk_->rows.end() && row->last_sequence <= end_.sequence; ++row)
        TRY(take(row->batch()));
    return {};
}

Result<void> MemoryJournal::follow(const std::function<Result<void>(const Batch&)>& take) {
    if (disk_dead_) return reject(kJournalFault, {}, "The disk is gone.");
    const std::scoped_lock lock(disk_->mutex);
    ChainReader reader(end_);
    auto row =
        std::ranges::upper_bound(disk_->rows, end_.sequence, {}, &MemoryDisk::Row::last_sequence);
    for (; row != disk_->rows.end() && !row->torn; ++row) {
        TRY(reader.accept(row->first_sequence, row->batch(), row->chain_hash));
        TRY(take(row->batch()));
        end_ = reader.end();
    }
    return {};
}

Result<std::string> MemoryJournal::find_reply(std::uint64_t sequence) {
    const std::scoped_lock lock(disk_->mutex);
    const auto row =
        std::ranges::lower_bound(disk_->rows, sequence, {}, &MemoryDisk::Row::last_sequence);
    if (sequence == 0 || row == disk_->rows.end() || row->last_sequence > end_.sequence)
        return reject(kReplyUnknown);
    auto reply = find_reply_in(row->body, sequence);
    if (!reply) return reject(kReplyUnknown);
    return *std::move(reply);
}

Result<void> MemoryJournal::reopen() {
    in_doubt_ = true;
    if (disk_dead_) return reject(kJournalFault, {}, "The disk is gone.");
    const std::scoped_lock lock(disk_->mutex);
    if (!disk_->rows.empty() && disk_->rows.back().torn) disk_->rows.pop_back();
    TRY_ASSIGN(const JournalEnd found, check_all_rows());
    if (found.sequence < end_.sequence)
        return reject(kJournalBroken, {}, "What was durable is there no more.");
    end_ = found;
    in_doubt_ = false;
    return {};
}

Result<void> MemoryJournal::probe() {
    if (disk_dead_) return reject(kJournalFault, {}, "The disk is gone.");
    if (epoch_ != disk_->epoch) return reject(kFenced);
    return ready();
}

}  // namespace penstock::shell
