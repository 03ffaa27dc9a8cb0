#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "advise/intent/sentence_reader.h"
#include "base/error.h"

namespace penstock::app {

struct EndpointOptions {
    std::string url{};    ///< "https://host/v1", without "/chat/completions".
    std::string model{};  ///< As the endpoint names it.
    std::string key{};    ///< Sent as a bearer token; empty for none.
};

/// Lets a language model behind an OpenAI-compatible endpoint read.
///
/// Its answer must be an intent in JSON, and is read and checked as one from a file. Where each
/// value comes from is not known, and the reading says so.
class EndpointReader final : public intent::SentenceReader {
  public:
    /// @retval kReaderAnswer  The URL is neither over TLS nor to this machine.
    static Result<EndpointReader> create(EndpointOptions options);
    /// @retval kSentenceInvalid
    /// @retval kReaderAnswer  No answer, or one that is no intent.
    Result<v1::IntentReading> read(std::string_view sentence, Instant now) override;

  private:
    EndpointReader(EndpointOptions options, std::string base, std::string target)
        : options_(std::move(options)), base_(std::move(base)), target_(std::move(target)) {}

    EndpointOptions options_;
    std::string base_;
    std::string target_;
};

}  // namespace penstock::app
