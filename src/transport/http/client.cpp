#include "transport/http/client.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "base/try.h"
#include "transport/http/byte_stream.h"
#include "transport/http/error.h"
#include "transport/http/response_head.h"
#include "transport/http/response_parser.h"

namespace penstock::transport {

std::size_t ResponseParser::on_body_impl(Text piece, Code& code) {
    if (*take_ && response_->status == 200) {
        stopped_ = !(*take_)({piece.data(), piece.size()});
        if (stopped_) code = boost::beast::http::error::end_of_stream;
    } else if (response_->body.size() + piece.size() > body_bytes_max_) {
        code = boost::beast::http::error::body_limit;
    } else {
        response_->body.append(piece.data(), piece.size());
    }
    return piece.size();
}

namespace {

using Take = ResponseParser::Take;
using std::chrono::milliseconds;

/// Closes a descriptor at the end of its scope.
class OpenFile {
  public:
    explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
    ~OpenFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    int descriptor() const { return descriptor_; }
    bool valid() const { return descriptor_ >= 0; }

  private:
    int descriptor_;
};

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

constexpr unsigned kMisdirected = 421;
constexpr unsigned kUnavailable = 503;

}  // namespace

class HttpClient::Impl {
  public:
    Impl(HttpClientOptions options, std::vector<BaseUrl> urls, SslContext tls)
        : options_(std::move(options)), urls_(std::move(urls)), tls_(std::move(tls)) {}

    Result<HttpResponse> request(const HttpCall& call, const Take& take, const OpenFile* file,
                                 std::uint64_t file_size);
    void cancel() { cancel_.raise(); }

  private:
    struct Attempt {
        bool answer_began = false;  ///< A byte of the answer has come: never send it again.
    };
    Result<HttpResponse> attempt(const HttpCall& call, const Take& take, const OpenFile* file,
                                 std::uint64_t file_size, Attempt& attempt);
    Result<void> send(const HttpCall& call, const OpenFile* file, std::uint64_t file_size,
                      Deadline deadline);
    Result<HttpResponse> receive(const HttpCall& call, const Take& take, milliseconds timeout,
                                 Attempt& attempt);
    milliseconds timeout(const HttpCall& call) const {
        return call.timeout.count() > 0 ? call.timeout : options_.timeout;
    }

    HttpClientOptions options_;
    const BaseUrl& url() const { return urls_[current_]; }
    /// From now on the next of several servers is asked.
    void turn_to_next() {
        if (urls_.size() == 1) return;
        current_ = (current_ + 1) % urls_.size();
        stream_.reset();
    }

