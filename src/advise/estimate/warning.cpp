#include "advise/estimate/warning.h"

#include <array>

namespace penstock::estimate {

namespace {

struct Text {
    std::string_view name;
    format::Words words;
};

constexpr auto kTexts = std::to_array<Text>({
    {"never_bill",
     {"该芯片的参数可信度低：不得据此计费", "the chip's figures are unsure: never bill on this"}},
    {"not_measured",
     {"该芯片没有实测的训练利用率：区间较宽",
      "nobody measured training on this chip: the interval is wide"}},
    {"no_layout",
     {"这些卡放不下该模型（或放不下所要求的重算方式）",
      "that many devices do not hold the model, or not with that recomputing"}},
    {"long_bubble",
     {"流水线空泡过大：请增大批量或减少卡数",
      "stages of the pipeline wait long: give a larger batch or fewer devices"}},
    {"beyond_measured",
     {"卡数超过任何实测规模（12,288）", "more devices than any that were measured (12,288)"}},
    {"mixture",
     {"混合专家模型没有实测：按激活参数量的稠密模型估算",
      "mixtures of experts were not measured: taken as dense ones of the active size"}},
    {"other_precision",
     {"该芯片没有此精度的峰值：取另一种 16 位精度",
      "the chip has no peak at that precision: taken at the other one of 16 bits"}},
    {"prompt_unmeasured",
     {"该芯片没有实测的预填充速度", "nobody measured how fast this very chip reads prompts"}},
    {"corrected", {"已按该芯片上完成的作业校准", "corrected by runs on this chip that have ended"}},
    {"shape_assumed",
     {"键值缓存按同规模模型的结构假设：请给出 --model",
      "keys and values are those of a model of that size: give --model"}},
});

}  // namespace

std::string_view name(Warning warning) {
    return kTexts[static_cast<std::size_t>(warning)].name;
}

format::Words words(Warning warning) {
    return kTexts[static_cast<std::size_t>(warning)].words;
}

}  // namespace penstock::estimate
