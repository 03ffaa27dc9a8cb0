#include "shell/identity/password_rules.h"

#include <gtest/gtest.h>

#include <vector>

namespace penstock::shell {
namespace {

const std::vector<std::string> kAbout{"wang.fang@zhejianglab.test", "Wang Fang", "Zhejiang Lab"};

std::string_view reason(std::string_view password) {
    const auto checked = check_password(password, kAbout);
    return checked ? "" : checked.error().reason();
}

TEST(PasswordRules, let_anything_through_that_is_long_and_nobodys_first_guess) {
    for (const char* password :
         {"correct horse battery staple", "vK7#qLm2xw", "kettle-orbit-94-violin",
          "好雨知时节当春乃发生", "        tiptoe gravel", "mjuhbvxrtp"})
        EXPECT_EQ(reason(password), "") << password;
    EXPECT_EQ(reason(std::string(64, 'q') + std::string(64, 'w')), "");
}

TEST(PasswordRules, want_8_to_128_characters) {
    for (const std::string& password :
         {std::string(), std::string("vK7#qLm"), std::string(129, 'x'),
          std::string("好雨知时节当春"), std::string("vK7#qLm2\xff")})
        EXPECT_EQ(reason(password), "PASSWORD_LENGTH") << password;
}

TEST(PasswordRules, refuse_what_attackers_try_first) {
    for (const char* password :
         {"password",      "Password1",    "P@ssw0rd!",        "Passw0rd!2026", "12345678",
          "123456789",     "qwertyuiop",   "QWERTY123",        "1qaz2wsx",      "1q2w3e4r5t6y",
          "iloveyou",      "iloveyou2",    "letmein!!",        "welcome123",    "Admin@123",
          "administrator", "dragon99!",    "monkey2024",       "sunshine1",     "princess",
          "football1",     "aaaaaaaa",     "abcabcabc",        "abcdefgh",      "zyxwvuts",
          "11111111",      "00000000",     "20261122",         "!!!!!!!!",      "trustno1",
          "starwars77",    "superman",     "woaini1314",       "woaini520",     "5201314520",
          "a1b2c3d4",      "zhongguo2026", "changeme!",        "letmeinnow",    "masterkey",
          "summer2026",    "Winter2025!",  "qazwsxedc",        "asdfghjkl;",    "helloworld",
          "michael1",      "jordan23!",    "passwordpassword", "lovelove",      "987654321"})
        EXPECT_EQ(reason(password), "PASSWORD_COMMON") << password;
}

TEST(PasswordRules, refuse_what_is_made_of_the_person_the_party_or_us) {
    for (const char* password : {"WangFang1988", "zhejianglab!", "fangwang.2026", "Zhej1angLab99",
                                 "penstock-2026-x", "wangfang-secret"})
        EXPECT_EQ(reason(password), "PASSWORD_PERSONAL") << password;
    EXPECT_EQ(reason("wang likes violet kettles"), "") << "a name in a long text does no harm";
}

}  // namespace
}  // namespace penstock::shell
