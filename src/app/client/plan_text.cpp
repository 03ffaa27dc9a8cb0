#include "app/client/plan_text.h"

#include <fmt/core.h>

#include "app/client/print.h"
#include "app/client/result_text.h"
#include "base/money.h"

namespace penstock::client {

namespace {

std::string seconds_text(std::int64_t seconds) {
    return duration_text(seconds * 1'000'000'000);
}

std::string funnel_text(const v1::PlanWorkloadResponse& plans) {
    std::string text = "No plan fits.\n\n";
    Table table(
        {{"CONSTRAINT"}, {"PRODUCTS BEFORE", Table::Align::right}, {"AFTER", Table::Align::right}});
    for (const v1::FunnelStep& step : plans.funnel())
        table.add({step.constraint(), std::to_string(step.before()), std::to_string(step.after())});
    text.append(table.text());
    if (!plans.relaxation().empty())
        text.append("\nWhat would help: ").append(plans.relaxation()).append("\n");
    return text;
}

/// Without the currency, which stands in the title.
std::string figure(const v1::Money& money) {
    return to_decimal(Money{money.micros()});
}

}  // namespace

std::string quotes_text(const v1::PlanWorkloadResponse& plans) {
    if (plans.quotes().empty()) return {};
    v1::ResultPrice price;
    for (const v1::TrialQuote& quote : plans.quotes())
        if (quote.has_price()) price = quote.price();
    Table table({{"TRIAL"},
                 {"SUPPLIER"},
                 {"PRODUCT"},
                 {"PRICE/CORE-HOUR", Table::Align::right},
                 {"TASKS", Table::Align::right},
                 {"RESULTS", Table::Align::right},
                 {"LOW", Table::Align::right},
                 {"EXPECTED", Table::Align::right},
                 {"HIGH", Table::Align::right},
                 {"TRIAL COST", Table::Align::right}});
    std::string reasons;
    for (const v1::TrialQuote& quote : plans.quotes()) {
        std::vector<std::string> row{quote.trial(),
                                     quote.supplier_name(),
                                     quote.product_name(),
                                     money_text(quote.price_per_core_hour()),
                                     std::to_string(quote.tasks()),
                                     std::to_string(quote.results())};
        for (const v1::Money* money :
             {&quote.price().low(), &quote.price().expected(), &quote.price().high()})
            row.push_back(quote.has_price() ? figure(*money) : "-");
        row.push_back(exact_text(quote.cost()));
        table.add(std::move(row));
        if (!quote.has_price())
            reasons += fmt::format("{} shows no price: {}\n", quote.trial(), quote.why_not());
        if (!quote.note().empty()) reasons += fmt::format("{}: {}\n", quote.trial(), quote.note());
    }
    std::string text = table.text() + reasons;
    if (!price.unit().empty())
        text +=
            fmt::format("LOW to HIGH: {} per {}, as 19 of 20 purchases of this size come out.\n",
                        price.expected().currency(), unit_text(price.unit(), price.quoted_per()));
    return text;
}

std::string plans_text(const v1::PlanWorkloadResponse& plans) {
    std::string quotes = quotes_text(plans);
    if (!quotes.empty()) quotes += "\n";
    if (plans.plans().empty()) return quotes + funnel_text(plans);
    Table table({{"PLAN"},
                 {"EXPECTED", Table::Align::right},
                 {"AT MOST", Table::Align::right},
                 {"TIME", Table::Align::right},
                 {"SUPPLIER"},
                 {"PRODUCT"},
                 {"CORES", Table::Align::right},
                 {"TASKS", Table::Align::right},
                 {"PRICE/CORE-HOUR", Table::Align::right}});
    for (const v1::Plan& plan : plans.plans()) {
        std::vector<std::string> head{plan.label(), fen_text(plan.expected_cost()),
                                      fen_text(plan.max_total()),
                                      seconds_text(plan.expected_seconds())};
        for (const v1::PlanShare& share : plan.shares()) {
            std::vector<std::string> row = head;
            row.insert(row.end(),
                       {share.supplier_name(), share.product_name(), std::to_string(share.cores()),
                        std::to_string(share.tasks()), money_text(share.price_per_core_hour())});
            table.add(std::move(row));
            head.assign(4, "");
        }
    }
    std::string text = quotes + table.text() +
                       "AT MOST is set aside of your balance when you buy; what is not charged "
                       "comes back when the work is done.\n";
    for (const v1::Plan& plan : plans.plans())
        if (!plan.explanation().empty())
            text.append(fmt::format("{}: {}\n", plan.label(), plan.explanation()));
    return text;
}

}  // namespace penstock::client
