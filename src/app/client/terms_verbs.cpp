#include <fmt/core.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "app/client/choice.h"
#include "app/client/local_file.h"
#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/terms_text.h"
#include "app/client/verbs.h"
#include "penstock/v1/credit.pb.h"
#include "penstock/v1/terms.pb.h"
#include "transport/json/read.h"

namespace penstock::client {

namespace {

const std::map<std::string, v1::TradeRole> kRoles{{"agent", v1::TRADE_ROLE_AGENT},
                                                  {"hosting", v1::TRADE_ROLE_HOSTING},
                                                  {"principal", v1::TRADE_ROLE_PRINCIPAL}};

struct TermsInput {
    std::string product;
    std::string file;
    std::string role;
};

struct DirectInput {
    std::string allowed;  ///< Empty: only shown.
};

struct FeeTaxInput {
    std::optional<std::uint32_t> basis_points;
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

RemoteResult<void> allow_role(Session& session, const TermsInput& input) {
    v1::AllowTradeRoleRequest request;
    request.set_product(input.product);
    request.set_role(kRoles.at(input.role));
    TRY_ASSIGN(const auto done,
               session.call<v1::AllowTradeRoleResponse>("TermsService/AllowTradeRole", request));
    if (session.output() == Output::machines)
        print_json(done);
    else
        fmt::print("{} may be sold as {}\n", input.product,
                   input.role == "agent" ? "agent alone" : input.role + " or agent");
    return {};
}

RemoteResult<void> show_or_set_fee_tax(Session& session, const FeeTaxInput& input) {
    if (input.basis_points) {
        v1::SetFeeTaxRequest request;
        request.set_tax_basis_points(*input.basis_points);
        TRY((session.call<v1::SetFeeTaxResponse>("TermsService/SetFeeTax", request)));
    }
    TRY_ASSIGN(const auto now, session.call<v1::GetFeeTaxResponse>("TermsService/GetFeeTax",
                                                                   v1::GetFeeTaxRequest()));
    if (session.output() == Output::machines)
        print_json(now);
    else
        fmt::print("the operator's fee includes {} VAT in bills to come\n",
                   percent_text(now.tax_basis_points(), 10'000));
    return {};
}

RemoteResult<void> show_or_set_direct_payment(Session& session, const DirectInput& input) {
    if (!input.allowed.empty()) {
        v1::AllowDirectPaymentRequest request;
        request.set_allowed(input.allowed == "allow");
        TRY((session.call<v1::AllowDirectPaymentResponse>("CreditService/AllowDirectPayment",
                                                          request)));
    }
    TRY_ASSIGN(const auto now,
               session.call<v1::GetDirectPaymentResponse>("CreditService/GetDirectPayment",
                                                          v1::GetDirectPaymentRequest()));
    if (session.output() == Output::machines)
        print_json(now);
    else
        fmt::print("bills on credit are paid {}\n",
                   now.allowed()
                       ? "through the exchange, or directly where a product's terms say so"
                       : "through the exchange alone");
    return {};
}

}  // namespace

void add_direct_verb(CLI::App& account) {
    const auto input = std::make_shared<DirectInput>();
    add_verb(account, "direct-payment",
             "Shows whether bills may be paid to suppliers directly, or sets it (operator)", input,
             show_or_set_direct_payment)
        ->add_option("consent", input->allowed, "allow or refuse")
        ->check(one_of({"allow", "refuse"}));
}

void add_fee_tax_verb(CLI::App& account) {
    const auto input = std::make_shared<FeeTaxInput>();
    add_verb(account, "fee-tax", "Shows the VAT within the operator's fee, or sets it (operator)",
             input, show_or_set_fee_tax)
        ->add_option("--basis-points", input->basis_points, "600 is 6 %")
        ->check(CLI::Range(0, 10'000));
}

void add_terms_verbs(CLI::App& app) {
    const auto input = std::make_shared<TermsInput>();
    CLI::App& product = topic(app, "product", "What you sell");
    CLI::App& terms = topic(product, "terms", "On what terms a product is sold, besides its price");
    CLI::App* show = add_verb(terms, "show", "Lists the versions of its terms", input, show_terms);
    show->add_option("product", input->product, "prod_…")->required();
    CLI::App* set = add_verb(terms, "set", "Sets the terms of contracts to come", input, set_terms);
    set->add_option("product", input->product, "prod_…")->required();
    set->add_option("-f,--terms", input->file, "A JSON file; see docs/bills.md")->required();
    CLI::App* role =
        add_verb(product, "role", "Agrees to a role besides agent (operator)", input, allow_role);
    role->add_option("product", input->product, "prod_…")->required();
    role->add_option("role", input->role, "Besides agent; agent takes the consent back")
        ->required()
        ->check(one_of_keys(kRoles));
}

}  // namespace penstock::client
