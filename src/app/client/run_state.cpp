#include "app/client/run_state.h"

#include <boost/json.hpp>
#include <system_error>

#include "app/client/error.h"
#include "app/client/local_file.h"
#include "base/try.h"
#include "crypto/base64.h"
#include "crypto/hex.h"
#include "crypto/random.h"

namespace penstock::client {

namespace {

constexpr std::string_view kForm = "penstock-run/v1";

Result<RunState> parse(const std::string& text) {
    const auto damaged = [] { return reject(kStateFile, {}, "It is damaged."); };
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse(text, error);
    const auto* object = error ? nullptr : value.if_object();
    if (!object) return damaged();
    const auto field = [&](const char* name) -> std::string {
        const auto* found = object->if_contains(name);
        return found && found->is_string() ? std::string(found->get_string()) : std::string();
    };
    if (field("form") != kForm) return damaged();
    RunState state;
    state.run = field("run");
    state.spec_digest = field("spec_digest");
    state.plan = field("plan");
    state.order = field("order");
    state.workload = field("workload");
    const auto* round = object->if_contains("round");
    const auto request = crypto::parse_base64(field("order_request"));
    if (state.run.empty() || !round || !round->is_int64() || !request ||
        !state.order_request.ParseFromArray(request->data(), static_cast<int>(request->size())))
        return damaged();
    state.round = static_cast<unsigned>(round->get_int64());
    return state;
}

}  // namespace

RunState new_run(const std::string& spec_digest) {
    RunState state;
    state.run = crypto::hex(crypto::random_array<16>());
    state.spec_digest = spec_digest;
    return state;
}

Result<RunState> load_run(const std::filesystem::path& file, const std::string& spec_digest) {
    std::error_code error;
    if (file.empty() || !std::filesystem::exists(file, error)) return new_run(spec_digest);
    TRY_ASSIGN(const std::string text, read_file(file));
    TRY_ASSIGN(RunState state, parse(text));
    if (state.spec_digest != spec_digest)
        return reject(kStateFile, {}, "It is of another task file, or a file of it has changed.");
    return state;
}

Result<void> save_run(const std::filesystem::path& file, const RunState& state) {
    if (file.empty()) return {};
    std::string request;
    state.order_request.SerializeToString(&request);
    const boost::json::object object{
        {"form", kForm},
        {"run", state.run},
        {"spec_digest", state.spec_digest},
        {"plan", state.plan},
        {"round", std::int64_t{state.round}},
        {"order_request", crypto::base64(crypto::bytes_of(request))},
        {"order", state.order},
        {"workload", state.workload},
    };
    return write_file(file, boost::json::serialize(object) + "\n");
}

}  // namespace penstock::client
