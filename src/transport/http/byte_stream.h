#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "transport/http/url.h"

namespace penstock::transport {

using Deadline = std::chrono::steady_clock::time_point;

/// Lets another thread end a blocking wait. Once raised, it stays so.
class CancelFlag {
  public:
    CancelFlag();
    ~CancelFlag();
    CancelFlag(const CancelFlag&) = delete;
    CancelFlag& operator=(const CancelFlag&) = delete;

    void raise();
    bool raised() const { return raised_; }
    int descriptor() const { return descriptor_; }

  private:
    int descriptor_;  ///< An eventfd, readable once raised.
    std::atomic<bool> raised_{false};
};

struct SslContextFree {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct SslFree {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslContext = std::unique_ptr<SSL_CTX, SslContextFree>;

/// A client's TLS settings: 1.2 or later, the server's certificate and name verified.
/// @param ca_pem  Trusted roots; empty takes the system's.
/// @retval kHttpTlsSetup
Result<SslContext> make_client_tls(const std::string& ca_pem);

/// Has a client show a certificate to servers that ask for one.
/// @param certificate_pem  The client's own first, then those above it.
/// @retval kHttpTlsSetup  Either is no such text, or the key is another certificate's.
Result<void> show_certificate(SSL_CTX& context, const std::string& certificate_pem,
                              const std::string& private_key_pem);

/// One blocking connection to a server, plain or TLS, with a deadline on every wait.
class ByteStream {
  public:
    /// @param tls  For https; null otherwise. Outlives the stream.
    /// @retval kHttpConnectFailed, kHttpTimeout, kHttpStopped
    static Result<std::unique_ptr<ByteStream>> connect(const BaseUrl& url, SSL_CTX* tls,
                                                       Deadline deadline, const CancelFlag& cancel);
    ~ByteStream();
    ByteStream(const ByteStream&) = delete;
    ByteStream& operator=(const ByteStream&) = delete;

    /// @return Number of bytes read, at least 1; 0 at the end.
    /// @retval kHttpTimeout, kHttpBroken, kHttpStopped
    Result<std::size_t> read_some(std::span<char> into, Deadline deadline);
    Result<void> write_all(std::string_view bytes, Deadline deadline);

  private:
    ByteStream(int descriptor, const CancelFlag& cancel)
        : descriptor_(descriptor), cancel_(&cancel) {}
    enum class Readiness { readable, writable };
    Result<void> wait(Readiness readiness, Deadline deadline) const;
    /// Waits as SSL asked for. @param result  Of the call that did not succeed.
    Result<void> wait_for_tls(int result, Deadline deadline) const;
    Result<void> shake_hands(const BaseUrl& url, SSL_CTX* tls, Deadline deadline);

    int descriptor_;
    const CancelFlag* cancel_;
    std::unique_ptr<SSL, SslFree> ssl_;
};

}  // namespace penstock::transport
