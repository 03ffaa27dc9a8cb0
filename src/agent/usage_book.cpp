#include "agent/usage_book.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>

#include "agent/clock.h"
#include "agent/state_file.h"
#include "base/try.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "files/folder.h"
#include "format/statement.h"
#include "penstock/v1/meter.pb.h"

namespace penstock::agent {
namespace {

constexpr const char* kSubmit = "MeterService/SubmitUsage";
constexpr const char* kReport = "TaskService/ReportAttempt";

/// More than can end while one batch is being gathered.
constexpr std::size_t kEndedMax = 10'000;

std::uint64_t number_of(const std::string& text) {
    return std::strtoull(text.c_str(), nullptr, 10);
}

std::unexpected<Fault> own_fault(const Error& error) {
    return std::unexpected(
        Fault{error.code(), std::string(error.reason()), error.message(), error.number()});
}

}  // namespace

UsageBook::UsageBook(Exchange& exchange, const Identity& identity, std::string folder)
    : exchange_(exchange), identity_(identity), folder_(std::move(folder)) {}

Result<std::unique_ptr<UsageBook>> UsageBook::open(Exchange& exchange, const Identity& identity,
                                                   std::string folder) {
    std::unique_ptr<UsageBook> book(new UsageBook(exchange, identity, std::move(folder)));
    TRY(book->load());
    return book;
}

Result<void> UsageBook::load() {
    TRY(files::ensure_folder(folder_));
    TRY_ASSIGN(auto values, read_state(next_path()));
    next_number_ = std::max<std::uint64_t>(number_of(values["number"]), 1);
    last_end_ns_ = static_cast<std::int64_t>(number_of(values["end_ns"]));
    if (last_end_ns_ == 0) last_end_ns_ = utc_ns();
    return {};
}

void UsageBook::synchronise(std::uint64_t next_number) {
    const std::lock_guard lock(state_);
    if (next_number == 0) return;
    if (is_refused_ || next_number > next_number_) next_number_ = next_number;
    is_refused_ = false;
}

void UsageBook::raise_to_last(v1::UsageRecord& record) {
    if (last_.size() > kEndedMax) last_.clear();  // Of attempts that were lost without an end.
    v1::UsageRecord& last = last_[record.attempt()];
    record.set_wall_ns(std::max(record.wall_ns(), last.wall_ns()));
    record.set_cpu_ns(std::max(record.cpu_ns(), last.cpu_ns()));
    record.set_results(std::max(record.results(), last.results()));
    // Nothing is claimed for no time, as of an attempt that ran before the machine's last start.
    if (record.wall_ns() == 0) record.set_results(0);
    record.set_results_incomplete(record.results_incomplete() || last.results_incomplete());
    record.set_results_wall_ns(
        std::min(std::max(record.results_wall_ns(), last.results_wall_ns()), record.wall_ns()));
    last = record;
    if (record.final()) last_.erase(record.attempt());
}

v1::SignedStatement UsageBook::sign_batch(std::vector<v1::UsageRecord> records) {
    for (v1::UsageRecord& record : records) raise_to_last(record);
    v1::UsageStatement statement;
    statement.set_agent(identity_.agent);
    {
        const std::lock_guard lock(state_);
        statement.set_number(next_number_);
    }
    // Intervals follow each other without a gap, also when the clock was set back.
    statement.set_start_ns(last_end_ns_);
    last_end_ns_ = std::max(utc_ns(), last_end_ns_ + 1);
    statement.set_end_ns(last_end_ns_);
    for (const auto& record : records) *statement.add_records() = record;
    return format::sign_statement(format::kUsageStatement, statement.SerializeAsString(),
                                  identity_.key_epoch, identity_.key);
}

Answer<void> UsageBook::submit(const std::function<std::vector<v1::UsageRecord>()>& gather,
                               std::stop_token stop) {
    const std::lock_guard turn(sending_);
    if (auto done = send_kept(stop); !done && is_passing(done.error())) return done;
    auto records = gather();
    std::erase_if(records, [&](const auto& record) {
        return std::find(ended_.begin(), ended_.end(), record.attempt()) != ended_.end();
    });
    if (records.empty()) return {};
    v1::SubmitUsageRequest request;
    request.set_agent(identity_.agent);
    *request.mutable_usage() = sign_batch(records);
    // Of the content: a number whose batch was refused is used again for another.
    const std::string key =
        "usage-" + crypto::hex(crypto::sha256(request.usage().body())).substr(0, 32);
    return send(kSubmit, request, key, stop);
}

Answer<void> UsageBook::report_end(v1::ReportAttemptRequest request, v1::UsageRecord record,
                                   std::stop_token stop) {
    const std::lock_guard turn(sending_);
    // A batch that a killed agent left goes first. It may be this very report: then the exchange
    // says that the attempt has ended, and that is as good.
    if (auto done = send_kept(stop); !done && is_passing(done.error())) return done;
    record.set_final(true);
    ended_.push_back(record.attempt());
    if (ended_.size() > kEndedMax) ended_.pop_front();
    *request.mutable_usage() = sign_batch({record});
    return send(kReport, request, request.attempt() + '-' + v1::AttemptState_Name(request.state()),
                stop);
}

Answer<void> UsageBook::send(const std::string& method, const google::protobuf::Message& request,
                             const std::string& key, std::stop_token stop) {
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(state_);
        number = next_number_;
    }
    const auto kept = write_state(
        pending_path(), {{"number", std::to_string(number)},
                         {"method", method},
                         {"key", key},
                         {"request", crypto::hex(crypto::bytes_of(request.SerializeAsString()))}});
    if (!kept) return own_fault(kept.error());
    return send_kept(stop);
}

Answer<void> UsageBook::send_kept(std::stop_token stop) {
    auto values = read_state(pending_path());
    if (!values) return own_fault(values.error());
    if (values->empty()) return {};
    const auto bytes = crypto::parse_hex((*values)["request"]);
    const std::uint64_t number = number_of((*values)["number"]);
    const auto repeat = [&](auto request, auto response) -> Answer<void> {
        if (!bytes || !request.ParseFromArray(bytes->data(), static_cast<int>(bytes->size())))
            return std::unexpected(Fault{Code::data_loss, {}, "a damaged usage batch is given up"});
        return until_answered(stop, [&] {
            return exchange_.call_message((*values)["method"], request, response,
                                          {.idempotency_key = (*values)["key"]});
        });
    };
    const auto answer = (*values)["method"] == kReport
                            ? repeat(v1::ReportAttemptRequest(), v1::ReportAttemptResponse())
                            : repeat(v1::SubmitUsageRequest(), v1::SubmitUsageResponse());
    // Not answered: the batch stays, for this process or the next.
    if (!answer && is_passing(answer.error())) return answer;
    const std::lock_guard lock(state_);
    if (answer) {
        next_number_ = std::max(next_number_, number + 1);
        is_refused_ = false;
    } else {
        is_refused_ = true;
        spdlog::warn("usage batch {}: {}", number, answer.error().message);
    }
    const auto kept = write_state(next_path(), {{"number", std::to_string(next_number_)},
                                                {"end_ns", std::to_string(last_end_ns_)}});
    if (!kept) return own_fault(kept.error());
    ::unlink(pending_path().c_str());
    return answer;
}

}  // namespace penstock::agent
