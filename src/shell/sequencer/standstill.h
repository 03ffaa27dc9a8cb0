#pragma once

#include <functional>
#include <future>
#include <utility>

#include "shell/sequencer/sequencer.h"

namespace penstock::shell {

/// For tests and measurements: holds the sequencer up in a question, from when this exists until
/// it is let go on.
class Standstill {
  public:
    /// @param answered  Hears what became of the question.
    explicit Standstill(
        Sequencer& sequencer, std::function<void(Outcome)> answered = [](const Outcome&) {}) {
        std::promise<void> inside;
        const std::future<void> entered = inside.get_future();
        sequencer.inspect(
            [inside = std::move(inside), leave = go_on_.get_future()](const Core&,
                                                                      Instant) mutable {
                inside.set_value();
                leave.wait();
            },
            std::move(answered));
        entered.wait();
    }
    /// To be called once, before the sequencer stops.
    void end() { go_on_.set_value(); }

  private:
    std::promise<void> go_on_;
};

}  // namespace penstock::shell
