#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "penstock/v1/contract.pb.h"
#include "transport/schema/lint.h"
#include "transport/schema/method_table.h"
#include "transport/schema/openapi.h"

namespace penstock::transport {
namespace {

TEST(Schema, keeps_its_own_rules) {
    EXPECT_EQ(lint(schema_files()), std::vector<std::string>());
}

TEST(Schema, holds_every_service_of_the_package) {
    const auto* pool = google::protobuf::DescriptorPool::generated_pool();
    std::size_t methods = 0;
    for (const auto* file : schema_files()) {
        EXPECT_EQ(pool->FindFileByName(file->name()), file);
        for (int i = 0; i < file->service_count(); ++i)
            methods += static_cast<std::size_t>(file->service(i)->method_count());
    }
    EXPECT_EQ(MethodTable::schema().methods().size(), methods);
    EXPECT_GT(methods, 40u);
}

TEST(MethodTable, finds_a_method_by_its_three_names) {
    const auto& table = MethodTable::schema();
    const Method* method = table.find("ContractService/PlaceOrder");
    ASSERT_NE(method, nullptr);
    EXPECT_EQ(method->kind, v1::COMMAND);
    EXPECT_EQ(method->permission, v1::PERMISSION_TRADE);
    EXPECT_EQ(&table.methods()[method->index], method);
    EXPECT_EQ(table.find_connect("/penstock.v1.ContractService/PlaceOrder"), method);
    EXPECT_EQ(table.find_rest("POST", "/v1/orders").method, method);
    EXPECT_NE(dynamic_cast<v1::PlaceOrderRequest*>(method->new_request().get()), nullptr);
    EXPECT_TRUE(table.find("TaskService/WatchWorkload")->server_streaming);
    EXPECT_EQ(table.find("ContractService/CancelOrder")->owner_field->name(), "order");
    EXPECT_EQ(table.find("ContractService/None"), nullptr);
}

TEST(MethodTable, fills_fields_from_the_path) {
    const auto match = MethodTable::schema().find_rest("GET", "/v1/orders/ord%5F7/bill");
    ASSERT_NE(match.method, nullptr);
    EXPECT_EQ(match.method->full_name, "ContractService/GetBill");
    ASSERT_EQ(match.fields.size(), 1u);
    EXPECT_EQ(match.fields[0].first->name(), "order");
    EXPECT_EQ(match.fields[0].second, "ord_7");
}

TEST(MethodTable, finds_nothing_at_other_paths) {
    const auto& table = MethodTable::schema();
    for (const char* path : {"", "/", "v1/orders", "/v1/orders/", "/v1/orders//bill", "/v1/ordersX",
                             "/v1/orders/%zz/bill", "/v1/orders/a/b/bill", "/v2/orders",
                             "/v1/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r"})
        EXPECT_EQ(table.find_rest("POST", path).method, nullptr) << path;
    EXPECT_EQ(table.find_rest("PUT", "/v1/orders").method, nullptr);
    EXPECT_EQ(table.allowed_verbs("/v1/orders"), "POST");
    EXPECT_EQ(table.allowed_verbs("/v1/none"), "");
}

TEST(MethodTable, routes_nothing_internal) {
    const auto& table = MethodTable::schema();
    const Method* tick = table.find("InternalService/Tick");
    ASSERT_NE(tick, nullptr);
    EXPECT_TRUE(tick->internal);
    EXPECT_EQ(table.find_connect("/penstock.v1.InternalService/Tick"), nullptr);
    for (const Method& method : table.methods()) {
        EXPECT_EQ(method.internal, method.verb.empty()) << method.full_name;
        EXPECT_EQ(method.internal, method.connect_path.find("Internal") != std::string::npos);
    }
}

/// A schema of one service with every fault that the lint knows.
const google::protobuf::FileDescriptor* faulty(google::protobuf::DescriptorPool& pool) {
    google::protobuf::FileDescriptorProto file;
    file.set_name("faulty.proto");
    file.set_package("faulty");
    file.set_syntax("proto3");
    file.add_dependency("penstock/v1/options.proto");
    auto* message = file.add_message_type();
    message->set_name("Request");
    const auto add = [&](const char* name, int number, auto type) {
        auto* field = message->add_field();
        field->set_name(name);
        field->set_number(number);
        field->set_type(type);
        field->set_label(google::protobuf::FieldDescriptorProto::LABEL_OPTIONAL);
        return field;
    };
    using Field = google::protobuf::FieldDescriptorProto;
    add("ratio", 1, Field::TYPE_DOUBLE);
    add("number", 2, Field::TYPE_INT32)->mutable_options()->SetExtension(v1::id_prefix, "n");
    add("password", 3, Field::TYPE_STRING)->mutable_options()->SetExtension(v1::secret, true);
    auto* service = file.add_service();
    service->set_name("FaultyService");
    for (const char* name : {"First", "Second"}) {
        auto* rpc = service->add_method();
        rpc->set_name(name);
        rpc->set_input_type(".faulty.Request");
        rpc->set_output_type(".faulty.Request");
        auto* options = rpc->mutable_options();
        options->SetExtension(v1::kind, v1::COMMAND);
        options->SetExtension(v1::owner_field, "number");
        options->MutableExtension(v1::http)->set_verb("POST");
        options->MutableExtension(v1::http)->set_path("/v1/x/{number}");
    }
    auto* third = service->add_method();
    third->set_name("Third");
    third->set_input_type(".faulty.Request");
    third->set_output_type(".faulty.Request");
    third->mutable_options()->MutableExtension(v1::http)->set_path("/v1/{none}");
    return pool.BuildFile(file);
}

TEST(Lint, finds_every_fault) {
    google::protobuf::DescriptorPool pool(google::protobuf::DescriptorPool::generated_pool());
    const auto* file = faulty(pool);
    ASSERT_NE(file, nullptr);
    const auto findings = lint(std::span(&file, std::size_t{1}), {});
    std::string all;
    for (const auto& finding : findings) all += finding + "\n";
    for (const char* expected :
         {"FaultyService/First has no permission.",
          "FaultyService/First names the owner field number, which is no string of its request.",
          "FaultyService/First would journal the secret faulty.Request.password.",
          "FaultyService/Second has the same route as FaultyService/First.",
          "FaultyService/Third has no kind.", "FaultyService/Third has no route with a known verb.",
          "FaultyService/Third has a path that its request does not fit.",
          "faulty.Request.ratio is a float.",
          "faulty.Request.number has an id_prefix but is no string."})
        EXPECT_NE(all.find(expected), std::string::npos) << expected << " in\n" << all;
    const std::string_view prepared[] = {"FaultyService/First", "FaultyService/Second"};
    for (const auto& finding : lint(std::span(&file, std::size_t{1}), prepared))
        EXPECT_EQ(finding.find("secret"), std::string::npos);
}

TEST(OpenApi, describes_every_routed_method_and_all_it_refers_to) {
    const auto& table = MethodTable::schema();
    const auto document = boost::json::parse(openapi_document(table, "1.2.3")).as_object();
    EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
    EXPECT_EQ(document.at("info").at("version").as_string(), "1.2.3");
    std::size_t operations = 0;
    for (const auto& [path, verbs] : document.at("paths").as_object())
        operations += verbs.as_object().size();
    std::size_t routed = 0;
    for (const auto& method : table.methods()) routed += method.verb.empty() ? 0u : 1u;
    EXPECT_EQ(operations, routed);
    const auto& schemas = document.at("components").at("schemas").as_object();
    const std::string text = openapi_document(table, "1.2.3");
    const std::string mark = "\"$ref\":\"#/components/schemas/";
    std::set<std::string> missing;
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        const auto start = at + mark.size();
        const std::string name = text.substr(start, text.find('"', start) - start);
        if (!schemas.contains(name)) missing.insert(name);
    }
    EXPECT_EQ(missing, std::set<std::string>());
    EXPECT_EQ(text.find("InternalService"), std::string::npos);
}

}  // namespace
}  // namespace penstock::transport
