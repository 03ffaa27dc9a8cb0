#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/id.h"
#include "core/exchange/error.h"

namespace penstock::exchange {

/// Reads an id of one kind from a request.
/// @retval ID_INVALID  Names the field and the prefix that belongs there.
template <class IdType>
Result<IdType> read_id(std::string_view text, std::string_view field) {
    const auto id = IdType::parse(text);
    if (!id) {
        const std::string sample = IdType{7}.text();
        return reject(kIdInvalid, field, "This field takes ids such as " + sample + ".");
    }
    return *id;
}

}  // namespace penstock::exchange
