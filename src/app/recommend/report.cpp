#include "app/recommend/report.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "advise/intent/names.h"
#include "advise/intent/slots.h"
#include "advise/intent/value_text.h"
#include "advise/recommend/length_text.h"
#include "advise/recommend/slot_names.h"
#include "app/client/print.h"
#include "base/money.h"
#include "base/time.h"

namespace penstock::app {

namespace {

using client::Table;
using format::Language;
using format::Words;

class Report {
  public:
    Report(const v1::Recommendation& recommendation, Language language)
        : from_(recommendation), language_(language) {}

    std::string take(Detail detail) {
        add_intent();
        add_funnel();
        if (from_.plans().empty()) {
            add_relaxations();
        } else {
            add_plans();
            if (detail == Detail::explained) add_figures();
            if (!from_.reference()) add_next();
        }
        for (const v1::BilingualText& note : from_.notes())
            line(say({"注意：", "Note: "}) + say(note));
        return std::move(out_);
    }

  private:
    std::string say(Words words) const { return std::string(words.in(language_)); }
    const std::string& say(const v1::BilingualText& text) const {
        return language_ == Language::chinese ? text.chinese() : text.english();
    }
    void line(std::string_view text) { out_.append(text).append("\n"); }

    void add_intent() {
        std::string text;
        for (const auto& [slot, value] : intent::flatten(from_.intent()))
            text += (text.empty() ? "" : " · ") +
                    std::string(recommend::slot_name(slot, language_)) + " " +
                    recommend::slot_value(slot, value, language_);
        line(say({"需求：", "Wanted: "}) + text);
        line("");
    }

    void add_funnel() {
        Table table({{say({"条件", "CONSTRAINT"})},
                     {say({"之前", "BEFORE"}), Table::Align::right},
                     {say({"剩余", "LEFT"}), Table::Align::right},
                     {say({"不满足", "DO NOT MEET IT"}), Table::Align::right}});
        for (const auto& step : from_.funnel())
            table.add({say(step.name()), std::to_string(step.before()),
                       std::to_string(step.after()), std::to_string(step.unmet())});
        const Words offers = from_.offers() == 1 ? Words{"个报价在「", "offer in the market '"}
                                                 : Words{"个报价在「", "offers in the market '"};
        line(fmt::format("{} {}{}{}", from_.offers(), say(offers), from_.market(),
                         say({"」市场", "'"})));
        if (!table.empty()) out_ += table.text();
        line("");
    }

    /// Whether any leg tells so much.
    template <class Field>
    bool any_leg(Field field) const {
        return std::ranges::any_of(from_.plans(), [&](const v1::Recommended& plan) {
            return std::ranges::any_of(plan.legs(), field);
        });
    }

    std::string place(const std::string& id) const {
        const intent::NamedPlace* known = intent::find_place(id);
        if (known == nullptr) return id;
        return language_ == Language::chinese ? known->name_zh : known->name_en;
    }

    static std::string yuan(const v1::Money& money) {
        return fmt::format("{:.2f}", static_cast<double>(money.micros()) / 1e6);
    }

    std::string goals(const v1::Recommended& plan) const {
        constexpr Words kGoals[] = {{"", ""},         {"价格", "price"}, {"时间", "time"},
                                    {"碳", "carbon"}, {"时延", "delay"}, {"风险", "risk"}};
        std::string text;
        for (const int goal : plan.best_in())
            text += (text.empty() ? "" : ", ") + say(kGoals[goal]);
        return text.empty() ? say({"目标", "goals"}) : text;
    }

    std::string length(std::int64_t from_ns, std::int64_t to_ns) const {
        return recommend::length_text(Duration{to_ns - from_ns}, language_);
    }

    /// To the minute, as "2026-11-23 08:10", at UTC+8 as in intents.
    static std::string moment(std::int64_t ns) {
        constexpr std::int64_t kMinute = 60'000'000'000;
        constexpr std::size_t kToTheMinute = 16;
        std::string text = intent::instant_text(ns / kMinute * kMinute).substr(0, kToTheMinute);
        std::ranges::replace(text, 'T', ' ');
        return text;
    }

