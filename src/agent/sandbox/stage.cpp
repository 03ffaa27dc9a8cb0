#include "agent/sandbox/stage.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "agent/error.h"
#include "agent/shim/launch.h"
#include "base/try.h"
#include "files/descriptor.h"
#include "files/error.h"
#include "files/folder.h"
#include "files/whole_file.h"

namespace penstock::agent {
namespace {

using files::fault;

Result<void> give(const std::string& path, std::optional<std::uint32_t> owner) {
    if (owner && ::lchown(path.c_str(), *owner, *owner) != 0) return fault("cannot give", path);
    return {};
}

Result<void> copy_file(const std::string& source, const std::string& target, unsigned mode) {
    const files::Descriptor from(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
    if (!from.is_open()) return fault("cannot open", source);
    const files::Descriptor to(
        ::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (!to.is_open()) return fault("cannot create", target);
    while (true) {
        const ssize_t count = ::sendfile(to.number(), from.number(), nullptr, 1U << 30);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fault("cannot copy to", target);
        if (count == 0) return {};
    }
}

Result<void> add_input(const std::string& job, const InputFile& input,
                       std::optional<std::uint32_t> owner) {
    if (!is_inner_path(input.path)) return reject(kBadPath, "files", input.path);
    for (auto slash = input.path.find('/'); slash != std::string::npos;
         slash = input.path.find('/', slash + 1)) {
        const std::string folder = job + '/' + input.path.substr(0, slash);
        TRY(files::ensure_folder(folder, 0755));
        TRY(give(folder, owner));
    }
    const std::string target = job + '/' + input.path;
    TRY(copy_file(input.source, target, input.executable ? 0755 : 0644));
    return give(target, owner);
}

}  // namespace

bool is_inner_path(const std::string& path) {
    if (path.empty() || path.front() == '/' || path.back() == '/' || path.size() > 1000)
        return false;
    for (const char letter : path)
        if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F) return false;
    std::istringstream parts(path);
    for (std::string part; std::getline(parts, part, '/');)
        if (part.empty() || part == "." || part == ".." || part.size() > 255) return false;
    return true;
}

Result<void> lay_out_stage(const AttemptSpec& spec, std::optional<std::uint32_t> owner) {
    const std::string stage = spec.folder + '/' + kStageFolder;
    const std::string job = spec.folder + '/' + kJobFolder;
    TRY(files::remove_folder(stage));
    TRY(files::ensure_folder(spec.folder));
    TRY(files::ensure_folder(spec.folder + '/' + kRootFolder));
    TRY(files::ensure_folder(spec.folder + '/' + kControlFolder));
    TRY(files::ensure_folder(stage, 0755));
    TRY(files::ensure_folder(stage + "/etc", 0755));
    TRY(files::replace_file(stage + "/etc/passwd", "task:x:1000:1000:task:/job:/bin/sh\n", 0644));
    TRY(files::replace_file(stage + "/etc/group", "task:x:1000:\n", 0644));
    TRY(files::replace_file(stage + "/etc/hosts", "127.0.0.1 localhost task\n::1 localhost\n",
                            0644));
    TRY(files::ensure_folder(job, 0755));
    TRY(give(job, owner));
    for (const auto& input : spec.inputs) TRY(add_input(job, input, owner));
    return {};
}

}  // namespace penstock::agent
