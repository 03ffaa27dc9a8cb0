#include "agent/drivers/slurm/rest_control.h"

#include <fmt/format.h>

#include "agent/clock.h"
#include "agent/error.h"
#include "base/base64.h"
#include "base/try.h"
#include "crypto/sha256.h"

#include <boost/json.hpp>
#include <optional>

namespace penstock::agent::slurm {
namespace json = boost::json;
namespace {

constexpr std::string_view kApi = "/slurm/v0.0.38";
constexpr std::int64_t kTokenSeconds = 600;
constexpr auto kTimeout = std::chrono::seconds(5);
constexpr std::uint64_t kMebibyte = 1U << 20;

/// RFC 7515's base64url: without padding.
std::string base64_url(std::string_view bytes) {
    std::string text;
    write_base64(bytes, text, Base64Padding::without);
    for (char& letter : text)
        if (letter == '+' || letter == '/') letter = letter == '+' ? '-' : '_';
    return text;
}

std::unexpected<Error> unreachable(std::string detail) {
    return reject(kEngineUnreachable, {}, std::move(detail));
}

/// Slurm numbers what is wrong with a request from 2000 and, where it cannot be read, from 9000;
/// the rest is trouble of its own that may pass.
bool is_refusal(std::int64_t code) {
    return (code >= 2000 && code < 3000) || code >= 9000;
}

std::int64_t integer(const json::object& object, std::string_view name) {
    const auto* const value = object.if_contains(name);
    if (value == nullptr || value->is_null()) return 0;
    return value->is_int64()    ? value->get_int64()
           : value->is_uint64() ? static_cast<std::int64_t>(value->get_uint64())
                                : 0;
}

std::string text(const json::object& object, std::string_view name) {
    const auto* const value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

Result<json::object> read_object(const std::string& body) {
    boost::system::error_code code;
    const auto parsed = json::parse(body, code);
    if (code || !parsed.is_object()) return unreachable("slurmrestd's answer is no JSON object");
    return parsed.get_object();
}

/// What slurmrestd names as wrong.
struct Trouble {
    std::int64_t number = 0;
    std::string text;
};

std::optional<Trouble> trouble_in(const json::object& answer) {
    const auto* const errors = answer.if_contains("errors");
    if (errors == nullptr || !errors->is_array() || errors->get_array().empty())
        return std::nullopt;
    const auto& first = errors->get_array().front();
    if (!first.is_object()) return Trouble{.number = 0, .text = "an error without a text"};
    const auto& error = first.get_object();
    // Two forms of the same, by which part of slurmrestd wrote it.
    Trouble trouble{.number = error.contains("error_number") ? integer(error, "error_number")
                                                             : integer(error, "error_code"),
                    .text = text(error, "error")};
    if (const std::string more = text(error, "description"); !more.empty())
        trouble.text += ": " + more;
    trouble.text += fmt::format(" ({})", trouble.number);
    return trouble;
}

std::unexpected<Error> fault_of(const Trouble& trouble) {
    return reject(is_refusal(trouble.number) ? kEngineRefused : kEngineUnreachable, {},
                  trouble.text);
}

/// The answer's object, when it names no error.
Result<json::object> read_answer(const std::string& body) {
    TRY_ASSIGN(auto object, read_object(body));
    if (const auto trouble = trouble_in(object)) return fault_of(*trouble);
    return object;
}

/// The objects of an array of the answer.
Result<std::vector<json::object>> read_list(const std::string& body, std::string_view name) {
    TRY_ASSIGN(const auto answer, read_answer(body));
    const auto* const list = answer.if_contains(name);
    if (list == nullptr || !list->is_array())
        return unreachable(fmt::format("slurmrestd's answer has no {}", name));
    std::vector<json::object> objects;
    for (const auto& item : list->get_array())
        if (item.is_object()) objects.push_back(item.get_object());
    return objects;
}

bool is_up(const json::object& node) {
    const std::string state = text(node, "state");
    if (state == "down" || state == "error" || state == "future" || state == "unknown")
        return false;
    if (const auto* const flags = node.if_contains("state_flags"); flags && flags->is_array())
        for (const auto& flag : flags->get_array())
            for (const std::string_view bad : {"DRAIN", "FAIL", "NOT_RESPONDING", "MAINTENANCE"})
                if (flag.is_string() && flag.get_string() == bad) return false;
    return true;
}

std::string body_of(const JobRequest& request) {
    json::object job{
        {"name", request.name},
        {"nodes", 1},
        {"tasks", 1},
        {"cpus_per_task", request.cores},
        {"memory_per_node", (request.memory_bytes + kMebibyte - 1) / kMebibyte},
        {"time_limit", request.minutes_max},
        {"current_working_directory", request.folder},
        {"standard_output", request.output},
        {"standard_error", request.output},
        {"environment", {{"PATH", "/usr/local/bin:/usr/bin:/bin"}}},
    };
    // An empty name would be looked up as such.
    if (!request.partition.empty()) job["partition"] = request.partition;
    if (!request.account.empty()) job["account"] = request.account;
    if (!request.qos.empty()) job["qos"] = request.qos;
    return json::serialize(json::object{{"job", std::move(job)}, {"script", request.script}});
}

}  // namespace

std::string make_token(const std::string& user, const std::string& key, std::int64_t issued_at,
                       std::int64_t expires_at) {
    const std::string claims =
        json::serialize(json::object{{"exp", expires_at}, {"iat", issued_at}, {"sun", user}});
    std::string token = base64_url(R"({"alg":"HS256","typ":"JWT"})") + '.' + base64_url(claims);
    const auto mark = crypto::hmac_sha256(crypto::bytes_of(key), crypto::bytes_of(token));
    return token + '.' + base64_url({reinterpret_cast<const char*>(mark.data()), mark.size()});
}

Result<std::uint64_t> read_submitted(const std::string& body) {
    TRY_ASSIGN(const auto answer, read_object(body));
    // A job that must wait for a node is taken all the same, though an error says so (2068).
    if (const std::int64_t id = integer(answer, "job_id"); id > 0)
        return static_cast<std::uint64_t>(id);
    if (const auto trouble = trouble_in(answer)) return fault_of(*trouble);
    return unreachable("slurmrestd names no job");
}

Result<void> read_cancelled(const std::string& body) {
    TRY_ASSIGN(const auto answer, read_object(body));
    const auto trouble = trouble_in(answer);
    constexpr std::int64_t kInvalidJob = 2017;
    constexpr std::int64_t kAlreadyDone = 2021;
    if (!trouble || trouble->number == kInvalidJob || trouble->number == kAlreadyDone) return {};
    return fault_of(*trouble);
}

Result<std::vector<Job>> read_jobs(const std::string& body) {
    TRY_ASSIGN(const auto objects, read_list(body, "jobs"));
    std::vector<Job> jobs;
    for (const auto& object : objects) {
        Job& job = jobs.emplace_back();
        job.id = static_cast<std::uint64_t>(integer(object, "job_id"));
        job.name = text(object, "name");
        job.user = text(object, "user_name");
        job.state_name = text(object, "job_state");
        job.state = job_state(job.state_name);
        job.reason = text(object, "state_reason");
        job.nodes = text(object, "nodes");
        job.start_at = integer(object, "start_time");
        job.end_at = integer(object, "end_time");
    }
    return jobs;
}

Result<std::vector<Node>> read_nodes(const std::string& body) {
    TRY_ASSIGN(const auto objects, read_list(body, "nodes"));
    std::vector<Node> nodes;
    for (const auto& object : objects) {
        Node& node = nodes.emplace_back();
        node.name = text(object, "name");
        node.cores = static_cast<std::uint32_t>(std::max<std::int64_t>(integer(object, "cpus"), 0));
        node.memory_bytes =
            static_cast<std::uint64_t>(std::max<std::int64_t>(integer(object, "real_memory"), 0)) *
            kMebibyte;
        node.is_up = is_up(object);
        if (const auto* const partitions = object.if_contains("partitions");
            partitions != nullptr && partitions->is_array())
            for (const auto& partition : partitions->get_array())
                if (partition.is_string()) node.partitions.emplace_back(partition.get_string());
    }
    return nodes;
}

RestControl::RestControl(Options options, transport::HttpClient client)
    : options_(std::move(options)), user_(own_user()), client_(std::move(client)) {}

namespace {

Result<transport::HttpClient> connect_to(const std::string& url) {
    transport::HttpClientOptions options{.base_url = url};
    options.connect_timeout = std::chrono::seconds(2);
    options.timeout = kTimeout;
    options.body_bytes_max = 256U << 20;
    return transport::HttpClient::create(std::move(options));
}

}  // namespace

Result<std::unique_ptr<RestControl>> RestControl::create(Options options) {
    if (options.key.empty())
        return reject(kBadOption, "slurm_key_file", "--slurm-key-file: the file is empty.");
    auto client = connect_to(options.url);
    if (!client) return reject(kBadOption, "slurm_url", "--slurm-url: " + client.error().message());
    return std::unique_ptr<RestControl>(new RestControl(std::move(options), std::move(*client)));
}

Result<transport::HttpResponse> RestControl::call(transport::HttpClient& client,
                                                  std::string_view verb, const std::string& path,
                                                  const std::string& body) const {
    const std::int64_t now = utc_ns() / 1'000'000'000;
    transport::HttpCall call{.verb = verb, .target = path, .body = body};
    call.headers.add("X-SLURM-USER-NAME", user_);
    call.headers.add("X-SLURM-USER-TOKEN",
                     make_token(user_, options_.key, now, now + kTokenSeconds));
    if (!body.empty()) call.headers.add("Content-Type", "application/json");
    auto response = client.request(call);
    if (!response) return unreachable("slurmrestd: " + response.error().message());
    return response;
}

Result<transport::HttpResponse> RestControl::call(std::string_view verb, const std::string& path) {
    const std::lock_guard lock(mutex_);
    return call(client_, verb, path, {});
}

Result<std::uint64_t> RestControl::submit(const JobRequest& request) {
    // On a connection of its own: over a kept one that breaks, the client would send it twice.
    auto client = connect_to(options_.url);
    if (!client) return unreachable(client.error().message());
    TRY_ASSIGN(const auto response,
               call(*client, "POST", fmt::format("{}/job/submit", kApi), body_of(request)));
    return read_submitted(response.body);
}

Result<std::vector<Job>> RestControl::jobs() {
    TRY_ASSIGN(const auto response, call("GET", fmt::format("{}/jobs", kApi)));
    return read_jobs(response.body);
}

Result<void> RestControl::cancel(std::uint64_t id) {
    TRY_ASSIGN(const auto response, call("DELETE", fmt::format("{}/job/{}", kApi, id)));
    return read_cancelled(response.body);
}

Result<std::vector<Node>> RestControl::nodes() {
    TRY_ASSIGN(const auto response, call("GET", fmt::format("{}/nodes", kApi)));
    return read_nodes(response.body);
}

}  // namespace penstock::agent::slurm
