#include <fmt/core.h>

#include <memory>
#include <string>

#include "app/client/local_file.h"
#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/terms_text.h"
#include "app/client/verbs.h"
#include "penstock/v1/terms.pb.h"
#include "transport/json/read.h"

namespace penstock::client {

namespace {

struct TermsInput {
    std::string product;
    std::string file;
};

RemoteResult<void> show_terms(Session& session, const TermsInput& input) {
    v1::ListSaleTermsRequest request;
    request.set_product(input.product);
    Table table = terms_table();
    TRY((for_each_page<v1::ListSaleTermsResponse>(
        session, "TermsService/ListSaleTerms", request, [&](const v1::ListSaleTermsResponse& page) {
            if (session.output() == Output::machines) return print_json(page);
            for (const v1::SaleTerms& terms : page.terms()) add_terms(table, terms);
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
