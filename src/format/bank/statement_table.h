#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "format/bank/bank_file.h"
#include "format/csv.h"
#include "penstock/v1/bank.pb.h"

namespace penstock::format {

/// A statement's CSV, taken apart: the table of entries, and what stands around it.
struct StatementTable {
    std::map<std::string, std::size_t> columns;  ///< By title: every title that the profile names.
    std::vector<CsvRow> rows;                    ///< Each as long as the row of titles.
    std::map<std::string, CsvCell> labels;       ///< The value of every label it names.
};

/// @retval kCsvSyntax, kCsvTooLarge, kBankFileMissing, kBankFileSyntax, kBankFileTooLarge
Result<StatementTable> find_statement_table(std::string_view text, const v1::CsvProfile& profile,
                                            const BankFile& file);

}  // namespace penstock::format
