#include "advise/intent/message.h"

#include <string>

#include "advise/intent/error.h"
#include "advise/intent/slots.h"
#include "base/try.h"

namespace penstock::intent {

namespace {

/// The slots alone.
Result<v1::Intent> read_slots(const v1::Intent& message, const std::string& prefix) {
    v1::Intent intent;
    for (const Slot& slot : slots()) {
        const auto values = slot_values(message, slot);
        const std::string field = prefix + std::string(slot.name);
        if (values.size() > kListMax)
            return reject(kIntentValue, field, "It must have 1 to 64 values.");
        for (const std::string& value : values) {
            if (auto set = set_slot(intent, slot, value); !set)
                return std::unexpected(Error(set.error().rejection(), field, set.error().detail()));
        }
    }
    return intent;
}

template <class Parts>
Result<void> read_alternatives(const Parts& parts, const std::string& name, Parts& out) {
    if (!parts.empty() && (parts.size() < 2 || parts.size() > static_cast<int>(kAlternativesMax)))
        return reject(kIntentValue, name, "Give 2 to 16 partial intents.");
    for (int i = 0; i < parts.size(); ++i) {
        const std::string prefix = name + "[" + std::to_string(i) + "].";
        if (!parts[i].any_of().empty() || !parts[i].ordered().empty())
            return reject(kIntentValue, prefix + "ordered",
                          "An alternative cannot have alternatives of its own.");
        TRY_ASSIGN(*out.Add(), read_slots(parts[i], prefix));
    }
    return {};
}

}  // namespace

Result<v1::Intent> read_message(const v1::Intent& message) {
    TRY_ASSIGN(v1::Intent intent, read_slots(message, ""));
    TRY(read_alternatives(message.any_of(), "any_of", *intent.mutable_any_of()));
    TRY(read_alternatives(message.ordered(), "ordered", *intent.mutable_ordered()));
    return intent;
}

}  // namespace penstock::intent
