#pragma once

#include <chrono>

#include "transport/http/server.h"

namespace penstock::shell {

/// Whether requests of this route are held until there is something to say, so that their duration
/// means nothing.
bool is_held(std::string_view route);

/// One line in the log for each request. Only what the server itself has named is in it: no path,
/// no query, no header, no body, no address.
class RequestLog {
  public:
    explicit RequestLog(std::chrono::milliseconds slow_after) : slow_after_(slow_after) {}

    void write(const transport::HttpExchange& exchange) const;

  private:
    bool is_slow(const transport::HttpExchange& exchange) const;

    const std::chrono::milliseconds slow_after_;
};

}  // namespace penstock::shell
