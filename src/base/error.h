#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace penstock {

/// The sixteen canonical codes, numbered as in google.rpc.Code.
enum class Code : std::uint8_t {
    cancelled = 1,
    unknown = 2,
    invalid_argument = 3,
    deadline_exceeded = 4,
    not_found = 5,
    already_exists = 6,
    permission_denied = 7,
    resource_exhausted = 8,
    failed_precondition = 9,
    aborted = 10,
    out_of_range = 11,
    unimplemented = 12,
    internal = 13,
    unavailable = 14,
    data_loss = 15,
    unauthenticated = 16,
};

/// The name of a code as Connect and gRPC write it, for instance "invalid_argument".
std::string_view name(Code code);

/// One way in which the domain says no: part of the API's documentation.
///
/// Each context keeps its list in its error.h; numbers are never reused.
struct Rejection {
    std::uint16_t number;     ///< Unique in the whole system; the thousand names the context.
    Code code;                ///< The canonical code it is reported as.
    std::string_view reason;  ///< Stable, for machines: INSUFFICIENT_FUNDS.
    std::string_view remedy;  ///< A sentence: what is wrong and what to do.
};

/// A refusal by the domain, or a fault of the world outside, with where and why.
///
/// Cheap to make from a Rejection: nothing is allocated unless a detail is given.
class Error {
  public:
    /// @param rejection  With static lifetime.
    /// @param field      Path of the request field at fault, with static lifetime; may be empty.
    explicit Error(const Rejection& rejection, std::string_view field = {})
        : rejection_(&rejection), field_(field) {}
    /// @param detail     Follows the rejection's own sentence.
    Error(const Rejection& rejection, std::string_view field, std::string detail)
        : rejection_(&rejection), field_(field), detail_(std::move(detail)) {}

    Code code() const { return rejection_->code; }
    std::string_view reason() const { return rejection_->reason; }
    std::uint16_t number() const { return rejection_->number; }
    const Rejection& rejection() const { return *rejection_; }
    const std::string& field() const { return field_; }
    const std::string& detail() const { return detail_; }
    /// When above 0: nothing was done, and the same is welcome again after so many seconds.
    std::uint32_t retry_after_seconds() const { return retry_after_seconds_; }
    void set_retry_after_seconds(std::uint32_t seconds) { retry_after_seconds_ = seconds; }
    /// The whole sentence for people.
    std::string message() const;

    /// The same error, seen from one level further out: "price" becomes "lines[2].price".
    Error within(std::string_view outer) &&;

  private:
    const Rejection* rejection_;
    std::string field_;
    std::string detail_;
    std::uint32_t retry_after_seconds_ = 0;
};

template <class T>
using Result = std::expected<T, Error>;

/// Shorthand for a refusal: `return reject(kInsufficientFunds, "amount");`
inline std::unexpected<Error> reject(const Rejection& rejection, std::string_view field = {}) {
    return std::unexpected(Error(rejection, field));
}
inline std::unexpected<Error> reject(const Rejection& rejection, std::string_view field,
                                     std::string detail) {
    return std::unexpected(Error(rejection, field, std::move(detail)));
}

}  // namespace penstock
