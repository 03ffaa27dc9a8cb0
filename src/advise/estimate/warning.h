#pragma once

#include "format/words.h"

namespace penstock::estimate {

/// What whoever reads an estimate must know.
enum class Warning {
    never_bill,         ///< The chip's figures are too unsure.
    not_measured,       ///< Nobody measured training on the chip.
    no_layout,          ///< The devices do not hold the model.
    long_bubble,        ///< Stages of the pipeline wait long.
    beyond_measured,    ///< More devices than any that were measured.
    mixture,            ///< A mixture of experts was taken for a dense model.
    other_precision,    ///< The chip's peak is at the other precision of 16 bits.
    prompt_unmeasured,  ///< Nobody measured the chip's speed on prompts.
    corrected,          ///< By what runs on the chip have taken that have ended.
    shape_assumed,      ///< Keys and values are those of a model of that size.
};

/// Stable, for machines.
std::string_view name(Warning warning);
format::Words words(Warning warning);

}  // namespace penstock::estimate
