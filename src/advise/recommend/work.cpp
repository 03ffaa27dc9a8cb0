#include "advise/recommend/work.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "advise/intent/value_text.h"
#include "advise/recommend/error.h"
#include "base/try.h"

namespace penstock::recommend {

namespace {

using format::Words;

constexpr double kSecondsPerHour = 3'600;
/// Of a node of which nothing else is said.
constexpr std::uint32_t kCardsOfNode = 8;
/// Numbers of cards that are worked out, in steps of two to a doubling.
constexpr int kSteps = 28;
constexpr double kStepsToDouble = 2;
/// What share of their peak cards reach on operations of which nothing else is known.
constexpr estimate::Span kPeakShare{0.2, 0.35, 0.5};

std::unexpected<Error> incomplete(std::string_view slot, std::string what) {
    return reject(kIntentIncomplete, slot, std::move(what));
}

double per_second(const v1::IntentRate& rate) {
    return static_cast<double>(rate.count()) / std::max(1U, rate.per_seconds());
}

/// The estimator's precision, as far as it knows the intent's.
Result<estimate::Precision> precision_of(const v1::Intent& intent) {
    switch (intent.precision()) {
        case v1::NUMBER_FORMAT_UNSPECIFIED:
        case v1::NUMBER_FORMAT_BF16:
            return estimate::Precision::bf16;
        case v1::NUMBER_FORMAT_FP16:
            return estimate::Precision::fp16;
        case v1::NUMBER_FORMAT_FP8:
            return estimate::Precision::fp8;
        default:
            return reject(kNotEstimated, "precision",
                          "Estimates are for bf16, fp16 and fp8; or say cards and duration.");
    }
}

bool has_model(const v1::Intent& intent) {
    return !intent.model().empty() || intent.parameters() != 0;
}

/// The row of the named model, of about so many parameters where these are said. Empty where the
/// estimator knows no such one.
Result<std::optional<estimate::Architecture>> known_model(const v1::Intent& intent,
                                                          const estimate::Estimator& estimator) {
    constexpr double kAlike = 0.1;
    if (intent.model().empty()) return std::nullopt;
    const auto rows = estimator.architectures.architectures_of(intent.model());
    const auto said = static_cast<double>(intent.parameters());
    std::string sizes;
    for (const estimate::Architecture& row : rows) {
        if (said == 0 && rows.size() == 1) return row;
        if (said > 0 && std::abs(row.parameters / said - 1) <= kAlike) return row;
        sizes += (sizes.empty() ? "" : ", ") + row.name;
    }
    if (said == 0)
        return incomplete("parameters", sizes.empty() ? "Say how many parameters the model has."
                                                      : "Say which of these: " + sizes + ".");
    return std::nullopt;
}

template <class Request>
Result<void> describe_model(const v1::Intent& intent, const estimate::Estimator& estimator,
                            Request& request, std::vector<Words>& notes) {
    TRY_ASSIGN(request.precision, precision_of(intent));
    TRY_ASSIGN(const auto known, known_model(intent, estimator));
    if (known) {
        request.model = known->name;
        return {};
    }
    if (intent.parameters() == 0)
        return incomplete("parameters", "Say how many parameters the model has, such as 70B.");
    request.parameters = static_cast<double>(intent.parameters());
    if (intent.active_parameters() != 0)
        request.active_parameters = static_cast<double>(intent.active_parameters());
    if (!intent.model().empty())
        notes.push_back({"该模型的结构未知：按同等参数量的模型估算。",
                         "The model's shape is not known: estimated as others of that size."});
    return {};
}

void set_cards(const v1::Intent& intent, Need& need) {
    const std::uint32_t exact =
        intent.cards() != 0
            ? intent.cards()
            : intent.nodes() *
                  (intent.cards_per_node() != 0 ? intent.cards_per_node() : kCardsOfNode);
    need.cards_least = std::max({1U, exact, intent.cards_min()});
    need.cards_most = exact != 0 ? exact : intent.cards_max();
}

/// Cores for so long, whatever runs on them.
void set_cores(const v1::Intent& intent, Need& need) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    const std::uint64_t cores = std::uint64_t{intent.cores()} * std::max(1U, intent.nodes());
    need.resource = Resource::cores;
    need.cards_least = static_cast<std::uint32_t>(std::min(cores, kMost));
    need.cards_most = need.cards_least;
}

void set_duration(const v1::Intent& intent, Need& need) {
    need.hours = static_cast<double>(intent.duration_seconds()) / kSecondsPerHour;
    if (need.hours > 0) return;
    need.hours = 1;
    need.notes.push_back({"没有说明用多久：以下按一小时计。",
                          "How long was not said: all figures are for one hour."});
}

Result<Need> training_need(const v1::Intent& intent, const estimate::Estimator& estimator,
                           Need need) {
    need.kind = WorkKind::training;
    need.training.method = intent.workload() == v1::WORKLOAD_CLASS_FINE_TUNING
                               ? estimate::Method::full
                               : estimate::Method::pretrain;
    TRY(describe_model(intent, estimator, need.training, need.notes));
    need.training.tokens = static_cast<double>(intent.tokens());
    return need;
}

Result<Need> generation_need(const v1::Intent& intent, const estimate::Estimator& estimator,
                             Need need) {
    need.kind = WorkKind::generation;
    TRY(describe_model(intent, estimator, need.inference, need.notes));
    need.inference.tokens = static_cast<double>(intent.tokens());
    need.notes.push_back({"按每次请求输入 1024、输出 256 个 token 估算。",
                          "Estimated for requests of 1,024 tokens in and 256 out."});
    return need;
}

Result<Need> service_need(const v1::Intent& intent, const estimate::Estimator& estimator,
                          Need need) {
    need.kind = WorkKind::service;
    TRY(describe_model(intent, estimator, need.inference, need.notes));
    need.inference.rate = intent.request_rate().count() != 0
                              ? per_second(intent.request_rate())
                              : per_second(intent.token_rate()) / need.inference.output;
    need.notes.push_back({"按每次请求输入 1024、输出 256 个 token 估算。",
                          "Estimated for requests of 1,024 tokens in and 256 out."});
    set_duration(intent, need);
    return need;
}

}  // namespace

