#include "app/client/plan_text.h"

#include <fmt/core.h>

#include "app/client/print.h"

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

}  // namespace

std::string plans_text(const v1::PlanWorkloadResponse& plans) {
    if (plans.plans().empty()) return funnel_text(plans);
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
    std::string text = table.text();
    for (const v1::Plan& plan : plans.plans())
        if (!plan.explanation().empty())
            text.append(fmt::format("{}: {}\n", plan.label(), plan.explanation()));
    return text;
}

}  // namespace penstock::client
