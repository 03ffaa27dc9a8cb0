#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "advise/intent/import.h"
#include "base/error.h"
#include "format/yaml_tree.h"

namespace penstock::intent {

using format::YamlEntry;
using format::YamlKind;
using format::YamlNode;

/// What all importers need: places in messages, warnings, and values of YAML.
class ImportReader {
  public:
    ImportReader(std::string_view file, const ImportOptions& options, Imported& imported)
        : file_(file), options_(options), imported_(imported) {}

    v1::Intent& intent() { return imported_.intent; }
    v1::WorkloadSpec& task() { return imported_.task; }
    const ImportOptions& options() const { return options_; }

    std::unexpected<Error> fail(const Rejection& rejection, const YamlNode& node,
                                std::string_view field, std::string_view what) const;
    void warn(format::Place place, std::string_view field, std::string_view what);
    /// "ignored: <why>", for a whole field.
    void ignore(const YamlEntry& entry, std::string_view prefix, std::string_view why);

    Result<std::string> text(const YamlNode& node, std::string_view field) const;
    Result<void> require_mapping(const YamlNode& node, std::string_view field) const;
    Result<void> set(v1::Intent& intent, std::string_view slot, std::string_view value,
                     const YamlNode& node, std::string_view field) const;

    /// "H100:8", "A100-80GB": a chip with what its name says of memory, and how many a node has.
    Result<void> chip(v1::Intent& intent, const YamlNode& node, std::string_view name,
                      std::string_view field) const;
    Result<void> card_count(v1::Intent& intent, const YamlNode& node, std::string_view count,
                            std::string_view field) const;
    /// "4", "4+", "4..": what there must be at least. An upper limit is refused.
    Result<std::string> at_least(const YamlNode& node, std::string_view field) const;
    Result<void> memory(v1::Intent& intent, std::string_view slot, const YamlNode& node,
                        std::string_view field) const;
    Result<void> cores(v1::Intent& intent, const YamlNode& node, std::string_view field) const;
    Result<void> region(v1::Intent& intent, const YamlNode& node, std::string_view name,
                        std::string_view field);
    /// A price per node and hour, in US dollars.
    Result<void> dollars(v1::Intent& intent, const YamlNode& node, std::string_view field);

    void name(const YamlNode& node, std::string_view field);
    /// "A=b" in a list, or a mapping.
    Result<void> environment(const YamlNode& node, std::string_view field);

  private:
    std::string_view file_;
    const ImportOptions& options_;
    Imported& imported_;
};

Result<void> import_sky_pilot(ImportReader& reader, const YamlNode& root);
Result<void> import_dstack(ImportReader& reader, const YamlNode& root);
Result<void> import_sdl(ImportReader& reader, const YamlNode& root);

/// The value of a field; null when it is not there.
const YamlNode* find_entry(const YamlNode& mapping, std::string_view name);

}  // namespace penstock::intent
