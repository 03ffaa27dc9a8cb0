#include "shell/artifacts/artifact_routes.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

#include "base/try.h"
#include "shell/artifacts/error.h"
#include "transport/connect/error_body.h"

namespace penstock::artifacts {

namespace {

using transport::fail;
using transport::HttpRequest;
using transport::HttpResponse;
using transport::Responder;

/// How much of a body is taken before it is known who sent it.
constexpr std::uint64_t kUnknownSenderBytesMax = 1u << 20;
constexpr std::chrono::seconds kAuthenticationPatience{10};

Result<FileDigest> digest_of(std::string_view path) {
    return FileDigest::parse(path.substr(kArtifactPrefix.size()));
}

std::uint64_t announced_size(const HttpRequest& head) {
    const std::string_view text = head.headers.value("content-length");
    std::uint64_t size = 0;
    std::from_chars(text.data(), text.data() + text.size(), size);
    return size;
}

/// Where the sender's name and the body's end meet, whichever comes first.
struct Meeting {
    std::mutex mutex;
    std::condition_variable known;
    std::optional<Result<Caller>> caller;
    std::function<void(const Result<Caller>&)> then;  // Set when the body has ended.

    void tell(Result<Caller> who) {
        std::function<void(const Result<Caller>&)> next;
        {
            const std::lock_guard lock(mutex);
            caller.emplace(std::move(who));
            next = std::move(then);
        }
        known.notify_all();
        if (next) next(*caller);
    }
    void when_known(std::function<void(const Result<Caller>&)> call) {
        {
            const std::lock_guard lock(mutex);
            if (!caller) {
                then = std::move(call);
                return;
            }
        }
        call(*caller);
    }
    /// Waits for the answer, which comes from another thread within a batch's time. None when the
    /// sender is not welcome.
    std::optional<PartyId> party() {
        std::unique_lock lock(mutex);
        known.wait_for(lock, kAuthenticationPatience, [&] { return caller.has_value(); });
        if (!caller || !caller->has_value()) return std::nullopt;
        return (*caller)->party;
    }
};

/// Writes a body to the store while the sender's name is being found out.
class UploadSink final : public transport::BodySink {
  public:
    UploadSink(std::unique_ptr<Upload> upload, std::shared_ptr<Meeting> meeting, PartyRoom& room)
        : upload_(std::move(upload)),
          share_(std::make_shared<RoomShare>(room)),
          meeting_(std::move(meeting)) {}

    bool write(std::string_view piece) override {
        if (failed_) return true;  // The answer says why; it comes after the body.
        const std::uint64_t size = upload_->size() + piece.size();
        if (!party_ && size > kUnknownSenderBytesMax) {
            party_ = meeting_->party();
            if (!party_) return false;
        }
        if (party_ && !share_->grow_to(*party_, size)) {
            failed_.emplace(kPartyRoomFull);
            return false;
        }
        if (auto written = upload_->write(piece); !written) {
            failed_ = written.error();
            return failed_->code() != Code::resource_exhausted;
        }
        return true;
    }

    std::unique_ptr<Upload> take_upload() { return std::move(upload_); }
    const std::shared_ptr<RoomShare>& share() const { return share_; }
    const std::optional<Error>& failed() const { return failed_; }
    const std::shared_ptr<Meeting>& meeting() const { return meeting_; }

  private:
    std::unique_ptr<Upload> upload_;
    std::shared_ptr<RoomShare> share_;
    std::shared_ptr<Meeting> meeting_;
    std::optional<Error> failed_;
    std::optional<PartyId> party_;  // Once the sender is known and welcome.
};

Result<HttpResponse> file_response(const ArtifactStore& store, const FileDigest& digest) {
    TRY_ASSIGN(const auto file, store.find(digest));
    const int descriptor = ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return reject(kArtifactFault);
    HttpResponse response;
    response.headers.add("content-type", "application/octet-stream");
    response.headers.add("cache-control", "private, max-age=31536000, immutable");
    response.headers.add("etag", "\"" + digest.text() + "\"");
    response.headers.add("x-content-type-options", "nosniff");
    response.file.emplace(descriptor, 0, file.size);
    return response;
}

/// 421 Misdirected Request (RFC 9110): another server may have it.
void send_elsewhere(Responder& responder) {
    constexpr unsigned kMisdirected = 421;
    const Error error(kArtifactElsewhere, "digest");
    HttpResponse response = transport::error_response(error, responder.trace().id());
    response.status = kMisdirected;
    responder.set_reason(error.reason());
    responder.send(std::move(response));
}

}  // namespace

ArtifactRoutes::ArtifactRoutes(ArtifactStore& store, Grants& grants, ArtifactGate& gate,
                               std::map<PartyId, std::uint64_t> uploaded, Servers servers)
    : store_(store),
      grants_(grants),
      gate_(gate),
      servers_(servers),
      room_(store.limits().party_bytes_max, std::move(uploaded)),
      thread_([this] { run(); }) {}

ArtifactRoutes::~ArtifactRoutes() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void ArtifactRoutes::queue(std::function<void()> work) {
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back(std::move(work));
    }
    wake_.notify_all();
}

