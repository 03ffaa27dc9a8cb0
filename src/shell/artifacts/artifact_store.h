#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/sha256.h"
#include "shell/artifacts/digest.h"

namespace penstock::artifacts {

struct ArtifactLimits {
    std::uint64_t file_bytes_max = std::uint64_t{16} << 30;
    std::uint64_t total_bytes_max = std::uint64_t{1} << 40;  ///< Of all files, with those arriving.
    std::uint64_t party_bytes_max = std::uint64_t{64} << 30;  ///< Of what one party has uploaded.
    /// Uploads are refused when the disk has less than this free: the journal needs it more.
    std::uint64_t free_bytes_min = 0;
};

class ArtifactStore;

/// One file on its way in. Destroyed before finish(), it leaves nothing. One thread at a time; the
/// store outlives it.
class Upload {
  public:
    ~Upload();
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;

    /// @retval kArtifactTooLarge, kArtifactsFull, kArtifactFault  The upload can only be dropped.
    Result<void> write(std::string_view piece);
    /// Makes the file part of the store; on the disk when it returns.
    /// @retval kDigestMismatch, kArtifactFault  Nothing is kept.
    Result<void> finish();

    const FileDigest& digest() const { return digest_; }
    std::uint64_t size() const { return size_; }

  private:
    friend class ArtifactStore;
    Upload(ArtifactStore& store, FileDigest digest, std::filesystem::path temporary,
           int descriptor);
    Result<void> put_in_place();

    ArtifactStore& store_;
    const FileDigest digest_;
    const std::filesystem::path temporary_;
    int descriptor_;
    std::uint64_t size_ = 0;
    std::uint64_t room_checked_ = 0;  // Up to this size the disk is known to have room.
    std::uint64_t reserved_ = 0;      // Counted in the store's total, not yet part of it.
    crypto::Sha256Stream hash_;
};

struct StoredFile {
    std::filesystem::path path;
    std::uint64_t size = 0;
};

/// Files named by the SHA-256 of their content, below one folder: sha256/ab/<64 digits>. A file
/// appears whole and right, or not at all. Thread-safe.
class ArtifactStore {
  public:
    /// Opens or creates the folder, and removes what unfinished uploads left.
    /// @retval kArtifactFault
    static Result<std::unique_ptr<ArtifactStore>> open(const std::filesystem::path& folder,
                                                       ArtifactLimits limits);

    /// @param size  Announced size; 0 when not known.
    /// @retval kArtifactTooLarge, kArtifactsFull, kArtifactFault
    Result<std::unique_ptr<Upload>> begin(const FileDigest& digest, std::uint64_t size = 0);

    /// @retval kArtifactNotFound
    Result<StoredFile> find(const FileDigest& digest) const;

    const ArtifactLimits& limits() const { return limits_; }
    /// Bytes of all files, with those arriving.
    std::uint64_t total_bytes() const { return total_bytes_; }

  private:
    friend class Upload;
    ArtifactStore(std::filesystem::path folder, ArtifactLimits limits)
        : folder_(std::move(folder)), limits_(limits) {}

    std::filesystem::path path_of(const FileDigest& digest) const;
    bool reserve(std::uint64_t bytes);
    /// @retval kArtifactsFull  Fewer than `bytes` more fit above free_bytes_min.
    Result<void> check_free_space(std::uint64_t bytes) const;
    void release(std::uint64_t bytes) { total_bytes_ -= bytes; }

    const std::filesystem::path folder_;
    const ArtifactLimits limits_;
    std::atomic<std::uint64_t> total_bytes_{0};
    std::atomic<std::uint64_t> uploads_{0};
    std::mutex placing_;  // One rename at a time, so that no file is counted twice.
};

}  // namespace penstock::artifacts
