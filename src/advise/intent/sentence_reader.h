#pragma once

#include <string_view>

#include "advise/intent/sentence.h"
#include "base/error.h"
#include "base/time.h"
#include "penstock/v1/intent.pb.h"

namespace penstock::intent {

/// Reads what a buyer writes. Whatever reads, the same checks stand behind it.
class SentenceReader {
  public:
    virtual ~SentenceReader() = default;
    /// @param sentence, now  As read_sentence has them. May block.
    virtual Result<v1::IntentReading> read(std::string_view sentence, Instant now) = 0;
};

/// The grammar: on this machine, the same answer each time.
class GrammarReader final : public SentenceReader {
  public:
    Result<v1::IntentReading> read(std::string_view sentence, Instant now) override {
        return read_sentence(sentence, now);
    }
};

}  // namespace penstock::intent
