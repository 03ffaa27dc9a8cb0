#include "advise/recommend/slot_names.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "advise/intent/names.h"

namespace penstock::recommend {

namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array<Pair, 47> kSlots{{
    {"workload", "任务类型"},
    {"model", "模型"},
    {"parameters", "参数量"},
    {"active_parameters", "激活参数"},
    {"tokens", "词元数"},
    {"flops", "浮点运算次数"},
    {"frames", "帧数"},
    {"precision", "精度"},
    {"token_rate", "词元吞吐"},
    {"request_rate", "请求吞吐"},
    {"cards", "卡数"},
    {"cards_min", "最少卡数"},
    {"cards_max", "最多卡数"},
    {"nodes", "节点数"},
    {"cards_per_node", "每节点卡数"},
    {"card_memory", "显存"},
    {"cores", "核数"},
    {"memory", "内存"},
    {"chips", "芯片"},
    {"chips_excluded", "排除的芯片"},
    {"chip_origin", "国产/进口"},
    {"chips_certified", "芯片认证"},
    {"data_size", "数据量"},
    {"data_place", "数据所在地"},
    {"data_class", "数据分级"},
    {"residence", "数据不出域"},
    {"jurisdiction", "适用法律"},
    {"start", "开始"},
    {"deadline", "截止"},
    {"within", "期限"},
    {"duration", "租期"},
    {"budget", "总预算"},
    {"budget_per_month", "月预算"},
    {"unit_price", "单价上限"},
    {"places", "地点"},
    {"places_excluded", "排除的地点"},
    {"latency", "时延"},
    {"green_share", "绿电占比"},
    {"carbon_intensity", "碳强度"},
    {"carbon_total", "碳排放"},
    {"pue", "PUE"},
    {"interruption", "可中断"},
    {"suppliers_certified", "供方认证"},
    {"security_level", "等保"},
    {"availability", "可用性"},
    {"objective", "目标次序"},
    {"objective_weights", "目标权重"},
}};

constexpr std::array<Pair, 16> kWords{{
    {"pre-training", "预训练"},
    {"fine-tuning", "微调"},
    {"batch-inference", "批量推理"},
    {"online-service", "在线服务"},
    {"rendering", "渲染"},
    {"hpc", "高性能计算"},
    {"general", "通用"},
    {"domestic", "国产"},
    {"foreign", "进口"},
    {"none", "不可"},
    {"allowed", "可以"},
    {"price", "价格"},
    {"time", "时间"},
    {"carbon", "碳"},
    {"latency", "时延"},
    {"risk", "风险"},
}};

std::string_view chinese_of(std::span<const Pair> pairs, std::string_view text) {
    const auto known = std::ranges::find(pairs, text, &Pair::first);
    return known == pairs.end() ? text : known->second;
}

}  // namespace

std::string_view slot_name(std::string_view slot, format::Language language) {
    return language == format::Language::english ? slot : chinese_of(kSlots, slot);
}

std::string slot_value(std::string_view slot, const std::string& value, format::Language language) {
    constexpr std::array<std::string_view, 4> kOfWords{"workload", "chip_origin", "interruption",
                                                       "objective"};
    constexpr std::array<std::string_view, 4> kOfPlaces{"places", "places_excluded", "data_place",
                                                        "residence"};
    if (language == format::Language::english) return value;
    if (std::ranges::find(kOfWords, slot) != kOfWords.end())
        return std::string(chinese_of(kWords, value));
    if (std::ranges::find(kOfPlaces, slot) == kOfPlaces.end()) return value;
    const intent::NamedPlace* place = intent::find_place(value);
    return place == nullptr ? value : place->name_zh;
}

}  // namespace penstock::recommend
