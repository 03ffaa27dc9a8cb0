#include "app/client/trial_state.h"

#include <boost/json.hpp>
#include <set>

#include "app/client/error.h"
#include "app/client/state_file.h"
#include "base/try.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"

namespace penstock::client {

namespace {

constexpr std::string_view kForm = "penstock-trial/v1";

bool read_pool(const boost::json::value& value, TrialPool& pool) {
    const auto* object = value.if_object();
    if (!object || !read_message(*object, "product", pool.product) ||
        !read_message(*object, "order_request", pool.order))
        return false;
    const auto tasks = number_in(*object, "tasks");
    const auto at_once = number_in(*object, "at_once");
    const auto about_micros = number_in(*object, "about_micros");
    const auto round = number_in(*object, "round");
    if (!tasks || *tasks <= 0 || !at_once || !about_micros || !round) return false;
    pool.unit = text_in(*object, "unit");
    pool.tasks = static_cast<std::uint32_t>(*tasks);
    pool.at_once = static_cast<std::uint32_t>(*at_once);
    pool.about_micros = *about_micros;
    pool.round = static_cast<std::uint32_t>(*round);
    pool.order_id = text_in(*object, "order");
    pool.state.mutable_workload()->set_id(text_in(*object, "workload"));
    return pool.order.lines_size() == 1;
}

boost::json::object pool_object(const TrialPool& pool) {
    return {
        {"product", message_text(pool.product)},
        {"order_request", message_text(pool.order)},
        {"unit", pool.unit},
        {"tasks", std::int64_t{pool.tasks}},
        {"at_once", std::int64_t{pool.at_once}},
        {"about_micros", pool.about_micros},
        {"round", std::int64_t{pool.round}},
        {"order", pool.order_id},
        {"workload", pool.state.workload().id()},
    };
}

}  // namespace

std::string digest_of(const TrialWish& wish) {
    std::string text = wish.spec.SerializeAsString() + "\n" + std::to_string(wish.seconds) + " " +
                       std::to_string(wish.tasks);
    for (const std::string& product : std::set(wish.products.begin(), wish.products.end()))
        text += " " + product;
    return crypto::hex(crypto::sha256(text));
}

TrialRunState new_trial_run(const TrialWish& wish) {
    return {.run = new_run_id(), .wish_digest = digest_of(wish), .pools = {}};
}

Result<TrialRunState> load_trial_run(const std::filesystem::path& file, const TrialWish& wish) {
    TRY_ASSIGN(const auto object, read_state(file, kForm));
    if (!object) return new_trial_run(wish);
    TrialRunState state{.run = text_in(*object, "run"),
                        .wish_digest = text_in(*object, "wish_digest"),
                        .pools = {}};
    const auto* pools = object->if_contains("trials");
    if (state.run.empty() || !pools || !pools->is_array()) return damaged_state();
    for (const boost::json::value& pool : pools->get_array())
        if (!read_pool(pool, state.pools.emplace_back())) return damaged_state();
    if (state.wish_digest != digest_of(wish))
        return reject(kStateFile, {},
                      "It is of another task file, or a file of it, --seconds, --tasks or "
                      "--products have changed.");
    return state;
}

Result<void> save_trial_run(const std::filesystem::path& file, const TrialRunState& state) {
    boost::json::array pools;
    for (const TrialPool& pool : state.pools) pools.push_back(pool_object(pool));
    return write_state(
        file, kForm,
        {{"run", state.run}, {"wish_digest", state.wish_digest}, {"trials", std::move(pools)}});
}

}  // namespace penstock::client
