#include "advise/intent/import.h"

#include <algorithm>

#include "advise/intent/check.h"
#include "advise/intent/error.h"
#include "advise/intent/import_reader.h"
#include "base/try.h"

namespace penstock::intent {

namespace {

/// An SDL nests eleven levels.
constexpr std::size_t kDepthMax = 16;

std::optional<SourceFormat> format_of(const YamlNode& root) {
    const auto has = [&root](std::string_view name) { return find_entry(root, name) != nullptr; };
    if (has("profiles") && has("deployment")) return SourceFormat::sdl;
    if (has("type")) return SourceFormat::dstack;
    if (has("resources") || has("run") || has("num_nodes") || has("setup"))
        return SourceFormat::sky_pilot;
    return std::nullopt;
}

}  // namespace

Result<Imported> import_intent(std::string_view text, std::string_view file,
                               const ImportOptions& options) {
    auto root = format::parse_yaml(text, file, kDepthMax);
    if (!root) return reject(kIntentSyntax, {}, root.error().detail());
    Imported imported;
    ImportReader reader(file, options, imported);
    if (root->kind != YamlKind::mapping)
        return reader.fail(kIntentSyntax, *root, "", "the file is no mapping");
    const auto format = options.format ? options.format : format_of(*root);
    if (!format) return reader.fail(kImportUnknownFormat, *root, "", "the format is not plain");
    switch (*format) {
        case SourceFormat::sky_pilot:
            TRY(import_sky_pilot(reader, *root));
            break;
        case SourceFormat::dstack:
            TRY(import_dstack(reader, *root));
            break;
        case SourceFormat::sdl:
            TRY(import_sdl(reader, *root));
            break;
    }
    const auto conflicts = check_intent(imported.intent, {});
    if (!conflicts.empty()) {
        return reader.fail(
            kIntentConflict, *root, conflicts[0].field(),
            std::string_view(conflicts[0].detail()).substr(0, conflicts[0].detail().size() - 1));
    }
    return imported;
}

}  // namespace penstock::intent
