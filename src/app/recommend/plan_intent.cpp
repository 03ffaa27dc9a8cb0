#include "app/recommend/plan_intent.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "advise/intent/error.h"
#include "advise/intent/sentence_reader.h"
#include "advise/intent/yaml.h"
#include "advise/recommend/recommend.h"
#include "app/client/error.h"
#include "app/client/local_file.h"
#include "app/client/print.h"
#include "app/intent/now.h"
#include "app/recommend/report.h"
#include "base/try.h"
#include "files/whole_file.h"
#include "transport/json/write.h"

namespace penstock::app {

namespace {

constexpr std::size_t kFileBytesMax = 1'000'000;

struct Wanted {
    v1::Intent intent;
    std::vector<v1::BilingualText> notes;
};

v1::BilingualText bilingual(std::string chinese, std::string english) {
    v1::BilingualText text;
    text.set_chinese(std::move(chinese));
    text.set_english(std::move(english));
    return text;
}

Result<Wanted> read_sentence(const std::string& sentence, Instant now) {
    TRY_ASSIGN(auto reading, intent::GrammarReader().read(sentence, now));
    if (!reading.conflicts().empty())
        return reject(intent::kIntentConflict, "sentence", reading.conflicts(0));
    if (reading.heard().empty())
        return reject(intent::kIntentValue, "sentence",
                      "Nothing was understood; say for instance: 8 H100 cards for 3 days.");
    Wanted wanted{.intent = std::move(*reading.mutable_intent()), .notes = {}};
    for (const v1::TextSpan& span : reading.not_understood()) {
        const std::string part = sentence.substr(span.begin(), span.end() - span.begin());
        wanted.notes.push_back(
            bilingual("没有理解「" + part + "」。", "'" + part + "' was not understood."));
    }
    for (const std::string& note : reading.notes()) wanted.notes.push_back(bilingual(note, note));
    return wanted;
}

Result<Wanted> read_wanted(const client::PlanIntentArguments& arguments, Instant now) {
    if (arguments.file.empty()) return read_sentence(arguments.sentence, now);
    TRY_ASSIGN(const std::string text, files::read_file(arguments.file, kFileBytesMax));
    TRY_ASSIGN(auto intent, intent::parse_intent(text, arguments.file));
    return Wanted{.intent = std::move(intent), .notes = {}};
}

/// What was not understood comes first: the plans do not keep to it.
void put_first(const std::vector<v1::BilingualText>& notes, v1::Recommendation& plans) {
    const auto about_market = plans.notes();
    plans.clear_notes();
    for (const v1::BilingualText& note : notes) *plans.add_notes() = note;
    plans.mutable_notes()->MergeFrom(about_market);
}

client::RemoteResult<v1::Recommendation> plans_of_exchange(
    const client::PlanIntentArguments& arguments, client::Session& session) {
    const auto now = read_now(arguments.now);
    if (!now) return client::refuse(now.error());
    auto wanted = read_wanted(arguments, *now);
    if (!wanted) return client::refuse(wanted.error());
    v1::PlanIntentRequest request;
    *request.mutable_intent() = std::move(wanted->intent);
    TRY_ASSIGN(auto plans,
               session.call<v1::Recommendation>("RecommendationService/PlanIntent", request));
    put_first(wanted->notes, plans);
    return plans;
}

/// Writes the order of the plan that was asked for.
client::RemoteResult<void> write_order(const client::PlanIntentArguments& arguments,
                                       const v1::Recommendation& plans) {
    const auto number = static_cast<int>(arguments.order_of);
    if (number > plans.plans_size())
        return client::refuse(client::kUsage, "order",
                              plans.plans_size() == 1
                                  ? "There is one plan."
                                  : "There are " + std::to_string(plans.plans_size()) + " plans.");
    const std::string json = transport::to_json(plans.plans(number - 1).order()) + "\n";
    if (const auto written = client::write_file(arguments.order_file, json); !written)
        return client::refuse(written.error());
    return {};
}

}  // namespace

Result<v1::Recommendation> plans_for(const client::PlanIntentArguments& arguments) {
    TRY_ASSIGN(const Instant now, read_now(arguments.now));
    TRY_ASSIGN(const Wanted wanted, read_wanted(arguments, now));
    TRY_ASSIGN(const auto estimator, estimate::Estimator::shipped());
    TRY_ASSIGN(const auto market, recommend::reference_market(estimator.chips, now));
    TRY_ASSIGN(auto plans, recommend::recommend(market, estimator, wanted.intent, now));
    put_first(wanted.notes, plans);
    return plans;
}

client::RemoteResult<void> plan_intent(const client::PlanIntentArguments& arguments,
                                       client::Session& session) {
    const bool is_exchange =
        arguments.market.empty() ? session.is_server_named() : arguments.market == "exchange";
    if (!is_exchange && !arguments.order_file.empty())
        return client::refuse(client::kUsage, "order-out",
                              "Nothing of the reference market can be ordered; plan over the "
                              "exchange with --market exchange.");
    v1::Recommendation plans;
    if (is_exchange) {
        TRY_ASSIGN(plans, plans_of_exchange(arguments, session));
    } else {
        auto made = plans_for(arguments);
        if (!made) return client::refuse(made.error());
        plans = *std::move(made);
    }
    if (session.output() == client::Output::machines) {
        client::print_json(plans);
    } else {
        const std::string text = report_text(
            plans, arguments.language, arguments.explains ? Detail::explained : Detail::plain);
        std::fwrite(text.data(), 1, text.size(), stdout);
    }
    if (plans.plans().empty()) {
        if (!arguments.order_file.empty())
            std::fprintf(stderr, "No order was written to %s.\n", arguments.order_file.c_str());
        throw CLI::RuntimeError(1);
    }
    return arguments.order_file.empty() ? client::RemoteResult<void>()
                                        : write_order(arguments, plans);
}

}  // namespace penstock::app
