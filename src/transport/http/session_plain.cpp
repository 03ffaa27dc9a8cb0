// One of the two translation units that instantiate a session; they cost seconds each.
#include "transport/http/session.h"

namespace penstock::transport {

void serve_plain(std::shared_ptr<Worker> worker, Socket socket, Visitor visitor) {
    serve<Socket>(std::move(worker), std::move(socket), std::move(visitor));
}

}  // namespace penstock::transport
