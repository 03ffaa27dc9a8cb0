#include "format/focus/check_json.h"

#include <boost/json.hpp>

namespace penstock::focus {

namespace {

namespace json = boost::json;

constexpr std::size_t kCutAt = 1'200;  ///< Characters, at which the table cuts texts off.
constexpr int kDepthMax = 8;

struct Reader {
    std::string problem;

    std::optional<Check> fail(std::string what) {
        if (problem.empty()) problem = std::move(what);
        return std::nullopt;
    }

    /// The text under a key; empty, with a problem, when it is not there.
    std::string text(const json::object& object, std::string_view key) {
        const auto* value = object.if_contains(key);
        if (value == nullptr || !value->is_string() || value->get_string().empty()) {
            fail("its check lacks " + std::string(key));
            return {};
        }
        return std::string(value->get_string());
    }

    void read_value(const json::object& object, Check& check) {
        const auto* value = object.if_contains("Value");
        if (value == nullptr) {
            fail("its check lacks Value");
        } else if (value->is_string()) {
            check.value = std::string(value->get_string());
        } else if (value->is_int64()) {
            check.number = Decimal(value->get_int64());
        } else if (!value->is_null()) {
            fail("its check has a Value that is neither text, integer nor null");
        }
    }

    void read_items(const json::object& object, Check& check, int depth) {
        const auto* items = object.if_contains("Items");
        if (items == nullptr || !items->is_array() || items->get_array().empty()) {
            fail("its check lacks Items");
            return;
        }
        for (const auto& item : items->get_array()) {
            auto inner = item.is_object() ? read_named(item.get_object(), depth + 1)
                                          : fail("its check has an item that is no check");
            if (!inner) return;
            check.items.push_back(std::move(*inner));
        }
    }

    std::optional<Check> read_named(const json::object& object, int depth) {
        return read(text(object, "CheckFunction"), object, depth);
    }

    std::optional<Check> read(std::string_view function, const json::object& object, int depth) {
        using enum CheckKind;
        const auto kind = parse_check_kind(function);
        if (!kind)
            return fail("its check function " + std::string(function) + " is not known here");
        if (depth > kDepthMax) return fail("its check is nested too deep");
        Check check{.kind = *kind};
        switch (*kind) {
            case all_of:
            case any_of:
                read_items(object, check, depth);
                break;
            case rule:
                check.rule = text(object, "ModelRuleId");
                break;
            case equals:
            case not_equals:
                check.column = text(object, "ColumnName");
                read_value(object, check);
                break;
            case greater_or_equal:
                check.column = text(object, "ColumnName");
                read_value(object, check);
                if (!check.number) fail("its check compares with something that is no number");
                break;
            case product:
                check.result = text(object, "ResultColumnName");
                [[fallthrough]];
            case same_value:
            case not_same_value:
            case distinct_count:
                check.column = text(object, "ColumnAName");
                check.other = text(object, "ColumnBName");
                if (*kind == distinct_count) read_count(object, check);
                break;
            default:
                check.column = text(object, "ColumnName");
        }
        if (!problem.empty()) return std::nullopt;
        return check;
    }

    void read_count(const json::object& object, Check& check) {
        const auto* count = object.if_contains("ExpectedCount");
        if (count == nullptr || !count->is_int64() || count->get_int64() < 0) {
            fail("its check lacks ExpectedCount");
            return;
        }
        check.count = count->get_int64();
    }
};

/// The whole items at the front of a list that was cut off.
json::array whole_items(std::string_view arguments) {
    constexpr std::string_view kStart = R"({"Items": [)";
    json::array items;
    if (!arguments.starts_with(kStart)) return items;
    arguments.remove_prefix(kStart.size());
    for (;;) {
        json::stream_parser parser;
        json::error_code code;
        const std::size_t used = parser.write_some(arguments.data(), arguments.size(), code);
        if (code || !parser.done()) return items;
        items.push_back(parser.release());
        arguments.remove_prefix(used);
        if (!arguments.starts_with(", ")) return items;
        arguments.remove_prefix(2);
    }
}

std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (const char byte : text)
        count += (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U ? 1 : 0;
    return count;
}

}  // namespace

ReadCheck read_check(std::string_view function, std::string_view arguments) {
    Reader reader;
    ReadCheck found;
    json::error_code code;
    const json::value value = json::parse(arguments, code);
    if (!code && value.is_object()) {
        found.check = reader.read(function, value.get_object(), 0);
    } else if (characters(arguments) == kCutAt) {
        found.is_cut = true;
        found.check = reader.read(function, {{"Items", whole_items(arguments)}}, 0);
    } else {
        reader.problem = "its arguments are no JSON object";
    }
    found.problem = reader.problem;
    return found;
}

}  // namespace penstock::focus
