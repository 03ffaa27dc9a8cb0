#pragma once

#include <openssl/bio.h>

namespace penstock::transport {

/// An OpenSSL end of a non-blocking socket that sends without raising SIGPIPE, which OpenSSL's own
/// does when the peer has gone. Does not close the socket.
BIO* new_socket_bio(int descriptor);

}  // namespace penstock::transport
