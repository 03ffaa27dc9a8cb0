#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "shell/journal/chain.h"
#include "shell/journal/journal.h"

namespace penstock::shell {

/// What a MemoryJournal's rows lie on. It outlives the journal, as a disk does a crash.
struct MemoryDisk {
    struct Row {
        std::uint64_t first_sequence = 0;
        std::uint64_t last_sequence = 0;
        Instant time;
        std::string body;
        Digest rolling_hash{};
        Digest chain_hash{};
        /// Written in part when the power went: at the end it was never a row, elsewhere the
        /// journal is broken.
        bool torn = false;

        Batch batch() const { return {first_sequence, last_sequence, time, body, rolling_hash}; }
    };
    std::vector<Row> rows;
    /// In which appends are taken; 0 until somebody has led.
    std::atomic<std::uint64_t> epoch = 0;
    std::mutex mutex;  ///< Of `rows`, where several journals lie on one disk.
};

/// What shall go wrong at an append.
enum class JournalFault : std::uint8_t {
    none,
    fail_before_durable,  ///< Fails, and nothing was kept.
    fail_torn,            ///< Fails, and a part was written.
    fail_after_durable,   ///< Fails, though the batch was kept.
    refuse_low_disk,      ///< kDiskLow; nothing was tried.
};

/// The journal in memory, for simulations and tests: deterministic, with faults on order.
class MemoryJournal final : public Journal {
  public:
    /// @param disk  May hold a journal already; it is checked as a file would be.
    /// @retval kJournalBroken
    static Result<std::unique_ptr<MemoryJournal>> open(std::shared_ptr<MemoryDisk> disk);

    /// Orders one fault, for the append that comes after `appends_before` more.
    void order_fault(JournalFault fault, std::uint64_t appends_before = 0);
    /// While set, append(), reopen() and probe() fail as on a disk that is gone. Any thread.
    void set_disk_dead(bool dead) { disk_dead_ = dead; }

    Result<void> append(const Batch& batch) override;
    Result<void> ready() override;
    Result<void> read_from(std::uint64_t sequence,
                           const std::function<Result<void>(const Batch&)>& take) override;
    Result<std::string> find_reply(std::uint64_t sequence) override;
    const JournalEnd& end() const override { return end_; }
    Result<void> reopen() override;
    Result<void> follow(const std::function<Result<void>(const Batch&)>& take) override;
    void lead(std::uint64_t epoch) override { epoch_ = epoch; }
    Result<void> probe() override;

  private:
    explicit MemoryJournal(std::shared_ptr<MemoryDisk> disk) : disk_(std::move(disk)) {}
    Result<JournalEnd> check_all_rows() const;
    void keep(const Batch& batch, bool torn);
    JournalFault next_fault();

    std::shared_ptr<MemoryDisk> disk_;
    JournalEnd end_;
    std::atomic<std::uint64_t> epoch_ = 0;
    JournalFault fault_ = JournalFault::none;
    std::uint64_t appends_before_fault_ = 0;
    std::atomic<bool> in_doubt_ = false;
    std::atomic<bool> disk_dead_ = false;
};

}  // namespace penstock::shell
