// One of the two translation units that instantiate a session; they cost seconds each.
#include "transport/http/session.h"

namespace penstock::transport {

void serve_tls(std::shared_ptr<Worker> worker, Socket socket, Visitor visitor) {
    TlsStream stream(std::move(socket), *worker->server->tls);
    serve<TlsStream>(std::move(worker), std::move(stream), std::move(visitor));
}

}  // namespace penstock::transport
