#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "shell/sequencer/inbox.h"
#include "shell/sequencer/recovery.h"
#include "shell/sequencer/writer.h"

namespace penstock::shell {

/// The sequencer. Members without a remark are its thread's alone.
class Engine final : public Sequencer {
  public:
    Engine(Journal& journal, const CoreFactory& factory, const Clock& clock,
           std::vector<EventObserver*> observers, SequencerOptions options);
    ~Engine() override;

    /// Recovers and starts the threads. Once, before anything else.
    Result<void> start();

    void submit(CommandCall call, OutcomeCallback callback) override;
    void query(QueryCall call, OutcomeCallback callback) override;
    void inspect(std::move_only_function<void(const Core&, Instant)> look, OutcomeCallback callback,
                 limits::Turn turn) override;
    void catch_up(OutcomeCallback callback, limits::Turn turn) override;
    SequencerStatus status() const override;
    SequencerLoad load() const override;
    void accept_clock() override;
    void stop() override;

  private:
    using SteadyTime = std::chrono::steady_clock::time_point;

    void push(limits::Turn turn, Call call);
    void refuse(OutcomeCallback& callback, Error error);
    /// Counts what lies between the two as time of the round's.
    void begin_applying() { applying_since_ = std::chrono::steady_clock::now(); }
    void pause_applying();
    void run();
    /// Puts questions first: one that has seen no command of a round need not wait for it.
    /// @return How many calls to do now. A few commands are not worth applying ahead of the round
    /// that is being written, since all questions after them would wait for two appends.
    std::size_t put_in_order(std::vector<Call>& calls) const;
    void process(Call& call);
    void answer_command(CommandCall& command, OutcomeCallback& callback);
    void answer_query(QueryCall& query, OutcomeCallback& callback);
    void answer_inspection(InspectCall& inspection, OutcomeCallback& callback);

    /// Whether a command may be applied now, and its time.
    Result<Instant> admit();
    void note_clock();
    void apply(CommandCall& command, Instant time, OutcomeCallback& callback);
    void apply_due_ticks(Instant time);
    void apply_tick(Instant time);
    void add_command(AppliedCommand command);
    void add_answer(OutcomeCallback& callback, Outcome outcome);

    /// Follows, or takes up or gives up the lead, as leadership says.
    void attend_leadership();
    void step_up(std::uint64_t epoch);
    void step_down();
    /// Applies what the leader has journaled. @return Whether all of it was seen.
    bool follow();
    Result<void> take(const Batch& batch);
    /// What to do when the journal could not be read: try again later when it was out of reach;
    /// when it is broken, or gives other results here, nothing is done any more.
    void break_off_if_broken(Error error);
    bool may_lead() const;
    /// Whether a question may be answered from what is known here.
    bool is_fresh() const;

    void do_idle_work();
    /// Gives the round to the writer, which must be idle, or releases it at once if it changes
    /// nothing.
    void hand_over();
    /// Waits for the writer and gives it the round; a failure of the writer is dealt with.
    void hand_over_waiting();
    bool round_is_full() const;
    /// That may wait for one round.
    std::size_t answers_max() const { return 4 * options_.batch_commands_max; }

    void handle_failure();
    /// Reads the journal back after a failure, and makes a core of it.
    Result<void> reload();
    void leave_read_only();

    Recovery recovery();
    void consider_snapshot();
    void save_snapshot_in_child();
    void end_snapshot(bool saved);
    enum class Wait : std::uint8_t { until_it_ends, not_at_all };
    void reap_child(Wait wait);

    Journal& journal_;
    const CoreFactory& factory_;
    const SequencerOptions options_;
    SequencerMeter silence_;
    SequencerMeter& meter_;  ///< Thread-safe.
    std::unique_ptr<SnapshotStore> snapshots_;
    Inbox inbox_;        ///< Thread-safe.
    Delivery delivery_;  ///< Thread-safe once started.
    Stamper stamper_;
    std::unique_ptr<Core> core_;  ///< Null after a failure, until the journal is read back.
    Round round_;
    /// Why the journal can be followed no more, if it cannot: no core is made from it then.
    std::optional<Error> broken_;
    std::uint64_t told_ = 0;  ///< Events of commands up to it were given to delivery_.
    std::atomic<std::uint64_t> snapshot_at_ = 0;
    pid_t snapshot_child_ = -1;
    SnapshotFigures snapshot_figures_;  ///< Of the one that the child makes.
    SteadyTime snapshot_began_;
    SteadyTime applying_since_;
    SteadyTime next_probe_;
    SteadyTime next_look_;  ///< At what the leader did.
    /// In which this server appends; 0 while it follows.
    std::atomic<std::uint64_t> epoch_ = 1;
    std::atomic<std::int64_t> followed_ns_ = 0;  ///< When all was seen last; steady clock.
    std::atomic<bool> read_only_ = false;
    std::atomic<bool> clock_held_ = false;
    std::atomic<bool> clock_accepted_ = false;  ///< Set by any thread, taken by ours.
    std::uint64_t loaded_snapshot_ = 0;         ///< Set by start() alone.
    std::unique_ptr<Writer> writer_;
    std::thread thread_;
};

}  // namespace penstock::shell