    std::vector<BaseUrl> urls_;
    std::size_t current_ = 0;
    SslContext tls_;
    CancelFlag cancel_;
    std::unique_ptr<ByteStream> stream_;
    std::string head_;
    std::vector<char> buffer_ = std::vector<char>(64 * 1024);
    std::string unread_;  ///< Bytes of the answer not yet parsed.
};

Result<HttpResponse> HttpClient::Impl::request(const HttpCall& call, const Take& take,
                                               const OpenFile* file, std::uint64_t file_size) {
    const bool kept = stream_ != nullptr;
    Attempt first;
    auto result = attempt(call, take, file, file_size, first);
    bool was_sent = false;
    if (!result && kept && !first.answer_began && result.error().reason() == kHttpBroken.reason) {
        // The server closed the kept connection while it was idle: only now we notice.
        Attempt second;
        auto again = attempt(call, take, file, file_size, second);
        // That nobody is there now does not mean that the first sending was not read.
        was_sent = !again && again.error().reason() == kHttpConnectFailed.reason;
        if (!was_sent) result = std::move(again);
    }
    // Nothing was sent where nobody answered the door.
    for (std::size_t tried = 1; tried < urls_.size(); ++tried) {
        if (was_sent || result || result.error().reason() != kHttpConnectFailed.reason) break;
        turn_to_next();
        Attempt other;
        result = attempt(call, take, file, file_size, other);
    }
    if (!result || result->status == kUnavailable || result->status == kMisdirected) turn_to_next();
    return result;
}

Result<HttpResponse> HttpClient::Impl::attempt(const HttpCall& call, const Take& take,
                                               const OpenFile* file, std::uint64_t file_size,
                                               Attempt& attempt) {
    if (cancel_.raised()) return reject(kHttpStopped);
    const auto now = std::chrono::steady_clock::now();
    if (!stream_) {
        TRY_ASSIGN(stream_,
                   ByteStream::connect(url(), tls_.get(), now + options_.connect_timeout, cancel_));
        unread_.clear();
    }
    // A server may answer and close before it has read a whole body: then its answer is what
    // counts, and the failed sending is not.
    auto sent = send(call, file, file_size, now + timeout(call));
    auto result = sent || sent.error().reason() == kHttpBroken.reason
                      ? receive(call, take, timeout(call), attempt)
                      : std::unexpected(std::move(sent).error());
    if (!result) stream_.reset();
    return result;
}

Result<void> HttpClient::Impl::send(const HttpCall& call, const OpenFile* file,
                                    std::uint64_t file_size, Deadline deadline) {
    head_.clear();
    head_.append(call.verb).append(" ").append(call.target).append(" HTTP/1.1\r\nHost: ");
    head_.append(url().host_header).append("\r\n");
    for (std::size_t i = 0; i < call.headers.size(); ++i) {
        if (!is_clean_header(call.headers.name_at(i)) || !is_clean_header(call.headers.value_at(i)))
            return reject(kHttpBadHeader, {}, std::string(call.headers.name_at(i)));
        head_.append(call.headers.name_at(i))
            .append(": ")
            .append(call.headers.value_at(i))
            .append("\r\n");
    }
    if (!call.headers.has(kTraceHeader))
        head_.append(kTraceHeader).append(": ").append(options_.trace.next().text()).append("\r\n");
    const std::uint64_t size = file != nullptr ? file_size : call.body.size();
    if (size > 0 || call.verb != "GET")
        head_.append("Content-Length: ").append(std::to_string(size)).append("\r\n");
    head_.append("\r\n");
    if (file == nullptr && call.body.size() < 16384) {
        head_.append(call.body);  // One packet, one system call.
        return stream_->write_all(head_, deadline);
    }
    TRY(stream_->write_all(head_, deadline));
    if (file == nullptr) return stream_->write_all(call.body, deadline);
    for (std::uint64_t sent = 0; sent < file_size;) {
        const ssize_t count =
            ::pread(file->descriptor(), buffer_.data(), buffer_.size(), static_cast<off_t>(sent));
        if (count <= 0) return reject(kHttpFile);
        const auto wanted = std::min(static_cast<std::uint64_t>(count), file_size - sent);
        // A large file may take long: only standing still is a fault.
        const auto limit = std::chrono::steady_clock::now() + timeout(call);
        TRY(stream_->write_all({buffer_.data(), static_cast<std::size_t>(wanted)}, limit));
        sent += wanted;
    }
    return {};
}

Result<HttpResponse> HttpClient::Impl::receive(const HttpCall& call, const Take& take,
                                               milliseconds timeout, Attempt& attempt) {
    HttpResponse response;
    std::optional<ResponseParser> parser;
    const auto begin = [&] {
        response = HttpResponse();
        parser.emplace(response, take, options_.header_bytes_max, options_.body_bytes_max);
        if (call.verb == "HEAD") parser->skip(true);
    };
    begin();
    auto deadline = std::chrono::steady_clock::now() + timeout;
    while (!parser->is_done()) {
        boost::beast::error_code code;
        if (!unread_.empty()) {
            const std::size_t used =
                parser->put(boost::asio::buffer(unread_.data(), unread_.size()), code);
            unread_.erase(0, used);
            if (code == boost::beast::http::error::need_more) code = {};
            if (parser->stopped()) return reject(kHttpStopped);
            if (code == boost::beast::http::error::body_limit) return reject(kHttpTooLarge);
            if (code) return reject(kHttpMalformed, {}, code.message() + ".");
            if (parser->is_done() && !parser->interim()) break;
            if (parser->is_done()) begin();  // 100 Continue and the like come first.
            if (used > 0 && !unread_.empty()) continue;
        }
        TRY_ASSIGN(const std::size_t count, stream_->read_some(buffer_, deadline));
        if (count == 0) {
            if (!parser->is_header_done() || !parser->need_eof()) return reject(kHttpBroken);
            parser->put_eof(code);
            if (code) return reject(kHttpBroken);
            break;
        }
        attempt.answer_began = true;
        unread_.append(buffer_.data(), count);
        if (take) deadline = std::chrono::steady_clock::now() + timeout;
    }
    if (!parser->keep_alive()) stream_.reset();
    return response;
}

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Result<HttpClient> HttpClient::create(HttpClientOptions options) {
    std::vector<BaseUrl> urls;
    bool any_tls = false;
    std::string_view rest = options.base_url;
    for (bool more = true; more;) {
        const std::size_t comma = rest.find(',');
        more = comma != std::string_view::npos;
        TRY_ASSIGN(BaseUrl url, parse_base_url(rest.substr(0, comma)));
        any_tls = any_tls || url.scheme == Scheme::https;
        urls.push_back(std::move(url));
        if (more) rest.remove_prefix(comma + 1);
    }
    SslContext tls;
    if (any_tls) {
        TRY_ASSIGN(tls, make_client_tls(options.ca_pem));
        if (!options.certificate_pem.empty())
            TRY(show_certificate(*tls, options.certificate_pem, options.private_key_pem));
    }
    return HttpClient(std::make_unique<Impl>(std::move(options), std::move(urls), std::move(tls)));
}

Result<HttpResponse> HttpClient::request(const HttpCall& call) {
    return impl_->request(call, {}, nullptr, 0);
}

Result<HttpResponse> HttpClient::request(const HttpCall& call,
                                         const std::function<bool(std::string_view)>& take) {
    return impl_->request(call, take, nullptr, 0);
}

Result<HttpResponse> HttpClient::upload(const HttpCall& call, const std::filesystem::path& file) {
    const OpenFile open(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status{};
    if (!open.valid() || ::fstat(open.descriptor(), &status) != 0)
        return reject(kHttpFile, {}, file.string());
    return impl_->request(call, {}, &open, static_cast<std::uint64_t>(status.st_size));
}

Result<HttpResponse> HttpClient::download(const HttpCall& call, const std::filesystem::path& file) {
    const OpenFile open(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!open.valid()) return reject(kHttpFile, {}, file.string());
    bool stored = true;
    auto result = impl_->request(
        call, [&](std::string_view piece) { return stored = write_all(open.descriptor(), piece); },
        nullptr, 0);
    if (!result || result->status != 200) {
        std::error_code ignored;
        std::filesystem::remove(file, ignored);
    }
    if (!stored) return reject(kHttpFile, {}, file.string());
    return result;
}

void HttpClient::cancel() {
    impl_->cancel();
}

}  // namespace penstock::transport
