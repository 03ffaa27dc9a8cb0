#include "transport/http/connection.h"

#include <utility>

namespace penstock::transport {

void HttpConnection::begin_exchange() {
    response_ = HttpResponse();
    route_ = {};
    caller_.clear();
    reason_ = {};
    answered_ = false;
    is_too_late_ = false;
    if (!streaming_ && !has_callbacks_) return;
    streaming_ = false;
    has_callbacks_ = false;
    const std::scoped_lock lock(mutex_);
    queued_.clear();
    full_ = finished_ = broken_ = gone_ = false;
    on_close_ = nullptr;
    on_drain_ = nullptr;
}

bool HttpConnection::begin_waiting() {
    Phase expected = Phase::idle;
    return phase_.compare_exchange_strong(expected, Phase::waiting);
}

void HttpConnection::signal() {
    if (phase_.exchange(Phase::signalled) == Phase::waiting) wake();
}

void HttpConnection::complete(HttpResponse response) {
    if (has_callbacks_) {
        const std::scoped_lock lock(mutex_);
        on_close_ = nullptr;
        is_too_late_ = gone_;
    }
    response_ = std::move(response);
    answered_ = true;
    signal();
}

void HttpConnection::start_stream(HttpResponse head) {
    streaming_ = true;
    response_ = std::move(head);
    answered_ = true;
    signal();
}

StreamState HttpConnection::write(std::string_view piece) {
    StreamState state = StreamState::open;
    {
        const std::scoped_lock lock(mutex_);
        if (gone_ || broken_) return StreamState::closed;
        if (piece.size() > stream_bytes_max_ - queued_.size()) {
            broken_ = true;
            queued_.clear();
            state = StreamState::closed;
        } else {
            queued_.append(piece);
            full_ = full_ || queued_.size() > stream_bytes_max_ / 4;
            if (full_) state = StreamState::full;
        }
    }
    signal();
    return state;
}

void HttpConnection::finish() {
    {
        const std::scoped_lock lock(mutex_);
        finished_ = true;
        on_close_ = nullptr;
        on_drain_ = nullptr;
    }
    signal();
}

void HttpConnection::abandon() {
    if (!streaming_) {
        HttpResponse response;
        response.status = 500;
        response.headers.add("Content-Type", "application/json");
        response.body = R"({"code":"internal","message":"The server gave the request up."})";
        return complete(std::move(response));
    }
    {
        const std::scoped_lock lock(mutex_);
        broken_ = true;
        on_close_ = nullptr;
        on_drain_ = nullptr;
    }
    signal();
}

void HttpConnection::set_on_close(std::function<void()> call) {
    has_callbacks_ = true;
    {
        const std::scoped_lock lock(mutex_);
        if (!gone_ && !broken_) {
            on_close_ = std::move(call);
            return;
        }
    }
    call();
}

void HttpConnection::set_on_drain(std::function<void()> call) {
    has_callbacks_ = true;
    const std::scoped_lock lock(mutex_);
    on_drain_ = std::move(call);
}

HttpConnection::Pieces HttpConnection::take_pieces(std::string& bytes) {
    std::function<void()> drained;
    Pieces pieces;
    bytes.clear();
    {
        const std::scoped_lock lock(mutex_);
        std::swap(bytes, queued_);
        pieces = {.finished = finished_, .broken = broken_};
        if (std::exchange(full_, false)) drained = on_drain_;
    }
    if (drained) drained();
    return pieces;
}

void HttpConnection::reader_gone() {
    std::function<void()> call;
    {
        const std::scoped_lock lock(mutex_);
        if (std::exchange(gone_, true)) return;
        std::swap(call, on_close_);
        on_drain_ = nullptr;
        queued_.clear();
    }
    if (call) call();
}

Responder::Responder(std::shared_ptr<HttpConnection> connection)
    : connection_(std::move(connection)) {}

Responder& Responder::operator=(Responder&& other) noexcept {
    if (this == &other) return *this;
    abandon();
    connection_ = std::move(other.connection_);
    extra_ = std::move(other.extra_);
    may_rest_ = other.may_rest_;
    return *this;
}

Responder::~Responder() {
    abandon();
}

void Responder::abandon() {
    if (connection_) std::exchange(connection_, nullptr)->abandon();
}

Trace Responder::trace() const {
    return connection_ ? connection_->trace() : Trace();
}

void Responder::set_route(std::string_view route) {
    if (connection_) connection_->set_route(route);
}

void Responder::set_caller(std::string caller) {
    if (connection_) connection_->set_caller(std::move(caller));
}

void Responder::set_reason(std::string_view reason) {
    if (connection_) connection_->set_reason(reason);
}

void Responder::add_header(std::string_view name, std::string_view value) {
    if (!extra_) extra_ = std::make_unique<Headers>();
    extra_->add(name, value);
}

void Responder::add_extra(HttpResponse& response) const {
    if (!may_rest_) response.rest = {};
    if (!extra_) return;
    for (std::size_t i = 0; i < extra_->size(); ++i)
        response.headers.add(extra_->name_at(i), extra_->value_at(i));
}

void Responder::send(HttpResponse response) {
    add_extra(response);
    if (connection_) std::exchange(connection_, nullptr)->complete(std::move(response));
}

void Responder::start_stream(HttpResponse head) {
    add_extra(head);
    if (connection_) connection_->start_stream(std::move(head));
}

StreamState Responder::write(std::string_view piece) {
    return connection_ ? connection_->write(piece) : StreamState::closed;
}

void Responder::finish() {
    if (connection_) std::exchange(connection_, nullptr)->finish();
}

void Responder::on_close(std::function<void()> call) {
    if (connection_) connection_->set_on_close(std::move(call));
}

void Responder::on_drain(std::function<void()> call) {
    if (connection_) connection_->set_on_drain(std::move(call));
}

Refusal HttpHandler::admit(const HttpRequest&) {
    return {};
}

BodyPlan HttpHandler::plan_body(const HttpRequest&) {
    return {};
}

}  // namespace penstock::transport
