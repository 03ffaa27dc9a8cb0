#include "shell/api/api.h"

#include <algorithm>
#include <utility>

#include "base/try.h"
#include "core/exchange/page.h"
#include "penstock/v1/types.pb.h"
#include "shell/api/error.h"
#include "shell/api/preparer.h"
#include "shell/limits/address.h"

namespace penstock::shell {

namespace {

/// In tokens: a list costs by the page that is asked for, a page that is refused as the largest.
std::int64_t cost_of(const transport::Method& method, const google::protobuf::Message& request) {
    constexpr std::int64_t kItemsOfAToken = 50;
    if (method.page_field == nullptr) return method.cost;
    const auto& page = dynamic_cast<const v1::PageRequest&>(
        request.GetReflection()->GetMessage(request, method.page_field));
    return method.cost + std::min(page.size(), exchange::kPageMax) / kItemsOfAToken;
}

/// Who calls, as the log may have it: ids alone.
std::string caller_text(const Identity& identity) {
    std::string text;
    if (identity.party) text = identity.party.text();
    switch (identity.actor.kind) {
        case exchange::Actor::Kind::key:
            return text.append("/").append(KeyId{identity.actor.id}.text());
        case exchange::Actor::Kind::agent:
            return text.append("/").append(AgentId{identity.actor.id}.text());
        case exchange::Actor::Kind::session:
            return text.append("/").append(SessionId{identity.actor.id}.text());
        default:
            return text;
    }
}

}  // namespace

limits::Turn ApiCall::turn() const {
    return {.flow = identity.party ? limits::flow_of_party(identity.party.value)
                                   : limits::flow_of_address(context.peer()),
            .cost = static_cast<std::uint32_t>(cost_of(*method, *request))};
}

void Api::serve(std::string method, Handler handler) {
    handlers_.insert_or_assign(std::move(method), std::move(handler));
}

void Api::serve_question(std::string method, Ownership ownership, Answer answer, Check check) {
    serve(std::move(method), [this, ownership, answer = std::move(answer),
                              check = std::move(check)](std::unique_ptr<ApiCall> call) {
        Look look;
        if (check) look = [&check](const Core& core, ApiCall& seen) { return check(core, seen); };
        const auto then = [&answer](std::unique_ptr<ApiCall> asked) {
            auto answered = answer(*asked);
            if (answered) {
                asked->responder.reply(**answered);
            } else {
                asked->responder.fail(answered.error());
            }
        };
        with_authorised(std::move(call), ownership, std::move(look), then);
    });
}

void Api::call(const transport::Method& method, transport::RpcContext context,
               std::unique_ptr<google::protobuf::Message> request,
               transport::RpcResponder responder) {
    auto call = std::make_unique<ApiCall>();
    call->method = &method;
    call->context = std::move(context);
    call->request = std::move(request);
    call->responder = std::move(responder);
    const transport::HttpRequest& http = call->context.http;  // Stays where it is.
    authenticator_.authenticate(http,
                                [this, call = std::move(call)](Result<Identity> identity) mutable {
                                    if (identity)
                                        call->responder.set_caller(caller_text(*identity));
                                    if (const auto refused = check_limits(*call, identity))
                                        return call->responder.fail(*refused);
                                    call->identity = *std::move(identity);
                                    dispatch(std::move(call));
                                });
}

std::optional<Error> Api::check_limits(const ApiCall& call, const Result<Identity>& identity) {
    const Duration now = clock_->steady();
    const transport::Method& method = *call.method;
    const std::string_view peer = call.context.peer();
    if (!identity) {
        if (identity.error().code() == Code::unauthenticated)
            limits_->note_wrong_credentials(peer, now);
        return identity.error();
    }
    const bool is_command = method.kind == v1::COMMAND;
    const auto refusal = limits_->admit_call(
        {.peer = peer,
         .kind = static_cast<std::uint64_t>(identity->actor.kind),
         .number = identity->actor.id,
         .party = identity->party.value,
         .method = method.index,
         .cost = cost_of(method, *call.request),
         .is_poll = identity->agent.has_value() && method.full_name == "TaskService/PullWork",
         .is_for_anyone = is_command && method.permission == v1::PERMISSION_PUBLIC},
        now);
    if (!refusal) return std::nullopt;
    return refusal->error();
}

void Api::dispatch(std::unique_ptr<ApiCall> call) {
    if (call->method->kind == v1::COMMAND && call->identity.by_cookie &&
        !call->identity.csrf_shown) {
        if (call->method->permission != v1::PERMISSION_PUBLIC)
            return call->responder.fail(Error(kCsrfTokenMissing));
        call->identity = Identity::anonymous();
    }
    const auto handler = handlers_.find(call->method->full_name);
    if (handler != handlers_.end()) return handler->second(std::move(call));
    if (call->method->server_streaming) return call->responder.fail(Error(kNotServed));
    if (call->method->kind == v1::COMMAND) return command(std::move(call));
    question(std::move(call));
}

void Api::command(std::unique_ptr<ApiCall> call) {
    // Who is nobody is refused by the core.
    if (!call->identity.party || !names_files(*call->request)) return submit(std::move(call));
    const limits::Turn turn = call->turn();
    auto held = std::make_shared<std::unique_ptr<ApiCall>>(std::move(call));
    Workers::Job job = [this, held] {
        ApiCall& asked = **held;
        auto checked = check_files(*asked.request, asked.identity.party, *artifacts_);
        if (!checked) return asked.responder.fail(checked.error());
        submit(std::move(*held));
    };
    if (!workers_->add(job, turn)) (*held)->responder.fail(Error(kTooBusy));
}

void Api::submit_prepared(std::unique_ptr<ApiCall> call, PreparedCommand prepared) {
    CommandCall command{.actor = call->identity.actor,
                        .method = prepared.method,
                        .request = std::move(prepared.request),
                        .idempotency_key = std::string(call->context.idempotency_key()),
                        .guard = {},
                        .turn = call->turn()};
    sequencer_->submit(
        std::move(command), [responder = std::move(call->responder),
                             finish = std::move(prepared.finish)](Outcome outcome) mutable {
            if (!outcome.reply) return responder.fail(outcome.reply.error());
            responder.reply_bytes(finish ? finish(*outcome.reply) : *std::move(outcome.reply));
        });
}

void Api::submit(std::unique_ptr<ApiCall> call) {
    auto prepared = prepare_command(*call->method, call->identity, call->context.idempotency_key(),
                                    *call->request, secrets_);
    if (!prepared) return call->responder.fail(prepared.error());
    submit_prepared(std::move(call), *std::move(prepared));
}

void Api::question(std::unique_ptr<ApiCall> call) {
    QueryCall query{.actor = call->identity.actor,
                    .method = call->method->full_name,
                    .request = call->request->SerializeAsString(),
                    .turn = call->turn()};
    sequencer_->query(std::move(query),
                      [responder = std::move(call->responder)](Outcome outcome) mutable {
                          if (!outcome.reply) return responder.fail(outcome.reply.error());
                          responder.reply_bytes(*std::move(outcome.reply));
                      });
}

void Api::with_authorised(std::unique_ptr<ApiCall> call, Ownership ownership, Look look,
                          Then then) {
    ApiCall& looked = *call;  // Lives until the callback, which comes after the look.
    const limits::Turn turn = looked.turn();
    auto refused = std::make_shared<Result<void>>();
    const auto check = [ownership, &looked](const Core& core, Look& also) -> Result<void> {
        const exchange::Exchange& exchange = core.exchange();
        TRY_ASSIGN(looked.caller, authorise(exchange, looked.identity.actor, looked.now,
                                            *looked.method, *looked.request, ownership));
        looked.is_operator = is_operator(exchange, looked.caller);
        return also ? also(core, looked) : Result<void>{};
    };
    sequencer_->inspect(
        [check, refused, &looked, look = std::move(look)](const Core& core, Instant now) mutable {
            looked.now = now;
            *refused = check(core, look);
        },
        [this, refused, turn, call = std::move(call),
         then = std::move(then)](Outcome outcome) mutable {
            if (!outcome.reply) return call->responder.fail(outcome.reply.error());
            if (!*refused) return call->responder.fail(refused->error());
            call->sequence = outcome.sequence;
            auto held = std::make_shared<std::unique_ptr<ApiCall>>(std::move(call));
            Workers::Job job = [held, then = std::move(then)]() mutable { then(std::move(*held)); };
            if (!workers_->add(job, turn)) (*held)->responder.fail(Error(kTooBusy));
        },
        turn);
}

}  // namespace penstock::shell
