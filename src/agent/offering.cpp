#include "agent/offering.h"

#include <spdlog/spdlog.h>

#include "agent/state_file.h"
#include "base/money.h"
#include "base/try.h"
#include "crypto/hex.h"
#include "crypto/random.h"
#include "crypto/sha256.h"
#include "format/statement.h"
#include "penstock/v1/catalog.pb.h"

namespace penstock::agent {
namespace {

std::unexpected<Fault> own_fault(const Error& error) {
    return std::unexpected(
        Fault{error.code(), std::string(error.reason()), error.message(), error.number()});
}

}  // namespace

Offering::Offering(Exchange& exchange, const Identity& identity, const AgentOptions& options,
                   Measure measure, std::function<bool()> is_idle)
    : exchange_(exchange),
      identity_(identity),
      options_(options),
      measure_(std::move(measure)),
      is_idle_(std::move(is_idle)) {}

Answer<void> Offering::run(std::stop_token stop) {
    const auto profile = [&] {
        return do_step(stop, "profile", Refusals::pass, [&] { return hand_in_profile(stop); });
    };
    const auto values = read_state(product_path());
    const bool is_listed = values && values->contains("product");
    if (!is_listed) TRY(profile());
    TRY(do_step(stop, "product", Refusals::of_arguments_stay, [&] { return list_product(); }));
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            if (!asked_.wait(lock, stop, [&] { return is_asked_; })) return {};
        }
        while (!is_idle_())
            if (!wait_for(stop, std::chrono::seconds(1))) return {};
        TRY(profile());
    }
    return {};
}

void Offering::ask_for_measurement() {
    {
        const std::lock_guard lock(mutex_);
        is_asked_ = true;
    }
    asked_.notify_all();
}

Answer<void> Offering::do_step(std::stop_token stop, const char* what, Refusals refusals,
                               const std::function<Answer<void>()>& step) {
    Backoff backoff(std::chrono::seconds(10));
    std::string last_message;
    while (!stop.stop_requested()) {
        const auto done = step();
        if (done) return done;
        if (refusals == Refusals::of_arguments_stay && done.error().code == Code::invalid_argument)
            return done;
        if (stop.stop_requested()) break;  // What failed for that has not gone wrong.
        // Said once, not at every try.
        if (done.error().message != last_message)
            spdlog::warn("{}: {}; trying again", what, done.error().message);
        last_message = done.error().message;
        wait_for(stop, backoff.next());
    }
    return {};
}

Answer<void> Offering::hand_in_profile(std::stop_token stop) {
    v1::BeginMeasurementRequest begin;
    begin.set_pool(identity_.pool);
    // A challenge that was drawn and not answered is of no use, so each try draws its own.
    const auto drawn = exchange_.call<v1::BeginMeasurementResponse>(
        "CatalogService/BeginMeasurement", begin,
        {.idempotency_key = crypto::hex(crypto::random_bytes(16))});
    if (!drawn) return std::unexpected(drawn.error());
    spdlog::info("measuring {} cores", options_.cores);
    auto profile = measure_(stop);
    if (!profile) return own_fault(profile.error());
    for (const auto& measurement : profile->measurements())
        spdlog::info("  {}: {:.3f} {}", measurement.name(),
                     static_cast<double>(measurement.value_milli()) / 1000, measurement.unit());
    profile->set_pool(identity_.pool);
    profile->set_agent(identity_.agent);
    profile->set_challenge(drawn->challenge());
    v1::SubmitProfileRequest submit;
    submit.set_pool(identity_.pool);
    *submit.mutable_profile() =
        format::sign_statement(format::kProfileStatement, profile->SerializeAsString(),
                               identity_.key_epoch, identity_.key);
    const std::string key = "profile-" + crypto::hex(crypto::bytes_of(drawn->challenge()));
    const auto taken = exchange_.call<v1::SubmitProfileResponse>("CatalogService/SubmitProfile",
                                                                 submit, {.idempotency_key = key});
    if (!taken) return std::unexpected(taken.error());
    spdlog::info("the exchange has verified the profile of {}", identity_.pool);
    // Polls that were answered meanwhile asked for this one.
    const std::lock_guard lock(mutex_);
    is_asked_ = false;
    return {};
}

Answer<void> Offering::list_product() {
    auto values = read_state(product_path());
    if (!values) return own_fault(values.error());
    const std::string price = std::to_string(options_.price_micros) + ' ' + options_.currency;
    if (values->contains("product")) {
        // Kept since the first agents that wrote it; a product's name cannot be changed.
        if (const auto name = values->find("name");
            name != values->end() && name->second != options_.product_name)
            spdlog::warn("{} keeps its name \"{}\"; --product-name is for the first start alone",
                         values->at("product"), name->second);
        if ((*values)["price"] == price) return {};
        return reprice_product((*values)["product"], (*values)["price_version"]);
    }
    v1::ListProductRequest request;
    request.set_pool(identity_.pool);
    request.set_name(options_.product_name);
    request.mutable_price_per_core_hour()->set_micros(options_.price_micros);
    request.mutable_price_per_core_hour()->set_currency(options_.currency);
    request.set_cores(options_.cores);
    // The same offer after a restart is the same command; another offer is another.
    const std::string key =
        "product-" + crypto::hex(crypto::sha256(request.SerializeAsString())).substr(0, 32);
    const auto listed = exchange_.call<v1::ListProductResponse>("CatalogService/ListProduct",
                                                                request, {.idempotency_key = key});
    if (!listed) return std::unexpected(listed.error());
    const auto kept =
        write_state(product_path(), {{"product", listed->product()},
                                     {"name", options_.product_name},
                                     {"price", price},
                                     {"price_version", std::to_string(listed->price_version())}});
    if (!kept) return own_fault(kept.error());
    spdlog::info("listed {} ({}) at {} {} a core-hour", listed->product(), options_.product_name,
                 to_decimal(Money(options_.price_micros)), options_.currency);
    return {};
}

Answer<void> Offering::reprice_product(const std::string& product, const std::string& version) {
    v1::RepriceProductRequest request;
    request.set_product(product);
    request.mutable_price_per_core_hour()->set_micros(options_.price_micros);
    request.mutable_price_per_core_hour()->set_currency(options_.currency);
    request.set_expected_price_version(
        static_cast<std::uint32_t>(std::strtoul(version.c_str(), nullptr, 10)));
    const std::string key =
        "reprice-" + product + '-' + version + '-' + std::to_string(options_.price_micros);
    const auto done = exchange_.call<v1::RepriceProductResponse>("CatalogService/RepriceProduct",
                                                                 request, {.idempotency_key = key});
    if (!done) {
        // The supplier may have changed it by hand; the agent does not undo that.
        if (is_passing(done.error())) return std::unexpected(done.error());
        spdlog::warn("the price of {} stays: {}", product, done.error().message);
        return {};
    }
    auto values = read_state(product_path());
    if (!values) return own_fault(values.error());
    (*values)["price"] = std::to_string(options_.price_micros) + ' ' + options_.currency;
    (*values)["price_version"] = std::to_string(done->price_version());
    const auto kept = write_state(product_path(), *values);
    if (!kept) return own_fault(kept.error());
    return {};
}

}  // namespace penstock::agent
