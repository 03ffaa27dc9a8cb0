#include "advise/plan/wording.h"

namespace penstock::plan {

std::string say(Duration duration) {
    const std::int64_t tenths = (duration.ns + 99'999'999) / 100'000'000;
    if (tenths < 100 && tenths % 10 != 0)
        return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
    std::int64_t left = (duration.ns + 999'999'999) / 1'000'000'000;
    if (left < 60) return std::to_string(left) + " s";
    if (left < 3600) {
        const std::string minutes = std::to_string(left / 60) + " min";
        return left % 60 == 0 ? minutes : minutes + " " + std::to_string(left % 60) + " s";
    }
    left = (left + 59) / 60;
    const std::string hours = std::to_string(left / 60) + " h";
    return left % 60 == 0 ? hours : hours + " " + std::to_string(left % 60) + " min";
}

std::string say(Money amount, Currency currency) {
    const Money fen{(amount.micros + kMicrosPerFen - 1) / kMicrosPerFen * kMicrosPerFen};
    return to_decimal(fen) + " " + std::string(currency.text());
}

std::string say_span(Money low, Money high, Currency currency) {
    return to_decimal(low) + " to " + to_decimal(high) + " " + std::string(currency.text());
}

std::string say_unit(std::uint64_t count, const std::string& name) {
    if (count == 1) return name;
    const bool takes_s =
        !name.empty() && name.back() >= 'a' && name.back() <= 'z' && name.back() != 's';
    return std::to_string(count) + " " + name + (takes_s ? "s" : "");
}

std::string say(std::uint64_t count, std::string_view noun) {
    std::string text = std::to_string(count) + " " + std::string(noun);
    return count == 1 ? text : text + "s";
}

}  // namespace penstock::plan
