#include <gtest/gtest.h>

#include <string>

#include "penstock/v1/contract.pb.h"
#include "penstock/v1/event.pb.h"
#include "penstock/v1/evidence.pb.h"
#include "penstock/v1/party.pb.h"
#include "penstock/v1/task.pb.h"
#include "transport/json/error.h"
#include "transport/json/read.h"
#include "transport/json/strict.h"
#include "transport/json/write.h"

namespace penstock::transport {
namespace {

v1::PlaceOrderRequest order() {
    v1::PlaceOrderRequest request;
    for (int i = 0; i < 2; ++i) {
        auto* line = request.add_lines();
        line->set_product("prod_" + std::to_string(i));
        line->set_cores(4);
        line->mutable_term()->set_start_ns(-5);
        line->mutable_term()->set_end_ns(INT64_MAX);
    }
    request.mutable_max_total()->set_micros(1'000'000);
    return request;
}

TEST(Json, prints_in_the_order_of_declaration_and_skips_defaults) {
    EXPECT_EQ(to_json(order()), R"({"lines":[{"product":"prod_0","cores":4,"term":{"startNs":"-5",)"
                                R"("endNs":"9223372036854775807"}},{"product":"prod_1","cores":4,)"
                                R"("term":{"startNs":"-5","endNs":"9223372036854775807"}}],)"
                                R"("maxTotal":{"micros":"1000000"}})");
    v1::Money money;
    EXPECT_EQ(to_json(money), "{}");
    EXPECT_EQ(to_json(money, Defaults::print), R"({"micros":"0","currency":""})");
    EXPECT_EQ(to_json(v1::PlaceOrderRequest(), Defaults::print),
              R"({"lines":[],"postPaid":false})");
}

TEST(Json, reads_what_it_prints) {
    v1::PlaceOrderRequest back;
    ASSERT_TRUE(read_json(to_json(order()), back));
    EXPECT_EQ(back.SerializeAsString(), order().SerializeAsString());
}

TEST(Json, takes_either_name_numbers_or_strings_and_null) {
    v1::Interval interval;
    ASSERT_TRUE(read_json(R"({"start_ns": "7", "endNs": -18})", interval));
    EXPECT_EQ(interval.start_ns(), 7);
    EXPECT_EQ(interval.end_ns(), -18);
    v1::Party party;
    ASSERT_TRUE(
        read_json(R"({"roles":["ROLE_BUYER",2],"state":"PARTY_QUALIFIED","id":null})", party));
    EXPECT_EQ(party.roles_size(), 2);
    EXPECT_EQ(party.roles(1), v1::ROLE_SUPPLIER);
    EXPECT_EQ(party.state(), v1::PARTY_QUALIFIED);
}

TEST(Json, keeps_text_with_escapes_and_bytes) {
    v1::EnrolAgentRequest request;
    ASSERT_TRUE(
        read_json("{\"token\":\"a\\u4e2d\\n\\\"\\ud83d\\ude00\",\"publicKey\":\"AP8_\"}", request));
    EXPECT_EQ(request.token(), "a中\n\"😀");
    EXPECT_EQ(request.public_key(), std::string("\0\xff\x3f", 3));
    v1::EnrolAgentRequest back;
    ASSERT_TRUE(read_json(to_json(request), back));
    EXPECT_EQ(back.SerializeAsString(), request.SerializeAsString());
}

struct Refused {
    const char* text;
    const Rejection* rejection;
    const char* field;
};

TEST(Json, refuses_what_is_not_an_order_and_says_where) {
    const Refused cases[] = {
        {R"({"lines":[{},{},{"term":{"startNs":"x"}}]})", &kJsonWrongType,
         "lines[2].term.start_ns"},
        {R"({"lines":[{"cores":4294967296}]})", &kJsonOutOfRange, "lines[0].cores"},
        {R"({"lines":[{"cores":-1}]})", &kJsonOutOfRange, "lines[0].cores"},
        {R"({"lines":[{"cores":1.0}]})", &kJsonWrongType, "lines[0].cores"},
        {R"({"lines":[{"cores":1e2}]})", &kJsonWrongType, "lines[0].cores"},
        {R"({"lines":[{"cores":"01"}]})", &kJsonWrongType, "lines[0].cores"},
        {R"({"lines":[{"cores":true}]})", &kJsonWrongType, "lines[0].cores"},
        {R"({"lines":[{"cores":{}}]})", &kJsonWrongType, "lines[0].cores"},
        {R"({"lines":[{"cores":[1]}]})", &kJsonWrongType, "lines[0].cores"},
        {R"({"lines":[null]})", &kJsonWrongType, "lines[0]"},
        {R"({"lines":{}})", &kJsonWrongType, "lines"},
        {R"({"lines":[[]]})", &kJsonWrongType, "lines[0]"},
        {R"({"lines":[{"product":5}]})", &kJsonWrongType, "lines[0].product"},
        {R"({"maxTotal":{"micros":9223372036854775808}})", &kJsonOutOfRange, "max_total.micros"},
        {R"({"maxTotal":{"micros":"9223372036854775808"}})", &kJsonOutOfRange, "max_total.micros"},
        {R"({"maxTotal":{"micros":1e400}})", &kJsonOutOfRange, "max_total.micros"},
        {R"({"maxTotal":{"micros":99999999999999999999}})", &kJsonOutOfRange, "max_total.micros"},
        {R"({"maxTotal":{"micros":" 1"}})", &kJsonWrongType, "max_total.micros"},
        {R"({"maxTotal":{},"max_total":{}})", &kJsonDuplicateKey, "max_total"},
        {R"({"lines":[],"lines":[]})", &kJsonDuplicateKey, "lines"},
        {R"({"lines":[{"colour":1}]})", &kJsonUnknownKey, "lines[0]"},
        {R"({"":1})", &kJsonUnknownKey, ""},
        {R"({} {})", &kJsonMalformed, ""},
        {R"({"lines":[],})", &kJsonMalformed, "lines"},
        {R"({"lines":[{},]})", &kJsonMalformed, "lines[1]"},
        {"{/* */}", &kJsonMalformed, ""},
        {"{'lines':[]}", &kJsonMalformed, ""},
        {"", &kJsonMalformed, ""},
        {"[]", &kJsonWrongType, ""},
        {"null", &kJsonWrongType, ""},
        {"3", &kJsonWrongType, ""},
        {"{\"maxTotal\":{\"currency\":\"\xff\"}}", &kJsonMalformed, "max_total.currency"},
        {R"({"maxTotal":{"currency":"\ud800"}})", &kJsonMalformed, "max_total.currency"},
        {"\xef\xbb\xbf{}", &kJsonMalformed, ""},
    };
    for (const auto& item : cases) {
        v1::PlaceOrderRequest request;
        const auto result = read_json(item.text, request);
        ASSERT_FALSE(result) << item.text;
        EXPECT_EQ(result.error().reason(), item.rejection->reason) << item.text;
        EXPECT_EQ(result.error().field(), item.field) << item.text;
    }
}

TEST(Json, refuses_unknown_enumeration_values_and_second_choices) {
    v1::Party party;
    for (const char* text : {R"({"state":"NO"})", R"({"state":99})", R"({"state":"1"})"}) {
        const auto result = read_json(text, party);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().reason(), kJsonUnknownEnum.reason);
    }
    v1::Event event;
    const auto result = read_json(R"({"contractChanged":{},"charged":{}})", event);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().reason(), kJsonOneofTaken.reason);
    EXPECT_EQ(result.error().field(), "charged");
}

