#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "core/sla/level.h"

namespace penstock::v1 {
class SaleTerms;
}

namespace penstock::billing {

inline constexpr std::uint32_t kTaxBasisPointsMax = 10'000;
inline constexpr Duration kDisputeWindowMax = seconds(std::int64_t{90} * 86'400);
inline constexpr Duration kDueAfterMax = seconds(std::int64_t{180} * 86'400);
inline constexpr Duration kGraceMax = seconds(std::int64_t{90} * 86'400);
inline constexpr std::uint32_t kEscrowPeriodsMax = 12;
inline constexpr Duration kNoticeMax = seconds(std::int64_t{180} * 86'400);
inline constexpr std::size_t kTermsVersionsMax = 1'000;

/// In what role the exchange stands in a contract. Numbered as v1::TradeRole.
enum class TradeRole : std::uint8_t { principal = 1, agent = 2, hosting = 3 };

/// Bills are paid after they are issued, out of the buyer's cash, on a credit line.
struct PostPaid {
    Duration due_after;     ///< From the issue of a bill; not before its dispute window has ended.
    Duration grace;         ///< An overdue bill's contract ends after that.
    bool directly = false;  ///< To the supplier's own bank account, not through the exchange.
    bool operator==(const PostPaid&) const = default;
    template <class Archive>
    void visit(Archive& archive) {
        archive(due_after, grace, directly);
    }
};

/// Of what is not ordered on credit, so many billing periods are set aside ahead.
struct RollingEscrow {
    std::uint32_t periods = 1;
    Duration grace;  ///< A contract that is suspended for funds ends after that.
    bool operator==(const RollingEscrow&) const = default;
    template <class Archive>
    void visit(Archive& archive) {
        archive(periods, grace);
    }
};

/// Reads a rate of VAT.
/// @retval TAX_RATE_INVALID  Under tax_basis_points.
Result<std::uint32_t> read_tax_rate(std::uint32_t basis_points);
/// Reads a role; none is agent.
/// @retval TRADE_ROLE_INVALID  Under role.
Result<TradeRole> read_role(int role);

/// What is agreed besides the price; as it stands, what holds where nothing was said.
struct SaleTerms {
    TradeRole role = TradeRole::agent;
    std::uint32_t tax_basis_points = 0;  ///< The VAT that the seller's prices include.
    Duration dispute_window;             ///< From the issue of a bill.
    std::optional<sla::ServiceLevel> service_level;
    std::optional<PostPaid> post_paid;
    std::optional<RollingEscrow> rolling_escrow;
    Duration notice;  ///< Before a contract ends that one side wants to end; zero: at once.

    /// What was sent, or which field is wrong and what to do. Its version is not looked at.
    /// @retval TRADE_ROLE_INVALID, TAX_RATE_INVALID, DISPUTE_WINDOW_INVALID, POST_PAID_INVALID,
    ///         ROLLING_ESCROW_INVALID, NOTICE_INVALID
    /// @retval OBJECTIVES_INVALID to CREDIT_CAP_INVALID  Under service_level.
    static Result<SaleTerms> read(const v1::SaleTerms& message);
    v1::SaleTerms describe(std::uint32_t version) const;

    template <class Archive>
    void visit(Archive& archive) {
        archive(role, tax_basis_points, dispute_window, service_level, post_paid, rolling_escrow,
                notice);
        if constexpr (Archive::kReads) {
            if (archive.ok() && !check()) archive.fail();
        }
    }

  private:
    Result<void> check() const;
};

/// The versions of a product's sale terms, from 1: the newest is what new contracts freeze. None is
/// ever changed or forgotten, since contracts and bills refer to them.
class SaleTermsHistory {
  public:
    /// May terms of this version follow? 0 stands for the next one.
    /// @retval SALE_TERMS_VERSION_GAP, SALE_TERMS_EXHAUSTED
    Result<void> check_add(std::uint32_t version) const;
    /// Returns the version. @pre check_add() holds.
    std::uint32_t add(SaleTerms terms);

    /// Null when there is no such version.
    const SaleTerms* find(std::uint32_t version) const {
        return version == 0 || version > versions_.size() ? nullptr : &versions_[version - 1];
    }
    /// 0 when there is none.
    std::uint32_t newest() const { return static_cast<std::uint32_t>(versions_.size()); }
    std::span<const SaleTerms> versions() const { return versions_; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(versions_);
        if constexpr (Archive::kReads) {
            if (versions_.size() > kTermsVersionsMax) archive.fail();
        }
    }

  private:
    std::vector<SaleTerms> versions_;
};

}  // namespace penstock::billing
