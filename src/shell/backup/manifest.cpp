#include "shell/backup/manifest.h"

#include <fcntl.h>

#include <algorithm>
#include <cstdint>
#include <system_error>
#include <vector>

#include "base/try.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "files/descriptor.h"
#include "files/error.h"
#include "files/whole_file.h"
#include "shell/backup/error.h"
#include "transport/json/read.h"
#include "transport/json/write.h"

namespace penstock::backup {

namespace {

/// Some millions of files.
constexpr std::uint64_t kManifestBytesMax = std::uint64_t{1} << 30;
constexpr std::uint64_t kSumBytesMax = 4096;
constexpr std::size_t kPieceBytes = 1U << 20;
constexpr std::uint32_t kModeMax = 0777;

std::unexpected<Error> damaged(std::string what) {
    return reject(kBackupDamaged, {}, std::move(what));
}

/// Below data/ or secrets/, and nowhere else, whoever wrote it.
bool is_inner_path(std::string_view path) {
    if (!path.starts_with("data/") && !path.starts_with("secrets/")) return false;
    if (path.size() > 4096 || path.back() == '/') return false;
    if (std::ranges::any_of(path, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
        return false;
    const std::filesystem::path parts(path);
    return path.find("//") == std::string_view::npos &&
           std::ranges::none_of(parts,
                                [](const auto& part) { return part == "." || part == ".."; });
}

bool is_digest(std::string_view text) {
    return crypto::parse_hex_array<32>(text).has_value();
}

Result<void> check_file(const v1::BackupFile& file) {
    if (is_inner_path(file.path()) && is_digest(file.sha256()) && file.mode() <= kModeMax)
        return {};
    return damaged(std::string(kManifestFile) + ": the entry of \"" + file.path() +
                   "\" is not valid.");
}

}  // namespace

Result<v1::BackupManifest> parse_manifest(std::string_view text) {
    v1::BackupManifest manifest;
    // Its length alone bounds how many files it may name.
    const transport::JsonLimits limits{.bytes_max = kManifestBytesMax, .values_max = SIZE_MAX};
    if (const auto read = transport::read_json(text, manifest, limits); !read)
        return damaged(std::string(kManifestFile) + ": " + read.error().message());
    if (manifest.format() != kFormat)
        return reject(kBackupFormat, {},
                      "Its format is " + std::to_string(manifest.format()) + ".");
    const std::string* last = nullptr;
    bool has_journal = false;
    for (const v1::BackupFile& file : manifest.files()) {
        TRY(check_file(file));
        if (last != nullptr && file.path() <= *last)
            return damaged(std::string(kManifestFile) + ": \"" + file.path() +
                           "\" is out of order.");
        last = &file.path();
        has_journal = has_journal || file.path() == kJournalPath;
    }
    if (!has_journal) return damaged(std::string(kManifestFile) + " names no journal.");
    return manifest;
}

Result<void> write_manifest(const std::filesystem::path& folder,
                            const v1::BackupManifest& manifest) {
    const std::string text = transport::to_json(manifest) + "\n";
    const std::string sum = crypto::hex(crypto::sha256(text));
    TRY(files::write_durably(folder / kManifestFile, {text}));
    return files::write_durably(folder / kManifestSum, {sum, "  ", kManifestFile, "\n"});
}

Result<v1::BackupManifest> read_manifest(const std::filesystem::path& folder) {
    std::error_code missing;
    if (!std::filesystem::exists(folder / kManifestFile, missing))
        return reject(kNotABackup, {}, folder.string());
    TRY_ASSIGN(const std::string text, files::read_file(folder / kManifestFile, kManifestBytesMax));
    auto sum = files::read_file(folder / kManifestSum, kSumBytesMax);
    if (!sum) return damaged(std::string(kManifestSum) + " is missing.");
    if (*sum != crypto::hex(crypto::sha256(text)) + "  " + kManifestFile + "\n")
        return damaged(std::string(kManifestFile) + " and " + kManifestSum + " do not agree.");
    return parse_manifest(text);
}

Result<std::string> file_digest(const std::filesystem::path& file) {
    const files::Descriptor source(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!source.is_open()) return files::fault("cannot open", file.native());
    crypto::Sha256Stream hash;
    std::vector<char> piece(kPieceBytes);
    while (true) {
        const auto count = files::read_all(source.number(), piece);
        if (!count) return files::fault("cannot read", file.native());
        hash.update(std::string_view(piece.data(), *count));
        if (*count < piece.size()) return crypto::hex(hash.finish());
    }
}

}  // namespace penstock::backup