    void add_plans() {
        using Leg = v1::Recommended::Leg;
        const bool has_products =
            any_leg([](const Leg& leg) { return !leg.product_name().empty(); });
        const bool has_chips = any_leg([](const Leg& leg) { return !leg.chip().empty(); });
        const bool has_cores = any_leg([](const Leg& leg) { return leg.cores() > 0; });
        std::vector<Table::Column> columns{
            {"#"}, {say({"最优于", "BEST IN"})}, {say({"供方", "SUPPLIER"})}};
        if (has_products) columns.push_back({say({"产品", "PRODUCT"})});
        columns.push_back({say({"地点", "PLACE"})});
        if (has_chips) columns.push_back({say({"芯片", "CHIP"})});
        columns.push_back({say(has_cores ? Words{"核数", "CORES"} : Words{"卡数", "CARDS"}),
                           Table::Align::right});
        columns.push_back({say({"开始 (UTC+8)", "BEGINS (UTC+8)"})});
        columns.push_back({say({"结束 (UTC+8)", "ENDS (UTC+8)"})});
        columns.push_back({say({"时长", "TAKES"}), Table::Align::right});
        columns.push_back({say({"费用", "COST"}), Table::Align::right});
        columns.push_back({say({"碳 t", "CARBON t"}), Table::Align::right});
        Table table(std::move(columns));
        int number = 0;
        for (const v1::Recommended& plan : from_.plans()) {
            ++number;
            bool is_first = true;
            for (const Leg& leg : plan.legs()) {
                std::vector<std::string> row{is_first ? std::to_string(number) : "",
                                             is_first ? goals(plan) : "", leg.supplier()};
                if (has_products) row.push_back(leg.product_name());
                row.push_back(place(leg.place()));
                if (has_chips) row.push_back(leg.chip());
                row.push_back(std::to_string(has_cores ? leg.cores() : leg.cards()));
                row.push_back(moment(leg.start_ns()));
                row.push_back(moment(leg.finish_ns()));
                row.push_back(length(leg.start_ns(), leg.finish_ns()));
                row.push_back(yuan(leg.cost()));
                row.push_back(
                    is_first && plan.carbon_g() > 0
                        ? fmt::format("{:.1f}", static_cast<double>(plan.carbon_g()) / 1e6)
                        : "");
                table.add(std::move(row));
                is_first = false;
            }
        }
        out_ += table.text();
        number = 0;
        for (const v1::Recommended& plan : from_.plans()) add_reasons(plan, ++number);
        line("");
    }

    void add_reasons(const v1::Recommended& plan, int number) {
        line("");
        std::string reasons;
        for (const v1::BilingualText& reason : plan.reasons())
            reasons += (reasons.empty() || language_ == Language::chinese ? "" : " ") + say(reason);
        line(fmt::format("{}. {}", number, reasons));
        line(fmt::format("   {} {} – {} {} ({} {})", say({"费用", "Cost"}), yuan(plan.cost_low()),
                         yuan(plan.cost_high()), plan.cost().currency(), say({"至多", "at most"}),
                         to_decimal(Money{plan.order().max_total().micros()})));
        if (plan.finish_low_ns() != plan.finish_high_ns())
            line(fmt::format("   {} {} – {}", say({"时长", "Takes"}),
                             length(plan.start_ns(), plan.finish_low_ns()),
                             length(plan.start_ns(), plan.finish_high_ns())));
        if (plan.gap_ppm() > 0)
            line(fmt::format("   {} {:.2f} %",
                             say({"距最优至多", "At most this far from the cheapest of all:"}),
                             plan.gap_ppm() / 1e4));
    }

    /// How a plan is bought, and used.
    void add_next() {
        line(say({"「至多」(max_total) 是下单时从余额中冻结的金额；未计费的部分退回。",
                  "'At most' (max_total) is what an order sets aside of your balance; what is not "
                  "charged of it comes back."}));
        line(
            say({"购买：加 --order-out order.json 再运行一次（--order 2 "
                 "选第二个方案），然后运行",
                 "To buy: plan again with --order-out order.json (--order 2 for the second plan), "
                 "and then"}));
        line("  penstock call ContractService/PlaceOrder \"$(cat order.json)\"");
        if (from_.plans(0).legs(0).cores() > 0) {
            line(say({"运行：它会给出订单号。合同开始后，任务文件在其上运行，只按用量计费：",
                      "To run: that tells the order's id. Once its contracts begin, a task file "
                      "runs on them, charged by what it uses:"}));
            line("  penstock apply -f TASK.yaml --order ord_…");
        } else {
            line(say({"供方是否已接受：penstock contract show ctr_…",
                      "Whether the supplier has accepted: penstock contract show ctr_…"}));
        }
        line("");
    }

    void add_figures() {
        int number = 0;
        for (const v1::Recommended& plan : from_.plans()) {
            line(fmt::format("{} {}", say({"方案", "Plan"}), ++number));
            Table table(
                {{say({"项目", "FIGURE"})}, {say({"数值", "VALUE"})}, {say({"依据", "FROM"})}});
            for (const auto& figure : plan.figures())
                table.add({say(figure.name()), figure.value(), say(figure.how())});
            out_ += table.text();
            line("");
        }
    }

    void add_relaxations() {
        line(say({"没有方案。", "There is no plan."}));
        // Where none is of that kind, a note says so.
        const auto is_end = [](const v1::Recommendation::Step& step) {
            return step.constraint() == "resource" && step.after() == 0;
        };
        const bool is_none_of_kind = std::ranges::any_of(from_.funnel(), is_end);
        if (from_.relaxations().empty() && !is_none_of_kind)
            line(say({"试过的一项或两项改动都不够。",
                      "No change of one slot or two that was tried is enough."}));
        for (const auto& one : from_.relaxations())
            line(fmt::format("  {}{}{} {} {}", say({"可以：", "There is one "}), say(one.text()),
                             say({"，最低费用", ", from"}), yuan(one.cost()),
                             one.cost().currency()));
        line("");
    }

    const v1::Recommendation& from_;
    Language language_;
    std::string out_;
};

}  // namespace

std::string report_text(const v1::Recommendation& recommendation, Language language,
                        Detail detail) {
    return Report(recommendation, language).take(detail);
}

}  // namespace penstock::app
