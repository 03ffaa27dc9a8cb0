#include "format/exports/usage_record.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "format/exports/error.h"

namespace penstock::format {
namespace {

UsageRecord good_record() {
    UsageRecord record;
    record.record_id = "exchange.example/att_12/1";
    record.created_at = Instant{1'835'424'000'000'000'000};  // 2028-02-29 08:00 UTC
    record.site = "临港 <A&B>";
    record.global_job_id = "att_12";
    record.ran = {Instant{1'835'420'400'000'000'000}, Instant{1'835'423'999'500'000'000}};
    record.wall = Duration{3'599'500'000'000};
    record.cpu = Duration{28'000'000'000'001};
    record.processors = 8;
    return record;
}

UsageRecord full_record() {
    UsageRecord record = good_record();
    record.record_id = "exchange.example/att_13/2";
    record.global_user_id = "user_4";
    record.global_group_id = "party_2";
    record.local_job_id = "slurm-991";
    record.job_name = "render 'frames' \"1–9\"";
    record.machine_name = "pool_3";
    record.queue = "prod_7";
    record.service_level = "ctr_42";
    record.status = JobStatus::failed;
    record.exit_status = -9;
    record.host = "node01";
    record.memory_used_bytes = 18'446'744'073'709'551'615U;
    record.network_in_bytes = 0;
    record.network_out_bytes = 5;
    record.cards = 8;
    record.card_model = "910B";
    return record;
}

/// Whether xmllint finds the text valid by our schema.
bool is_valid(const std::string& xml) {
    const auto path = std::filesystem::temp_directory_path() /
                      ("usage-record-" + std::to_string(::getpid()) + ".xml");
    std::ofstream(path) << xml;
    const std::string command = "xmllint --noout --nonet --schema '" PENSTOCK_USAGE_RECORD_SCHEMA
                                "' '" +
                                path.string() + "' 2>/dev/null";
    const int status = std::system(command.c_str());  // NOLINT: a test, with its own arguments.
    std::filesystem::remove(path);
    return status == 0;
}

TEST(UsageRecord, is_valid_by_the_schema) {
    const std::vector<UsageRecord> records = {good_record(), full_record()};
    const auto xml = usage_records_xml(records);
    ASSERT_TRUE(xml.has_value()) << xml.error().message();
    EXPECT_TRUE(is_valid(*xml)) << *xml;
    const auto none = usage_records_xml({});
    EXPECT_TRUE(is_valid(*none)) << *none;
}

TEST(UsageRecord, the_schema_finds_what_is_spoilt) {
    const std::vector<UsageRecord> records = {full_record()};
    const std::string good = *usage_records_xml(records);
    const std::pair<std::string, std::string> changes[] = {
        {"<urf:Status>failed", "<urf:Status>broken"},
        {"PT3599.5S", "PT-1S"},
        {"2028-02-29T08:00:00Z", "2028-02-30T08:00:00Z"},
        {"2028-02-29T08:00:00Z", "2028-02-29T08:00:00"},
        {"urf:Processors", "urf:Cores"},
        {"<urf:Processors>8", "<urf:Processors>0"},
        {"2013/04/urf", "2003/09/urf"},
    };
    for (const auto& [from, to] : changes) {
        std::string spoilt = good;
        ASSERT_NE(spoilt.find(from), std::string::npos) << from;
        for (std::size_t at = 0; (at = spoilt.find(from, at)) != std::string::npos; at += to.size())
            spoilt.replace(at, from.size(), to);
        EXPECT_FALSE(is_valid(spoilt)) << to;
    }
}

TEST(UsageRecord, times_are_utc_and_durations_exact) {
    const std::vector<UsageRecord> records = {good_record()};
    const std::string xml = *usage_records_xml(records);
    for (const char* wanted : {"<urf:CreateTime>2028-02-29T08:00:00Z</urf:CreateTime>",
                               "<urf:StartTime>2028-02-29T07:00:00Z</urf:StartTime>",
                               "<urf:EndTime>2028-02-29T07:59:59.5Z</urf:EndTime>",
                               "<urf:WallDuration>PT3599.5S</urf:WallDuration>",
                               "<urf:CpuDuration>PT28000.000000001S</urf:CpuDuration>",
                               "<urf:Site>临港 &lt;A&amp;B&gt;</urf:Site>"})
        EXPECT_NE(xml.find(wanted), std::string::npos) << wanted << " in " << xml;
    EXPECT_EQ(xml.find("urf:Host"), std::string::npos);
    EXPECT_EQ(xml.find("penstock:Cards"), std::string::npos);
}

TEST(UsageRecord, fields_that_cannot_be_are_named) {
    struct Wrong {
        std::string field;
        std::function<void(UsageRecord&)> spoil;
    };
    const Wrong wrongs[] = {
        {"record_id", [](UsageRecord& r) { r.record_id.clear(); }},
        {"record_id", [](UsageRecord& r) { r.record_id = full_record().record_id; }},
        {"site", [](UsageRecord& r) { r.site = "a\nb"; }},
        {"job_name", [](UsageRecord& r) { r.job_name = "\xEF\xBF\xBF"; }},
        {"queue", [](UsageRecord& r) { r.queue = std::string(513, 'q'); }},
        {"host", [](UsageRecord& r) { r.host = "\xC0\xAF"; }},
        {"created_at", [](UsageRecord& r) { r.created_at = {}; }},
        {"ran", [](UsageRecord& r) { r.ran.end = r.ran.start; }},
        {"wall", [](UsageRecord& r) { r.wall = Duration{-1}; }},
        {"cpu", [](UsageRecord& r) { r.cpu = Duration{-1}; }},
        {"processors", [](UsageRecord& r) { r.processors = 0; }},
        {"nodes", [](UsageRecord& r) { r.nodes = 0; }},
    };
    for (const Wrong& wrong : wrongs) {
        std::vector<UsageRecord> records = {full_record(), good_record()};
        wrong.spoil(records[1]);
        const auto xml = usage_records_xml(records);
        ASSERT_FALSE(xml.has_value()) << wrong.field;
        EXPECT_EQ(xml.error().field(), "records[1]." + wrong.field);
    }
}

}  // namespace
}  // namespace penstock::format
