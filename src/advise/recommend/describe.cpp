#include "advise/recommend/describe.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "advise/delay/estimate.h"
#include "advise/estimate/training.h"
#include "advise/intent/names.h"
#include "advise/recommend/length_text.h"
#include "advise/recommend/order.h"
#include "format/words.h"

namespace penstock::recommend {

namespace {

using format::Words;

void set(v1::BilingualText& text, std::string chinese, std::string english) {
    text.set_chinese(std::move(chinese));
    text.set_english(std::move(english));
}

std::string number(double value, int digits = 4) {
    char text[48];
    std::snprintf(text, sizeof text, "%.*g", digits, value);
    return text;
}

std::string fixed(double value, int digits) {
    char text[48];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

std::string yuan(double micros) {
    return fixed(static_cast<double>(up_to_fen(micros)) / kMicrosPerUnit, 2);
}

class Description {
  public:
    Description(const Query& query, const Found& found, const Choice& choice)
        : query_(query), option_(*choice.option), legs_(found.options.legs_of(*choice.option)) {
        for (const Leg& leg : legs_) {
            const auto work = std::ranges::find(found.candidates, leg.offer, &Candidate::offer);
            works_.push_back(work->work);
        }
        for (const v1::Goal goal : choice.best_in) out_.add_best_in(goal);
    }

    v1::Recommended take(std::span<const Choice> choices) {
        set_legs();
        set_figures();
        set_order();
        set_reasons(choices);
        return std::move(out_);
    }

  private:
    void money(double micros, v1::Money& out) const {
        out.set_micros(up_to_fen(micros));
        out.set_currency(std::string(query_.currency.text()));
    }

    void set_legs() {
        Instant start = legs_.front().start;
        Instant low{};
        Instant high{};
        Instant finish{};
        double cost_low = 0;
        double cost_high = 0;
        double energy = 0;
        for (std::size_t i = 0; i < legs_.size(); ++i) {
            const Leg& leg = legs_[i];
            const ChipWork& work = *works_[i];
            v1::Recommended::Leg& out = *out_.add_legs();
            out.set_offer(leg.offer->id);
            out.set_product_name(leg.offer->name);
            out.set_supplier(leg.offer->supplier);
            out.set_place(place(leg).id);
            if (is_of_cores()) {
                out.set_cores(leg.cards);
            } else {
                out.set_chip(chip(leg).model);
                out.set_cards(leg.cards);
            }
            money(static_cast<double>(leg.offer->card_hour.micros) *
                      mean_of(leg.offer->price_by_hour, leg.start, leg.hours),
                  *out.mutable_card_hour());
            out.set_start_ns(leg.start.ns);
            out.set_finish_ns(leg.finish().ns);
            out.set_share_ppm(static_cast<std::uint32_t>(std::llround(leg.share * 1e6)));
            money(leg.cost, *out.mutable_cost());
            start = std::min(start, leg.start);
            finish = std::max(finish, leg.finish());
            // What is had for a fixed time ends when it ends, and costs what it costs.
            const bool varies = !query_.need.has_fixed_hours();
            const double shortest = varies ? work.low() : 1;
            const double longest = varies ? work.high() : 1;
            low = std::max(low, leg.start + hours_long(leg.hours * shortest));
            high = std::max(high, leg.start + hours_long(leg.hours * longest));
            cost_low += leg.move_cost + (leg.cost - leg.move_cost) * shortest;
            cost_high += leg.move_cost + (leg.cost - leg.move_cost) * longest;
            energy += leg.energy_wh;
        }
        out_.set_start_ns(start.ns);
        out_.set_finish_ns(finish.ns);
        out_.set_finish_low_ns(low.ns);
        out_.set_finish_high_ns(high.ns);
        money(option_.merits.cost, *out_.mutable_cost());
        money(cost_low, *out_.mutable_cost_low());
        money(cost_high, *out_.mutable_cost_high());
        out_.set_energy_wh(static_cast<std::uint64_t>(std::llround(energy)));
        if (std::isfinite(option_.merits.carbon_g))
            out_.set_carbon_g(static_cast<std::uint64_t>(std::llround(option_.merits.carbon_g)));
        out_.set_delay_us(static_cast<std::uint32_t>(option_.merits.delay_us));
        out_.set_risk_ppm(static_cast<std::uint32_t>(std::llround(option_.merits.risk * 1e6)));
        const double least =
            std::clamp(option_.least_cost, 1.0, std::max(1.0, option_.merits.cost));
        const double gap = std::max(0.0, option_.merits.cost / least - 1);
        const bool is_cheapest =
            std::ranges::find(out_.best_in(), v1::GOAL_PRICE) != out_.best_in().end();
        if (is_cheapest) out_.set_gap_ppm(static_cast<std::uint32_t>(std::llround(gap * 1e6)));
    }

    void add(std::string_view id, Words name, std::string value, std::string chinese,
             std::string english) {
        v1::Recommended::Figure& figure = *out_.add_figures();
        figure.set_id(std::string(id));
        set(*figure.mutable_name(), std::string(name.chinese), std::string(name.english));
        figure.set_value(std::move(value));
        set(*figure.mutable_how(), std::move(chinese), std::move(english));
    }

    void set_figures() {
        for (std::size_t i = 0; i < legs_.size(); ++i) {
            const Leg& leg = legs_[i];
            if (query_.need.kind == WorkKind::training) add_training(leg);
            add_card_hours(leg, *works_[i]);
            add_money(leg);
            add_energy(leg);
            add_staging(leg);
        }
        if (!query_.intent.latency().empty()) add_delay();
        if (query_.deadline && !query_.need.has_fixed_hours())
            add("risk", {"延误或中断的可能", "chance to be late or stopped"},
                fixed(option_.merits.risk * 100, 1) + " %",
                "时长估计区间超出时限的部分，加上资源被收回的频率",
                "The part of the time's interval beyond the deadline, and how often cards are "
                "taken back");
    }

    void add_training(const Leg& leg) {
        estimate::TrainingRequest request = query_.need.training;
        request.device = chip(leg).model;
        request.devices = leg.cards;
        request.devices_per_node = leg.offer->cards_per_node;
        const auto run = estimate_training(query_.estimator, request);
        if (!run) return;
        add("flops", {"训练运算量", "operations"}, number(run->flops.model()) + " FLOP",
            "6 × 参数 × token，加注意力项", "6 × parameters × tokens, and attention");
        add("peak", {"单卡峰值", "peak of a card"},
            number(run->peak.flops_per_s / 1e12) + " TFLOP/s " +
                std::string(estimate::name(run->peak.precision)),
            "data/tables/chips.csv：" + run->chip.source,
            "data/tables/chips.csv: " + run->chip.source);
        add("mfu", {"算力利用率 (MFU)", "utilisation (MFU)"},
            fixed(run->utilisation.mfu * 100, 1) + " %",
            std::string("依据 ") + std::string(estimate::name(run->utilisation.basis)) + "：" +
                run->utilisation.source,
            std::string(estimate::name(run->utilisation.basis)) + ": " + run->utilisation.source);
        add("goodput", {"有效时间", "time that counts"}, fixed(run->goodput.share * 100, 1) + " %",
            "扣除故障与检查点", "Less failures and checkpoints");
        if (run->layout)
            add("layout", {"并行布局", "layout"},
                "TP" + number(run->layout->tensor) + " PP" + number(run->layout->pipeline) + " DP" +
                    number(run->layout->data),
                "装得下且损失时间最少的布局", "That which fits and loses least time");
    }

    void add_card_hours(const Leg& leg, const ChipWork& work) {
        const double hours = leg.cards * leg.hours;
        if (query_.need.has_fixed_hours()) {
            const bool is_one = leg.cards == 1;
            const Words what = is_of_cores() ? Words{"核", is_one ? "core" : "cores"}
                                             : Words{"卡", is_one ? "card" : "cards"};
            add(is_of_cores() ? "core_hours" : "card_hours",
                is_of_cores() ? Words{"核时", "core-hours"} : Words{"卡时", "card-hours"},
                number(hours, 6),
                std::to_string(leg.cards) + " " + std::string(what.chinese) + " × " +
                    number(leg.hours) + " 小时",
                std::to_string(leg.cards) + " " + std::string(what.english) + " × " +
                    number(leg.hours) + " h");
            return;
        }
        add("card_hours", {"卡时", "card-hours"},
            number(hours, 6) + " (" + number(hours * work.low(), 4) + " – " +
                number(hours * work.high(), 4) + ")",
            std::to_string(leg.cards) + " 卡 × " + number(leg.hours) +
                " 小时；区间：五次中约有四次在其中",
            std::to_string(leg.cards) + (leg.cards == 1 ? " card × " : " cards × ") +
                number(leg.hours) + " h; the interval holds in about four of five cases");
    }

    void add_money(const Leg& leg) {
        const Offer& offer = *leg.offer;
        const std::string currency = " " + std::string(query_.currency.text());
        std::string price = to_decimal(offer.card_hour) + currency;
        std::string by_hour;
        std::string by_hour_en;
        if (offer.cheapest_hour) {
            price = to_decimal(*offer.cheapest_hour) + " – " + price;
            by_hour = "；随一天中的时段变化，本方案平均 ";
            by_hour_en = "; by the hour of the day, on average here ";
        } else if (offer.price_by_hour) {
            by_hour = "；随一天中的时段变化，这是通常水平，本方案平均 ";
            by_hour_en = "; its usual level, by the hour of the day, on average here ";
        }
        if (offer.price_by_hour) {
            const std::string mean = yuan(static_cast<double>(offer.card_hour.micros) *
                                          mean_of(offer.price_by_hour, leg.start, leg.hours)) +
                                     currency;
            by_hour += mean;
            by_hour_en += mean;
        }
        add(is_of_cores() ? "core_hour" : "card_hour",
            is_of_cores() ? Words{"核时单价", "price of a core-hour"}
                          : Words{"卡时单价", "price of a card-hour"},
            price, offer.source + by_hour, offer.source + by_hour_en);
        const std::string hours = is_of_cores() ? "核时" : "卡时";
        const std::string hours_en = is_of_cores() ? "Core-hours" : "Card-hours";
        add("cost", {"费用", "cost"}, yuan(leg.cost) + currency,
            hours + " × 单价" + (offer.price_by_hour ? " × 分时系数" : ""),
            hours_en + " × price" + (offer.price_by_hour ? " × hours of the day" : ""));
    }

    void add_energy(const Leg& leg) {
        if (leg.energy_wh == 0) return;
        const std::string pue = " × PUE " + fixed(leg.offer->pue_milli / 1'000.0, 2);
        if (leg.offer->power) {
            const std::string watts = number(leg.offer->power->watts) + " W";
            add("energy", {"用电", "energy"}, number(leg.energy_wh / 1'000, 6) + " kWh",
                (is_of_cores() ? "核时 × " : "卡时 × ") + watts + pue + "（供方申报）",
                (is_of_cores() ? "Core-hours × " : "Card-hours × ") + watts + pue +
                    ", as the supplier states");
        } else {
            const std::string watts = number(*chip(leg).power_w) + " W × 1.1";
            add("energy", {"用电", "energy"}, number(leg.energy_wh / 1'000, 6) + " kWh",
                "卡时 × " + watts + pue, "Card-hours × " + watts + pue);
        }
        const std::uint32_t carbon = carbon_of(place(leg), *leg.offer);
        if (carbon == 0) return;
        const bool is_stated = leg.offer->power && leg.offer->power->carbon_g_per_kwh != 0;
        const std::string factor = std::to_string(carbon) + " g/kWh";
        add("carbon", {"碳排放", "carbon"}, number(leg.carbon_g / 1e6, 4) + " t",
            "用电 × " + factor + "：" + (is_stated ? "供方申报" : place(leg).carbon_source),
            "Energy × " + factor + ": " +
                (is_stated ? "as the supplier states" : place(leg).carbon_source));
    }

    void add_staging(const Leg& leg) {
        const double seconds = hours_between(query_.now, ready_at(query_, *leg.offer)) * 3'600;
        // Where nobody tells how fast it comes, it is not counted.
        if (query_.intent.data_size_bytes() == 0 || leg.offer->bytes_in_per_second == 0) return;
        const std::string speed =
            number(static_cast<double>(leg.offer->bytes_in_per_second) * 8 / 1e9) + " Gbit/s";
        add("staging", {"数据就位", "data is there after"}, number(seconds / 3'600) + " h",
            "数据量 ÷ 入口带宽 " + speed, "Size ÷ " + speed + " inwards");
    }

    void add_delay() {
        const auto& model = delay::shipped_models().front();
        add("delay", {"时延（单程）", "delay, one way"},
            fixed(option_.merits.delay_us / 1'000, 2) + " ms", "估算：" + model.source,
            "Modelled: " + model.source);
    }

    /// By how much each supplier may be needed for longer than is expected.
    /// @param part  0 for none of that, 1 for all.
    std::vector<double> longer(double part) const {
        std::vector<double> longer;
        for (const ChipWork* work : works_)
            longer.push_back(query_.need.has_fixed_hours() ? 0 : (work->high() - 1) * part);
        return longer;
    }

    void set_order() {
        const std::int64_t limit = query_.budget ? query_.budget->micros : kMoneyMax.micros;
        v1::PlaceOrderRequest order = order_of(query_, legs_, longer(1));
        if (held_for(query_, order) > limit)
            order = order_of(query_, legs_, longer(part_within(limit)));
        const std::int64_t most = std::max(out_.cost_high().micros(), held_for(query_, order));
        // In whole fen, as budgets are said: what is shown here would do as a budget.
        money(static_cast<double>(most), *order.mutable_max_total());
        if (order.max_total().micros() > limit) order.mutable_max_total()->set_micros(limit);
        *out_.mutable_order() = std::move(order);
    }

    /// The largest part for which no more than the limit is held.
    double part_within(std::int64_t limit) const {
        constexpr int kSteps = 12;
        double fits = 0;
        double too_much = 1;
        for (int i = 0; i < kSteps; ++i) {
            const double middle = (fits + too_much) / 2;
            const auto held = held_for(query_, order_of(query_, legs_, longer(middle)));
            (held <= limit ? fits : too_much) = middle;
        }
        return fits;
    }

    void reason(std::string chinese, std::string english) {
        set(*out_.add_reasons(), std::move(chinese), std::move(english));
    }

    void set_reasons(std::span<const Choice> choices) {
        const Merits& own = option_.merits;
        double cheapest = own.cost;
        double fastest = own.seconds;
        for (const Choice& other : choices) {
            cheapest = std::min(cheapest, other.option->merits.cost);
            fastest = std::min(fastest, other.option->merits.seconds);
        }
        for (const int goal : out_.best_in()) {
            if (goal == v1::GOAL_PRICE) reason("最便宜。", "The cheapest.");
            if (goal == v1::GOAL_TIME) reason("最快完成。", "Done first.");
            if (goal == v1::GOAL_CARBON) reason("碳排放最低。", "The least carbon.");
            if (goal == v1::GOAL_LATENCY) reason("时延最小。", "The nearest.");
            if (goal == v1::GOAL_RISK) reason("最不易延误或中断。", "The least likely late.");
        }
        if (out_.best_in().empty()) reason("最合目标。", "It fits the goals best.");
        if (own.cost > cheapest * 1.005)
            reason("比最便宜的贵 " + fixed((own.cost / cheapest - 1) * 100, 0) + " %。",
                   fixed((own.cost / cheapest - 1) * 100, 0) + " % dearer than the cheapest.");
        if (own.seconds > fastest * 1.005) {
            const Duration later = hours_long((own.seconds - fastest) / 3'600);
            reason("比最快的晚 " + length_text(later, format::Language::chinese) + "。",
                   length_text(later, format::Language::english) + " later than the fastest.");
        }
        if (query_.deadline && out_.finish_high_ns() > query_.deadline->ns)
            reason("若比预计慢，可能超出时限。", "If it is slower than expected, it may be late.");
        if (query_.budget && out_.cost_high().micros() > query_.budget->micros)
            reason("若比预计慢，可能超出预算；订单至多以预算为限。",
                   "If it is slower than expected, the budget may not suffice; the order keeps to "
                   "it.");
    }

    bool is_of_cores() const { return query_.need.resource == Resource::cores; }
    const MarketPlace& place(const Leg& leg) const {
        return query_.market.places[leg.offer->place];
    }
    const estimate::Chip& chip(const Leg& leg) const {
        return query_.market.chips[leg.offer->chip].chip;
    }

    const Query& query_;
    const Option& option_;
    std::span<const Leg> legs_;
    std::vector<const ChipWork*> works_;
    v1::Recommended out_;
};

}  // namespace

v1::Recommended describe(const Query& query, const Found& found, const Choice& choice,
                         std::span<const Choice> choices) {
    return Description(query, found, choice).take(choices);
}

}  // namespace penstock::recommend
