#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "shell/sqlite/sqlite.h"

namespace penstock::projection {

/// One table for one message type: a column a field, made from the descriptor.
///
/// The first column, `rank`, is the key and the order. A message of scalars alone (Money,
/// Interval) becomes one column for each of its fields, as in `escrow_micros`; a list of texts or
/// enumeration values becomes text with commas; anything deeper becomes a BLOB that holds the
/// field serialised. Enumeration values are their names.
class MessageTable {
  public:
    MessageTable(std::string name, const google::protobuf::Descriptor& type);

    const std::string& name() const { return name_; }
    std::string create_sql() const;

    /// Prepares the statements for writing; the table exists.
    Result<void> prepare(const sqlite::Database& database);
    /// Lets go of the statements, so that the database can close.
    void release() { put_ = {}; }
    /// Adds or replaces the row of that number. After prepare().
    Result<void> put(std::uint64_t number, const google::protobuf::Message& message);

    /// Reads the row that a `SELECT * FROM name()` statement stands on.
    /// @retval kProjectionDamaged
    Result<void> read(const sqlite::Statement& row, google::protobuf::Message& into) const;

  private:
    struct Column {
        std::string name;
        const google::protobuf::FieldDescriptor* outer;  ///< Null when the field is the message's.
        const google::protobuf::FieldDescriptor* field;
        bool packed;  ///< Holds the field serialised.
    };

    std::string name_;
    std::vector<Column> columns_;
    sqlite::Statement put_;
};

/// The number in an identifier such as "ctr_42"; 0 when there is none.
std::uint64_t number_of(std::string_view id);

}  // namespace penstock::projection