Result<Need> need_of(const v1::Intent& intent, const estimate::Estimator& estimator) {
    Need need;
    set_cards(intent, need);
    const bool has_cards = intent.cards() != 0 || intent.nodes() != 0 || intent.cards_min() != 0;
    const bool has_work = intent.tokens() != 0 || intent.peta_flops() != 0 ||
                          intent.request_rate().count() != 0 || intent.token_rate().count() != 0;
    const bool says_card = intent.cards() != 0 || intent.cards_min() != 0 ||
                           intent.cards_per_node() != 0 || intent.card_memory_bytes() != 0 ||
                           !intent.chips().empty();
    const bool wants_cores = intent.cores() != 0 && !says_card && !has_work;
    if (wants_cores) set_cores(intent, need);
    if (wants_cores || (has_cards && !has_work)) {
        set_duration(intent, need);
        return need;
    }
    if (intent.request_rate().count() != 0 || intent.token_rate().count() != 0)
        return service_need(intent, estimator, std::move(need));
    const bool trains = intent.workload() == v1::WORKLOAD_CLASS_PRE_TRAINING ||
                        intent.workload() == v1::WORKLOAD_CLASS_FINE_TUNING;
    if (has_model(intent) && intent.tokens() != 0) {
        if (trains) return training_need(intent, estimator, std::move(need));
        if (intent.workload() == v1::WORKLOAD_CLASS_BATCH_INFERENCE)
            return generation_need(intent, estimator, std::move(need));
        return incomplete("workload", "Say whether the model is to be trained or run.");
    }
    if (intent.peta_flops() != 0) {
        TRY_ASSIGN(need.training.precision, precision_of(intent));
        need.kind = WorkKind::operations;
        need.peta_flops = static_cast<double>(intent.peta_flops());
        need.notes.push_back({"按峰值算力的 20%–50% 估算（未实测）。",
                              "Estimated at 20 to 50 % of the cards' peak; nothing was measured."});
        return need;
    }
    if (intent.frames() != 0)
        return reject(kNotEstimated, "frames",
                      "How long a frame takes is not known before one was rendered.");
    if (trains && !has_model(intent))
        return incomplete("parameters", "Say how many parameters the model has, such as 70B.");
    if (trains) return incomplete("tokens", "Say on how many tokens it is trained, such as 1T.");
    return incomplete("cards",
                      "Say how many cards or cores for how long, or the model and its tokens.");
}

