#pragma once

#include <google/protobuf/message.h>

#include <boost/json/object.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::client {

/// Names a new run: 32 hexadecimal digits that nobody guesses.
std::string new_run_id();

/// Reads what write_state() wrote; nothing when there is no file, or none is named.
/// @param form  What kind of state it must be of.
/// @retval kLocalFile, kStateFile
Result<std::optional<boost::json::object>> read_state(const std::filesystem::path& file,
                                                      std::string_view form);

/// On the disk when it returns. Does nothing when `file` is empty.
/// @param fields  All but `form`, which is added.
/// @retval kLocalFile
Result<void> write_state(const std::filesystem::path& file, std::string_view form,
                         const boost::json::object& fields);

/// What a reader of a state says whose fields are not as they were written.
std::unexpected<Error> damaged_state();

/// Empty where there is no text of that name.
std::string text_in(const boost::json::object& object, std::string_view name);
std::optional<std::int64_t> number_in(const boost::json::object& object, std::string_view name);
/// @return False where there is none, or another one.
bool read_message(const boost::json::object& object, std::string_view name,
                  google::protobuf::Message& out);
/// As read_message() reads it.
std::string message_text(const google::protobuf::Message& message);

}  // namespace penstock::client
