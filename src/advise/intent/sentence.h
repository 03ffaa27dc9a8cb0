#pragma once

#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "penstock/v1/intent.pb.h"

namespace penstock::intent {

inline constexpr std::size_t kSentenceBytesMax = 4'000;

/// Reads what a buyer writes, in Chinese or English, by a grammar: the same words give the same
/// intent (docs/intent.md). No number is in the intent that is not in the sentence.
///
/// @param sentence  UTF-8.
/// @param now       What "before October" and "next month" are counted from; days are those at
/// UTC+8.
/// @return Also where nothing at all was understood; what was understood, what was not, and what
///         contradicts what, by byte ranges of the sentence.
/// @retval kSentenceInvalid
Result<v1::IntentReading> read_sentence(std::string_view sentence, Instant now);

}  // namespace penstock::intent
