#include "app/doctor/report.h"

#include <fmt/core.h>

#include <algorithm>

#include "transport/json/write.h"

namespace penstock::doctor {

std::string_view name(Grade grade) {
    if (grade == Grade::ok) return "OK";
    return grade == Grade::warn ? "WARN" : "FAIL";
}

void Report::fail(std::string check, const Error& error) {
    const std::string remedy(error.rejection().remedy);
    fail(std::move(check), error.detail().empty() ? std::string(error.reason()) : error.detail(),
         remedy);
}

std::size_t Report::count(Grade grade) const {
    return static_cast<std::size_t>(std::ranges::count(findings_, grade, &Finding::grade));
}

std::string Report::text() const {
    std::string text;
    for (const Finding& finding : findings_) {
        text.append(fmt::format("{:<5}{}: {}\n", name(finding.grade), finding.check, finding.text));
        if (!finding.remedy.empty()) text.append(fmt::format("     → {}\n", finding.remedy));
    }
    text.append(fmt::format("{} ok, {} to look at, {} failed\n", count(Grade::ok),
                            count(Grade::warn), count(Grade::fail)));
    return text;
}

std::string Report::json() const {
    std::string json = "{\"findings\":[";
    const auto member = [&](const char* key, std::string_view value) {
        json.append("\"").append(key).append("\":");
        transport::write_json_string(value, json);
    };
    for (const Finding& finding : findings_) {
        json.append(&finding == findings_.data() ? "{" : ",{");
        member("grade", name(finding.grade));
        json.append(",");
        member("check", finding.check);
        json.append(",");
        member("text", finding.text);
        if (!finding.remedy.empty()) {
            json.append(",");
            member("remedy", finding.remedy);
        }
        json.append("}");
    }
    return json +
           fmt::format("],\"failed\":{},\"warned\":{}}}\n", count(Grade::fail), count(Grade::warn));
}

}  // namespace penstock::doctor
