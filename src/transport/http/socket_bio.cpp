#include "transport/http/socket_bio.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>

namespace penstock::transport {
namespace {

int descriptor_of(BIO* bio) {
    return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

int send_bytes(BIO* bio, const char* bytes, int size) {
    BIO_clear_retry_flags(bio);
    const ssize_t count =
        ::send(descriptor_of(bio), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
    return static_cast<int>(count);
}

int receive_bytes(BIO* bio, char* into, int size) {
    BIO_clear_retry_flags(bio);
    const ssize_t count = ::recv(descriptor_of(bio), into, static_cast<std::size_t>(size), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
    return static_cast<int>(count);
}

long control(BIO*, int command, long, void*) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD* make_method() {
    BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "penstock");
    BIO_meth_set_write(method, &send_bytes);
    BIO_meth_set_read(method, &receive_bytes);
    BIO_meth_set_ctrl(method, &control);
    return method;
}

}  // namespace

BIO* new_socket_bio(int descriptor) {
    static BIO_METHOD* const kMethod = make_method();
    BIO* bio = BIO_new(kMethod);
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(descriptor)));
    BIO_set_init(bio, 1);
    return bio;
}

}  // namespace penstock::transport
