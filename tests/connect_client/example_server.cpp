// Serves the example service for clients that are not ours: prints its port, ends with its input.
#include <cstdio>
#include <iostream>

#include "transport/connect/example_service.h"
#include "transport/connect/router.h"

namespace {

using namespace penstock::transport;

class Application final : public HttpHandler {
  public:
    void handle(HttpRequest request, Responder responder) override {
        router_.handle(std::move(request), std::move(responder));
    }

  private:
    ExampleService service_;
    RpcRouter router_{MethodTable::schema(), service_};
};

}  // namespace

int main() {
    Application application;
    const auto server = HttpServer::start({}, application);
    if (!server) {
        std::fprintf(stderr, "%s\n", server.error().message().c_str());
        return 1;
    }
    std::printf("%u\n", unsigned{(*server)->port()});
    std::fflush(stdout);
    std::cin.get();
    (*server)->stop(std::chrono::milliseconds(1000));
}
