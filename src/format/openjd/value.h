#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "format/yaml_tree.h"

namespace penstock::openjd {

/// Which characters a text may have besides those that are printed.
enum class Characters { printed, lines, any };

/// What a text must be; lengths count Unicode characters.
struct TextRule {
    std::size_t minimum = 1;
    std::size_t maximum = 1'000'000;
    Characters characters = Characters::printed;
};

/// A value of a template with the path that leads to it, such as "steps[1].script.actions". Refers
/// to the tree and the file's name, which must outlive it.
class Value {
  public:
    Value(const format::YamlNode& node, std::string path, std::string_view file)
        : node_(&node), path_(std::move(path)), file_(file) {}

    const std::string& path() const { return path_; }
    bool is_list() const { return node_->kind == format::YamlKind::sequence; }

    /// "<file>:<line>:<column>: <path> <what>."
    std::unexpected<Error> fail(const Rejection& rejection, std::string_view what) const;

    /// A mapping with no other fields than these.
    Result<void> require_fields(std::initializer_list<std::string_view> known) const;
    std::optional<Value> find(std::string_view name) const;
    Result<Value> need(std::string_view name) const;
    /// The fields of a mapping, whatever they are called, with their names.
    Result<std::vector<std::pair<std::string, Value>>> fields() const;
    /// @param maximum  0: as many as one likes.
    Result<std::vector<Value>> list(std::size_t minimum, std::size_t maximum) const;

    Result<std::string> text(const TextRule& rule) const;
    /// [A-Za-z_][A-Za-z0-9_]*, up to 64.
    Result<std::string> identifier() const;
    /// One of these words.
    Result<std::string> word(std::initializer_list<std::string_view> known) const;
    Result<std::int64_t> integer(std::int64_t low, std::int64_t high) const;
    Result<bool> boolean() const;

  private:
    const format::YamlNode* node_;
    std::string path_;
    std::string_view file_;
};

bool is_identifier(std::string_view text);

/// A whole number in base 10, with a sign or without.
std::optional<std::int64_t> parse_integer(std::string_view text);

}  // namespace penstock::openjd
