#include "shell/server/front_door.h"

#include <utility>

#include "shell/api/error.h"
#include "shell/evidence/static_files.h"
#include "shell/server/error.h"
#include "transport/connect/error_body.h"

namespace penstock::shell {

namespace {

transport::HttpResponse json(unsigned status, std::string body) {
    transport::HttpResponse response;
    response.status = status;
    response.headers.add("Content-Type", "application/json");
    response.body = std::move(body);
    return response;
}

transport::HttpResponse error_response(const Error& error) {
    std::string body;
    transport::write_error(error, body);
    return json(transport::http_status(error.code()), std::move(body));
}

}  // namespace

transport::BodyPlan FrontDoor::plan_body(const transport::HttpRequest& head) {
    if (artifacts::ArtifactRoutes::owns(head.path())) return parts_.artifacts.plan_body(head);
    return {};
}

void FrontDoor::handle(transport::HttpRequest request, transport::Responder responder) {
    const std::string_view path = request.path();
    if (transport::RpcRouter::owns(path))
        return parts_.router.handle(std::move(request), std::move(responder));
    if (artifacts::ArtifactRoutes::owns(path))
        return parts_.artifacts.handle(std::move(request), std::move(responder));
    if (path.starts_with(evidence::kEvidencePrefix))
        return serve_evidence(std::move(request), std::move(responder));
    if (path == "/openapi.json") return responder.send(json(200, parts_.openapi));
    if (path == "/healthz") return responder.send(json(200, "{\"status\":\"ok\"}"));
    responder.send(error_response(Error(kNoSuchPage)));
}

void FrontDoor::serve_evidence(transport::HttpRequest request, transport::Responder responder) {
    auto answer = std::make_shared<transport::Responder>(std::move(responder));
    Workers::Job job = [this, answer, request = std::move(request)] {
        answer->send(evidence::serve_log(parts_.evidence.files(), request));
    };
    if (!parts_.workers.add(job)) answer->send(error_response(Error(kTooBusy)));
}

}  // namespace penstock::shell
