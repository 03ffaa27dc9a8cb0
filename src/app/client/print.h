#pragma once

#include <google/protobuf/generated_enum_reflection.h>
#include <google/protobuf/message.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/client/session.h"
#include "penstock/v1/types.pb.h"

namespace penstock::client {

/// "12.50 CNY".
std::string money_text(const v1::Money& money);
std::string money_text(std::int64_t micros, std::string_view currency);
/// "12.50 CNY": rounded up to the fen, for estimates.
std::string fen_text(const v1::Money& money);
/// "12.500000 CNY": all six decimals, for columns of exact figures.
std::string exact_text(const v1::Money& money);

/// "SIGNED_IN" as signed-in.
std::string hyphenated(std::string name);

/// A value of one of the schema's enumerations without the prefix of its names; its number when a
/// newer server gives one that this program does not know.
template <class Enum>
std::string enum_text(Enum value, std::string_view prefix) {
    const auto* known = google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(value);
    return known == nullptr ? std::to_string(value) : known->name().substr(prefix.size());
}

/// The same as people give it: signed-in for ACT_SIGNED_IN.
template <class Enum>
std::string enum_word(Enum value, std::string_view prefix) {
    return hyphenated(enum_text(value, prefix));
}

/// "1 task", "3 tasks".
std::string count_text(std::uint64_t count, std::string_view noun);

/// Reads "100" or "12.50" as micros; nothing for any other text, for what no bank can transfer, or
/// beyond the limits.
std::optional<std::int64_t> parse_amount(std::string_view text);
/// The same, with its currency.
/// @retval kUsage (field "amount")
RemoteResult<v1::Money> read_amount(std::string_view text, const std::string& currency);

/// "1 h 02 min", "3 min 20 s", "4.2 s".
std::string duration_text(std::int64_t ns);
/// "2026-11-21 20:15:00Z"; "-" for 0.
std::string time_text(std::int64_t unix_ns);
/// Reads "2026-11-21", its first instant, "2026-11-21 20:15:00Z", or the same with a T between, of
/// the years 1970 to 2199; nothing for any other text.
std::optional<std::int64_t> parse_time(std::string_view text);

/// The number of terminal columns that a text takes: wide signs such as 算 take two.
std::size_t columns_of(std::string_view text);

/// A table for people; columns as wide as their widest cell.
class Table {
  public:
    enum class Align { left, right };
    struct Column {
        std::string title;
        Align align = Align::left;
    };
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    bool empty() const { return rows_.empty(); }
    std::string text() const;

  private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

/// Prints a message as one line of JSON.
void print_json(const google::protobuf::Message& message);
/// Prints what went wrong on the error stream: reason, field, and what to do.
void print_error(const RemoteError& error, Output output);

}  // namespace penstock::client
