#include "format/statement.h"

#include <gtest/gtest.h>

#include "format/error.h"

namespace penstock::format {
namespace {

TEST(Statement, is_verified_for_its_type_key_and_body_alone) {
    const auto pair = crypto::KeyPair::generate();
    const auto statement = sign_statement(kUsageStatement, std::string("\0body", 5), 3, pair);
    EXPECT_EQ(statement.key_epoch(), 3U);
    EXPECT_TRUE(verify_statement(statement, kUsageStatement, pair.public_key()));
    EXPECT_EQ(verify_statement(statement, kProfileStatement, pair.public_key()).error().field(),
              "type");
    EXPECT_EQ(verify_statement(statement, kUsageStatement, crypto::KeyPair::generate().public_key())
                  .error()
                  .number(),
              kStatementWrong.number);

    auto altered = statement;
    altered.set_body("body");
    EXPECT_FALSE(verify_statement(altered, kUsageStatement, pair.public_key()));
    altered = statement;
    altered.set_type(std::string(kProfileStatement));
    EXPECT_FALSE(verify_statement(altered, kProfileStatement, pair.public_key()));
    altered = statement;
    altered.mutable_signature()->pop_back();
    EXPECT_FALSE(verify_statement(altered, kUsageStatement, pair.public_key()));
    altered.clear_signature();
    EXPECT_FALSE(verify_statement(altered, kUsageStatement, pair.public_key()));
}

TEST(Statement, signs_the_documented_bytes) {
    const auto pair = crypto::KeyPair::generate();
    const auto statement = sign_statement("usage", "body", 1, pair);
    EXPECT_EQ(statement.signature(),
              crypto::text_of(pair.sign("penstock-statement/v1 usage\nbody")));
}

}  // namespace
}  // namespace penstock::format
