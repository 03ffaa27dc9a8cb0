#include <charconv>

#include "base/try.h"
#include "core/exchange/describe.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/exchange/page.h"

namespace penstock::exchange {

Result<void> list_api_keys(const View& view, const v1::ListApiKeysRequest& request,
                           v1::ListApiKeysResponse& response) {
    TRY_ASSIGN(const Page page, read_page(request.page()));
    const auto& keys = view.state.directory.keys_of(view.caller.party);
    for (auto key = keys.upper_bound(KeyId{page.after}); key != keys.end(); ++key) {
        if (response.keys_size() == static_cast<int>(page.size)) {
            const auto last = KeyId::parse(response.keys().rbegin()->id());
            response.mutable_page()->set_next_cursor(std::to_string(last->value));
            break;
        }
        describe(view.state, *key, response.add_keys());
    }
    return {};
}

Result<void> list_sessions(const View& view, const v1::ListSessionsRequest&,
                           v1::ListSessionsResponse& response) {
    for (const SessionId id : view.state.people.sessions_of(view.caller.user)) {
        if (!view.state.people.session(id).is_in_force(view.now)) continue;
        describe(view.state, id, response.add_sessions());
    }
    return {};
}

}  // namespace penstock::exchange
