#include "shell/journal/wal_check.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "shell/journal/error.h"

namespace penstock::shell {

namespace {

// The log's format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
constexpr std::size_t kHeaderBytes = 32;
constexpr std::size_t kFrameHeaderBytes = 24;
constexpr std::uint32_t kMagic = 0x377f0682;  ///< The last bit tells the checksums' byte order.
constexpr std::uint32_t kPageBytesMax = 65'536;

std::uint32_t big_endian(const std::uint8_t* at) {
    return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 |
           at[3];
}
std::uint32_t little_endian(const std::uint8_t* at) {
    return std::uint32_t{at[3]} << 24 | std::uint32_t{at[2]} << 16 | std::uint32_t{at[1]} << 8 |
           at[0];
}

/// The running checksum over all frames of the log.
class Checksum {
  public:
    explicit Checksum(bool is_big_endian) : is_big_endian_(is_big_endian) {}
    void add(const std::uint8_t* bytes, std::size_t count) {
        for (std::size_t i = 0; i + 8 <= count; i += 8) {
            first_ += word(bytes + i) + second_;
            second_ += word(bytes + i + 4) + first_;
        }
    }
    /// Whether it stands at `at`, as two numbers with the high byte first.
    bool stands_at(const std::uint8_t* at) const {
        return big_endian(at) == first_ && big_endian(at + 4) == second_;
    }

  private:
    std::uint32_t word(const std::uint8_t* at) const {
        return is_big_endian_ ? big_endian(at) : little_endian(at);
    }
    bool is_big_endian_;
    std::uint32_t first_ = 0;
    std::uint32_t second_ = 0;
};

/// How the search for damage stands: what SQLite would accept, and what lies behind it.
struct Search {
    std::optional<std::uint64_t> bad_frame;  ///< The first whose checksum is wrong, from 1.
    unsigned commits_after = 0;              ///< Commit frames of the same log at or behind it.
};

}  // namespace

Result<void> check_write_ahead_log(const std::filesystem::path& log) {
    std::error_code missing;
    if (!std::filesystem::exists(log, missing)) return {};
    std::ifstream stream(log, std::ios::binary);
    std::array<std::uint8_t, kHeaderBytes> header{};
    stream.read(reinterpret_cast<char*>(header.data()), kHeaderBytes);
    if (stream.gcount() != kHeaderBytes) return {};  // Never held a commit.
    const std::uint32_t magic = big_endian(header.data());
    const std::uint32_t page_bytes = big_endian(header.data() + 8);
    Checksum sum((magic & 1) != 0);
    sum.add(header.data(), 24);
    // Of a log whose header is torn nothing was synced yet: it is written before the first frame.
    if ((magic & ~1U) != kMagic || page_bytes == 0 || page_bytes > kPageBytesMax ||
        !sum.stands_at(header.data() + 24))
        return {};

    Search search;
    std::vector<std::uint8_t> frame(kFrameHeaderBytes + page_bytes);
    for (std::uint64_t number = 1;; ++number) {
        stream.read(reinterpret_cast<char*>(frame.data()),
                    static_cast<std::streamsize>(frame.size()));
        if (static_cast<std::size_t>(stream.gcount()) != frame.size()) break;
        const bool is_of_this_log =
            std::equal(header.data() + 16, header.data() + 24, frame.data() + 8);
        const bool is_commit = big_endian(frame.data() + 4) != 0;
        if (!search.bad_frame) {
            sum.add(frame.data(), 8);
            sum.add(frame.data() + kFrameHeaderBytes, page_bytes);
            if (!is_of_this_log || !sum.stands_at(frame.data() + 16)) search.bad_frame = number;
        }
        if (search.bad_frame && is_of_this_log && is_commit) ++search.commits_after;
    }
    if (!stream.eof()) return reject(kJournalFault, {}, log.string() + " cannot be read.");
    // One commit behind it may be its own transaction's; a second is another's.
    if (!search.bad_frame || search.commits_after < 2) return {};
    const std::uint64_t at = kHeaderBytes + (*search.bad_frame - 1) * frame.size();
    return reject(kJournalBroken, {},
                  log.string() + ": frame " + std::to_string(*search.bad_frame) + ", at byte " +
                      std::to_string(at) + ", is damaged, and " +
                      std::to_string(search.commits_after - 1) + " later commits stand behind it.");
}

}  // namespace penstock::shell
