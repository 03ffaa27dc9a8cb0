#include "shell/api/secrets.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>

namespace penstock::shell {
namespace {

constexpr exchange::Actor kMember{exchange::Actor::Kind::key, 7};

TEST(SecretMaker, gives_the_same_request_the_same_secret_and_every_other_another) {
    const SecretMaker maker("server secret");
    const SecretMaker::Request request{"A/B", kMember, "key", "body"};
    EXPECT_EQ(maker.derive_text(request), maker.derive_text(request));
    const std::set<std::string> different{
        maker.derive_text(request),
        maker.derive_text({"A/C", kMember, "key", "body"}),
        maker.derive_text({"A/B", {exchange::Actor::Kind::agent, 7}, "key", "body"}),
        maker.derive_text({"A/B", {exchange::Actor::Kind::key, 8}, "key", "body"}),
        maker.derive_text({"A/B", kMember, "kez", "body"}),
        maker.derive_text({"A/B", kMember, "key", "bodx"}),
        maker.derive_text({"A/B", kMember, "keyb", "ody"}),
        SecretMaker("another").derive_text(request)};
    EXPECT_EQ(different.size(), 8u);
}

TEST(SecretMaker, writes_secrets_that_fit_a_header) {
    const SecretMaker maker("server secret");
    for (int i = 0; i < 100; ++i) {
        const std::string text = maker.derive_text({"A/B", kMember, std::to_string(i), ""});
        EXPECT_EQ(text.size(), 43u);
        EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789-_"),
                  std::string::npos);
    }
}

TEST(SecretMaker, keeps_its_secret_in_a_file_and_refuses_a_damaged_one) {
    std::string pattern = (std::filesystem::temp_directory_path() / "secret-XXXXXX").string();
    const std::filesystem::path folder = ::mkdtemp(pattern.data());
    const SecretMaker::Request request{"A/B", kMember, "key", "body"};
    const std::string first = SecretMaker::open(folder / "secret").value().derive_text(request);
    EXPECT_EQ(SecretMaker::open(folder / "secret").value().derive_text(request), first);
    EXPECT_NE(SecretMaker::open(folder / "other").value().derive_text(request), first);
    std::filesystem::resize_file(folder / "secret", 31);
    EXPECT_FALSE(SecretMaker::open(folder / "secret"));
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace penstock::shell
