#pragma once

#include <string>
#include <string_view>

namespace penstock::agent {

/// Whether one part of a path matches one part of a pattern: '*' stands for any text, '?' for one
/// byte, '[…]' for one of several ('[!…]' for none of them, 'a-z' for a range). A '[' without its
/// end stands for itself. A '.' at the beginning must stand in the pattern as it is, as in shells:
/// hidden files (a program's cache, or what is not whole yet) are rarely meant. At most length ×
/// length steps, whatever the pattern.
bool matches_part(std::string_view pattern, std::string_view text);

/// Whether a relative path matches a pattern, part by part. A part that is "**" stands for any
/// number of parts that are not hidden; a pattern that ends before the path does (it names a
/// folder) takes all below, hidden or not.
bool matches_path(std::string_view pattern, std::string_view path);

}  // namespace penstock::agent
