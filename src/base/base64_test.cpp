#include "base/base64.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(Base64, writes_and_reads_the_vectors_of_rfc_4648) {
    const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        std::string out;
        write_base64(bytes, out);
        EXPECT_EQ(out, text);
        EXPECT_EQ(read_base64(text), bytes);
        const std::string unpadded = out.substr(0, out.find('='));
        EXPECT_EQ(read_base64(unpadded), bytes);
    }
    EXPECT_EQ(read_base64("-_-_"), read_base64("+/+/"));
}

TEST(Base64, refuses_second_spellings) {
    for (const char* text :
         {"Zh==", "Zg=", "Z", "Zg==Zg==", "Zg= =", "=", "====", "Zm9=", "Zm9v\n", "Zg===", "Zm8=="})
        EXPECT_FALSE(read_base64(text)) << text;
}

}  // namespace
}  // namespace penstock
