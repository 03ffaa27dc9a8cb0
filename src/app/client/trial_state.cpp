#include "app/client/trial_state.h"

#include <boost/json.hpp>
#include <system_error>

#include "app/client/error.h"
#include "app/client/local_file.h"
#include "base/try.h"
#include "crypto/base64.h"
#include "crypto/hex.h"
#include "crypto/random.h"
#include "crypto/sha256.h"

namespace penstock::client {

namespace {

constexpr std::string_view kForm = "penstock-trial/v1";

std::string text_in(const boost::json::object& object, const char* name) {
    const auto* found = object.if_contains(name);
    return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::int64_t number_in(const boost::json::object& object, const char* name) {
    const auto* found = object.if_contains(name);
    return found && found->is_int64() ? found->get_int64() : 0;
}

bool read_message(const boost::json::object& object, const char* name,
                  google::protobuf::Message& out) {
    const auto bytes = crypto::parse_base64(text_in(object, name));
    return bytes && out.ParseFromArray(bytes->data(), static_cast<int>(bytes->size()));
}

std::string message_text(const google::protobuf::Message& message) {
    const std::string bytes = message.SerializeAsString();
    return crypto::base64(crypto::bytes_of(bytes));
}

bool read_pool(const boost::json::value& value, TrialPool& pool) {
    const auto* object = value.if_object();
    if (!object || !read_message(*object, "product", pool.product) ||
        !read_message(*object, "order_request", pool.order))
        return false;
    pool.unit = text_in(*object, "unit");
    pool.tasks = static_cast<std::uint32_t>(number_in(*object, "tasks"));
    pool.at_once = static_cast<std::uint32_t>(number_in(*object, "at_once"));
    pool.about_micros = number_in(*object, "about_micros");
    pool.order_id = text_in(*object, "order");
    pool.state.mutable_workload()->set_id(text_in(*object, "workload"));
    return pool.tasks > 0 && pool.order.lines_size() == 1;
}

boost::json::object pool_object(const TrialPool& pool) {
    return {
        {"product", message_text(pool.product)},
        {"order_request", message_text(pool.order)},
        {"unit", pool.unit},
        {"tasks", std::int64_t{pool.tasks}},
        {"at_once", std::int64_t{pool.at_once}},
        {"about_micros", pool.about_micros},
        {"order", pool.order_id},
        {"workload", pool.state.workload().id()},
    };
}

Result<TrialRunState> parse(const std::string& text) {
    const auto damaged = [] { return reject(kStateFile, {}, "It is damaged."); };
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse(text, error);
    const auto* object = error ? nullptr : value.if_object();
    if (!object || text_in(*object, "form") != kForm) return damaged();
    TrialRunState state{.run = text_in(*object, "run"),
                        .wish_digest = text_in(*object, "wish_digest"),
                        .pools = {}};
    const auto* pools = object->if_contains("trials");
    if (state.run.empty() || !pools || !pools->is_array()) return damaged();
    for (const boost::json::value& pool : pools->get_array())
        if (!read_pool(pool, state.pools.emplace_back())) return damaged();
    return state;
}

}  // namespace

std::string digest_of(const TrialWish& wish) {
    return crypto::hex(crypto::sha256(wish.spec.SerializeAsString() + "\n" +
                                      std::to_string(wish.seconds) + " " +
                                      std::to_string(wish.tasks)));
}

Result<TrialRunState> load_trial_run(const std::filesystem::path& file, const TrialWish& wish) {
    std::error_code error;
    if (file.empty() || !std::filesystem::exists(file, error))
        return TrialRunState{.run = crypto::hex(crypto::random_array<16>()),
                             .wish_digest = digest_of(wish),
                             .pools = {}};
    TRY_ASSIGN(const std::string text, read_file(file));
    TRY_ASSIGN(TrialRunState state, parse(text));
    if (state.wish_digest != digest_of(wish))
        return reject(kStateFile, {},
                      "It is of another task file, or a file of it, --seconds or --tasks have "
                      "changed.");
    return state;
}

Result<void> save_trial_run(const std::filesystem::path& file, const TrialRunState& state) {
    if (file.empty()) return {};
    boost::json::array pools;
    for (const TrialPool& pool : state.pools) pools.push_back(pool_object(pool));
    const boost::json::object object{{"form", kForm},
                                     {"run", state.run},
                                     {"wish_digest", state.wish_digest},
                                     {"trials", std::move(pools)}};
    return write_file(file, boost::json::serialize(object) + "\n");
}

}  // namespace penstock::client
