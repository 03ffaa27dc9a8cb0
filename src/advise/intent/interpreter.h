#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advise/intent/items.h"
#include "advise/intent/slots.h"
#include "penstock/v1/intent.pb.h"

namespace penstock::intent {

/// Names of one kind that stand together: "H100 or A100".
struct Group {
    std::string kind;  ///< "place" or "chip".
    std::vector<std::size_t> items;
    bool excluded = false;
    bool taken = false;  ///< Has another part than to be wanted or excluded.
};

/// A minute of local time.
using LocalMinute = std::chrono::sys_time<std::chrono::minutes>;

/// A day, a time of day, or both.
struct Moment {
    std::size_t clock = 0;  ///< Its piece; none for a day alone.
    std::size_t day = 0;    ///< None where the day is said elsewhere or not at all.
    std::optional<std::chrono::sys_days> date{};  ///< Of a time of day.
    LocalMinute begin{}, end{};                   ///< The same for a time of day.
};

/// Makes an intent of the pieces of a sentence. One part of a sentence gives one slot; what is left
/// over is reported as not understood.
class Interpreter {
  public:
    Interpreter(std::string_view sentence, std::vector<Item> items, LocalMinute now,
                v1::IntentReading& reading);

    void run();

  private:
    // Where things stand.
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    const Item& at(std::size_t i) const { return items_[i]; }
    bool is_filler(std::size_t i) const;
    /// The next or last piece of the same clause that is more than a filler.
    std::size_t after(std::size_t i) const;
    std::size_t before(std::size_t i) const;
    std::size_t clause_begin(std::size_t i) const;
    std::size_t clause_end(std::size_t i) const;
    bool is_at(std::size_t i, std::string_view kind, std::string_view value = {}) const;
    /// The first piece of the clause with this meaning.
    std::size_t in_clause(std::size_t i, std::string_view kind, std::string_view value = {}) const;
    bool clause_has(std::size_t i, std::string_view kind, std::string_view value = {}) const {
        return in_clause(i, kind, value) != kNone;
    }
    bool has_unit(std::size_t i, std::string_view dimension) const;

    // What is said.
    void say(std::string_view slot, const std::string& value,
             std::initializer_list<std::size_t> from);
    void say(std::string_view slot, const std::string& value, const std::vector<std::size_t>& from);
    void hear(const std::string& slot, const std::string& value,
              const std::vector<std::size_t>& from);
    void note(std::string text);
    std::string text_of(std::size_t i) const;

    // What is denied (interpret_denials.cpp).
    bool is_negated(std::size_t first, std::size_t last) const {
        return denial_of(first, last) != kNone;
    }
    bool is_unneeded(std::size_t first, std::size_t last) const;
    bool is_name(std::size_t i) const;
    std::size_t denial_of(std::size_t first, std::size_t last) const;
    std::size_t denial_before(std::size_t i) const;
    std::size_t denial_behind(std::size_t i) const;
    /// Whether "but" or 而是 stands between two pieces.
    bool is_contrasted(std::size_t left, std::size_t right) const;
    void report_rest();
    std::size_t report_denied(std::size_t i);
    void report(std::size_t begin, std::size_t end);

    // Words (interpret_words.cpp).
    void read_classes();
    void read_sets();
    void read_certified(std::size_t i);
    void read_residence();
    void read_goals();
    bool read_equal_goals();
    bool are_equal(std::size_t left, std::size_t right) const;
    /// The goal that a word stands for; the strongest of its meanings.
    std::string_view goal_of(std::size_t i) const;
    void read_weights(std::size_t i);

    // Days and times of day (interpret_days.cpp).
    void read_days();
    bool resolve_day(std::size_t i);
    bool is_single_day(std::size_t i) const;
    std::size_t past_at(std::size_t i, bool forward) const;
    std::size_t day_beside(std::size_t clock) const;
    void join_clocks();
    void put_behind_start(Moment& moment);
    void set_times(Moment& moment);
    bool set_day_of_lone_clock(Moment& moment, std::size_t index);
    void note_deadline(const Moment& moment, bool is_included);
    void note_clock(const Moment& moment);
    void read_moment(const Moment& moment);
    bool begins_range(const Moment& moment) const;
    bool ends_range(const Moment& moment) const;

    // Names (interpret_names.cpp).
    void join_families();
    void read_groups();
    bool is_stored(const Group& group) const;
    void place_group(Group& group);
    void read_alternatives();
    bool read_alternative(std::size_t marker, std::vector<std::size_t>& chain);
    void say_groups();
    std::vector<std::string> ids_of(const Group& group) const;

    // Quantities (interpret_quantities.cpp).
    void join_ranges();
    void join_lengths();
    std::optional<std::uint64_t> seconds_of(std::size_t i) const;
    void read_quantities();
    void read_quantity(std::size_t i);
    void read_money(std::size_t i, const std::string& currency, Wide micros_per_unit);
    std::string_view price_time(std::size_t i) const;
    bool is_monthly(std::size_t i, std::size_t& from) const;
    std::size_t larger_end(std::size_t i) const;
    void note_range(std::size_t i, std::size_t taken, std::string_view slot);
    void read_time(std::size_t i);
    void read_delay(std::size_t i, std::uint64_t unit_us);
    bool follows_cores(std::size_t i) const;
    bool is_repeated(std::size_t i) const;
    void read_bytes(std::size_t i, Wide unit);
    void read_percent(std::size_t i);
    void read_cards(std::size_t i);
    void read_rate(std::size_t i, std::string_view slot);
    void read_number(std::size_t i);
    bool read_number_by_neighbour(std::size_t i);
    bool is_bound_of_cards(std::size_t i) const;
    bool read_letter_number(std::size_t i);
    std::string per_of(std::size_t i, std::size_t& from) const;
    std::string bound_of(std::size_t i, std::size_t& from) const;
    bool is_limited(std::size_t i) const;
    void count(std::string_view slot, std::size_t i, std::initializer_list<std::size_t> also = {});

    std::string_view sentence_;
    std::vector<Item> items_;
    LocalMinute now_;
    std::chrono::sys_days today_;
    v1::IntentReading& reading_;
    std::vector<Group> groups_;
    std::vector<bool> is_day_;
    std::vector<Moment> moments_;
    std::vector<std::size_t> low_of_;     ///< Of the upper end of a range: its lower end.
    std::vector<std::size_t> longer_of_;  ///< Of the minutes of 1小时30分钟: the hours.
    std::vector<std::size_t> origins_;    ///< Places that delays may be counted from.
    bool finite_ = false;                 ///< The work has an end.
};

}  // namespace penstock::intent
