#pragma once

#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>

#include "agent/exchange.h"

namespace penstock::agent {

/// Whether the text is 64 lower-case hexadecimal digits.
bool is_digest(const std::string& text);

/// SHA-256 of a file, as digits.
/// @retval kFileFault  It cannot be read, or is no regular file.
Result<std::string> digest_of_file(const std::string& path);

/// Files of the exchange's store that this machine has, by digest. A file is in the folder under
/// its digest only once its content was verified; any number of threads.
class ArtifactCache {
  public:
    /// @param folder    Its own.
    /// @param size_max  When the files together exceed it, the least recently used are dropped.
    ArtifactCache(Exchange& exchange, std::string folder, std::uint64_t size_max);

    /// The path of the file, downloaded first if it is not here. Waits while the exchange cannot be
    /// reached. The path is good until other files displace it: copy it soon.
    /// @return A fault of the exchange; data_loss when the content does not have the digest.
    Answer<std::string> fetch(const std::string& digest, std::stop_token stop);

  private:
    Answer<void> download(const std::string& digest, const std::string& path);
    void drop_unused();

    Exchange& exchange_;
    std::string folder_;
    std::uint64_t size_max_;
    std::mutex mutex_;
    std::uint64_t drafts_ = 0;
};

}  // namespace penstock::agent
