#include "app/recommend/report.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "advise/intent/names.h"
#include "advise/intent/slots.h"
#include "app/client/print.h"

namespace penstock::app {

namespace {

using client::Table;
using format::Language;
using format::Words;

constexpr double kNsPerDay = 86'400e9;

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
            text += (text.empty() ? "" : " · ") + slot + " " + value;
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
        line(fmt::format(
            "{} {}", from_.offers(),
            say({"个报价在「", "offers in the market '"}) + from_.market() + say({"」市场", "'"})));
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

    static double days(std::int64_t from_ns, std::int64_t to_ns) {
        return static_cast<double>(to_ns - from_ns) / kNsPerDay;
    }

    std::string goals(const v1::Recommended& plan) const {
        constexpr Words kGoals[] = {{"", ""},         {"价格", "price"}, {"时间", "time"},
                                    {"碳", "carbon"}, {"时延", "delay"}, {"风险", "risk"}};
        std::string text;
        for (const int goal : plan.best_in())
            text += (text.empty() ? "" : ", ") + say(kGoals[goal]);
        return text.empty() ? say({"目标", "goals"}) : text;
    }

    std::string length_text(std::int64_t from_ns, std::int64_t to_ns) const {
        const double length = days(from_ns, to_ns);
        return length < 2 ? fmt::format("{:.1f} {}", length * 24, say({"小时", "h"}))
                          : fmt::format("{:.1f} {}", length, say({"天", "days"}));
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
                row.push_back(length_text(leg.start_ns(), leg.finish_ns()));
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
        for (const v1::Recommended& plan : from_.plans()) {
            line("");
            std::string reasons;
            for (const v1::BilingualText& reason : plan.reasons())
                reasons +=
                    (reasons.empty() || language_ == Language::chinese ? "" : " ") + say(reason);
            line(fmt::format("{}. {}", ++number, reasons));
            line(fmt::format("   {} {} – {} {} ({} {})", say({"费用", "Cost"}),
                             yuan(plan.cost_low()), yuan(plan.cost_high()), plan.cost().currency(),
                             say({"至多", "max_total"}), yuan(plan.order().max_total())));
            if (plan.finish_low_ns() != plan.finish_high_ns())
                line(fmt::format("   {} {} – {}", say({"时长", "Takes"}),
                                 length_text(plan.start_ns(), plan.finish_low_ns()),
                                 length_text(plan.start_ns(), plan.finish_high_ns())));
            if (plan.gap_ppm() > 0)
                line(fmt::format("   {} {:.2f} %",
                                 say({"距最优至多",
                                      "At most this far from the "
                                      "cheapest of all:"}),
                                 plan.gap_ppm() / 1e4));
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
        if (from_.relaxations().empty())
            line(say({"放宽任何一项或两项都不够。", "No change of one slot or two is enough."}));
        for (const auto& one : from_.relaxations())
            line(fmt::format("  {} {}: {} {} {}", say({"可以：", "There is one"}), say(one.text()),
                             say({"最低费用", "from"}), yuan(one.cost()), one.cost().currency()));
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
