#include <algorithm>
#include <array>

#include "base/task_limits.h"
#include "base/text.h"
#include "base/try.h"
#include "format/error.h"
#include "format/result_pattern.h"
#include "format/task_file_reader.h"
#include "format/task_file_values.h"

namespace penstock::format {

namespace {

using namespace task_limits;

using Reader = const TaskFileReader&;
using Node = const YamlNode&;

Result<void> read_unit(Reader reader, Node node, v1::ResultUnit& unit) {
    TRY_ASSIGN(std::string name, reader.text(node, "results.unit"));
    if (!is_label(name, {1, kUnitNameBytesMax}) || name.size() > kUnitNameBytesMax) {
        return reader.wrong_value(node, "results.unit",
                                  "must name what is counted, such as frame, in 1 to 40 bytes");
    }
    unit.set_name(std::move(name));
    return {};
}

Result<void> read_line(Reader reader, Node node, v1::ResultUnit& unit) {
    TRY_ASSIGN(std::string line, reader.text(node, "results.line"));
    if (const auto pattern = ResultPattern::compile(line); !pattern) {
        return reader.fail(kTaskFileValue, node.place, "results.line",
                           "results.line must be an RE2 expression with at most one group: " +
                               std::string(pattern.error().detail()));
    }
    unit.set_line(std::move(line));
    return {};
}

Result<void> read_files(Reader reader, Node node, v1::ResultUnit& unit) {
    TRY_ASSIGN(const std::string text, reader.text(node, "results.files"));
    auto path = parse_relative_path(text);
    if (!path) {
        return reader.wrong_value(node, "results.files",
                                  "must be a relative path or pattern without '..', such as "
                                  "frames/*.png");
    }
    unit.set_files(*std::move(path));
    return {};
}

Result<void> read_per_match(Reader reader, Node node, v1::ResultUnit& unit) {
    TRY_ASSIGN(const auto number, reader.count(node, "results.per_match", 1, kPerMatchMax));
    unit.set_per_match(number);
    return {};
}

Result<void> read_quoted_per(Reader reader, Node node, v1::ResultUnit& unit) {
    TRY_ASSIGN(const auto number, reader.count(node, "results.quoted_per", 1, kQuotedPerMax));
    unit.set_quoted_per(number);
    return {};
}

Result<void> read_per_task(Reader reader, Node node, v1::ResultUnit& unit) {
    TRY_ASSIGN(const auto number, reader.count(node, "results.per_task", 1, kResultsMax));
    unit.set_per_task(number);
    return {};
}

struct Field {
    std::string_view name;
    Result<void> (*read)(Reader, Node, v1::ResultUnit&);
};
constexpr std::array<Field, 6> kFields{{
    {"unit", read_unit},
    {"line", read_line},
    {"files", read_files},
    {"per_match", read_per_match},
    {"quoted_per", read_quoted_per},
    {"per_task", read_per_task},
}};

}  // namespace

Result<void> read_results(Reader reader, Node node, TaskFile& task) {
    TRY(reader.require_mapping(node, "results"));
    v1::ResultUnit unit;
    for (const YamlEntry& entry : node.entries) {
        const auto* const field = std::ranges::find(kFields, entry.name, &Field::name);
        if (field == kFields.end()) {
            std::array<std::string_view, kFields.size()> names;
            std::ranges::transform(kFields, names.begin(), &Field::name);
            return reader.unknown(entry, "results." + entry.name.substr(0, 64), names);
        }
        TRY(field->read(reader, entry.value, unit));
    }
    if (unit.name().empty()) {
        return reader.fail(kTaskFileMissing, node.place, "results.unit",
                           "results needs 'unit: <what is counted>', such as frame");
    }
    if (unit.line().empty() && unit.files().empty()) {
        return reader.fail(kTaskFileMissing, node.place, "results",
                           "results needs 'line: <expression>' or 'files: <pattern>' to count by");
    }
    if (!unit.line().empty() && !unit.files().empty()) {
        return reader.fail(kTaskFileConflict, node.place, "results",
                           "results are counted by 'line' or by 'files'; remove one of them");
    }
    *task.spec.mutable_result_unit() = std::move(unit);
    return {};
}

}  // namespace penstock::format
