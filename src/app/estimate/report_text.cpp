#include <fmt/core.h>

#include <cmath>
#include <utility>
#include <vector>

#include "app/client/print.h"
#include "app/estimate/report.h"

namespace penstock::app {

namespace {

using estimate::Span;
using format::Language;
using format::Words;

constexpr double kGib = 1024.0 * 1024 * 1024;

/// Lines of a table that says for each figure where it comes from.
class Figures {
  public:
    explicit Figures(Language language)
        : language_(language),
          table_({{std::string(Words{"项目", "FIGURE"}.in(language))},
                  {std::string(Words{"数值", "VALUE"}.in(language))},
                  {std::string(Words{"依据", "FROM"}.in(language))}}) {}

    void add(Words figure, std::string value, std::string_view source) {
        table_.add({std::string(figure.in(language_)), std::move(value), std::string(source)});
    }
    void add(Words figure, std::string value, Words source) {
        add(figure, std::move(value), source.in(language_));
    }
    void add(Words figure, const Span& span, std::string_view unit, Words source) {
        add(figure,
            fmt::format("{}{} ({} – {})", number_text(span.expected), unit, number_text(span.low),
                        number_text(span.high)),
            source);
    }
    std::string text(const std::vector<estimate::Warning>& warnings) const {
        std::string out = table_.text();
        for (const estimate::Warning warning : warnings)
            out.append(Words{"注意：", "Note: "}.in(language_))
                .append(words(warning).in(language_))
                .append("\n");
        return out;
    }
    Language language() const { return language_; }

