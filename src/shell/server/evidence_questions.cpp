#include "shell/server/evidence_questions.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/try.h"
#include "core/exchange/describe.h"
#include "core/exchange/error.h"
#include "core/exchange/exchange.h"
#include "core/exchange/ids.h"
#include "core/party/error.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/evidence.pb.h"
#include "shell/evidence/canonical_json.h"

namespace penstock::shell {

namespace {

using Answered = Result<std::unique_ptr<google::protobuf::Message>>;

Answered receipts(const evidence::EvidenceLog& log, const projection::Projection& tables,
                  const ApiCall& call) {
    const std::string& order = call.request_as<v1::ListReceiptsRequest>().order();
    TRY_ASSIGN(const auto parties, tables.order_parties(order));
    const bool involved = std::ranges::find(parties, call.caller.party.text()) != parties.end();
    if (!involved && !call.is_operator) return reject(exchange::kNotYours, "order");
    TRY_ASSIGN(auto found, log.receipts(order, call.sequence));
    return std::make_unique<v1::ListReceiptsResponse>(std::move(found));
}

/// What an identifier stands for, as the text that is signed.
std::string record_of(const exchange::State& state, const v1::ResolveIdentifierResponse& found,
                      Instant now) {
    if (const auto pool = PoolId::parse(found.id())) {
        v1::Pool record;
        exchange::describe(state, *pool, now, &record);
        return evidence::canonical_json(record);
    }
    if (const auto product = ProductId::parse(found.id())) {
        v1::Product record;
        exchange::describe(state, *product, now, &record);
        return evidence::canonical_json(record);
    }
    v1::Pool place;  // Of a site there is only its name.
    if (const auto site = SiteId::parse(found.id())) {
        place.set_site(found.id());
        place.set_party(state.catalog.site(*site).party.text());
        place.set_site_name(state.catalog.site(*site).name);
        place.set_identifier(exchange::identifier_of(state, *site));
    }
    return evidence::canonical_json(place);
}

void resolve(Api& api, const evidence::EvidenceLog& log, std::unique_ptr<ApiCall> call) {
    auto response = std::make_shared<v1::ResolveIdentifierResponse>();
    api.with_authorised(
        std::move(call), Ownership::checked,
        [response](const Core& core, ApiCall& seen) -> Result<void> {
            TRY_ASSIGN(const std::string reply,
                       core.query(seen.method->full_name, seen.identity.actor, seen.now,
                                  seen.request->SerializeAsString()));
            if (!response->ParseFromString(reply)) return reject(exchange::kRequestMalformed);
            response->set_record(record_of(core.exchange().state(), *response, seen.now));
            return {};
        },
        [response, &log](std::unique_ptr<ApiCall> asked) {
            const auto signature = log.keys().sign_identifier(response->record());
            response->set_key_name(log.verifier_key().name);
            response->set_signature(signature.data(), signature.size());
            asked->responder.reply(*response);
        });
}

/// Whether there are those whose acts are asked for: nothing found must not stand for a wrong id.
Result<void> check_audited(const Core& core, const ApiCall& call) {
    const auto& asked = call.request_as<v1::ListAuditEventsRequest>();
    const exchange::State& state = core.exchange().state();
    if (!asked.party().empty()) {
        TRY_ASSIGN(const PartyId party, exchange::read_id<PartyId>(asked.party(), "party"));
        if (state.directory.find_party(party) == nullptr)
            return reject(party::kPartyNotFound, "party");
    }
    const std::string& who = asked.user();
    if (who.empty() || who == "system" || who == "anonymous") return {};
    const auto found = [](const auto* there, const Rejection& missing) -> Result<void> {
        if (there == nullptr) return reject(missing, "user");
        return {};
    };
    if (const auto key = KeyId::parse(who))
        return found(state.directory.find_key(*key), party::kKeyNotFound);
    if (const auto agent = AgentId::parse(who))
        return found(state.directory.find_agent(*agent), party::kAgentNotFound);
    TRY_ASSIGN(const UserId user, exchange::read_id<UserId>(who, "user"));
    return found(state.people.find_user(user), party::kUserNotFound);
}

}  // namespace

void serve_evidence(Api& api, evidence::EvidenceLog& log, projection::Projection& tables,
                    TableFeed& feed) {
    api.serve_question("EvidenceService/GetLogKey", Ownership::checked,
                       [&log](const ApiCall&) -> Answered {
                           auto response = std::make_unique<v1::GetLogKeyResponse>();
                           response->set_origin(log.verifier_key().name);
                           response->set_verifier_key(log.verifier_key().text());
                           return response;
                       });
    // Both sides of an order may have its receipts, not its owner alone.
    api.serve_question("EvidenceService/ListReceipts", Ownership::left_to_answer,
                       [&log, &tables, &feed](const ApiCall& call) {
                           feed.wait_for(call.sequence);
                           return receipts(log, tables, call);
                       });
    api.serve_question(
        "EvidenceService/ListAuditEvents", Ownership::checked,
        [&log, &tables, &feed](const ApiCall& call) -> Answered {
            feed.wait_for(call.sequence);
            const auto& asked = call.request_as<v1::ListAuditEventsRequest>();
            TRY_ASSIGN(auto found, tables.list_audit_events(asked));
            TRY(log.add_receipts(found, asked.receipts()));
            return std::make_unique<v1::ListAuditEventsResponse>(std::move(found));
        },
        check_audited);
    api.serve("CatalogService/ResolveIdentifier",
              [&api, &log](std::unique_ptr<ApiCall> call) { resolve(api, log, std::move(call)); });
}

}  // namespace penstock::shell
