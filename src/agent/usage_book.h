#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "agent/exchange.h"
#include "agent/identity.h"
#include "penstock/v1/statement.pb.h"
#include "penstock/v1/task.pb.h"

namespace penstock::agent {

/// The agent's signed usage batches, numbered without a gap.
///
/// A batch is on disk, with its number and the very request that carries it, before it is first
/// sent; it is sent, and sent again after a restart, under one idempotency key until the exchange
/// has answered. Only then the next number begins. Any number of threads; their batches queue.
class UsageBook {
  public:
    /// @param folder  Its own; is made.
    static Result<std::unique_ptr<UsageBook>> open(Exchange& exchange, const Identity& identity,
                                                   std::string folder);

    /// Learns which number the exchange expects, from its answer to a poll. Numbers only rise, but
    /// after a refusal the exchange's word counts, whatever this book believes.
    void synchronise(std::uint64_t next_number);

    /// Hands in a batch of running attempts' records.
    /// @param gather  Called when it is this batch's turn. Records of attempts whose final record
    ///                was sent meanwhile are left out; nothing is sent when none is left.
    Answer<void> submit(const std::function<std::vector<v1::UsageRecord>()>& gather,
                        std::stop_token stop);

    /// Reports the end of an attempt together with its final record.
    Answer<void> report_end(v1::ReportAttemptRequest request, v1::UsageRecord record,
                            std::stop_token stop);

  private:
    UsageBook(Exchange& exchange, const Identity& identity, std::string folder);
    Result<void> load();
    v1::SignedStatement sign_batch(std::vector<v1::UsageRecord> records);
    /// Makes a record claim no less than the last one of its attempt did: what was observed of a
    /// running attempt may be a moment more than what its shim counts in the end. Results are never
    /// later than the time that is claimed.
    void raise_to_last(v1::UsageRecord& record);
    /// Keeps the request, sends it until it is answered, and forgets it.
    Answer<void> send(const std::string& method, const google::protobuf::Message& request,
                      const std::string& key, std::stop_token stop);
    Answer<void> send_kept(std::stop_token stop);
    std::string pending_path() const { return folder_ + "/pending.json"; }
    std::string next_path() const { return folder_ + "/next.json"; }

    Exchange& exchange_;
    const Identity& identity_;
    std::string folder_;
    std::mutex sending_;  ///< Held by the one batch under way.
    std::mutex state_;    ///< Of what follows.
    std::uint64_t next_number_ = 1;
    bool is_refused_ = false;
    std::int64_t last_end_ns_ = 0;                 ///< Under sending_.
    std::map<std::string, v1::UsageRecord> last_;  ///< Under sending_: of attempts not ended.
    std::deque<std::string> ended_;  ///< Under sending_: attempts with a final record sent.
};

}  // namespace penstock::agent
