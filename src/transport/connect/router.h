#pragma once

#include "transport/connect/rpc.h"

namespace penstock::transport {

/// Turns HTTP requests into calls: Connect (unary and server streaming, JSON and binary, and GET
/// for unary queries), and the REST routes of the schema. Immutable; thread-safe.
///
/// A REST call fills the request from its path, its query (`page.size=10`; lists by repetition) and
/// its JSON body; a field given in two of these places is refused.
class RpcRouter {
  public:
    /// @param table, handler  Outlive the router.
    RpcRouter(const MethodTable& table, RpcHandler& handler) : table_(&table), handler_(&handler) {}

    /// Whether a request belongs here, by its path alone; others are the application's own.
    static bool owns(std::string_view path);

    /// Answers errors itself; calls the handler otherwise. Never blocks.
    void handle(HttpRequest request, Responder responder) const;

  private:
    void handle_connect(HttpRequest request, Responder responder) const;
    void handle_connect_get(const Method& method, HttpRequest request, Responder responder) const;
    void handle_rest(HttpRequest request, Responder responder) const;

    const MethodTable* table_;
    RpcHandler* handler_;
};

}  // namespace penstock::transport
