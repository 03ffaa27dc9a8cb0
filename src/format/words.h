#pragma once

#include <cstdint>
#include <string_view>

namespace penstock::format {

enum class Language : std::uint8_t { chinese, english };

/// What a document says, in both languages.
struct Words {
    std::string_view chinese;
    std::string_view english;
    constexpr std::string_view in(Language language) const {
        return language == Language::chinese ? chinese : english;
    }
};

}  // namespace penstock::format
