#include <fmt/core.h>

#include <memory>
#include <string>

#include "app/client/local_file.h"
#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/terms.pb.h"
#include "transport/json/read.h"

namespace penstock::client {

namespace {

struct TermsInput {
    std::string product;
    std::string file;
};

/// "6 %", "0.5 %".
std::string percent_text(double value, double whole) {
    return fmt::format("{:g} %", value * 100 / whole);
}

/// "3 days"; "2 h 00 min" for what is no number of days.
std::string days_text(std::int64_t ns) {
    constexpr std::int64_t kDay = 86'400'000'000'000;
    if (ns == 0) return "none";
    if (ns % kDay != 0) return duration_text(ns);
    return count_text(static_cast<std::uint64_t>(ns / kDay), "day");
}

/// "availability below 99.9 %: 10 %, below 99 %: 25 %; at most 30 %".
std::string promise_text(const v1::ServiceLevel& level) {
    constexpr double kPpm = 1'000'000;
    constexpr double kBasisPoints = 10'000;
    std::string text;
    for (const v1::ServiceObjective& objective : level.objectives()) {
        if (!text.empty()) text += "; ";
        text += enum_word(objective.kind(), "OBJECTIVE_");
        if (objective.start_within_ns() > 0)
            text += " of " + duration_text(objective.start_within_ns());
        const char* comma = "";
        for (const v1::CreditStep& step : objective.steps()) {
            text += fmt::format("{} below {}: {}", comma, percent_text(step.below_ppm(), kPpm),
                                percent_text(step.credit_basis_points(), kBasisPoints));
            comma = ",";
        }
    }
    if (text.empty()) return "-";
    return text + "; at most " + percent_text(level.credit_cap_basis_points(), kBasisPoints);
}

RemoteResult<void> show_terms(Session& session, const TermsInput& input) {
    v1::ListSaleTermsRequest request;
    request.set_product(input.product);
    Table table({{"VERSION", Table::Align::right},
                 {"ROLE"},
                 {"VAT WITHIN", Table::Align::right},
                 {"DISPUTES WITHIN"},
                 {"PAID"},
                 {"GIVEN BACK WHEN"}});
    TRY((for_each_page<v1::ListSaleTermsResponse>(
        session, "TermsService/ListSaleTerms", request, [&](const v1::ListSaleTermsResponse& page) {
            if (session.output() == Output::machines) return print_json(page);
            for (const v1::SaleTerms& terms : page.terms())
                table.add({std::to_string(terms.version()),
                           terms.role() == v1::TRADE_ROLE_UNSPECIFIED
                               ? "agent"
                               : enum_word(terms.role(), "TRADE_ROLE_"),
                           percent_text(terms.tax_basis_points(), 10'000),
                           days_text(terms.dispute_window_ns()),
                           terms.has_post_paid()
                               ? "on credit, after " + days_text(terms.post_paid().due_after_ns())
                               : "from escrow",
                           promise_text(terms.service_level())});
        })));
    if (session.output() == Output::machines) return {};
    if (table.empty())
        fmt::print("{} has no terms of sale: the exchange is agent, and bills are paid at once\n",
                   input.product);
    else
        fmt::print("{}", table.text());
    return {};
}

RemoteResult<void> set_terms(Session& session, const TermsInput& input) {
    v1::SetSaleTermsRequest request;
    request.set_product(input.product);
    const auto text = read_file(input.file);
    if (!text) return refuse(text.error());
    if (auto read = transport::read_json(*text, *request.mutable_terms()); !read)
        return refuse(std::move(read).error().within("terms"));
    TRY_ASSIGN(const auto done,
               session.call<v1::SetSaleTermsResponse>("TermsService/SetSaleTerms", request));
    if (session.output() == Output::machines)
        print_json(done);
    else
        fmt::print("contracts by {}'s price plan are made on version {} of its terms from now on\n",
                   input.product, done.version());
    return {};
}

}  // namespace

void add_terms_verbs(CLI::App& app) {
    const auto input = std::make_shared<TermsInput>();
    CLI::App& terms = topic(topic(app, "product", "What you sell"), "terms",
                            "On what terms a product is sold, besides its price");
    CLI::App* show = add_verb(terms, "show", "Lists the versions of its terms", input, show_terms);
    show->add_option("product", input->product, "prod_…")->required();
    CLI::App* set = add_verb(terms, "set", "Sets the terms of contracts to come", input, set_terms);
    set->add_option("product", input->product, "prod_…")->required();
    set->add_option("-f,--terms", input->file, "A JSON file; see docs/bills.md")->required();
}

}  // namespace penstock::client
