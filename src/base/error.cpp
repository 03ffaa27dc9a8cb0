#include "base/error.h"

#include "base/assert.h"

namespace penstock {

std::string_view name(Code code) {
    switch (code) {
        case Code::cancelled:
            return "canceled";  // Spelled as Connect does.
        case Code::unknown:
            return "unknown";
        case Code::invalid_argument:
            return "invalid_argument";
        case Code::deadline_exceeded:
            return "deadline_exceeded";
        case Code::not_found:
            return "not_found";
        case Code::already_exists:
            return "already_exists";
        case Code::permission_denied:
            return "permission_denied";
        case Code::resource_exhausted:
            return "resource_exhausted";
        case Code::failed_precondition:
            return "failed_precondition";
        case Code::aborted:
            return "aborted";
        case Code::out_of_range:
            return "out_of_range";
        case Code::unimplemented:
            return "unimplemented";
        case Code::internal:
            return "internal";
        case Code::unavailable:
            return "unavailable";
        case Code::data_loss:
            return "data_loss";
        case Code::unauthenticated:
            return "unauthenticated";
    }
    PENSTOCK_ASSERT(false && "a code that is none of the sixteen");
}

std::string Error::message() const {
    std::string text(rejection_->remedy);
    if (!detail_.empty()) text.append(" ").append(detail_);
    return text;
}

Error Error::within(std::string_view outer) && {
    field_ = field_.empty() ? std::string(outer) : std::string(outer) + "." + field_;
    return std::move(*this);
}

}  // namespace penstock
