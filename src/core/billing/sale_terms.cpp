#include "core/billing/sale_terms.h"

#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "core/billing/error.h"
#include "penstock/v1/billing.pb.h"

namespace penstock::billing {
namespace {

bool lies_within(Duration duration, Duration from, Duration to) {
    return duration >= from && duration <= to;
}

}  // namespace

Result<std::uint32_t> read_tax_rate(std::uint32_t basis_points) {
    if (basis_points > kTaxBasisPointsMax) return reject(kTaxRateInvalid, "tax_basis_points");
    return basis_points;
}

Result<TradeRole> read_role(int role) {
    if (role == v1::TRADE_ROLE_UNSPECIFIED) return TradeRole::agent;
    if (role < v1::TRADE_ROLE_PRINCIPAL || role > v1::TRADE_ROLE_HOSTING)
        return reject(kRoleInvalid, "role");
    return static_cast<TradeRole>(role);
}

Result<void> SaleTerms::check() const {
    if (role < TradeRole::principal || role > TradeRole::hosting)
        return reject(kRoleInvalid, "role");
    TRY(read_tax_rate(tax_basis_points));
    if (!lies_within(dispute_window, Duration{}, kDisputeWindowMax))
        return reject(kDisputeWindowInvalid, "dispute_window_ns");
    if (rolling_escrow) {
        if (rolling_escrow->periods < 1 || rolling_escrow->periods > kEscrowPeriodsMax)
            return reject(kRollingEscrowInvalid, "rolling_escrow.periods");
        if (!lies_within(rolling_escrow->grace, Duration{}, kGraceMax))
            return reject(kRollingEscrowInvalid, "rolling_escrow.grace_ns");
    }
    if (!lies_within(notice, Duration{}, kNoticeMax) || (rolling_escrow && notice > Duration{}))
        return reject(kNoticeInvalid, "notice_ns");
    if (!post_paid) return {};
    // So that nothing is collected which may still be disputed.
    if (!lies_within(post_paid->due_after, dispute_window, kDueAfterMax))
        return reject(kPostPaidInvalid, "post_paid.due_after_ns");
    if (!lies_within(post_paid->grace, Duration{}, kGraceMax))
        return reject(kPostPaidInvalid, "post_paid.grace_ns");
    return {};
}

Result<SaleTerms> SaleTerms::read(const v1::SaleTerms& message) {
    SaleTerms terms;
    TRY_ASSIGN(terms.role, read_role(message.role()));
    terms.tax_basis_points = message.tax_basis_points();
    terms.dispute_window = Duration{message.dispute_window_ns()};
    terms.notice = Duration{message.notice_ns()};
    if (message.has_post_paid()) {
        terms.post_paid = {Duration{message.post_paid().due_after_ns()},
                           Duration{message.post_paid().grace_ns()},
                           message.post_paid().directly()};
    }
    if (message.has_rolling_escrow())
        terms.rolling_escrow = {message.rolling_escrow().periods(),
                                Duration{message.rolling_escrow().grace_ns()}};
    TRY(terms.check());
    if (message.has_service_level()) {
        auto level = sla::ServiceLevel::read(message.service_level());
        if (!level) return std::unexpected(std::move(level).error().within("service_level"));
        terms.service_level = *std::move(level);
    }
    return terms;
}

v1::SaleTerms SaleTerms::describe(std::uint32_t version) const {
    v1::SaleTerms message;
    message.set_version(version);
    message.set_role(static_cast<v1::TradeRole>(role));
    message.set_tax_basis_points(tax_basis_points);
    message.set_dispute_window_ns(dispute_window.ns);
    message.set_notice_ns(notice.ns);
    if (service_level) *message.mutable_service_level() = service_level->describe();
    if (post_paid) {
        message.mutable_post_paid()->set_due_after_ns(post_paid->due_after.ns);
        message.mutable_post_paid()->set_grace_ns(post_paid->grace.ns);
        message.mutable_post_paid()->set_directly(post_paid->directly);
    }
    if (rolling_escrow) {
        message.mutable_rolling_escrow()->set_periods(rolling_escrow->periods);
        message.mutable_rolling_escrow()->set_grace_ns(rolling_escrow->grace.ns);
    }
    return message;
}

Result<void> SaleTermsHistory::check_add(std::uint32_t version) const {
    if (versions_.size() >= kTermsVersionsMax) return reject(kTermsExhausted, "version");
    if (version != 0 && version != newest() + 1) return reject(kTermsVersionGap, "version");
    return {};
}

std::uint32_t SaleTermsHistory::add(SaleTerms terms) {
    PENSTOCK_ASSERT(check_add(0));
    versions_.push_back(std::move(terms));
    return newest();
}

}  // namespace penstock::billing
