#include "app/doctor/folder_checks.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

namespace penstock::doctor {

namespace {

namespace fs = std::filesystem;

/// More of the same are counted only.
constexpr int kNamedMax = 5;
constexpr int kPercentMin = 5;
constexpr int kDepthMax = 2;  ///< Below, what tasks and buyers stored may be millions of files.

bool is_secret(const fs::path& file) {
    const std::string name = file.filename();
    return name.ends_with(".key") || name.ends_with(".secret");
}

/// What is wrong with one file's owner and mode; empty when nothing is.
std::string fault_of(const fs::path& file, uid_t owner, mode_t& wanted) {
    struct stat about{};
    if (::lstat(file.c_str(), &about) != 0) return {};  // Gone since it was listed.
    if (S_ISLNK(about.st_mode)) return {};
    wanted = 0600;
    if (about.st_uid != owner)
        return fmt::format("{} belongs to user {}, the folder to {}", file.string(), about.st_uid,
                           owner);
    if (is_secret(file) && (about.st_mode & 077) != 0)
        return fmt::format("{} is secret, and its mode is {:o}", file.string(),
                           about.st_mode & 0777);
    if ((about.st_mode & 022) != 0)
        return fmt::format("{} may be written by others: mode {:o}", file.string(),
                           about.st_mode & 0777);
    return {};
}

}  // namespace

void check_permissions(const fs::path& folder, Report& report) {
    struct stat about{};
    if (::stat(folder.c_str(), &about) != 0 || !S_ISDIR(about.st_mode))
        return report.fail("folder", fmt::format("{}: {}", folder.string(), std::strerror(errno)),
                           "Name the data folder; run as its owner or as root.");
    if ((about.st_mode & 077) != 0)
        report.fail(
            "folder",
            fmt::format("{} is open to others: mode {:o}", folder.string(), about.st_mode & 0777),
            fmt::format("chmod 700 {}", folder.string()));
    int faults = 0;
    std::error_code failed;
    for (fs::recursive_directory_iterator entry(folder, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        if (entry.depth() >= kDepthMax) entry.disable_recursion_pending();
        mode_t wanted = 0;
        const std::string fault = fault_of(entry->path(), about.st_uid, wanted);
        if (fault.empty() || ++faults > kNamedMax) continue;
        report.fail("permissions", fault,
                    fmt::format("chown {} and chmod {:o} it.", about.st_uid, wanted));
    }
    if (failed)
        return report.fail("permissions", folder.string() + ": " + failed.message(),
                           "Run as the folder's owner or as root.");
    if (faults > kNamedMax)
        report.fail("permissions", fmt::format("{} more files like that", faults - kNamedMax), {});
    if (faults == 0)
        report.ok("permissions",
                  fmt::format("{}: no secret may be read by others, and nothing written, as far as "
                              "{} folders deep",
                              folder.string(), kDepthMax + 1));
}

void check_free_space(const fs::path& folder, std::uint64_t bytes_min, Report& report) {
    struct statvfs status{};
    if (::statvfs(folder.c_str(), &status) != 0)
        return report.fail("disk", fmt::format("{}: {}", folder.string(), std::strerror(errno)),
                           "Name a folder that is there.");
    const std::uint64_t free_bytes = std::uint64_t{status.f_bavail} * status.f_frsize;
    const std::uint64_t all_bytes = std::uint64_t{status.f_blocks} * status.f_frsize;
    const std::uint64_t percent = all_bytes == 0 ? 0 : free_bytes / (all_bytes / 100 + 1);
    const std::string seen =
        fmt::format("{} MiB free where {} lies ({} %)", free_bytes >> 20, folder.string(), percent);
    const char* remedy = "Free some of it, or move the folder to a larger disk.";
    if (free_bytes < bytes_min) return report.fail("disk", seen, remedy);
    if (status.f_files > 0 && status.f_favail < 1'000)
        return report.fail("disk", seen + ", and hardly a file more", remedy);
    if (percent < kPercentMin || free_bytes < 4 * bytes_min)
        return report.warn("disk", seen, remedy);
    report.ok("disk", seen);
}

}  // namespace penstock::doctor
