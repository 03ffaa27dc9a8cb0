#include <fmt/core.h>

#include <memory>
#include <string>
#include <vector>

#include "app/client/error.h"
#include "app/client/log_key.h"
#include "app/client/period.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/usage_record.h"
#include "app/client/verbs.h"
#include "files/whole_file.h"

namespace penstock::client {

namespace {

struct UsageInput {
    PeriodInput period;
    std::string ur;
};

/// The attempts of an interval, all of them or none.
RemoteResult<std::vector<v1::MeteredAttempt>> list_attempts(Session& session,
                                                            const PeriodInput& input) {
    v1::ListMeteredAttemptsRequest request;
    TRY_ASSIGN(const Period period, read_period(input, input.utc_offset_minutes));
    request.set_from_ns(period.from_ns);
    request.set_until_ns(period.until_ns);
    request.mutable_page()->set_size(500);
    std::vector<v1::MeteredAttempt> attempts;
    std::uint64_t total = 0;
    while (true) {
        TRY_ASSIGN(const auto page, session.call<v1::ListMeteredAttemptsResponse>(
                                        "MeterService/ListMeteredAttempts", request));
        if (attempts.empty()) total = page.total();
        attempts.insert(attempts.end(), page.attempts().begin(), page.attempts().end());
        if (page.page().next_cursor().empty()) break;
        request.set_until_ns(page.until_ns());
        request.mutable_page()->set_cursor(page.page().next_cursor());
    }
    if (attempts.size() != total)
        return refuse(kUsageNotWhole, {}, fmt::format("{} of {} came.", attempts.size(), total));
    return attempts;
}

RemoteResult<void> export_usage(Session& session, const UsageInput& input) {
    TRY_ASSIGN(const auto key, fetch_log_key(session));
    TRY_ASSIGN(const auto attempts, list_attempts(session, input.period));
    std::vector<format::UsageRecord> records;
    for (const v1::MeteredAttempt& attempt : attempts)
        if (auto record = usage_record(attempt, key.name)) records.push_back(*std::move(record));
    const auto xml = format::usage_records_xml(records);
    if (!xml) return refuse(xml.error());
    if (auto done = files::write_durably(input.ur, {*xml}, 0644); !done)
        return refuse(done.error());
    const std::size_t unknown = attempts.size() - records.size();
    if (session.output() == Output::machines) {
        fmt::print("{{\"records\":{},\"unmetered\":{}}}\n", records.size(), unknown);
        return {};
    }
    fmt::print("{}: {}\n", input.ur, count_text(records.size(), "usage record"));
    if (unknown > 0)
        fmt::print("{} left out: the meter knows nothing of them.\n",
                   count_text(unknown, "attempt"));
    return {};
}

}  // namespace

void add_usage_verbs(CLI::App& app) {
    const auto input = std::make_shared<UsageInput>();
    CLI::App& usage = topic(app, "usage", "What the tasks of your contracts used");
    CLI::App* exported = add_verb(
        usage, "export",
        "Writes attempts that ended in an interval as OGF Usage Records 2.0 (docs/exports.md)",
        input, export_usage);
    add_period_options(*exported, input->period);
    add_offset_option(*exported, input->period);
    exported->add_option("--ur", input->ur, "Write the XML file here")->required();
}

}  // namespace penstock::client
