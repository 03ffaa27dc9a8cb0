#include "shell/journal/postgres_leadership.h"

#include <pthread.h>
#include <sys/random.h>
#include <time.h>

#include <array>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "shell/journal/postgres_schema.h"

namespace penstock::shell {

namespace {

using postgres::Value;

const std::string kLook =
    "SELECT epoch, holder, address, renewals, is_free FROM leadership WHERE id = 1";
const std::string kTake =
    "UPDATE leadership SET epoch = epoch + 1, holder = $1, address = $2, renewals = renewals + 1,"
    " is_free = false WHERE id = 1 AND renewals = $3 RETURNING epoch, renewals";
const std::string kRenew =
    "UPDATE leadership SET address = $3, renewals = renewals + 1"
    " WHERE id = 1 AND epoch = $1 AND holder = $2";
const std::string kResign =
    "UPDATE leadership SET is_free = true WHERE id = 1 AND epoch = $1 AND holder = $2";

/// Also counts while the process or the machine is stopped.
std::int64_t now_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

std::string drawn_name(const std::string& name) {
    std::uint64_t drawn = 0;
    PENSTOCK_ASSERT(::getrandom(&drawn, sizeof drawn, 0) == sizeof drawn);
    return name + "#" + std::to_string(drawn);
}

std::string without_number(std::string_view holder) {
    return std::string(holder.substr(0, holder.rfind('#')));
}

}  // namespace

PostgresLeadership::PostgresLeadership(PostgresLeadershipOptions options)
    : options_(std::move(options)), holder_(drawn_name(options_.name)) {}

Result<std::unique_ptr<PostgresLeadership>> PostgresLeadership::open(
    PostgresLeadershipOptions options) {
    std::unique_ptr<PostgresLeadership> made(new PostgresLeadership(std::move(options)));
    TRY(made->attend());
    made->thread_ = std::thread([self = made.get()] { self->run(); });
    return made;
}

PostgresLeadership::~PostgresLeadership() {
    withdraw();
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

Result<void> PostgresLeadership::connect() {
    if (connection_.is_open()) return {};
    // A renewal that takes as long as the lease is of no use any more.
    auto opened = postgres::Connection::open(options_.url, options_.lease);
    if (!opened) return std::unexpected(journal_error(opened.error(), "connecting"));
    TRY(ensure_journal_schema(*opened));
    connection_ = *std::move(opened);
    return {};
}

std::uint64_t PostgresLeadership::epoch() const {
    const std::scoped_lock lock(mutex_);
    return now_ns() < held_until_ns_ ? epoch_ : 0;
}

Leadership::Leader PostgresLeadership::leader() const {
    const std::scoped_lock lock(mutex_);
    return leader_;
}

void PostgresLeadership::announce(const std::string& address) {
    const std::scoped_lock lock(mutex_);
    address_ = address;
    changed_.notify_all();
}

void PostgresLeadership::stand() {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(stands_, true)) return;
    changed_.notify_all();
}

void PostgresLeadership::withdraw() {
    std::unique_lock lock(mutex_);
    stands_ = false;
    if (!thread_.joinable()) return;
    held_until_ns_ = 0;
    withdrawing_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !withdrawing_; });
}

void PostgresLeadership::run() {
    ::pthread_setname_np(::pthread_self(), "leadership");
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const bool leads = epoch_ != 0;
        const std::string announced = address_;
        const bool stood = stands_;
        changed_.wait_for(lock, options_.lease / (leads ? 4 : 12), [&] {
            return stopping_ || withdrawing_ || stands_ != stood || address_ != announced;
        });
        if (stopping_) return;
        lock.unlock();
        const auto attended = attend();
        lock.lock();
        // Until the lease has run out it may be renewed yet; a fault shows in its end alone.
        if (!attended && epoch_ != 0 && now_ns() >= held_until_ns_) epoch_ = 0;
    }
}

Result<void> PostgresLeadership::attend() {
    std::unique_lock lock(mutex_);
    const std::uint64_t epoch = epoch_;
    const std::string address = address_;
    const bool withdrawing = withdrawing_;
    const bool stands = stands_;
    lock.unlock();
    if (withdrawing) {
        give_up(epoch);
        return {};
    }
    TRY(connect());
    if (epoch != 0) return renew(epoch, address);
    TRY_ASSIGN(const bool is_free, look());
    return is_free && stands ? take(address) : Result<void>();
}

void PostgresLeadership::give_up(std::uint64_t epoch) {
    const std::array values{Value(epoch), Value::text(holder_)};
    // If it cannot be told, the lease ends by itself.
    if (epoch != 0 && connect()) [[maybe_unused]]
        const auto told = connection_.execute(kResign, values);
    const std::scoped_lock lock(mutex_);
    epoch_ = 0;
    withdrawing_ = false;
    changed_.notify_all();
}

Result<void> PostgresLeadership::renew(std::uint64_t epoch, const std::string& address) {
    const std::int64_t asked = now_ns();
    const std::array values{Value(epoch), Value::text(holder_), Value::text(address)};
    auto renewed = connection_.execute(kRenew, values);
    if (!renewed) return std::unexpected(std::move(renewed).error());
    const std::scoped_lock lock(mutex_);
    if (renewed->affected() == 1) {
        if (!withdrawing_) held_until_ns_ = asked + options_.lease.count() * 1'000'000;
        leader_ = {epoch, options_.name, address};
    } else {
        epoch_ = 0;
        held_until_ns_ = 0;
    }
    return {};
}

Result<bool> PostgresLeadership::look() {
    auto seen = connection_.execute(kLook);
    if (!seen) return std::unexpected(std::move(seen).error());
    const std::int64_t now = now_ns();
    const std::int64_t renewal = seen->integer(0, 3);
    if (renewal != seen_renewal_) {
        seen_renewal_ = renewal;
        seen_since_ns_ = now;
    }
    const bool is_free =
        seen->boolean(0, 4) || now - seen_since_ns_ >= options_.lease.count() * 1'000'000;
    const std::scoped_lock lock(mutex_);
    leader_ = {};
    if (!is_free)
        leader_ = {seen->unsigned_integer(0, 0), without_number(seen->bytes(0, 1)),
                   std::string(seen->bytes(0, 2))};
    return is_free;
}

Result<void> PostgresLeadership::take(const std::string& address) {
    const std::int64_t asked = now_ns();
    const std::array values{Value::text(holder_), Value::text(address), Value(seen_renewal_)};
    auto taken = connection_.execute(kTake, values);
    if (!taken) return std::unexpected(std::move(taken).error());
    if (taken->size() == 0) return {};  // Another was faster, or the leader is alive.
    seen_renewal_ = taken->integer(0, 1);
    const std::scoped_lock lock(mutex_);
    epoch_ = taken->unsigned_integer(0, 0);
    if (!withdrawing_) held_until_ns_ = asked + options_.lease.count() * 1'000'000;
    leader_ = {epoch_, options_.name, address};
    return {};
}

}  // namespace penstock::shell
