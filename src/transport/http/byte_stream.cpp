#include "transport/http/byte_stream.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "base/try.h"
#include "transport/http/error.h"
#include "transport/http/socket_bio.h"

namespace penstock::transport {
namespace {

using std::chrono::milliseconds;

std::string tls_reason() {
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    ERR_clear_error();
    return text.data();
}

struct AddressFree {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

/// The certificates of a PEM text, in their order.
std::vector<Certificate> read_certificates(const std::string& pem) {
    const Bio text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
    std::vector<Certificate> certificates;
    while (X509* certificate = PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr))
        certificates.emplace_back(certificate, &X509_free);
    ERR_clear_error();  // The end of the text reads as an error.
    return certificates;
}

/// For keys that are kept under a passphrase: there is nobody to ask for it.
int no_passphrase(char* /*into*/, int /*size*/, int /*is_for_writing*/, void* /*argument*/) {
    return -1;
}

}  // namespace

CancelFlag::CancelFlag() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

CancelFlag::~CancelFlag() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void CancelFlag::raise() {
    raised_ = true;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

Result<SslContext> make_client_tls(const std::string& ca_pem) {
    SslContext context(SSL_CTX_new(TLS_client_method()));
    if (!context) return reject(kHttpTlsSetup, {}, tls_reason());
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    if (ca_pem.empty()) {
        SSL_CTX_set_default_verify_paths(context.get());
        return context;
    }
    const auto roots = read_certificates(ca_pem);
    if (roots.empty()) return reject(kHttpTlsSetup, {}, "No certificate is in the given roots.");
    for (const auto& root : roots)
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), root.get());
    return context;
}

Result<void> show_certificate(SSL_CTX& context, const std::string& certificate_pem,
                              const std::string& private_key_pem) {
    const auto chain = read_certificates(certificate_pem);
    if (chain.empty() || SSL_CTX_use_certificate(&context, chain.front().get()) != 1)
        return reject(kHttpTlsSetup, "certificate", "It is no certificate as PEM text.");
    for (std::size_t above = 1; above < chain.size(); ++above)
        SSL_CTX_add1_chain_cert(&context, chain[above].get());
    const Bio text(
        BIO_new_mem_buf(private_key_pem.data(), static_cast<int>(private_key_pem.size())),
        &BIO_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PrivateKey(text.get(), nullptr, &no_passphrase, nullptr), &EVP_PKEY_free);
    ERR_clear_error();
    if (!key) return reject(kHttpTlsSetup, "private_key", "It is no open private key as PEM text.");
    if (X509_check_private_key(chain.front().get(), key.get()) != 1 ||
        SSL_CTX_use_PrivateKey(&context, key.get()) != 1) {
        ERR_clear_error();
        return reject(kHttpTlsSetup, "private_key", "It is not the certificate's.");
    }
    return {};
}

Result<std::unique_ptr<ByteStream>> ByteStream::connect(const BaseUrl& url, SSL_CTX* tls,
                                                        Deadline deadline,
                                                        const CancelFlag& cancel) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int failure =
        ::getaddrinfo(url.host.c_str(), std::to_string(url.port).c_str(), &hints, &found);
    if (failure != 0)
        return reject(kHttpConnectFailed, {}, url.host + ": " + ::gai_strerror(failure) + ".");
    const std::unique_ptr<addrinfo, AddressFree> list(found);

    std::string reason = "No address.";
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
        const int descriptor = ::socket(
            address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, address->ai_protocol);
        if (descriptor < 0) continue;
        std::unique_ptr<ByteStream> stream(new ByteStream(descriptor, cancel));
        const int one = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        int code = ::connect(descriptor, address->ai_addr, address->ai_addrlen) == 0 ? 0 : errno;
        if (code == EINPROGRESS) {
            TRY(stream->wait(Readiness::writable, deadline));
            socklen_t size = sizeof code;
            ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size);
        }
        if (code != 0) {
            reason = std::string(std::strerror(code)) + ".";
            continue;
        }
        if (tls != nullptr) TRY(stream->shake_hands(url, tls, deadline));
        return stream;
    }
    return reject(kHttpConnectFailed, {}, url.host_header + ": " + reason);
}