  private:
    Language language_;
    client::Table table_;
};

std::string share_text(double share) {
    return fmt::format("{:.1f} %", share * 100);
}

std::string bytes_text(double bytes) {
    return number_text(bytes / kGib) + " GiB";
}

void add_chip(Figures& figures, const estimate::Chip& chip, const estimate::Peak& peak,
              const estimate::Utilisation& use) {
    figures.add({"芯片", "chip"},
                fmt::format("{} {} ({})", chip.vendor, chip.model, name(chip.confidence)),
                chip.source);
    figures.add(
        {"峰值", "peak"},
        fmt::format("{} TFLOPS {}", number_text(peak.flops_per_s / 1e12), name(peak.precision)),
        Words{"芯片表，稠密", "table of chips, dense"});
    const Span mfu = estimate::around(use.mfu, use.log_width);
    figures.add({"利用率 MFU", "MFU"},
                fmt::format("{} ({} – {})", share_text(mfu.expected), share_text(mfu.low),
                            share_text(mfu.high)),
                use.source);
}

void add_model(Figures& figures, const estimate::Architecture& model) {
    std::string size = number_text(model.parameters / 1e9) + "B";
    if (model.is_mixture())
        size += fmt::format(" / {}B", number_text(model.active_parameters / 1e9));
    figures.add({"模型", "model"},
                fmt::format("{}; {} × {}", size, number_text(model.layers),
                            number_text(std::round(model.width))),
                model.source);
}

void add_layout(Figures& figures, const estimate::TrainingEstimate& estimate) {
    if (estimate.smallest_devices)
        figures.add({"最少卡数", "fewest devices"}, number_text(*estimate.smallest_devices),
                    Words{"显存", "memory"});
    if (!estimate.layout) return;
    const estimate::Layout& layout = *estimate.layout;
    figures.add(
        {"并行", "layout"},
        fmt::format("TP {} × PP {} × DP {}, ZeRO-{}, {} {}", layout.tensor, layout.pipeline,
                    layout.data, layout.zero, Words{"重算", "recompute"}.in(figures.language()),
                    name(layout.recompute)),
        Words{"放得下且损失最少", "fits and loses least"});
    figures.add({"流水线空泡", "bubble"}, share_text(layout.bubble),
                Words{"(p−1)/(m+p−1)", "(p−1)/(m+p−1)"});
    figures.add(
        {"每卡显存", "memory per device"},
        fmt::format("{} = {} + {} + {} + {}", bytes_text(layout.bytes()),
                    bytes_text(layout.weight_bytes), bytes_text(layout.gradient_bytes),
                    bytes_text(layout.optimizer_bytes), bytes_text(layout.activation_bytes)),
        Words{"权重、梯度、优化器（18 字节/参数）、激活值（arXiv:2205.05198）",
              "weights, gradients, optimizer (18 B a parameter), activations "
              "(arXiv:2205.05198)"});
}

void add_times(Figures& figures, const Span& device_hours, Words source, const Span& wall_hours,
               const std::optional<Span>& energy) {
    figures.add({"卡时", "device-hours"}, device_hours, "", source);
    figures.add({"历时", "wall time"}, wall_hours, " h", {"卡时 ÷ 卡数", "device-hours ÷ devices"});
    if (energy)
        figures.add({"耗电", "energy"}, *energy, " kWh",
                    {"卡时 × 功耗 × 1.1 × PUE", "device-hours × power × 1.1 × PUE"});
}

}  // namespace

std::string number_text(double value) {
    if (value == 0) return "0";
    if (std::abs(value) >= 1e15) return fmt::format("{:.4g}", value);
    const int decimals = std::abs(value) >= 100 || value == std::round(value) ? 0
                         : std::abs(value) >= 10                              ? 1
                                                                              : 2;
    std::string text = fmt::format("{:.{}f}", value, decimals);
    auto at = static_cast<std::ptrdiff_t>(text.find('.') == std::string::npos ? text.size()
                                                                              : text.find('.'));
    for (at -= 3; at > (value < 0 ? 1 : 0); at -= 3) text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

std::string report_text(const estimate::TrainingEstimate& estimate, Language language) {
    Figures figures(language);
    add_model(figures, estimate.architecture);
    figures.add(
        {"训练数据", "tokens"},
        fmt::format("{:.4g}, {} {}", estimate.tokens,
                    Words{"序列长度", "sequences of"}.in(language), number_text(estimate.context)),
        Words{"所给，或该模型的", "as given, or as the model's"});
    figures.add({"浮点运算量", "FLOPs"}, fmt::format("{:.4g}", estimate.flops.model()),
                Words{"6·N·D（冻结的权重 4·N·D）+ 注意力 12·层·宽·长·D",
                      "6·N·D (4·N·D of frozen weights) + attention 12·layers·width·context·D"});
    add_chip(figures, estimate.chip, estimate.peak, estimate.utilisation);
    figures.add({"硬件利用率 HFU", "HFU"}, share_text(estimate.hfu),
                Words{"含重算", "with what is recomputed"});
    figures.add({"卡数", "devices"}, number_text(estimate.devices),
                estimate.devices_chosen ? Words{"按所给天数选取", "chosen for the days"}
                                        : Words{"所给", "as given"});
    add_layout(figures, estimate);
    figures.add(
        {"检查点", "checkpoint"},
        fmt::format("{}, {} {} s", bytes_text(estimate.goodput.checkpoint_bytes),
                    Words{"每", "every"}.in(language),
                    number_text(estimate.goodput.interval_seconds)),
        fmt::format("{} {} h",
                    Words{"Young–Daly；平均故障间隔", "Young–Daly; a failure every"}.in(language),
                    number_text(estimate.goodput.hours_between_failures)));
    figures.add({"有效时间", "time that counts"}, share_text(estimate.goodput.share),
                Words{"检查点与故障之外", "all but checkpoints and failures"});
    add_times(figures, estimate.device_hours,
              {"浮点运算量 ÷（峰值 × MFU × 有效时间）；五次中约四次落在区间内",
               "FLOPs ÷ (peak × MFU × time that counts); true in four of five cases"},
              estimate.wall_hours, estimate.energy_kwh);
    return figures.text(estimate.warnings);
}

std::string report_text(const estimate::InferenceEstimate& estimate, Language language) {
    Figures figures(language);
    add_model(figures, estimate.architecture);
    add_chip(figures, estimate.chip, estimate.peak, estimate.utilisation);
    figures.add({"每副本卡数", "devices of a replica"}, number_text(estimate.devices),
                Words{"显存", "memory"});
    figures.add({"权重", "weights"}, bytes_text(estimate.weight_bytes),
                Words{"参数 × 位数", "parameters × bits"});
    figures.add({"键值缓存", "KV cache"},
                fmt::format("{} KiB/token", number_text(estimate.kv_bytes_per_token / 1024)),
                estimate.architecture.source);
    figures.add({"批量", "batch"},
                fmt::format("{} ({} {})", number_text(estimate.batch),
                            Words{"最多", "most"}.in(language), number_text(estimate.batch_most)),
                Words{"显存与时延", "memory and latency"});
    figures.add({"首个 token", "first token"}, estimate.first_token_ms, " ms",
                {"预填充：受算力限制", "prompt: limited by cores"});
    figures.add({"每个 token", "token to token"}, estimate.token_ms, " ms",
                {"解码：受显存带宽限制（利用率假设 0.6–0.8）",
                 "generation: limited by memory's speed (0.6–0.8 of it assumed)"});
    figures.add({"每副本速度", "speed of a replica"}, estimate.tokens_per_s, " token/s",
                {"批量 ÷ 每个 token 的时间", "batch ÷ token to token"});
    figures.add({"副本数", "replicas"}, number_text(estimate.replicas),
                Words{"请求速率，负载 80 %", "rate, at a load of 80 %"});
    add_times(figures, estimate.device_hours,
              {"副本 × 卡数 × 时间；区间为假设，没有实测",
               "replicas × devices × time; the interval is assumed, not measured"},
              estimate.wall_hours, estimate.energy_kwh);
    return figures.text(estimate.warnings);
}

}  // namespace penstock::app
