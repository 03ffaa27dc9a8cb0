#include "format/yaml_tree.h"

#include <yaml.h>

#include <set>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "format/error.h"

namespace penstock::format {

namespace {

constexpr std::size_t kNodesMax = 20'000;
constexpr std::size_t kSizeMax = 1'000'000;

Place place_of(const yaml_mark_t& mark) {
    return {mark.line + 1, mark.column + 1};
}

class Event {
  public:
    Event() = default;
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    ~Event() { yaml_event_delete(&event_); }
    yaml_event_t& raw() { return event_; }
    yaml_event_type_t type() const { return event_.type; }
    Place place() const { return place_of(event_.start_mark); }

  private:
    yaml_event_t event_{};
};

class Parser {
  public:
    Parser(std::string_view text, std::string_view file, std::size_t depth_max)
        : file_(file), depth_max_(depth_max) {
        PENSTOCK_ASSERT(yaml_parser_initialize(&parser_) == 1);
        yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                     text.size());
    }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;
    ~Parser() { yaml_parser_delete(&parser_); }

    Result<YamlNode> document() {
        TRY(expect(YAML_STREAM_START_EVENT));
        {
            Event start;
            TRY(next(start));
            if (start.type() != YAML_DOCUMENT_START_EVENT) {
                return fail(kTaskFileSyntax, start.place(), "the file is empty");
            }
        }
        Event first;
        TRY(next(first));
        TRY_ASSIGN(YamlNode root, node(first, 1));
        TRY(expect(YAML_DOCUMENT_END_EVENT));
        Event end;
        TRY(next(end));
        if (end.type() != YAML_STREAM_END_EVENT) {
            return fail(kTaskFileSyntax, end.place(),
                        "a second document begins; put each task into a file of its own");
        }
        return root;
    }

  private:
    std::unexpected<Error> fail(const Rejection& rejection, Place place, std::string_view what) {
        return reject(rejection, {}, place_text(file_, place).append(what).append("."));
    }

    Result<void> next(Event& event) {
        if (yaml_parser_parse(&parser_, &event.raw()) == 1) return {};
        std::string what = parser_.problem == nullptr ? "unreadable" : parser_.problem;
        if (parser_.context != nullptr) what.append(" ").append(parser_.context);
        return fail(kTaskFileSyntax, place_of(parser_.problem_mark), what);
    }

    Result<void> expect(yaml_event_type_t type) {
        Event event;
        TRY(next(event));
        PENSTOCK_ASSERT(event.type() == type);
        return {};
    }

    Result<YamlNode> node(Event& event, std::size_t depth) {
        if (depth > depth_max_) {
            return fail(kTaskFileTooLarge, event.place(),
                        "values are nested deeper than " + std::to_string(depth_max_));
        }
        if (++nodes_ > kNodesMax) {
            return fail(kTaskFileTooLarge, event.place(), "the file has over 20,000 values");
        }
        switch (event.type()) {
            case YAML_SCALAR_EVENT:
                return scalar(event);
            case YAML_SEQUENCE_START_EVENT:
                return sequence(event, depth);
            case YAML_MAPPING_START_EVENT:
                return mapping(event, depth);
            default:
                return fail(kTaskFileSyntax, event.place(),
                            "aliases (*name) are not accepted; write the value out");
        }
    }

    Result<void> refuse_marks(const yaml_char_t* anchor, const yaml_char_t* tag, Place place) {
        if (anchor != nullptr) {
            return fail(kTaskFileSyntax, place,
                        "anchors (&name) are not accepted; write the value out where it is used");
        }
        if (tag != nullptr) {
            return fail(kTaskFileSyntax, place, "tags (!name) are not accepted; remove it");
        }
        return {};
    }

    Result<YamlNode> scalar(Event& event) {
        const auto& data = event.raw().data.scalar;
        TRY(refuse_marks(data.anchor, data.tag, event.place()));
        YamlNode node;
        node.place = event.place();
        node.scalar.assign(reinterpret_cast<const char*>(data.value), data.length);
        node.plain = data.style == YAML_PLAIN_SCALAR_STYLE;
        if (node.scalar.find('\0') != std::string::npos) {
            return fail(kTaskFileSyntax, node.place, "a value holds the character NUL; remove it");
        }
        return node;
    }

    Result<YamlNode> sequence(Event& start, std::size_t depth) {
        const auto& data = start.raw().data.sequence_start;
        TRY(refuse_marks(data.anchor, data.tag, start.place()));
        YamlNode node;
        node.kind = YamlKind::sequence;
        node.place = start.place();
        while (true) {
            Event event;
            TRY(next(event));
            if (event.type() == YAML_SEQUENCE_END_EVENT) return node;
            TRY_ASSIGN(YamlNode item, this->node(event, depth + 1));
            node.items.push_back(std::move(item));
        }
    }

    Result<YamlNode> mapping(Event& start, std::size_t depth) {
        const auto& data = start.raw().data.mapping_start;
        TRY(refuse_marks(data.anchor, data.tag, start.place()));
        YamlNode node;
        node.kind = YamlKind::mapping;
        node.place = start.place();
        std::set<std::string> names;
        while (true) {
            Event name_event;
            TRY(next(name_event));
            if (name_event.type() == YAML_MAPPING_END_EVENT) return node;
            TRY_ASSIGN(YamlNode name, this->node(name_event, depth + 1));
            if (name.kind != YamlKind::scalar) {
                return fail(kTaskFileSyntax, name.place, "a field's name must be a plain word");
            }
            if (!names.insert(name.scalar).second) {
                return fail(kTaskFileDuplicate, name.place,
                            "'" + name.scalar + "' was given above already");
            }
            Event value_event;
            TRY(next(value_event));
            TRY_ASSIGN(YamlNode value, this->node(value_event, depth + 1));
            node.entries.push_back({std::move(name.scalar), name.place, std::move(value)});
        }
    }

    yaml_parser_t parser_{};
    std::string_view file_;
    std::size_t depth_max_;
    std::size_t nodes_ = 0;
};

}  // namespace

bool YamlNode::is_null() const {
    return kind == YamlKind::scalar && plain &&
           (scalar.empty() || scalar == "~" || scalar == "null" || scalar == "Null" ||
            scalar == "NULL");
}

Result<YamlNode> parse_yaml(std::string_view text, std::string_view file, std::size_t depth_max) {
    PENSTOCK_ASSERT(depth_max <= 64);
    if (text.size() > kSizeMax) {
        return reject(kTaskFileTooLarge, {}, std::string(file) + ": the file is over 1 MB.");
    }
    return Parser(text, file, depth_max).document();
}

}  // namespace penstock::format
