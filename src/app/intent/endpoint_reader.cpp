#include "app/intent/endpoint_reader.h"

#include <boost/json.hpp>
#include <chrono>
#include <optional>
#include <utility>

#include "advise/intent/check.h"
#include "advise/intent/error.h"
#include "advise/intent/slots.h"
#include "advise/intent/value_text.h"
#include "advise/intent/yaml.h"
#include "base/text.h"
#include "base/try.h"
#include "transport/http/client.h"
#include "transport/http/message.h"

namespace penstock::app {

namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kTimeout{60'000};
constexpr std::size_t kAnswerBytesMax = 1u << 20;

std::unexpected<Error> failed(std::string detail) {
    return reject(intent::kReaderAnswer, "sentence", std::move(detail));
}

bool is_this_machine(std::string_view base) {
    constexpr std::string_view kPlain = "http://";
    if (!base.starts_with(kPlain) || base.find('@') != base.npos) return false;
    std::string_view host = base.substr(kPlain.size());
    host =
        host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
    return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

/// What the model is told: the fields and an example of each.
std::string instructions(Instant now) {
    std::string text =
        "Read what a buyer of compute writes, in Chinese or English, and answer with one JSON "
        "object "
        "and nothing else. Use only the fields below, each value a string in the form of its "
        "example; "
        "fields marked with [] take a list. Leave out what the text does not say. Never add a "
        "number. "
        "Places, chips and models may be given by any usual name. The time is " +
        intent::instant_text(now.ns / 1'000'000'000 * 1'000'000'000) + ".\n";
    for (const intent::Slot& slot : intent::slots()) {
        text.append(slot.name).append(": ").append(slot.example).append("\n");
    }
    return text;
}

/// choices[0].message.content of an answer.
std::optional<std::string> content_of(const std::string& body) {
    boost::system::error_code code;
    const json::value answer = json::parse(body, code);
    if (code || !answer.is_object()) return std::nullopt;
    const json::value* value = answer.as_object().if_contains("choices");
    if (value == nullptr || !value->is_array() || value->as_array().empty()) return std::nullopt;
    value = &value->as_array().front();
    for (const std::string_view name : {"message", "content"}) {
        if (!value->is_object()) return std::nullopt;
        value = value->as_object().if_contains(name);
        if (value == nullptr) return std::nullopt;
    }
    if (!value->is_string()) return std::nullopt;
    return std::string(value->as_string());
}

/// Models like to fence what they answer.
std::string_view without_fence(std::string_view text) {
    const std::size_t first = text.find('{');
    const std::size_t last = text.rfind('}');
    if (first == text.npos || last == text.npos || last < first) return text;
    return text.substr(first, last - first + 1);
}

}  // namespace

Result<EndpointReader> EndpointReader::create(EndpointOptions options) {
    const std::size_t scheme = options.url.find("://");
    if (scheme == std::string::npos) return failed("'" + options.url + "' is no URL.");
    const std::size_t path = options.url.find('/', scheme + 3);
    std::string base = options.url.substr(0, path);
    if (!base.starts_with("https://") && !is_this_machine(base))
        return failed("Name an endpoint over https, or on this machine.");
    std::string target = path == std::string::npos ? "" : options.url.substr(path);
    while (target.ends_with('/')) target.pop_back();
    return EndpointReader(std::move(options), std::move(base), target + "/chat/completions");
}

Result<v1::IntentReading> EndpointReader::read(std::string_view sentence, Instant now) {
    if (sentence.size() > intent::kSentenceBytesMax ||
        !is_prose(sentence, {1, intent::kSentenceBytesMax}))
        return reject(intent::kSentenceInvalid, "sentence");
    const json::value body = {
        {"model", options_.model},
        {"temperature", 0},
        {"messages",
         json::array{json::object{{"role", "system"}, {"content", instructions(now)}},
                     json::object{{"role", "user"}, {"content", std::string(sentence)}}}}};
    const std::string text = json::serialize(body);
    transport::HttpClientOptions http;
    http.base_url = base_;
    http.timeout = kTimeout;
    http.body_bytes_max = kAnswerBytesMax;
    TRY_ASSIGN(auto client, transport::HttpClient::create(std::move(http)));
    transport::HttpCall call{.verb = "POST", .target = target_, .body = text};
    call.headers.add("Content-Type", "application/json");
    if (!options_.key.empty()) call.headers.add("Authorization", "Bearer " + options_.key);
    const auto response = client.request(call);
    if (!response) return failed(response.error().message());
    if (response->status != 200)
        return failed("The endpoint answered with status " + std::to_string(response->status) +
                      ".");
    const auto content = content_of(response->body);
    if (!content) return failed("The answer has no choices[0].message.content.");
    auto read = intent::parse_intent(without_fence(*content), "answer");
    if (!read) return failed(read.error().detail());
    v1::IntentReading reading;
    *reading.mutable_intent() = *std::move(read);
    for (auto& [slot, value] : intent::flatten(reading.intent())) {
        auto& heard = *reading.add_heard();
        heard.set_slot(slot);
        heard.set_value(value);
    }
    for (const Error& error : intent::check_intent(reading.intent(), now))
        reading.add_conflicts(error.detail());
    reading.add_notes(
        "Read by a language model; which words gave which value is not known. Check it.");
    return reading;
}

}  // namespace penstock::app
