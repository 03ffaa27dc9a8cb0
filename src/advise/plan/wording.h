#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/money.h"
#include "base/time.h"

namespace penstock::plan {

/// For instance "1.3 s", "45 s", "3 min 20 s", "2 h 5 min", rounded up to the last part shown.
std::string say(Duration duration);

/// For instance "0.12 CNY", rounded up to the fen.
std::string say(Money amount, Currency currency);

/// For instance "0.031234 to 0.033871 CNY": to the micro, as an order carries it.
std::string say_span(Money low, Money high, Currency currency);

/// For instance "frame", "1000000 tokens".
std::string say_unit(std::uint64_t count, const std::string& name);

/// For instance "1 task", "24 tasks".
std::string say(std::uint64_t count, std::string_view noun);

}  // namespace penstock::plan
