#include "format/exports/usage_record.h"

#include <set>
#include <string_view>

#include "base/text.h"
#include "base/try.h"
#include "format/exports/error.h"
#include "format/time_text.h"

namespace penstock::format {

namespace {

constexpr std::size_t kTextMax = 512;

std::string duration_text(Duration time) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    return "PT" + std::to_string(time.ns / kSecond) + fraction_text(time.ns % kSecond) + 'S';
}

std::string escaped(std::string_view text) {
    std::string result;
    for (const char sign : text) {
        switch (sign) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            default:
                result += sign;
        }
    }
    return result;
}

std::string_view status_text(JobStatus status) {
    switch (status) {
        case JobStatus::completed:
            return "completed";
        case JobStatus::failed:
            return "failed";
        case JobStatus::aborted:
            return "aborted";
    }
    return {};
}

class Writer {
  public:
    void open(std::string_view name) {
        indent();
        text_.append("<").append(name).append(">\n");
        ++depth_;
    }
    void close(std::string_view name) {
        --depth_;
        indent();
        text_.append("</").append(name).append(">\n");
    }
    /// Nothing for an empty value.
    void put(std::string_view name, std::string_view value) {
        if (value.empty()) return;
        indent();
        text_.append("<").append(name).append(">").append(escaped(value));
        text_.append("</").append(name).append(">\n");
    }
    void put(std::string_view name, const std::optional<std::uint64_t>& value) {
        if (value) put(name, std::to_string(*value));
    }
    std::string take() && { return std::move(text_); }
    void raw(std::string_view text) { text_ += text; }

  private:
    void indent() { text_.append(2 * depth_, ' '); }
    std::string text_;
    std::size_t depth_ = 0;
};

void write_times(Writer& writer, Interval ran) {
    writer.put("urf:StartTime", iso_time_text(ran.start));
    writer.put("urf:EndTime", iso_time_text(ran.end));
}

void write_resources(Writer& writer, const UsageRecord& record) {
    if (record.memory_used_bytes) {
        writer.open("urf:MemoryUsageBlock");
        writer.put("urf:MemoryClass", "physical");
        writer.put("urf:MemoryResourceCapacityUsed", record.memory_used_bytes);
        write_times(writer, record.ran);
        writer.close("urf:MemoryUsageBlock");
    }
    if (record.network_in_bytes || record.network_out_bytes) {
        writer.open("urf:NetworkUsageBlock");
        writer.put("urf:NetworkInboundUsed", record.network_in_bytes);
        writer.put("urf:NetworkOutboundUsed", record.network_out_bytes);
        write_times(writer, record.ran);
        writer.close("urf:NetworkUsageBlock");
    }
    if (record.cards > 0) {
        writer.open("penstock:AcceleratorUsageBlock");
        writer.put("penstock:Cards", std::to_string(record.cards));
        writer.put("penstock:CardModel", record.card_model);
        writer.close("penstock:AcceleratorUsageBlock");
    }
}

void write_record(Writer& writer, const UsageRecord& record) {
    writer.open("urf:UsageRecord");
    writer.open("urf:RecordIdentityBlock");
    writer.put("urf:RecordId", record.record_id);
    writer.put("urf:CreateTime", iso_time_text(record.created_at));
    writer.put("urf:Site", record.site);
    writer.close("urf:RecordIdentityBlock");
    if (!record.global_user_id.empty() || !record.global_group_id.empty()) {
        writer.open("urf:SubjectIdentityBlock");
        writer.put("urf:GlobalUserId", record.global_user_id);
        writer.put("urf:GlobalGroupId", record.global_group_id);
        writer.close("urf:SubjectIdentityBlock");
    }
    writer.open("urf:ComputeUsageBlock");
    writer.put("urf:CpuDuration", duration_text(record.cpu));
    writer.put("urf:WallDuration", duration_text(record.wall));
    write_times(writer, record.ran);
    writer.put("urf:NodeCount", std::to_string(record.nodes));
    writer.put("urf:Processors", std::to_string(record.processors));
    writer.put("urf:Host", record.host);
    writer.close("urf:ComputeUsageBlock");
    writer.open("urf:JobUsageBlock");
    writer.put("urf:GlobalJobId", record.global_job_id);
    writer.put("urf:LocalJobId", record.local_job_id);
    writer.put("urf:JobName", record.job_name);
    writer.put("urf:MachineName", record.machine_name);
    writer.put("urf:Queue", record.queue);
    writer.put("urf:ServiceLevel", record.service_level);
    writer.put("urf:Status", status_text(record.status));
    if (record.exit_status) writer.put("urf:ExitStatus", std::to_string(*record.exit_status));
    writer.close("urf:JobUsageBlock");
    write_resources(writer, record);
    writer.close("urf:UsageRecord");
}

/// A line of text that XML can hold: noncharacters are none of its signs.
bool is_xml_label(std::string_view text) {
    return is_label(text, {.minimum = 1, .maximum = kTextMax}) &&
           text.find("\xEF\xBF\xBE") == text.npos && text.find("\xEF\xBF\xBF") == text.npos;
}

Result<void> check_record(const UsageRecord& record, const std::string& at) {
    const auto refuse = [&](std::string_view field, std::string_view why) {
        return reject(kUsageRecordInvalid, at + "." + std::string(field), std::string(why));
    };
    struct Text {
        std::string_view field;
        const std::string& value;
        bool needed = false;
    };
    const Text texts[] = {
        {"record_id", record.record_id, true},
        {"site", record.site, true},
        {"global_user_id", record.global_user_id},
        {"global_group_id", record.global_group_id},
        {"global_job_id", record.global_job_id, true},
        {"local_job_id", record.local_job_id},
        {"job_name", record.job_name},
        {"machine_name", record.machine_name},
        {"queue", record.queue},
        {"service_level", record.service_level},
        {"host", record.host},
        {"card_model", record.card_model},
    };
    for (const Text& text : texts) {
        const bool fits = text.value.empty() ? !text.needed : is_xml_label(text.value);
        if (!fits) return refuse(text.field, "It has 1 to 512 signs on one line.");
    }
    const auto is_time = [](Instant time) { return time.ns > 0 && time <= kLastInstant; };
    if (!is_time(record.created_at)) return refuse("created_at", "It lies between 1970 and 2200.");
    if (!is_time(record.ran.start) || !is_time(record.ran.end) || record.ran.is_empty())
        return refuse("ran", "It ends after it starts, between 1970 and 2200.");
    if (record.wall.ns < 0) return refuse("wall", "It is not below zero.");
    if (record.cpu.ns < 0) return refuse("cpu", "It is not below zero.");
    if (record.processors == 0) return refuse("processors", "There is at least one.");
    if (record.nodes == 0) return refuse("nodes", "There is at least one.");
    return {};
}

}  // namespace

Result<std::string> usage_records_xml(std::span<const UsageRecord> records) {
    std::set<std::string_view> ids;
    Writer writer;
    writer.raw(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<urf:UsageRecords xmlns:urf=\"http://schema.ogf.org/urf/2013/04/urf\" "
        "xmlns:penstock=\"urn:penstock:usage-record:1\">\n");
    for (std::size_t i = 0; i < records.size(); ++i) {
        const std::string at = "records[" + std::to_string(i) + "]";
        TRY(check_record(records[i], at));
        if (!ids.insert(records[i].record_id).second)
            return reject(kUsageRecordInvalid, at + ".record_id", "It occurs twice.");
        write_record(writer, records[i]);
    }
    writer.raw("</urf:UsageRecords>\n");
    return std::move(writer).take();
}

}  // namespace penstock::format
