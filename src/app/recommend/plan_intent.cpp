#include "app/recommend/plan_intent.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "advise/intent/error.h"
#include "advise/intent/sentence_reader.h"
#include "advise/intent/yaml.h"
#include "advise/recommend/recommend.h"
#include "app/client/print.h"
#include "app/intent/now.h"
#include "app/recommend/report.h"
#include "base/try.h"
#include "files/whole_file.h"

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

}  // namespace

Result<v1::Recommendation> plans_for(const client::PlanIntentArguments& arguments) {
    TRY_ASSIGN(const Instant now, read_now(arguments.now));
    TRY_ASSIGN(const Wanted wanted, read_wanted(arguments, now));
    TRY_ASSIGN(const auto estimator, estimate::Estimator::shipped());
    TRY_ASSIGN(const auto market, recommend::reference_market(estimator.chips, now));
    TRY_ASSIGN(auto plans, recommend::recommend(market, estimator, wanted.intent, now));
    // What was not understood comes first: the plans do not keep to it.
    const auto about_market = plans.notes();
    plans.clear_notes();
    for (const v1::BilingualText& note : wanted.notes) *plans.add_notes() = note;
    plans.mutable_notes()->MergeFrom(about_market);
    return plans;
}

client::RemoteResult<void> plan_intent(const client::PlanIntentArguments& arguments,
                                       client::Output output) {
    const auto plans = plans_for(arguments);
    if (!plans) return client::refuse(plans.error());
    if (output == client::Output::machines) {
        client::print_json(*plans);
    } else {
        const std::string text = report_text(
            *plans, arguments.language, arguments.explains ? Detail::explained : Detail::plain);
        std::fwrite(text.data(), 1, text.size(), stdout);
    }
    if (plans->plans().empty()) throw CLI::RuntimeError(1);
    return {};
}

}  // namespace penstock::app
