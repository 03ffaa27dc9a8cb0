#include "app/client/run_state.h"

#include <boost/json.hpp>

#include "app/client/error.h"
#include "app/client/state_file.h"
#include "base/try.h"

namespace penstock::client {

namespace {

constexpr std::string_view kForm = "penstock-run/v1";

}  // namespace

RunState new_run(const std::string& spec_digest) {
    RunState state;
    state.run = new_run_id();
    state.spec_digest = spec_digest;
    return state;
}

Result<RunState> load_run(const std::filesystem::path& file, const std::string& spec_digest) {
    TRY_ASSIGN(const auto object, read_state(file, kForm));
    if (!object) return new_run(spec_digest);
    RunState state;
    state.run = text_in(*object, "run");
    state.spec_digest = text_in(*object, "spec_digest");
    state.plan = text_in(*object, "plan");
    state.order = text_in(*object, "order");
    state.workload = text_in(*object, "workload");
    const auto round = number_in(*object, "round");
    if (state.run.empty() || !round || !read_message(*object, "order_request", state.order_request))
        return damaged_state();
    state.round = static_cast<unsigned>(*round);
    if (state.spec_digest != spec_digest)
        return reject(kStateFile, {}, "It is of another task file, or a file of it has changed.");
    return state;
}

Result<void> save_run(const std::filesystem::path& file, const RunState& state) {
    return write_state(file, kForm,
                       {
                           {"run", state.run},
                           {"spec_digest", state.spec_digest},
                           {"plan", state.plan},
                           {"round", std::int64_t{state.round}},
                           {"order_request", message_text(state.order_request)},
                           {"order", state.order},
                           {"workload", state.workload},
                       });
}

}  // namespace penstock::client
