#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "app/client/session.h"
#include "format/words.h"

namespace penstock::client {

/// What `penstock plan` is asked for where it is not given a task file.
struct PlanIntentArguments {
    std::string sentence;    ///< Or
    std::string file;        ///< an intent in YAML or JSON.
    std::string now;         ///< What days are counted from; empty for this moment.
    std::string market;      ///< exchange or reference; empty: the exchange where it is named.
    std::string order_file;  ///< Where an order is written, ready to be submitted; may be empty.
    std::uint32_t order_of = 1;  ///< Which plan's.
    format::Language language = format::Language::english;
    bool explains = false;  ///< Where each figure comes from.
};

/// Prints plans for an intent. Who builds the program gives it to the client's verbs.
using PlanIntent = std::function<RemoteResult<void>(const PlanIntentArguments&, Session&)>;

}  // namespace penstock::client
