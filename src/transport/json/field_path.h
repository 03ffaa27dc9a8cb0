#pragma once

#include <string>
#include <string_view>

namespace penstock::transport {

/// Appends one step to a field path: `lines[2]` and `term` give `lines[2].term`.
inline void append_field(std::string& path, std::string_view field) {
    if (!path.empty()) path.push_back('.');
    path.append(field);
}
inline void append_index(std::string& path, std::size_t index) {
    path.append("[").append(std::to_string(index)).append("]");
}

}  // namespace penstock::transport
