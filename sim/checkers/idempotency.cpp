#include <map>
#include <utility>

#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

constexpr Duration kWindow = seconds(24 * 3'600);

/// A caller's key is used for one command in a day, whatever the network repeats; and whoever asks
/// again is told the same.
class Idempotency final : public Checker {
  public:
    std::string_view name() const override { return "idempotency"; }

    void on_command(const Record& record) override {
        const v1::JournaledCommand& command = record.command;
        if (command.idempotency_key().empty()) {
            check(command.actor().kind() == v1::Actor::SYSTEM, command.method(),
                  "done without a key");
            return;
        }
        const Key key{command.actor().kind(), command.actor().id(), command.idempotency_key()};
        const auto [known, is_new] = used_.try_emplace(key, record.at());
        check(is_new || record.at() - known->second >= kWindow,
              command.method() + " " + std::to_string(command.sequence()),
              "the same key did something twice");
        known->second = record.at();
    }

    void on_answer(const Message& message, const Outcome& outcome) override {
        if (outcome.kind != Outcome::Kind::done || message.key.empty()) return;
        const Key key{static_cast<int>(message.actor.kind), message.actor.id, message.key};
        const auto [known, is_new] = told_.try_emplace(key, outcome.sequence, outcome.reply);
        const std::pair now{outcome.sequence, outcome.reply};
        check(is_new || known->second == now, message.method, "asked again, told something else");
    }

  private:
    struct Key {
        int kind = 0;
        std::uint64_t id = 0;
        std::string text;
        auto operator<=>(const Key&) const = default;
    };

    std::map<Key, Instant> used_;
    std::map<Key, std::pair<std::uint64_t, std::string>> told_;
};

}  // namespace

std::unique_ptr<Checker> idempotency_checker() {
    return std::make_unique<Idempotency>();
}

}  // namespace penstock::sim
