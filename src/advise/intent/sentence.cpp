#include "advise/intent/sentence.h"

#include <utility>

#include "advise/intent/check.h"
#include "advise/intent/error.h"
#include "advise/intent/interpreter.h"
#include "base/text.h"

namespace penstock::intent {

Result<v1::IntentReading> read_sentence(std::string_view sentence, Instant now) {
    if (sentence.size() > kSentenceBytesMax || !is_prose(sentence, {1, kSentenceBytesMax}))
        return reject(kSentenceInvalid, "sentence");
    const std::chrono::sys_time<std::chrono::nanoseconds> local{std::chrono::nanoseconds(now.ns) +
                                                                std::chrono::hours(8)};
    const auto minute = std::chrono::floor<std::chrono::minutes>(local);
    const auto today = std::chrono::floor<std::chrono::days>(local);
    v1::IntentReading reading;
    std::vector<std::string> notes;
    auto items = split_sentence(sentence, today, notes);
    for (std::string& note : notes) reading.add_notes(std::move(note));
    Interpreter(sentence, std::move(items), minute, reading).run();
    for (const Error& error : check_intent(reading.intent(), now))
        reading.add_conflicts(error.detail());
    return reading;
}

}  // namespace penstock::intent
