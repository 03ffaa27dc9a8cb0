#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::transport {

/// Header fields in their order of arrival. Names compare without regard to case.
/// All text lies in one buffer, so that a request costs two allocations for its headers.
class Headers {
  public:
    void add(std::string_view name, std::string_view value);
    /// The first value of that name; empty when there is none.
    std::string_view value(std::string_view name) const;
    bool has(std::string_view name) const;
    std::size_t size() const { return entries_.size(); }
    bool empty() const { return entries_.empty(); }
    std::string_view name_at(std::size_t index) const;
    std::string_view value_at(std::size_t index) const;
    void reserve(std::size_t fields, std::size_t bytes);
    void clear();

  private:
    struct Entry {
        std::uint32_t start;
        std::uint32_t name_size;
        std::uint32_t value_size;
    };
    std::string text_;
    std::vector<Entry> entries_;
};

/// Whether two header names or verbs are equal but for the case of ASCII letters.
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// Takes a request body piece by piece, as it arrives.
/// Called on the connection's thread, which serves others too: a write must not wait long.
class BodySink {
  public:
    virtual ~BodySink() = default;
    /// @return Whether to go on; false ends the connection with 507 Insufficient Storage.
    virtual bool write(std::string_view piece) = 0;
};

struct HttpRequest {
    std::string verb;    ///< As sent: "GET".
    std::string target;  ///< As sent: path, and what follows "?".
    Headers headers{};
    std::string body;                  ///< Empty when a sink took it.
    std::unique_ptr<BodySink> sink{};  ///< The one that HttpHandler::plan_body gave.
    std::string peer;                  ///< Address and port: "127.0.0.1:50310", "[::1]:50310".

    std::string_view path() const;   ///< Up to the "?"; not percent-decoded.
    std::string_view query() const;  ///< After the "?"; not percent-decoded.
};

/// A stretch of an open file, sent as a body. Owns the descriptor.
class FileBody {
  public:
    /// @param descriptor  Open for reading; closed by this object.
    FileBody(int descriptor, std::uint64_t offset, std::uint64_t size);
    FileBody(FileBody&& other) noexcept;
    FileBody& operator=(FileBody&& other) noexcept;
    ~FileBody();

    int descriptor() const { return descriptor_; }
    std::uint64_t offset() const { return offset_; }
    std::uint64_t size() const { return size_; }

  private:
    int descriptor_;
    std::uint64_t offset_;
    std::uint64_t size_;
};

/// How long a connection rests whose last request came too soon.
inline constexpr std::chrono::milliseconds kRestOfTheHasty{1'000};

/// Content-Length, Transfer-Encoding, Connection and Date are the server's to set.
struct HttpResponse {
    unsigned status = 200;
    Headers headers{};
    std::string body{};
    std::optional<FileBody> file{};  ///< When given, is the body instead of `body`.
    bool close = false;              ///< Ends the connection after this answer.
    /// The connection's next request is not read before so long after this answer: a sender who is
    /// told to wait, and does not, costs nothing meanwhile.
    std::chrono::milliseconds rest{0};
};

enum class Plus {
    literal,
    space,  ///< As in the query of a URL.
};
/// Percent-decodes; nothing when a "%" is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text, Plus plus = Plus::literal);
/// Percent-encodes all but unreserved characters (RFC 3986, section 2.3).
std::string percent_encode(std::string_view text);

}  // namespace penstock::transport
