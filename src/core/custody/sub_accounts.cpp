#include "core/custody/sub_accounts.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "core/custody/bank_book.h"
#include "core/custody/error.h"

namespace penstock::custody {
namespace {

constexpr std::string_view kInstructionPrefix = "PSK-MOVE";

/// Banks move whole fen; the rest waits for more.
Money whole_fen(Money amount) {
    return Money{amount.micros - amount.micros % kMicrosPerFen};
}

/// What of the exchange's own sub-account may go to parties: what is there and not the exchange's,
/// less what is owed to parties that have no sub-account to move it to. Below zero: what must come
/// in for those first.
Money purse_of(const SubAccounts::Positions& positions) {
    const auto own = positions.find(SubAccounts::Key{});
    if (own == positions.end()) return {};
    Money spare = std::max(Money{}, -own->second.to_move());
    for (const auto& [key, position] : positions) {
        if (!key.number.empty()) break;  // They come first.
        if (key.party) spare -= std::max(Money{}, position.to_move());
    }
    return std::min(spare, std::max(Money{}, own->second.at_hand()));
}

}  // namespace

std::string instruction_reference(InstructionId instruction) {
    return std::string(kInstructionPrefix) + "-" + std::to_string(instruction.value);
}

bool names_instruction(std::string_view reference) {
    return reference.starts_with(kInstructionPrefix);
}

bool SubAccounts::start_timer() {
    return !std::exchange(has_timer_, true);
}

bool SubAccounts::is_in_use(const std::string& number) const {
    if (balance(number) != Money{}) return true;
    bool moves = false;
    instructions_.for_each([&](InstructionId, const Instruction& instruction) {
        moves |= instruction.sub_account == number;
    });
    return moves;
}

bool SubAccounts::is_own_in_use() const {
    if (balance({}) != Money{}) return true;
    bool moves = false;
    instructions_.for_each(
        [&](InstructionId, const Instruction& instruction) { moves |= !instruction.own_shown; });
    return moves;
}

Result<void> SubAccounts::check_number(PartyId party, std::string_view text) const {
    if (!are_used()) return reject(kSubAccountsNotUsed, "number");
    if (!is_account_number(text)) return reject(kSubAccountInvalid, "number");
    const std::string number(text);
    const std::string before = party ? number_of(party) : own_number_;
    if (number == before) return {};
    if (number == own_number_ || parties_.contains(number))
        return reject(kSubAccountTaken, "number");
    const bool is_own = !party;
    if (!before.empty() && (is_own ? is_own_in_use() : is_in_use(before)))
        return reject(kSubAccountInUse, "number");
    // What came on it before belongs to nobody yet, and would get lost among the exchange's own.
    if (is_own && is_in_use(number)) return reject(kSubAccountInUse, "number");
    return {};
}

void SubAccounts::set_number(PartyId party, const std::string& number) {
    if (!party) {
        own_number_ = number;
        return;
    }
    parties_.erase(number_of(party));
    numbers_[party] = number;
    parties_[number] = party;
}

std::string SubAccounts::number_of(PartyId party) const {
    const auto found = numbers_.find(party);
    return found == numbers_.end() ? std::string() : found->second;
}

PartyId SubAccounts::party_of(const std::string& number) const {
    const auto found = parties_.find(number);
    return found == parties_.end() ? PartyId{} : found->second;
}

void SubAccounts::take(const std::string& number, Money amount) {
    Money& balance = balances_[number];
    balance += amount;
    if (balance == Money{}) balances_.erase(number);
}

Money SubAccounts::balance(const std::string& number) const {
    const auto found = balances_.find(number);
    return found == balances_.end() ? Money{} : found->second;
}

void SubAccounts::add_to(Positions& positions) const {
    for (const auto& [party, number] : numbers_) positions[{number, party}];
    for (const auto& [number, amount] : balances_) positions[key_of(number)].bank = amount;
    const auto add = [](Position& position, Money amount) {
        position.under_way += amount;
        if (amount < Money{}) position.leaving -= amount;
    };
    Position& own = positions[Key{}];
    instructions_.for_each([&](InstructionId, const Instruction& instruction) {
        if (!instruction.shown) add(positions[key_of(instruction.sub_account)], instruction.amount);
        if (!instruction.own_shown) add(own, -instruction.amount);
    });
}

std::vector<Instruction> SubAccounts::plan(const Positions& positions, std::size_t most) {
    std::vector<Instruction> plan;
    const auto add = [&plan](const Key& key, Money amount) {
        plan.push_back({.sub_account = key.number, .party = key.party, .amount = amount});
    };
    Money purse = purse_of(positions);
    for (const auto& [key, position] : positions) {
        if (key.number.empty() || plan.size() == most) continue;
        const Money out = whole_fen(std::min(-position.to_move(), position.at_hand()));
        if (out <= Money{}) continue;
        add(key, -out);
        purse += out;
    }
    for (const auto& [key, position] : positions) {
        if (key.number.empty() || plan.size() == most) continue;
        const Money in = whole_fen(std::min(position.to_move(), purse));
        if (in <= Money{}) continue;
        add(key, in);
        purse -= in;
    }
    return plan;
}

bool SubAccounts::is_side(const Instruction& instruction, const std::string& number, Money amount) {
    if (number.empty()) return !instruction.own_shown && amount == -instruction.amount;
    return number == instruction.sub_account && !instruction.shown && amount == instruction.amount;
}

Instruction SubAccounts::show(InstructionId id, bool is_own) {
    Instruction& instruction = instructions_.at(id);
    bool& shown = is_own ? instruction.own_shown : instruction.shown;
    PENSTOCK_ASSERT(!shown);
    shown = true;
    Instruction now = instruction;
    if (now.shown && now.own_shown) instructions_.erase(id);
    return now;
}

Result<void> SubAccounts::check_fail(InstructionId id) const {
    const Instruction* instruction = find(id);
    if (instruction == nullptr) return reject(kInstructionNotFound, "instruction");
    if (instruction->shown || instruction->own_shown)
        return reject(kInstructionShown, "instruction");
    return {};
}

Instruction SubAccounts::fail(InstructionId id) {
    Instruction failed = instructions_.at(id);
    instructions_.erase(id);
    return failed;
}

Money SubAccounts::under_way() const {
    Money sum;
    instructions_.for_each([&sum](InstructionId, const Instruction& instruction) {
        if (!instruction.shown) sum += instruction.amount;
        if (!instruction.own_shown) sum -= instruction.amount;
    });
    return sum;
}

void SubAccounts::index() {
    parties_.clear();
    for (const auto& [party, number] : numbers_) parties_[number] = party;
}

}  // namespace penstock::custody
