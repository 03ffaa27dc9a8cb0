#include <vector>

#include "base/hash.h"
#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

Digest digest_of_command(const exchange::Actor& actor, std::string_view method,
                         std::string_view request, std::string_view key, std::string_view reply) {
    Hasher hasher;
    hasher.add(static_cast<std::uint64_t>(actor.kind));
    hasher.add(actor.id);
    for (const std::string_view piece : {method, request, key, reply}) hasher.add(piece);
    return hasher.finish();
}

/// What was acknowledged is in the journal, under the number and with the answer that the client
/// was told, when it was told; and the journal's commands are numbered without a gap, in time.
class Durability final : public Checker {
  public:
    std::string_view name() const override { return "durability"; }

    void on_command(const Record& record) override {
        const v1::JournaledCommand& command = record.command;
        check(command.sequence() == kept_.size() + 1, command.method(), "not numbered in order");
        check(record.at() >= last_, command.method(), "stamped before the one before it");
        last_ = record.at();
        kept_.push_back(digest_of_command(
            {static_cast<exchange::Actor::Kind>(command.actor().kind()), command.actor().id()},
            command.method(), command.request(), command.idempotency_key(), command.reply()));
    }

    void on_answer(const Message& message, const Outcome& outcome) override {
        if (outcome.kind != Outcome::Kind::done) return;
        const std::string subject = message.method + " " + std::to_string(outcome.sequence);
        if (outcome.sequence == 0 || outcome.sequence > kept_.size())
            return check(false, subject, "acknowledged before it was durable");
        // A party's other key may ask again; only what asked first is in the journal.
        const Digest expected = digest_of_command(message.actor, message.method, message.request,
                                                  message.key, outcome.reply);
        check(kept_[outcome.sequence - 1] == expected, subject,
              "acknowledged, and the journal holds something else");
    }

  private:
    std::vector<Digest> kept_;  ///< Of every command, in order.
    Instant last_;
};

}  // namespace

std::unique_ptr<Checker> durability_checker() {
    return std::make_unique<Durability>();
}

}  // namespace penstock::sim
