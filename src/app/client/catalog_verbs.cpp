#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string>

#include "app/client/error.h"
#include "app/client/log_key.h"
#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/catalog.pb.h"

namespace penstock::client {

namespace {

/// Of several components, none of which is the price.
bool is_priced_by_plan(const v1::Product& product) {
    return product.price_plan_version() > 0 && product.price_per_core_hour().micros() == 0;
}

RemoteResult<void> list_products(Session& session) {
    std::string by_plan;  // The first of these.
    Table table({{"PRODUCT"},
                 {"NAME"},
                 {"SUPPLIER"},
                 {"PRICE/CORE-HOUR", Table::Align::right},
                 {"CORES", Table::Align::right},
                 {"FREE", Table::Align::right},
                 {"GFLOP/s/CORE", Table::Align::right},
                 {"IDENTIFIER"}});
    TRY((for_each_page<v1::ListProductsResponse>(
        session, "CatalogService/ListProducts", v1::ListProductsRequest(),
        [&](const v1::ListProductsResponse& page) {
            if (session.output() == Output::machines) return print_json(page);
            for (const v1::Product& product : page.products()) {
                const std::int64_t mflops = product.gemm_fp64_mflops_per_core();
                const bool is_by_plan = is_priced_by_plan(product);
                if (is_by_plan && by_plan.empty()) by_plan = product.id();
                table.add({product.id(), product.name(), product.supplier_name(),
                           is_by_plan ? "by plan" : money_text(product.price_per_core_hour()),
                           std::to_string(product.cores()),
                           std::to_string(product.cores_free_now()),
                           fmt::format("{}.{}", mflops / 1000, mflops % 1000 / 100),
                           product.identifier()});
            }
        })));
    if (session.output() == Output::people) fmt::print("{}", table.text());
    if (!by_plan.empty())
        fmt::print("By plan: each component has its price; penstock product price show {}\n",
                   by_plan);
    return {};
}

RemoteResult<void> resolve(Session& session, const std::string& identifier,
                           const std::string& log_key) {
    v1::ResolveIdentifierRequest request;
    request.set_identifier(identifier);
    TRY_ASSIGN(const auto response, session.call<v1::ResolveIdentifierResponse>(
                                        "CatalogService/ResolveIdentifier", request));
    TRY_ASSIGN(const format::VerifierKey key,
               log_key.empty() ? fetch_log_key(session) : read_log_key(log_key));
    crypto::Signature signature{};
    if (response.signature().size() != signature.size() || response.key_name() != key.name)
        return refuse(kVerificationFailed, "signature", "The record is not signed by " + key.name);
    std::copy(response.signature().begin(), response.signature().end(), signature.begin());
    if (!crypto::verify(key.key, "penstock-identifier/v1\n" + response.record(), signature))
        return refuse(kVerificationFailed, "signature", "The record's signature is wrong.");
    if (session.output() == Output::machines)
        print_json(response);
    else
        fmt::print("{} is {} {}, signed by {}\n{}\n", identifier, response.kind(), response.id(),
                   response.key_name(), response.record());
    return {};
}

}  // namespace

void add_catalog_verbs(CLI::App& app) {
    const auto session = std::make_shared<Session>();
    CLI::App* products = app.add_subcommand("products", "Lists what is on sale");
    session->add_options(*products);
    on_call(*products, session, list_products);

    const auto other = std::make_shared<Session>();
    const auto identifier = std::make_shared<std::string>();
    const auto log_key = std::make_shared<std::string>();
    CLI::App* resolver = app.add_subcommand("resolve", "Shows what a compute identifier names");
    other->add_options(*resolver);
    resolver->add_option("identifier", *identifier, "PSK1-…")->required();
    resolver->add_option("--log-key", *log_key,
                         "The exchange's key or a file of it; asked of the server without");
    on_call(*resolver, other,
            [identifier, log_key](Session& open) { return resolve(open, *identifier, *log_key); });
}

}  // namespace penstock::client
