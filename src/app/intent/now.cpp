#include "app/intent/now.h"

#include "advise/intent/error.h"
#include "app/client/print.h"
#include "app/client/this_moment.h"

namespace penstock::app {

Result<Instant> read_now(const std::string& text) {
    if (text.empty()) return client::this_moment();
    const auto ns = client::parse_time(text);
    if (!ns)
        return reject(intent::kIntentValue, "now",
                      "--now must be a day or an instant such as 2026-11-21T20:15:00Z.");
    return Instant{*ns};
}

}  // namespace penstock::app
