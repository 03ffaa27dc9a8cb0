#include "advise/bank/match.h"

#include <algorithm>
#include <map>
#include <utility>

#include "advise/bank/error.h"
#include "advise/bank/reference_text.h"

namespace penstock::advise {

namespace {

/// What all our references begin with (core/ledger/top_up.cpp).
constexpr std::string_view kReferencePrefix = "PSK-";

/// Announced payments by reference, and how to find references in texts.
class Payments {
  public:
    Result<void> add(const v1::AnnouncedPayment& payment) {
        const std::string key = reference_text(payment.reference()).letters;
        if (!by_key_.emplace(key, &payment).second) {
            return reject(kPaymentAnnouncedTwice, "reference", payment.reference() + ".");
        }
        if (!key.empty()) lengths_by_first_[key.front()].insert(key.size());
        return {};
    }

    /// What stands in the texts of one entry.
    struct Found {
        std::set<std::string> keys;  ///< Of payments whose references stand there.
        /// Other references that the same letters may be, by key.
        std::map<std::string, std::string> doubts;
    };

    /// Adds the payments whose references stand in `text`.
    void find(std::string_view text, Found& found) const {
        const ReferenceText ready = reference_text(text);
        const std::string_view letters = ready.letters;
        for (std::size_t at = 0; at < letters.size(); ++at) {
            const auto lengths = lengths_by_first_.find(letters[at]);
            if (lengths == lengths_by_first_.end() || !ready.is_boundary(at)) continue;
            for (const std::size_t length : lengths->second) {
                if (at + length > letters.size()) break;
                const auto known = by_key_.find(letters.substr(at, length));
                if (known == by_key_.end() || !ready.is_boundary(at + length)) continue;
                const std::size_t end = ready.end_of_number(at + length);
                // Read otherwise, the number goes on, whether or not that payment is among ours.
                if (end > at + length) {
                    found.doubts.emplace(known->first, letters.substr(at, end - at));
                } else {
                    found.keys.insert(known->first);
                }
            }
        }
    }

    const v1::AnnouncedPayment& at(const std::string& key) const { return *by_key_.at(key); }

  private:
    std::map<std::string, const v1::AnnouncedPayment*, std::less<>> by_key_;
    std::map<char, std::set<std::size_t>> lengths_by_first_;
};

/// The first word that looks like a reference of ours, whether or not one was announced under it.
std::string likely_reference(std::string_view text) {
    const ReferenceText ready = reference_text(text);
    std::size_t at = ready.letters.find(kReferencePrefix);
    while (at != ready.letters.npos && !ready.is_boundary(at)) {
        at = ready.letters.find(kReferencePrefix, at + 1);
    }
    if (at == ready.letters.npos) return {};
    std::size_t end = at + kReferencePrefix.size();
    const auto goes_on = [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    };
    constexpr std::size_t kLongest = 64;
    while (end < ready.letters.size() && end - at < kLongest && goes_on(ready.letters[end])) ++end;
    return ready.letters.substr(at, end - at);
}

class Matcher {
  public:
    Matcher(const v1::BankStatement& statement, const Payments& payments)
        : statement_(statement), payments_(payments) {}

    v1::BankMatch match(const v1::BankEntry& entry) {
        v1::BankMatch match;
        match.set_entry(entry.identity());
        Payments::Found found;
        payments_.find(entry.end_to_end_reference(), found);
        payments_.find(entry.purpose(), found);
        std::set<std::string> references;
        for (const std::string& key : found.keys) references.insert(payments_.at(key).reference());
        for (const auto& [key, longer] : found.doubts) {
            if (found.keys.contains(key)) continue;
            references.insert(payments_.at(key).reference());
            references.insert(longer);
        }
        match.mutable_references()->Assign(references.begin(), references.end());
        match.set_kind(references.size() > 1 && !entry.reversal()
                           ? v1::BANK_MATCH_SEVERAL_CANDIDATES
                           : kind_of(entry, found.keys, match));
        return match;
    }

  private:
    /// @param keys  One at most.
    v1::BankMatchKind kind_of(const v1::BankEntry& entry, const std::set<std::string>& keys,
                              v1::BankMatch& match) {
        if (entry.reversal()) return v1::BANK_MATCH_REVERSAL;
        if (keys.empty()) {
            std::string likely = likely_reference(entry.end_to_end_reference());
            if (likely.empty()) likely = likely_reference(entry.purpose());
            if (likely.empty()) return v1::BANK_MATCH_REFERENCE_MISSING;
            match.add_references(std::move(likely));
            return v1::BANK_MATCH_REFERENCE_UNKNOWN;
        }
        const v1::AnnouncedPayment& payment = payments_.at(*keys.begin());
        if (!payment.entry().empty() || taken_.contains(*keys.begin())) {
            return v1::BANK_MATCH_REFERENCE_USED;
        }
        if (payment.currency() != statement_.currency()) return v1::BANK_MATCH_CURRENCY_DIFFERS;
        if (!payment.account().empty() && payment.account() != statement_.account()) {
            return v1::BANK_MATCH_ACCOUNT_DIFFERS;
        }
        if (payment.amount_micros() != entry.amount_micros()) {
            // Both are within 10^18, so that the difference fits the type.
            match.set_difference_micros(entry.amount_micros() - payment.amount_micros());
            return v1::BANK_MATCH_AMOUNT_DIFFERS;
        }
        taken_.insert(*keys.begin());
        return v1::BANK_MATCH_EXACT;
    }

    const v1::BankStatement& statement_;
    const Payments& payments_;
    std::set<std::string> taken_;
};

}  // namespace

Result<v1::MatchResult> match_statement(const v1::BankStatement& statement,
                                        std::span<const v1::AnnouncedPayment> announced,
                                        const std::set<std::string, std::less<>>& known) {
    Payments payments;
    for (const v1::AnnouncedPayment& payment : announced) {
        if (auto added = payments.add(payment); !added) {
            return std::unexpected(std::move(added).error());
        }
    }
    Matcher matcher(statement, payments);
    v1::MatchResult result;
    for (const v1::BankEntry& entry : statement.entries()) {
        v1::BankMatch& match = *result.add_matches();
        if (known.contains(entry.identity())) {
            match.set_entry(entry.identity());
            match.set_kind(v1::BANK_MATCH_KNOWN);
            result.set_known(result.known() + 1);
            continue;
        }
        match = matcher.match(entry);
        if (match.kind() == v1::BANK_MATCH_EXACT) {
            result.set_exact(result.exact() + 1);
        } else {
            result.set_unmatched(result.unmatched() + 1);
        }
    }
    return result;
}

}  // namespace penstock::advise
