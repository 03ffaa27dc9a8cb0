#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstring>
#include <memory>
#include <thread>

#include "transport/http/byte_stream.h"
#include "transport/http/client.h"
#include "transport/http/test_support.h"
#include "transport/http/url.h"

namespace penstock::transport {
namespace {

using std::chrono::milliseconds;

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
}

struct Certificate {
    std::string pem;
    std::string key_pem;
};

/// A self-signed certificate for the given name, as in "DNS:example.org" or "IP:127.0.0.1".
Certificate make_certificate(const char* alternative_name) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative_name);
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate, key, EVP_sha256());
    BIO* pem = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(pem, certificate);
    BIO* key_pem = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(key_pem, key, nullptr, nullptr, 0, nullptr, nullptr);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return {text_of(pem), text_of(key_pem)};
}

class HttpTls : public testing::Test {
  protected:
    void serve(const Certificate& certificate, FunctionHandler::Handle handle) {
        HttpServerOptions options;
        options.certificate_pem = certificate.pem;
        options.private_key_pem = certificate.key_pem;
        options.header_timeout = milliseconds(200);
        handler_ = std::make_unique<FunctionHandler>(std::move(handle));
        auto started = HttpServer::start(std::move(options), *handler_);
        ASSERT_TRUE(started) << started.error().message();
        server_ = std::move(*started);
    }
    HttpClient client(const std::string& roots) const {
        return *HttpClient::create(
            {.base_url = "https://127.0.0.1:" + std::to_string(server_->port()), .ca_pem = roots});
    }
    std::unique_ptr<FunctionHandler> handler_;
    std::unique_ptr<HttpServer> server_;
};

void echo(HttpRequest request, Responder responder) {
    HttpResponse response;
    response.body = std::move(request.body);
    responder.send(std::move(response));
}

TEST_F(HttpTls, carries_requests_large_and_small_on_one_connection) {
    const auto certificate = make_certificate("IP:127.0.0.1");
    serve(certificate, echo);
    auto http = client(certificate.pem);
    for (std::size_t size : {0u, 1u, 20'000u, 3'000'000u, 5u}) {
        const std::string body(size, 'b');
        const auto response = http.request({.verb = "POST", .body = body});
        ASSERT_TRUE(response) << response.error().message();
        EXPECT_EQ(response->body, body);
    }
    EXPECT_EQ(server_->connections(), 1u);
}

TEST_F(HttpTls, streams_and_tells_when_the_reader_has_gone) {
    const auto certificate = make_certificate("IP:127.0.0.1");
    Event closed;
    Responder held;
    serve(certificate, [&](HttpRequest, Responder responder) {
        held = std::move(responder);
        held.on_close([&] { closed.set(); });
        held.start_stream({});
        held.write("first");
    });
    {
        auto http = client(certificate.pem);
        const auto response = http.request({}, [](std::string_view) { return false; });
        EXPECT_EQ(response.error().reason(), "HTTP_STOPPED");
    }
    EXPECT_TRUE(closed.wait());
}

TEST_F(HttpTls, refuses_a_server_that_is_unknown_or_of_another_name) {
    const auto other = make_certificate("DNS:example.org");
    serve(other, echo);
    for (const auto& roots : {std::string(), other.pem}) {
        const auto response = client(roots).request({});
        ASSERT_FALSE(response);
        EXPECT_EQ(response.error().reason(), "HTTP_CONNECT_FAILED") << response.error().message();
    }
}

TEST_F(HttpTls, closes_connections_that_do_not_shake_hands) {
    serve(make_certificate("IP:127.0.0.1"), echo);
    RawClient silent(server_->port());
    EXPECT_EQ(silent.read_to_end(), "");
    EXPECT_TRUE(silent.closed());
    RawClient plain(server_->port());
    ASSERT_TRUE(plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    plain.read_to_end();
    EXPECT_TRUE(plain.closed());
}

TEST_F(HttpTls, stops_with_a_request_under_way) {
    const auto certificate = make_certificate("IP:127.0.0.1");
    Event arrived;
    Responder held;
    serve(certificate, [&](HttpRequest, Responder responder) {
        held = std::move(responder);
        arrived.set();
    });
    auto http = client(certificate.pem);
    std::jthread caller([&] { EXPECT_FALSE(http.request({})); });
    ASSERT_TRUE(arrived.wait());
    server_->stop(milliseconds(10));
}

/// Answers one request with the name in the certificate that its client shows; with nothing where
/// it shows none.
class AskingServer {
  public:
    AskingServer(const Certificate& own, const Certificate& asked_for)
        : context_(SSL_CTX_new(TLS_server_method())),
          listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        EXPECT_TRUE(show_certificate(*context_, own.pem, own.key_pem));
        BIO* text = BIO_new_mem_buf(asked_for.pem.data(), static_cast<int>(asked_for.pem.size()));
        X509* root = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), root);
        X509_free(root);
        BIO_free(text);
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                           nullptr);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(::listen(listener_, 1), 0);
        EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::jthread([this] { serve(); });
    }
    ~AskingServer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    AskingServer(const AskingServer&) = delete;
    AskingServer& operator=(const AskingServer&) = delete;

    std::uint16_t port() const { return port_; }

  private:
    void serve() const {
        const int connection = ::accept(listener_, nullptr, nullptr);
        if (connection < 0) return;
        const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context_.get()), &SSL_free);
        SSL_set_fd(tls.get(), connection);
        std::array<char, 4096> request;
        if (SSL_accept(tls.get()) == 1 && SSL_read(tls.get(), request.data(), 4096) > 0) {
            X509* shown = SSL_get1_peer_certificate(tls.get());
            std::array<char, 64> name{};
            X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name.data(),
                                      static_cast<int>(name.size()));
            X509_free(shown);
            const std::string answer =
                "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(std::strlen(name.data())) +
                "\r\n\r\n" + name.data();
            SSL_write(tls.get(), answer.data(), static_cast<int>(answer.size()));
        }
        ::close(connection);
    }

    SslContext context_;
    int listener_;
    std::uint16_t port_ = 0;
    std::jthread thread_;
};

