#include "shell/server/forwarder.h"

#include <pthread.h>

#include <array>
#include <optional>
#include <utility>

#include "shell/api/error.h"
#include "shell/limits/address.h"
#include "shell/sequencer/error.h"
#include "transport/connect/error_body.h"
#include "transport/http/client.h"
#include "transport/http/error.h"

namespace penstock::shell {

namespace {

using transport::fail;
using transport::Headers;
using transport::HttpClient;
using transport::HttpResponse;

constexpr std::size_t kThreads = 8;
/// A leader that does not answer is soon one no more.
constexpr std::chrono::seconds kPatience{5};
constexpr std::size_t kJobsMax = 1'024;

/// What concerns one connection alone (RFC 9110, section 7.6.1), or is made anew on each.
bool is_of_connection(std::string_view name) {
    constexpr std::array kNames{
        "connection", "keep-alive", "transfer-encoding", "te",     "content-length", "host",
        "upgrade",    "trailer",    "proxy-connection",  "expect", "date",           "traceparent"};
    for (const char* other : kNames)
        if (transport::equal_ignoring_case(name, other)) return true;
    return false;
}

Headers passed_on(const Headers& headers, std::string_view but = {}) {
    Headers result;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const std::string_view name = headers.name_at(i);
        if (!is_of_connection(name) && !transport::equal_ignoring_case(name, but))
            result.add(name, headers.value_at(i));
    }
    return result;
}

/// What others keep of the caller's trace says nothing of a trace that was begun here.
Headers passed_on(const Headers& headers, const transport::Trace& trace) {
    const auto callers = transport::Trace::parse(headers.value(transport::kTraceHeader));
    const bool goes_on = callers && callers->id() == trace.id();
    return passed_on(headers, goes_on ? std::string_view() : "tracestate");
}

/// A connection to whoever led last.
struct Line {
    std::string address;
    std::optional<HttpClient> client;
};

/// @param voucher  For the leader: from whom the request came.
Result<HttpResponse> pass_on(const transport::HttpRequest& request, const std::string& voucher,
                             const transport::Trace& trace, const Leadership::Leader& leader,
                             Line& line) {
    if (line.address != leader.address || !line.client) {
        line = {};
        auto made = HttpClient::create(
            {.base_url = leader.address, .connect_timeout = kPatience, .timeout = kPatience});
        if (!made) return std::unexpected(not_leading(leader));
        line = {leader.address, *std::move(made)};
    }
    Headers headers = passed_on(request.headers, trace);
    headers.add(ForwardedPeer::kHeader, voucher);
    headers.add(transport::kTraceHeader, trace.next().text());
    auto answer = line.client->request({.verb = request.verb,
                                        .target = request.target,
                                        .headers = std::move(headers),
                                        .body = request.body});
    if (!answer) {
        line = {};
        // A connection that was refused has carried nothing.
        if (answer.error().number() == transport::kHttpConnectFailed.number)
            return std::unexpected(not_leading(leader));
        return reject(kInDoubt, {}, answer.error().message());
    }
    HttpResponse response;
    response.status = answer->status;
    response.headers = passed_on(answer->headers);
    response.body = std::move(answer->body);
    if (response.headers.has("retry-after")) response.rest = transport::kRestOfTheHasty;
    return response;
}

}  // namespace

Error not_leading(const Leadership::Leader& leader) {
    std::string detail;
    if (!leader.address.empty()) detail = "It is " + leader.address + ".";
    return Error(kNotLeading, {}, std::move(detail));
}

Forwarder::Forwarder(const Leadership& leadership, const ForwardedPeer& peers, const Clock& clock,
                     CatchUp catch_up)
    : leadership_(leadership),
      peers_(peers),
      clock_(clock),
      catch_up_(std::move(catch_up)),
      jobs_(kJobsMax, kJobsMax / 4) {
    for (std::size_t i = 0; i < kThreads; ++i) threads_.emplace_back([this] { run(); });
}

Forwarder::~Forwarder() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    for (std::thread& thread : threads_) thread.join();
    std::vector<Job> left;
    jobs_.take(left, jobs_.size());
    for (Job& job : left) fail(job.responder, not_leading(leadership_.leader()));
}

void Forwarder::forward(transport::HttpRequest request, transport::Responder responder,
                        Changes changes) {
    const Leadership::Leader leader = leadership_.leader();
    if (request.headers.has(ForwardedPeer::kHeader) || leader.address.empty())
        return fail(responder, not_leading(leader));
    const limits::Turn turn{.flow = limits::flow_of_address(request.peer)};
    Job job{std::move(request), std::move(responder), changes, turn};
    {
        const std::scoped_lock lock(mutex_);
        if (jobs_.push(turn, job)) return changed_.notify_one();
    }
    fail(job.responder, Error(kTooBusy));
}

std::size_t Forwarder::size() const {
    const std::scoped_lock lock(mutex_);
    return jobs_.size();
}

void Forwarder::run() {
    ::pthread_setname_np(::pthread_self(), "forwarder");
    Line line;
    for (;;) {
        std::vector<Job> next;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return stopping_ || jobs_.size() > 0; });
            if (stopping_) return;
            jobs_.take(next, 1);
        }
        Job& job = next.front();
        const std::string voucher = peers_.vouch(job.request, clock_.wall());
        const transport::Trace trace = job.responder.trace();
        auto answer = pass_on(job.request, voucher, trace, leadership_.leader(), line);
        const bool is_to_be_seen =
            answer && answer->status < 400 && job.changes == Changes::what_is_seen_here;
        if (is_to_be_seen) {
            catch_up_(job.turn, [responder = std::move(job.responder),
                                 response = *std::move(answer)]() mutable {
                responder.send(std::move(response));
            });
        } else if (answer) {
            job.responder.send(*std::move(answer));
        } else {
            fail(job.responder, answer.error());
        }
    }
}

}  // namespace penstock::shell
