#include <gtest/gtest.h>

#include <random>

#include "base/hash.h"
#include "core/exchange/by_plan_world.h"

namespace penstock::exchange {

void expect_damage_is_harmless(const std::string& sound, std::uint32_t seed) {
    const std::size_t first_line = sound.find('\n') + 1;
    std::mt19937 random(seed);
    int refusals = 0;
    for (int i = 0; i < 3'000; ++i) {
        std::string changed = sound.substr(0, sound.size() - Digest{}.size());
        const std::size_t at = first_line + random() % (changed.size() - first_line);
        changed[at] = static_cast<char>(random() % 256);
        const Digest digest = digest_of(changed);
        changed.append(reinterpret_cast<const char*>(digest.data()), digest.size());
        const auto restored = Exchange::restore(changed);
        if (!restored) {
            ++refusals;
            continue;
        }
        EXPECT_EQ(restored->snapshot(), changed);
    }
    EXPECT_GT(refusals, 0);
}

}  // namespace penstock::exchange
