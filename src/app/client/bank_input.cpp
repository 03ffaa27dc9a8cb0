#include "app/client/bank_input.h"

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "app/client/error.h"
#include "app/client/local_file.h"
#include "base/try.h"
#include "format/bank/bank_file.h"
#include "format/bank/camt.h"
#include "format/bank/csv_profile.h"
#include "format/bank/csv_statement.h"
#include "format/bank/error.h"
#include "format/bank/shipped_profiles.h"

namespace penstock::client {

std::string profile_names() {
    std::string names;
    for (const format::ShippedProfile& shipped : format::shipped_profiles()) {
        names.append(names.empty() ? "" : ", ").append(shipped.name);
    }
    return names;
}

namespace {

/// A profile that we ship, by its name, or else one in a file.
Result<v1::CsvProfile> find_profile(const std::string& given) {
    for (const format::ShippedProfile& shipped : format::shipped_profiles()) {
        if (shipped.name == given) return format::parse_csv_profile(shipped.yaml, given);
    }
    std::error_code error;
    if (!std::filesystem::exists(given, error)) {
        return reject(kUsage, "profile",
                      "'" + given + "' is neither a file nor one of " + profile_names() + ".");
    }
    TRY_ASSIGN(const std::string text, read_file(given));
    return format::parse_csv_profile(text, given);
}

/// Whether the first sign of the file is that of XML.
bool is_xml(std::string_view text) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != text.npos && text[first] == '<';
}

}  // namespace

Result<v1::BankStatements> read_statements(const BankInput& input) {
    std::error_code unknown;
    const std::uintmax_t size = std::filesystem::file_size(input.file, unknown);
    if (!unknown && size > format::kBankFileBytesMax) {
        return reject(format::kBankFileTooLarge, {}, input.file + ": the file is over 16 MB.");
    }
    TRY_ASSIGN(const std::string text, read_file(input.file));
    v1::BankStatements all;
    if (is_xml(text)) {
        TRY_ASSIGN(const auto statements, format::read_camt(text, input.file));
        for (const v1::BankStatement& statement : statements) *all.add_statements() = statement;
        return all;
    }
    if (input.profile.empty()) {
        return reject(kUsage, "profile",
                      input.file +
                          " is not XML; say how its CSV is written: --profile FILE, or "
                          "one of " +
                          profile_names() + ".");
    }
    TRY_ASSIGN(const v1::CsvProfile profile, find_profile(input.profile));
    TRY_ASSIGN(*all.add_statements(), format::read_csv_statement(text, profile, input.file));
    return all;
}

}  // namespace penstock::client
