#include "app/client/print.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <limits>

#include "app/client/error.h"
#include "base/money.h"
#include "transport/json/write.h"

namespace penstock::client {

std::string money_text(std::int64_t micros, std::string_view currency) {
    std::string text = to_decimal(Money{micros});
    if (!currency.empty()) text.append(" ").append(currency);
    return text;
}

std::string money_text(const v1::Money& money) {
    return money_text(money.micros(), money.currency());
}

std::string fen_text(const v1::Money& money) {
    const std::int64_t part = money.micros() % kMicrosPerFen;
    return money_text(money.micros() + (part > 0 ? kMicrosPerFen - part : -part), money.currency());
}

std::string exact_text(const v1::Money& money) {
    std::string text = money_text(money.micros(), "");
    const std::size_t decimals = text.size() - text.find('.') - 1;
    text.append(6 - decimals, '0');
    return money.currency().empty() ? text : text + " " + money.currency();
}

std::string hyphenated(std::string name) {
    for (char& c : name) {
        if (c == '_') c = '-';
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return name;
}

std::string count_text(std::uint64_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::optional<std::int64_t> parse_amount(std::string_view text) {
    constexpr std::size_t kMicrosDigits = 6;
    constexpr std::size_t kDecimalsMax = 2;
    const std::size_t point = std::min(text.find('.'), text.size());
    std::string digits(text.substr(0, point));
    std::string_view fraction = text.substr(std::min(point + 1, text.size()));
    if (digits.empty() || fraction.size() > kDecimalsMax ||
        (point < text.size() && fraction.empty()))
        return std::nullopt;
    digits.append(fraction).append(kMicrosDigits - fraction.size(), '0');
    std::int64_t micros = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), micros);
    const bool plain = std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    if (error != std::errc{} || !plain || micros > kMoneyMax.micros) return std::nullopt;
    return micros;
}

RemoteResult<v1::Money> read_amount(std::string_view text, const std::string& currency) {
    const auto micros = parse_amount(text);
    if (!micros)
        return refuse(kUsage, "amount", "An amount is like 100 or 12.50, with up to two decimals.");
    v1::Money money;
    money.set_micros(*micros);
    money.set_currency(currency);
    return money;
}

std::string duration_text(std::int64_t ns) {
    constexpr std::int64_t second = 1'000'000'000;
    if (ns < 60 * second) return fmt::format("{}.{} s", ns / second, ns % second / (second / 10));
    const std::int64_t minutes = ns / second / 60;
    if (minutes < 60) return fmt::format("{} min {:02} s", minutes, ns / second % 60);
    return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

std::string time_text(std::int64_t unix_ns) {
    if (unix_ns == 0) return "-";
    const std::time_t seconds = unix_ns / 1'000'000'000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    std::strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%SZ", &parts);
    return text;
}

std::optional<std::int64_t> parse_time(std::string_view text) {
    std::string whole(text);
    if (whole.size() == 10) whole.append(" 00:00:00Z");
    if (whole.size() == 20 && whole[10] == 'T') whole[10] = ' ';
    std::tm parts{};
    const char* end = ::strptime(whole.c_str(), "%Y-%m-%d %H:%M:%SZ", &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    if (parts.tm_year < 70 || parts.tm_year > 299) return std::nullopt;
    const std::int64_t ns = std::int64_t{::timegm(&parts)} * 1'000'000'000;
    // What no calendar has, such as a 30 February, does not read as it was written.
    const bool is_first = ns == 0 && whole == "1970-01-01 00:00:00Z";
    return is_first || time_text(ns) == whole ? std::optional(ns) : std::nullopt;
}

std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xc0) == 0x80) continue;  // Not the first of its sign.
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1])
                                              : static_cast<unsigned char>(0);
        // U+2E80 to U+FFEF, near enough: CJK, kana, hangul and full-width forms; and emoji.
        const bool wide = byte >= 0xf0 || (byte >= 0xe3 && byte <= 0xee) ||
                          (byte == 0xe2 && next >= 0xba) || byte == 0xef;
        columns += wide ? 2 : 1;
    }
    return columns;
}

std::string Table::text() const {
    std::vector<std::size_t> widths;
    for (const Column& column : columns_) widths.push_back(columns_of(column.title));
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], columns_of(row[i]));
    std::string text;
    const auto add_row = [&](const auto& cell) {
        std::string line;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const std::string& content = cell(i);
            const std::string padding(widths[i] - columns_of(content), ' ');
            if (i > 0) line.append("  ");
            line.append(columns_[i].align == Align::left ? content + padding : padding + content);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text.append(line).append("\n");
    };
    add_row([&](std::size_t i) -> const std::string& { return columns_[i].title; });
    for (const auto& row : rows_)
        add_row([&](std::size_t i) -> const std::string& { return row[i]; });
    return text;
}

void print_json(const google::protobuf::Message& message) {
    fmt::print("{}\n", transport::to_json(message, transport::Defaults::print));
}

namespace {

/// Not the caller's to mend: the operator must look, and finds it in his logs by the trace.
bool is_the_servers_fault(const RemoteError& error) {
    return error.code == Code::internal || error.code == Code::unknown ||
           error.code == Code::data_loss || error.code == Code::unavailable;
}

}  // namespace

void print_error(const RemoteError& error, Output output) {
    if (output == Output::machines) {
        std::string json = "{\"code\":";
        transport::write_json_string(name(error.code), json);
        json.append(",\"reason\":");
        transport::write_json_string(error.reason, json);
        json.append(",\"field\":");
        transport::write_json_string(error.field, json);
        json.append(",\"message\":");
        transport::write_json_string(error.message, json);
        json.append(",\"number\":").append(std::to_string(error.number));
        if (!error.trace_id.empty()) {
            json.append(",\"trace_id\":");
            transport::write_json_string(error.trace_id, json);
        }
        fmt::print(stderr, "{}}}\n", json);
        return;
    }
    fmt::print(stderr, "penstock: {}", error.reason.empty() ? name(error.code) : error.reason);
    if (!error.field.empty()) fmt::print(stderr, " in {}", error.field);
    fmt::print(stderr, "\n  {}\n", error.message);
    if (!error.trace_id.empty() && is_the_servers_fault(error))
        fmt::print(stderr, "  In the server's log it is trace_id {}.\n", error.trace_id);
    if (error.reason == "UNAUTHENTICATED")
        fmt::print(
            stderr,
            "  --key or PENSTOCK_KEY gives it: psk_…, as register printed it. People sign in "
            "with `penstock login`.\n");
    if (error.reason == "HTTP_CONNECT_FAILED")
        fmt::print(stderr,
                   "  Does `penstock server` run there? --server or PENSTOCK_SERVER names "
                   "it; https:// is for servers with a certificate alone.\n");
}

}  // namespace penstock::client
