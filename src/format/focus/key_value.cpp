#include <boost/json/basic_parser_impl.hpp>
#include <set>
#include <string>

#include "format/focus/value_formats.h"

namespace penstock::focus {

namespace {

namespace json = boost::json;

/// Lets one flat object through, and stops at the first thing that is none.
struct FlatObject {
    static constexpr std::size_t max_object_size = 1'024;
    static constexpr std::size_t max_array_size = 0;
    static constexpr std::size_t max_key_size = 65'536;
    static constexpr std::size_t max_string_size = 65'536;

    using Code = json::error_code;
    using Text = json::string_view;

    std::set<std::string, std::less<>> keys;
    std::string key;
    int depth = 0;

    bool stop(Code& code) const {
        code = json::error::syntax;
        return false;
    }
    /// A value; one outside of the object is no object.
    bool value(Code& code) const { return depth == 1 || stop(code); }

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code& code) { return ++depth == 1 || stop(code); }
    bool on_object_end(std::size_t, Code&) {
        --depth;
        return true;
    }
    bool on_array_begin(Code& code) { return stop(code); }
    bool on_array_end(std::size_t, Code& code) { return stop(code); }
    bool on_key_part(Text part, std::size_t, Code&) {
        key += std::string_view(part);
        return true;
    }
    bool on_key(Text part, std::size_t, Code& code) {
        key += std::string_view(part);
        const bool is_new = keys.insert(std::exchange(key, {})).second;
        return is_new || stop(code);
    }
    bool on_string_part(Text, std::size_t, Code&) { return true; }
    bool on_string(Text, std::size_t, Code& code) { return value(code); }
    bool on_number_part(Text, Code&) { return true; }
    bool on_int64(std::int64_t, Text, Code& code) { return value(code); }
    bool on_uint64(std::uint64_t, Text, Code& code) { return value(code); }
    bool on_double(double, Text, Code& code) { return value(code); }
    bool on_bool(bool, Code& code) { return value(code); }
    bool on_null(Code& code) { return value(code); }
    bool on_comment_part(Text, Code&) { return true; }
    bool on_comment(Text, Code&) { return true; }
};

}  // namespace

bool is_key_value(std::string_view text) {
    json::basic_parser<FlatObject> parser{json::parse_options{}};
    json::error_code code;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), code);
    return !code && parser.done() && used == text.size();
}

}  // namespace penstock::focus