double ChipWork::card_hours(double cards) const {
    if (fixed_hours_) return cards * *fixed_hours_;
    const double at = std::log2(std::max(1.0, cards / least_)) * kStepsToDouble;
    const auto last = static_cast<double>(card_hours_.size() - 1);
    if (at >= last) return card_hours_.back();
    const auto below = static_cast<std::size_t>(at);
    const double part = at - static_cast<double>(below);
    return card_hours_[below] * (1 - part) + card_hours_[below + 1] * part;
}

std::uint32_t ChipWork::fewest(double limit, std::uint32_t most) const {
    most = most / unit_ * unit_;
    if (most < least_ || hours(most) > limit) return 0;
    std::uint32_t enough = most / unit_;
    std::uint32_t few = (least_ + unit_ - 1) / unit_;
    while (few < enough) {
        const std::uint32_t middle = few + (enough - few) / 2;
        if (hours(static_cast<double>(middle) * unit_) <= limit)
            enough = middle;
        else
            few = middle + 1;
    }
    return std::max(enough * unit_, least_);
}

std::expected<ChipWork, Error> ChipWork::make(const estimate::Estimator& estimator,
                                              const Need& need, const estimate::Chip& chip,
                                              std::uint32_t cards_per_node) {
    ChipWork work;
    work.is_sure_ = need.kind == WorkKind::rental || chip.may_be_billed_on();
    const auto whole = [&](double cards) {
        const double node = cards_per_node;
        return static_cast<std::uint32_t>(cards <= node ? cards : std::ceil(cards / node) * node);
    };
    switch (need.kind) {
        case WorkKind::rental:
            work.fixed_hours_ = need.hours;
            work.least_ = need.cards_least;
            return work;
        case WorkKind::training: {
            estimate::TrainingRequest request = need.training;
            request.device = chip.model;
            request.devices = 1;
            request.devices_per_node = cards_per_node;
            TRY_ASSIGN(const auto run, estimate_training(estimator, request));
            if (!run.smallest_devices)
                return reject(kNotEstimated, "parameters", "No number of these cards holds it.");
            work.least_ = std::max(whole(*run.smallest_devices), whole(need.cards_least));
            work.unit_ = std::min(work.least_, cards_per_node);
            for (int step = 0; step < kSteps; ++step) {
                const auto at = device_hours_on(work.least_ * std::exp2(step / kStepsToDouble),
                                                estimator, request, run);
                // The goodput of very many falls so far that they need longer: then fewer are used.
                work.card_hours_.push_back(at.expected);
                work.low_ = at.low / at.expected;
                work.high_ = at.high / at.expected;
            }
            return work;
        }
        case WorkKind::generation:
        case WorkKind::service: {
            estimate::InferenceRequest request = need.inference;
            request.device = chip.model;
            request.devices_per_node = cards_per_node;
            TRY_ASSIGN(const auto run, estimate_inference(estimator, request));
            work.unit_ = whole(run.devices);
            if (need.kind == WorkKind::generation) {
                work.least_ = work.unit_;
                work.card_hours_ = {run.device_hours.expected};
                work.low_ = run.device_hours.low / run.device_hours.expected;
                work.high_ = run.device_hours.high / run.device_hours.expected;
                return work;
            }
            work.fixed_hours_ = need.hours;
            work.least_ = std::max(whole(run.devices * run.replicas), need.cards_least);
            work.low_ = run.device_hours.low / run.device_hours.expected;
            work.high_ = run.device_hours.high / run.device_hours.expected;
            return work;
        }
        case WorkKind::operations: {
            TRY_ASSIGN(const auto peak, estimate::peak(chip, need.training.precision));
            const double hours = need.peta_flops * 1e15 / (peak.flops_per_s * kSecondsPerHour);
            work.card_hours_ = {hours / kPeakShare.expected};
            work.low_ = kPeakShare.expected / kPeakShare.high;
            work.high_ = kPeakShare.expected / kPeakShare.low;
            return work;
        }
    }
    return work;
}

}  // namespace penstock::recommend
