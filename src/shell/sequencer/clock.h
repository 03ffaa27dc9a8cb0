#pragma once

#include <cstdint>

#include "base/error.h"
#include "base/time.h"

namespace penstock::shell {

/// The clocks of this machine, so that tests can have their own. Thread-safe.
class Clock {
  public:
    virtual ~Clock() = default;
    /// UTC, as far as the machine knows; may be set at any time.
    virtual Instant wall() const = 0;
    /// Time since some fixed instant; never set, counts while the machine sleeps.
    virtual Duration steady() const = 0;
};

class SystemClock final : public Clock {
  public:
    Instant wall() const override;
    Duration steady() const override;
};

/// Gives commands their times: max(last, wall), unless the wall clock has jumped forward.
///
/// A wall clock that runs over a minute ahead of the steady one, counted from the last good
/// reading, is held: it would let every deadline of the exchange pass at once. Backward jumps are
/// harmless, for time just stands still. A hold ends when the clock is set right, or by accept().
/// One thread at a time.
class Stamper {
  public:
    enum class Start : std::uint8_t {
        trusting,  ///< The wall clock of now is right.
        held,      ///< A jump was held when the last server stopped.
    };
    Stamper(const Clock& clock, Start start);

    /// The time of the next command.
    /// @param last  Of the command before it.
    /// @retval kClockJump
    Result<Instant> stamp(Instant last);
    /// For questions: as stamp(), but during a hold what the time would be without the jump.
    Instant now(Instant last);
    /// The operator says that the wall clock is right.
    void accept();
    bool is_held() const { return held_; }

  private:
    /// Reads both clocks; advances the good reading, or holds.
    void look();

    const Clock* clock_;
    Instant good_wall_;
    Duration good_steady_;
    bool held_;
    bool held_since_start_;  ///< Nothing good is known to compare with.
};

inline constexpr Duration kClockJumpMax = seconds(60);

}  // namespace penstock::shell
