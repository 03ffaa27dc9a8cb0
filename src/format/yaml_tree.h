#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "format/place.h"

namespace penstock::format {

enum class YamlKind { scalar, sequence, mapping };

struct YamlEntry;

/// A value of a YAML file.
struct YamlNode {
    YamlKind kind = YamlKind::scalar;
    Place place;
    std::string scalar;              ///< As written, quotes and escapes undone; never holds a NUL.
    bool plain = false;              ///< A scalar without quotes, which could be null or true.
    std::vector<YamlNode> items;     ///< Of a sequence.
    std::vector<YamlEntry> entries;  ///< Of a mapping, in the file's order; no name twice.

    /// Nothing at all, or ~ or null, without quotes.
    bool is_null() const;
};

struct YamlEntry {
    std::string name;
    Place place;
    YamlNode value;
};

/// Reads one YAML document, of the plain kind: no anchors, aliases or tags, nothing nested deeper
/// than `depth_max`, at most 20,000 values, and mappings with scalar names only.
/// @param text  UTF-8 of at most 1 MB.
/// @param file  What to call the file in messages.
/// @param depth_max  At most 64.
/// @retval kTaskFileTooLarge, kTaskFileSyntax, kTaskFileDuplicate  With the place.
Result<YamlNode> parse_yaml(std::string_view text, std::string_view file,
                            std::size_t depth_max = 6);

}  // namespace penstock::format
