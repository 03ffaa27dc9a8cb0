#include <fmt/core.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/client/choice.h"
#include "app/client/local_file.h"
#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/evidence.pb.h"

namespace penstock::client {

namespace {

struct AuditInput {
    v1::ListAuditEventsRequest request;
    std::string kind;
    std::string folder;
};

std::map<std::string, v1::ActKind> kinds_by_text() {
    std::map<std::string, v1::ActKind> kinds;
    for (int kind = v1::ActKind_MIN + 1; kind <= v1::ActKind_MAX; ++kind)
        if (v1::ActKind_IsValid(kind))
            kinds.emplace(enum_word(static_cast<v1::ActKind>(kind), "ACT_"),
                          static_cast<v1::ActKind>(kind));
    return kinds;
}

RemoteResult<void> show(Session& session, const AuditInput& input) {
    v1::ListAuditEventsRequest request = input.request;
    if (!input.kind.empty()) request.set_kind(kinds_by_text().at(input.kind));
    request.set_receipts(!input.folder.empty());
    Table table({{"TIME"}, {"ACT"}, {"BY"}, {"PARTY"}, {"ON"}, {"DETAIL"}, {"RECORD"}});
    Result<void> saved;
    TRY((for_each_page<v1::ListAuditEventsResponse>(
        session, "EvidenceService/ListAuditEvents", request,
        [&](const v1::ListAuditEventsResponse& page) {
            if (session.output() == Output::machines) print_json(page);
            for (const v1::AuditEvent& event : page.events()) {
                const v1::Act& act = event.act();
                table.add({time_text(act.at_ns()), enum_word(act.kind(), "ACT_"), act.actor(),
                           act.party(), act.subject(), act.detail(),
                           event.has_receipt() ? std::to_string(event.receipt().index() + 1)
                                               : "pending"});
                if (input.folder.empty() || !event.has_receipt() || !saved) continue;
                saved = write_file(fmt::format("{}/audit-act_{}_{}.tlog-proof", input.folder,
                                               event.sequence(), event.ordinal()),
                                   event.receipt().proof());
            }
        })));
    if (!saved) return refuse(saved.error());
    if (session.output() == Output::people) fmt::print("{}", table.text());
    return {};
}

}  // namespace

void add_audit_verb(CLI::App& app) {
    const auto input = std::make_shared<AuditInput>();
    const auto session = std::make_shared<Session>();
    CLI::App* verb = app.add_subcommand("audit", "Shows who did what, newest first; for auditors");
    session->add_options(*verb);
    verb->add_option_function<std::string>(
        "--party", [input](const std::string& party) { input->request.set_party(party); },
        "Whose affairs, party_…");
    verb->add_option_function<std::string>(
        "--user", [input](const std::string& user) { input->request.set_user(user); },
        "Who acted, or whom it concerned: user_… or key_…");
    std::vector<std::string> kinds;
    for (const auto& [text, kind] : kinds_by_text()) kinds.push_back(text);
    verb->add_option("--act", input->kind, "For instance sign-in-failed")->check(one_of(kinds));
    verb->add_option("--out", input->folder, "Saves the receipts too, for penstock verify");
    on_call(*verb, session, [input](Session& open) { return show(open, *input); });
}

}  // namespace penstock::client