TEST(Json, limits_size_and_depth) {
    v1::PlanWorkloadResponse plan;
    EXPECT_EQ(read_json("{}   ", plan, {.bytes_max = 4}).error().reason(), kJsonTooLarge.reason);
    EXPECT_TRUE(read_json("{}", plan, {.bytes_max = 4}));
    const auto result =
        read_json(R"({"plans":[{"order":{"lines":[{}]}}]})", plan, {.depth_max = 4});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().reason(), kJsonTooDeep.reason);
}

TEST(Json, reads_scalars_as_a_url_carries_them) {
    v1::ReadLogRequest request;
    const auto* offset = v1::ReadLogRequest::descriptor()->FindFieldByName("offset");
    EXPECT_TRUE(read_scalar("12", *offset, request));
    EXPECT_EQ(request.offset(), 12u);
    EXPECT_EQ(read_scalar("-1", *offset, request).error().field(), "offset");
    const auto* task = v1::ReadLogRequest::descriptor()->FindFieldByName("task");
    EXPECT_FALSE(read_scalar("\xc0\xaf", *task, request));
    EXPECT_FALSE(read_scalar("\xed\xa0\x80", *task, request));
    EXPECT_TRUE(read_scalar("任务", *task, request));
}

TEST(Strict, refuses_more_values_than_a_request_needs_before_it_makes_memory_for_them) {
    std::string binary;
    std::string json = R"({"lines":[{})";
    for (std::size_t i = 0; i <= kValuesMax; ++i) {
        binary.append("\x0a\x00", 2);  // Field 1, an empty message.
        json.append(",{}");
    }
    json.append("]}");
    v1::PlaceOrderRequest into;
    EXPECT_EQ(read_binary(binary, into).error().reason(), "TOO_MANY_VALUES");
    EXPECT_EQ(read_json(json, into).error().reason(), "TOO_MANY_VALUES");
    // Within a message, too, and in fields that nobody knows.
    std::string inner;
    for (std::size_t i = 0; i <= kValuesMax; ++i) inner.append("\xf8\x07\x01", 3);
    EXPECT_EQ(read_binary(inner, into).error().reason(), "TOO_MANY_VALUES");
    EXPECT_TRUE(read_binary(order().SerializeAsString(), into));
}

TEST(Strict, refuses_unknown_fields_and_values_at_any_depth) {
    v1::PlanWorkloadResponse plan;
    auto* line = plan.add_plans()->mutable_order()->add_lines();
    EXPECT_TRUE(refuse_unknown(plan));
    line->mutable_term()
        ->GetReflection()
        ->MutableUnknownFields(line->mutable_term())
        ->AddVarint(77, 1);
    v1::PlanWorkloadResponse back;
    auto result = read_binary(plan.SerializeAsString(), back);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().reason(), kBinaryUnknownField.reason);
    EXPECT_EQ(result.error().field(), "plans[0].order.lines[0].term");

    v1::Party party;
    party.add_roles(v1::ROLE_BUYER);
    party.add_roles(static_cast<v1::Role>(1234));
    result = refuse_unknown(party);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().reason(), kBinaryUnknownEnum.reason);
    EXPECT_EQ(result.error().field(), "roles[1]");
    EXPECT_EQ(read_binary("\xff\xff", party).error().reason(), kBinaryMalformed.reason);
}

}  // namespace
}  // namespace penstock::transport