Result<void> ByteStream::shake_hands(const BaseUrl& url, SSL_CTX* tls, Deadline deadline) {
    ssl_.reset(SSL_new(tls));
    if (!ssl_) return reject(kHttpTlsSetup, {}, tls_reason());
    BIO* bio = new_socket_bio(descriptor_);
    SSL_set_bio(ssl_.get(), bio, bio);
    in6_addr address{};
    const bool numeric = ::inet_pton(AF_INET, url.host.c_str(), &address) == 1 ||
                         ::inet_pton(AF_INET6, url.host.c_str(), &address) == 1;
    X509_VERIFY_PARAM* verify = SSL_get0_param(ssl_.get());
    if (numeric) {
        X509_VERIFY_PARAM_set1_ip_asc(verify, url.host.c_str());
    } else {
        SSL_set1_host(ssl_.get(), url.host.c_str());
        SSL_set_tlsext_host_name(ssl_.get(), url.host.c_str());
    }
    int result = 0;
    while ((result = SSL_connect(ssl_.get())) != 1) {
        const long verified = SSL_get_verify_result(ssl_.get());
        if (verified != X509_V_OK)
            return reject(kHttpConnectFailed, {},
                          std::string("TLS: ") + X509_verify_cert_error_string(verified) + ".");
        TRY(wait_for_tls(result, deadline));
    }
    return {};
}

ByteStream::~ByteStream() {
    if (ssl_) SSL_shutdown(ssl_.get());
    ::close(descriptor_);
}

Result<void> ByteStream::wait(Readiness readiness, Deadline deadline) const {
    while (true) {
        if (cancel_->raised()) return reject(kHttpStopped);
        const auto left = deadline - std::chrono::steady_clock::now();
        if (left <= left.zero()) return reject(kHttpTimeout);
        const auto milliseconds_left = std::chrono::ceil<milliseconds>(
            std::min<Deadline::duration>(left, std::chrono::hours(1)));
        const short wanted = readiness == Readiness::readable ? POLLIN : POLLOUT;
        std::array<pollfd, 2> polled{pollfd{descriptor_, wanted, 0},
                                     pollfd{cancel_->descriptor(), POLLIN, 0}};
        const int count =
            ::poll(polled.data(), polled.size(), static_cast<int>(milliseconds_left.count()));
        if (count < 0 && errno != EINTR) return reject(kHttpBroken, {}, std::strerror(errno));
        if (count > 0 && polled[0].revents != 0) return {};
    }
}

Result<void> ByteStream::wait_for_tls(int result, Deadline deadline) const {
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            return wait(Readiness::readable, deadline);
        case SSL_ERROR_WANT_WRITE:
            return wait(Readiness::writable, deadline);
        default:
            // What an http server answers to a greeting in TLS looks so.
            if (!SSL_is_init_finished(ssl_.get()))
                return reject(
                    kHttpBroken, {},
                    tls_reason() + " Does the server speak http:// rather than https://?");
            return reject(kHttpBroken, {}, tls_reason());
    }
}

Result<std::size_t> ByteStream::read_some(std::span<char> into, Deadline deadline) {
    while (true) {
        if (cancel_->raised()) return reject(kHttpStopped);
        if (ssl_) {
            ERR_clear_error();
            std::size_t count = 0;
            const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
            if (result == 1) return count;
            if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_ZERO_RETURN) return std::size_t{0};
            TRY(wait_for_tls(result, deadline));
            continue;
        }
        const ssize_t count = ::recv(descriptor_, into.data(), into.size(), 0);
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EAGAIN && errno != EINTR) return reject(kHttpBroken, {}, std::strerror(errno));
        TRY(wait(Readiness::readable, deadline));
    }
}

Result<void> ByteStream::write_all(std::string_view bytes, Deadline deadline) {
    while (!bytes.empty()) {
        if (cancel_->raised()) return reject(kHttpStopped);
        if (ssl_) {
            ERR_clear_error();
            std::size_t count = 0;
            const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
            if (result == 1)
                bytes.remove_prefix(count);
            else
                TRY(wait_for_tls(result, deadline));
            continue;
        }
        const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno == EAGAIN) {
            TRY(wait(Readiness::writable, deadline));
        } else if (errno != EINTR) {
            return reject(kHttpBroken, {}, std::strerror(errno));
        }
    }
    return {};
}

}  // namespace penstock::transport
