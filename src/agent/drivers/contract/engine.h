#pragma once

#include <memory>
#include <string>

#include "agent/driver.h"

namespace penstock::agent::contract {

/// A real engine on this machine as the contract's tests need it, and what they may do to it.
class Engine {
  public:
    virtual ~Engine() = default;

    /// Why it cannot be had here; empty when it can.
    virtual std::string missing() const = 0;

    /// An agent's driver. Each call is like an agent that was started anew: nothing is remembered
    /// but what stands in folders and in the engine.
    virtual std::unique_ptr<Driver> make_driver() = 0;

    /// Absolute; a folder for the test's own files, as the driver sees it. Attempts stand in it.
    virtual std::string folder() const = 0;

    /// Where the driver wants an attempt's folder.
    virtual std::string attempt_folder(const std::string& attempt) const = 0;

    /// Ends what runs for an attempt behind the driver's back, by force.
    virtual void lose(const Handle& handle) = 0;

    /// Whether anything runs between driver and attempts that can go away.
    virtual bool can_go_away() const { return false; }
    virtual void go_away() {}
    /// Returns when the engine answers again.
    virtual void come_back() {}

    /// Whether the engine can be made to stand still: it takes calls and does not answer.
    virtual bool can_freeze() const { return false; }
    virtual void freeze() {}
    virtual void thaw() {}
};

}  // namespace penstock::agent::contract
