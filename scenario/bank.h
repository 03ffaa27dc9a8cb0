#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenario/cast.h"

namespace penstock::scenario {

/// The bank, and what the operator's officers do with its statements. Each day it writes what was
/// booked into a CSV file, as a bank does; the file is read, matched and imported as the client
/// does it, by both officers.
class Bank {
  public:
    Bank(Venue& venue, const Cast& cast, Dice& dice) : venue_(venue), cast_(cast), dice_(dice) {}

    /// A party announces money, and the bank books it a while later.
    void top_up(const exchange::Actor& party, std::int64_t micros);
    /// A party wants money; an officer approves, and the bank pays on another day.
    void withdraw(const exchange::Actor& party, std::int64_t micros);
    /// What nobody announced: strangers' money, charges, a payment that is taken back.
    void make_noise();

    /// Imports what was booked up to now, and lets the officers explain what they can. Forged and
    /// repeated files are tried, too.
    void close_day();
    /// The last reconciliation proves that ledger = statements + items in transit.
    bool is_reconciled() const { return is_reconciled_; }

    std::uint64_t statements() const { return statements_; }
    std::uint64_t entries() const { return entries_; }
    std::uint64_t explained() const { return explained_; }

  private:
    struct Row {
        std::string day;
        std::int64_t micros = 0;
        std::string reference;
        std::string end_to_end;
        std::string purpose;
    };

    void book(std::int64_t micros, const std::string& reference, const std::string& end_to_end,
              const std::string& purpose);
    std::string next_reference();
    std::string csv(const std::vector<Row>& rows) const;
    /// Reads a file of the bank as the client does.
    v1::ImportStatementRequest read(const std::string& csv) const;
    void import(const v1::ImportStatementRequest& request);
    void explain();
    void reconcile(const std::string& day);

    Venue& venue_;
    const Cast& cast_;
    Dice& dice_;
    std::vector<Row> rows_;  ///< Booked, and in no statement yet.
    std::int64_t balance_ = 0;
    std::uint64_t references_ = 0;
    std::uint64_t statements_ = 0;
    std::uint64_t entries_ = 0;
    std::uint64_t explained_ = 0;
    bool is_reconciled_ = false;
};

}  // namespace penstock::scenario