void ArtifactRoutes::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        const std::function<void()> work = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        work();
        lock.lock();
    }
}

transport::BodyPlan ArtifactRoutes::plan_body(const HttpRequest& head) {
    transport::BodyPlan plan;
    if (head.verb != "PUT") return plan;
    const auto digest = digest_of(head.path());
    auto upload = digest ? store_.begin(*digest, announced_size(head))
                         : Result<std::unique_ptr<Upload>>(std::unexpected(digest.error()));
    if (!upload) {
        plan.refuse = transport::refusal(upload.error());
        return plan;
    }
    auto meeting = std::make_shared<Meeting>();
    plan.sink = std::make_unique<UploadSink>(*std::move(upload), meeting, room_);
    plan.bytes_max = store_.limits().file_bytes_max;
    gate_.authenticate(head, [this, meeting](const Result<Caller>& caller) {
        if (!caller) return meeting->tell(caller);
        gate_.may_upload(*caller, [meeting, known = *caller](bool may) {
            meeting->tell(may ? Result<Caller>(known) : reject(kUploadNotAllowed));
        });
    });
    return plan;
}

void ArtifactRoutes::handle(HttpRequest request, Responder responder) {
    if (request.verb == "PUT") return put(std::move(request), std::move(responder));
    const auto digest = digest_of(request.path());
    if (!digest) return fail(responder, digest.error());
    if (request.verb == "GET" || request.verb == "HEAD")
        return get(std::move(request), *digest, std::move(responder));
    HttpResponse refused;
    refused.status = 405;
    refused.headers.add("allow", "GET, HEAD, PUT");
    responder.send(std::move(refused));
}

void ArtifactRoutes::get(HttpRequest request, const FileDigest& digest, Responder responder) {
    // std::function wants what can be copied.
    auto shared = std::make_shared<Responder>(std::move(responder));
    gate_.authenticate(request, [this, digest, shared](const Result<Caller>& caller) {
        if (!caller) return fail(*shared, caller.error());
        const auto answer = [this, digest, shared](bool may_read) {
            auto file =
                may_read ? file_response(store_, digest) : reject(kArtifactNotFound, "digest");
            if (file) return shared->send(*std::move(file));
            const bool is_absent = file.error().number() == kArtifactNotFound.number;
            if (!is_absent || servers_ == Servers::one) return fail(*shared, file.error());
            send_elsewhere(*shared);
        };
        if (grants_.may_read(digest, caller->party)) return answer(true);
        if (!caller->agent) return answer(false);
        gate_.agent_may_read(caller->agent, digest, answer);
    });
}

void ArtifactRoutes::put(HttpRequest request, Responder responder) {
    if (!request.sink) {
        // An empty body needs no sink: the server planned none.
        auto plan = plan_body(request);
        if (plan.refuse) return plan.refuse(std::move(responder));
        request.sink = std::move(plan.sink);
    }
    auto& sink = static_cast<UploadSink&>(*request.sink);
    if (sink.failed()) return fail(responder, *sink.failed());
    auto shared = std::make_shared<Responder>(std::move(responder));
    std::shared_ptr<Upload> upload = sink.take_upload();
    sink.meeting()->when_known(
        [this, shared, upload, share = sink.share()](const Result<Caller>& caller) {
            if (!caller) return fail(*shared, caller.error());
            if (!share->grow_to(caller->party, upload->size()))
                return fail(*shared, Error(kPartyRoomFull));
            queue([this, shared, upload, share, party = caller->party] {
                if (auto done = upload->finish(); !done) return fail(*shared, done.error());
                const auto is_new = grants_.grant(upload->digest(), party, upload->size());
                if (!is_new) return fail(*shared, is_new.error());
                if (*is_new) share->keep();
                HttpResponse created;
                created.status = 201;
                shared->send(std::move(created));
            });
        });
}

}  // namespace penstock::artifacts