TEST(HttpTlsClient, shows_its_certificate_to_a_server_that_asks) {
    const auto own = make_certificate("IP:127.0.0.1");
    const auto server_own = make_certificate("IP:127.0.0.1");
    for (const bool shows : {true, false}) {
        const AskingServer server(server_own, own);
        auto http =
            HttpClient::create({.base_url = "https://127.0.0.1:" + std::to_string(server.port()),
                                .ca_pem = server_own.pem,
                                .certificate_pem = shows ? own.pem : "",
                                .private_key_pem = shows ? own.key_pem : ""});
        ASSERT_TRUE(http) << http.error().message();
        const auto response = http->request({});
        ASSERT_EQ(response.has_value(), shows);
        EXPECT_EQ(response ? response->body : "", shows ? "test" : "");
    }
}

TEST(HttpTlsClient, refuses_a_key_that_is_not_the_certificates) {
    const auto own = make_certificate("IP:127.0.0.1");
    const auto other = make_certificate("IP:127.0.0.1");
    const auto creates = [&](const std::string& certificate, const std::string& key) {
        return HttpClient::create({.base_url = "https://localhost",
                                   .ca_pem = own.pem,
                                   .certificate_pem = certificate,
                                   .private_key_pem = key});
    };
    EXPECT_TRUE(creates(own.pem, own.key_pem));
    EXPECT_EQ(creates(own.pem, other.key_pem).error().field(), "private_key");
    EXPECT_EQ(creates(own.pem, "").error().field(), "private_key");
    EXPECT_EQ(creates("none", own.key_pem).error().field(), "certificate");
}

TEST(HttpTlsSetup, refuses_a_bad_certificate_or_root) {
    FunctionHandler handler(echo);
    HttpServerOptions options;
    options.certificate_pem = "none";
    const auto server = HttpServer::start(options, handler);
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().reason(), "HTTP_TLS_SETUP");
    EXPECT_FALSE(HttpClient::create({.base_url = "https://localhost", .ca_pem = "none"}));
}

TEST(BaseUrl, reads_hosts_and_ports) {
    struct Case {
        const char* text;
        const char* host;
        unsigned port;
    };
    for (const Case& item : {Case{"http://a.b", "a.b", 80}, Case{"https://a/", "a", 443},
                             Case{"http://[::1]:8080", "::1", 8080}, Case{"http://a:1", "a", 1}}) {
        const auto url = parse_base_url(item.text);
        ASSERT_TRUE(url) << item.text;
        EXPECT_EQ(url->host, item.host);
        EXPECT_EQ(url->port, item.port);
    }
    for (const char* text :
         {"", "a:80", "ftp://a", "http://", "http://a:0", "http://a:65536", "http://a:x",
          "http://a/b", "http://u@a", "http://a b", "http://[::1", "http://::1", "http://[::1]x"})
        EXPECT_FALSE(parse_base_url(text)) << text;
}

}  // namespace
}  // namespace penstock::transport
