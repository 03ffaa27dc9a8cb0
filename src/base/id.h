#pragma once

#include <charconv>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock {

/// The number of one thing of one kind, counted from 1 and never reused; 0 names nothing.
/// `Tag::kPrefix` is how people see the kind: pool_7, ctr_42.
template <class Tag>
struct Id {
    std::uint64_t value = 0;

    explicit operator bool() const { return value != 0; }
    auto operator<=>(const Id&) const = default;

    std::string text() const {
        std::string result(Tag::kPrefix);
        result.push_back('_');
        return result.append(std::to_string(value));
    }
    /// Empty unless `text` is the prefix, an underscore and a number above zero without leading
    /// zeros.
    static std::optional<Id> parse(std::string_view text) {
        constexpr std::string_view prefix = Tag::kPrefix;
        if (text.size() < prefix.size() + 2 || !text.starts_with(prefix)) return std::nullopt;
        if (text[prefix.size()] != '_' || text[prefix.size() + 1] == '0') return std::nullopt;
        Id id;
        const char* first = text.data() + prefix.size() + 1;
        const char* last = text.data() + text.size();
        const auto [end, error] = std::from_chars(first, last, id.value);
        if (error != std::errc{} || end != last) return std::nullopt;
        return id;
    }
    template <class Archive>
    void visit(Archive& archive) {
        archive(value);
    }
};

struct PartyTag {
    static constexpr std::string_view kPrefix = "party";
};
struct KeyTag {
    static constexpr std::string_view kPrefix = "key";
};
struct AgentTag {
    static constexpr std::string_view kPrefix = "agent";
};
struct UserTag {
    static constexpr std::string_view kPrefix = "user";
};
struct SessionTag {
    static constexpr std::string_view kPrefix = "sess";
};
struct SiteTag {
    static constexpr std::string_view kPrefix = "site";
};
struct PoolTag {
    static constexpr std::string_view kPrefix = "pool";
};
struct ProductTag {
    static constexpr std::string_view kPrefix = "prod";
};
struct AccountTag {
    static constexpr std::string_view kPrefix = "acc";
};
struct TransferTag {
    static constexpr std::string_view kPrefix = "tr";
};
struct TopUpTag {
    static constexpr std::string_view kPrefix = "topup";
};
struct OrderTag {
    static constexpr std::string_view kPrefix = "ord";
};
struct ContractTag {
    static constexpr std::string_view kPrefix = "ctr";
};
struct WorkloadTag {
    static constexpr std::string_view kPrefix = "wl";
};
struct TaskTag {
    static constexpr std::string_view kPrefix = "task";
};
struct AttemptTag {
    static constexpr std::string_view kPrefix = "att";
};

using PartyId = Id<PartyTag>;
using KeyId = Id<KeyTag>;
using AgentId = Id<AgentTag>;
using UserId = Id<UserTag>;
using SessionId = Id<SessionTag>;
using SiteId = Id<SiteTag>;
using PoolId = Id<PoolTag>;
using ProductId = Id<ProductTag>;
using AccountId = Id<AccountTag>;
using TransferId = Id<TransferTag>;
using TopUpId = Id<TopUpTag>;
using OrderId = Id<OrderTag>;
using ContractId = Id<ContractTag>;
using WorkloadId = Id<WorkloadTag>;
using TaskId = Id<TaskTag>;
using AttemptId = Id<AttemptTag>;

}  // namespace penstock
