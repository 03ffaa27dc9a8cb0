#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/exchange/command.h"
#include "penstock/v1/event.pb.h"

namespace penstock::sim {

/// Which rejections and which edges of the tables of states were reached.
class Coverage {
  public:
    void rejection(std::uint16_t number) { rejections_.insert(number); }
    /// Follows the states of contracts, attempts and parties from what the core says.
    void event(const v1::Event& event);
    /// Counts what became of a call: "done", or the reason of its rejection.
    void outcome(const std::string& method, const std::string& what) {
        ++outcomes_[method + " " + what];
    }
    const std::map<std::string, std::uint64_t>& outcomes() const { return outcomes_; }
    void add(const Coverage& other);

    /// What was not reached, in words, with the reason where one is known.
    std::vector<std::string> unreached() const;
    std::size_t reached() const;

  private:
    void edge(const std::string& machine, const std::string& subject, int state);

    std::set<std::uint16_t> rejections_;
    std::map<std::string, int> states_;  ///< By subject.
    std::set<std::string> edges_;        ///< "contract 1>2".
    std::map<std::string, std::uint64_t> outcomes_;
};

}  // namespace penstock::sim
