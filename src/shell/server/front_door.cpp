#include "shell/server/front_door.h"

#include <utility>

#include "shell/api/error.h"
#include "shell/evidence/static_files.h"
#include "shell/limits/address.h"
#include "shell/server/error.h"
#include "transport/connect/error_body.h"
#include "transport/schema/method_table.h"

namespace penstock::shell {

namespace {

using transport::fail;

transport::HttpResponse json_response(std::string body) {
    transport::HttpResponse response;
    response.headers.add("Content-Type", "application/json");
    response.body = std::move(body);
    return response;
}

/// The method that is asked for, where it changes the exchange or is known to its leader alone.
const transport::Method* find_method_of_leader(const transport::HttpRequest& request) {
    const transport::MethodTable& schema = transport::MethodTable::schema();
    const transport::Method* method = schema.find_connect(request.path());
    if (method == nullptr) method = schema.find_rest(request.verb, request.path()).method;
    const bool is_the_leaders = method != nullptr && (method->kind == v1::COMMAND ||
                                                      method->full_name == "TaskService/ReadLog" ||
                                                      method->full_name == "TaskService/AppendLog");
    return is_the_leaders ? method : nullptr;
}

constexpr std::string_view kArtifactsRoute = "artifacts";
constexpr std::string_view kOidcRoute = "oidc";

}  // namespace

bool FrontDoor::follows() const {
    return parts_.forwarder != nullptr && parts_.sequencer.status().epoch == 0;
}

transport::Refusal FrontDoor::admit(const transport::HttpRequest& head) {
    const auto passed_on =
        parts_.peers != nullptr ? parts_.peers->of_head(head, parts_.clock.wall()) : std::nullopt;
    const auto refusal =
        parts_.limits.admit_request(passed_on.value_or(head.peer), parts_.clock.steady());
    if (!refusal) return {};
    return [error = refusal->error(),
            by_follower = passed_on.has_value()](transport::Responder responder) {
        if (by_follower) responder.take_no_rest();
        fail(responder, error);
    };
}

transport::BodyPlan FrontDoor::plan_body(const transport::HttpRequest& head) {
    if (!artifacts::ArtifactRoutes::owns(head.path())) return {};
    transport::BodyPlan plan;
    if (head.verb != "PUT" || !follows()) {
        plan = parts_.artifacts.plan_body(head);
        plan.route = kArtifactsRoute;
        return plan;
    }
    plan.route = kArtifactsRoute;
    plan.refuse = transport::refusal(not_leading(parts_.leadership->leader()));
    return plan;
}

void FrontDoor::handle(transport::HttpRequest request, transport::Responder responder) {
    if (parts_.peers != nullptr) {
        if (auto peer = parts_.peers->of(request, parts_.clock.wall())) {
            request.peer = *std::move(peer);
            responder.take_no_rest();
        }
    }
    if (follows()) return handle_as_follower(std::move(request), std::move(responder));
    serve(std::move(request), std::move(responder));
}

void FrontDoor::serve(transport::HttpRequest request, transport::Responder responder) {
    const std::string_view path = request.path();
    if (transport::RpcRouter::owns(path))
        return parts_.router.handle(std::move(request), std::move(responder));
    if (artifacts::ArtifactRoutes::owns(path)) {
        responder.set_route(kArtifactsRoute);
        return parts_.artifacts.handle(std::move(request), std::move(responder));
    }
    if (path.starts_with(evidence::kEvidencePrefix)) {
        responder.set_route("evidence");
        return serve_evidence(std::move(request), std::move(responder));
    }
    if (parts_.oidc != nullptr && oidc::OidcDesk::owns(path)) {
        responder.set_route(kOidcRoute);
        if (const auto refusal = parts_.limits.admit_call(
                {.peer = request.peer, .is_for_anyone = true}, parts_.clock.steady()))
            return fail(responder, refusal->error());
        return parts_.oidc->handle(std::move(request), std::move(responder));
    }
    if (OperatorPages::owns(path))
        return parts_.operator_pages.handle(request, std::move(responder));
    if (path == "/openapi.json") {
        responder.set_route("openapi");
        return responder.send(json_response(parts_.openapi));
    }
    fail(responder, Error(kNoSuchPage));
}

void FrontDoor::handle_as_follower(transport::HttpRequest request, transport::Responder responder) {
    const std::string_view path = request.path();
    // What it took while it led it still has.
    if (artifacts::ArtifactRoutes::owns(path) && request.verb == "PUT") {
        responder.set_route(kArtifactsRoute);
        return fail(responder, not_leading(parts_.leadership->leader()));
    }
    // Who signs in by a provider gets a session, which the leader alone begins.
    if (parts_.oidc != nullptr && oidc::OidcDesk::owns(path)) {
        responder.set_route(kOidcRoute);
        return parts_.forwarder->forward(std::move(request), std::move(responder),
                                         Forwarder::Changes::what_is_seen_here);
    }
    if (transport::RpcRouter::owns(path)) {
        if (const transport::Method* method = find_method_of_leader(request)) {
            responder.set_route(method->full_name);
            const bool is_command = method->kind == v1::COMMAND;
            return parts_.forwarder->forward(
                std::move(request), std::move(responder),
                is_command ? Forwarder::Changes::what_is_seen_here : Forwarder::Changes::nothing);
        }
    }
    const std::int64_t staleness_ms = parts_.sequencer.status().staleness.ns / 1'000'000;
    responder.add_header("Penstock-Staleness-Ms", std::to_string(staleness_ms));
    serve(std::move(request), std::move(responder));
}

void FrontDoor::serve_evidence(transport::HttpRequest request, transport::Responder responder) {
    auto answer = std::make_shared<transport::Responder>(std::move(responder));
    const limits::Turn turn{.flow = limits::flow_of_address(request.peer)};
    Workers::Job job = [this, answer, request = std::move(request)] {
        answer->send(evidence::serve_log(parts_.evidence.files(), request));
    };
    if (!parts_.workers.add(job, turn)) fail(*answer, Error(kTooBusy));
}

}  // namespace penstock::shell
