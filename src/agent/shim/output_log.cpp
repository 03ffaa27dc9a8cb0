#include "agent/shim/output_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace penstock::agent {
namespace {

constexpr std::size_t kTailSizeMax = 500;
/// In one go, so that a task that writes without pause cannot keep the shim from its lease.
constexpr int kReadsMax = 64;

}  // namespace

OutputLog::OutputLog(const std::string& path, std::uint64_t size_max)
    : file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600)),
      size_max_(size_max) {}

bool OutputLog::take_from(int descriptor) {
    if (descriptor < 0) return false;
    char buffer[16384];
    for (int reads = 0; reads < kReadsMax; ++reads) {
        const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return true;
        if (count == 0) return false;
        append({buffer, static_cast<std::size_t>(count)});
    }
    return true;
}

void OutputLog::append(std::string_view text) {
    tail_.append(text);
    if (tail_.size() > kTailSizeMax) tail_.erase(0, tail_.size() - kTailSizeMax);
    if (is_full_) return;
    std::string piece(text.substr(0, std::min<std::uint64_t>(text.size(), size_max_ - size_)));
    if (piece.size() < text.size()) {
        is_full_ = true;
        piece += "\n[the log is full: the rest is not kept]\n";
    }
    // A full disk loses log, never the task.
    if (::write(file_.number(), piece.data(), piece.size()) < 0) is_full_ = true;
    size_ += piece.size();
}

std::string OutputLog::tail() const {
    std::string text = tail_;
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

}  // namespace penstock::agent
