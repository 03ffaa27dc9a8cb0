#pragma once

#include <string>
#include <string_view>

#include "format/words.h"

namespace penstock::recommend {

/// What people call a slot of an intent: in Chinese as docs/intent.md has it, in English by the
/// name that it is written with, which is also that of slots that are not known here.
std::string_view slot_name(std::string_view slot, format::Language language);

/// A slot's value for people: names of places and words such as pre-training in their language,
/// and all else as it is written.
std::string slot_value(std::string_view slot, const std::string& value, format::Language language);

}  // namespace penstock::recommend
