#pragma once

#include <array>

#include "base/error.h"

namespace penstock::intent {

inline constexpr Rejection kIntentSyntax{
    16301, Code::invalid_argument, "INTENT_SYNTAX",
    "The intent is not a YAML or JSON mapping of the fields in docs/intent.md."};
inline constexpr Rejection kIntentUnknownField{
    16302, Code::invalid_argument, "INTENT_UNKNOWN_FIELD", "An intent has no such field."};
inline constexpr Rejection kIntentValue{16303, Code::invalid_argument, "INTENT_VALUE",
                                        "A field of the intent has a value it cannot have."};
inline constexpr Rejection kIntentUnknownName{
    16304, Code::not_found, "INTENT_UNKNOWN_NAME",
    "The place, chip or model is not one that is known here."};
inline constexpr Rejection kIntentConflict{16305, Code::invalid_argument, "INTENT_CONFLICT",
                                           "Two parts of the intent contradict each other."};
inline constexpr Rejection kSentenceInvalid{
    16306, Code::invalid_argument, "SENTENCE_INVALID",
    "A sentence is UTF-8 of 1 to 4,000 bytes without control characters."};
inline constexpr Rejection kImportUnknownFormat{
    16307, Code::invalid_argument, "IMPORT_UNKNOWN_FORMAT",
    "The file is none of SkyPilot task, dstack configuration, Akash SDL; say which with --from."};
inline constexpr Rejection kImportLossy{
    16308, Code::failed_precondition, "IMPORT_LOSSY",
    "The file says something that an intent cannot say without loss."};
inline constexpr Rejection kReaderAnswer{
    16309, Code::data_loss, "READER_ANSWER",
    "The language model's endpoint did not answer with an intent; nothing of it is used."};

inline constexpr std::array kRejections{
    &kIntentSyntax,    &kIntentUnknownField,  &kIntentValue, &kIntentUnknownName, &kIntentConflict,
    &kSentenceInvalid, &kImportUnknownFormat, &kImportLossy, &kReaderAnswer};

}  // namespace penstock::intent
