#include "format/bill/bill_words.h"

#include <span>
#include <utility>

namespace penstock::format {

namespace {

template <class Key>
using Entry = std::pair<Key, Words>;

template <class Key>
Words find(std::span<const Entry<Key>> entries, Key key, Words otherwise) {
    for (const auto& [known, words] : entries) {
        if (known == key) return words;
    }
    return otherwise;
}

}  // namespace

Words words_of(v1::TradeRole role) {
    static constexpr Entry<v1::TradeRole> kRoles[] = {
        {v1::TRADE_ROLE_PRINCIPAL, {"自营", "principal"}},
        {v1::TRADE_ROLE_AGENT, {"代理", "agent"}},
        {v1::TRADE_ROLE_HOSTING, {"算力托管", "hosting"}},
    };
    return find<v1::TradeRole>(kRoles, role, {});
}

Words words_of(v1::SettlementLineKind kind) {
    static constexpr Entry<v1::SettlementLineKind> kKinds[] = {
        {v1::SETTLEMENT_LINE_USAGE, {"用量", "usage"}},
        {v1::SETTLEMENT_LINE_COVERED, {"预付包抵用", "covered by prepaid blocks"}},
        {v1::SETTLEMENT_LINE_RERATED, {"阶梯重算", "rerated to the volume's price"}},
        {v1::SETTLEMENT_LINE_BLOCK, {"预付包", "prepaid blocks"}},
        {v1::SETTLEMENT_LINE_ESTIMATED, {"估算用量", "estimated, usage is missing"}},
        {v1::SETTLEMENT_LINE_SHORTFALL, {"承诺量差额", "committed and not used"}},
        {v1::SETTLEMENT_LINE_FEE, {"服务费", "fee"}},
        {v1::SETTLEMENT_LINE_SLA_CREDIT, {"SLA 赔付", "SLA credit"}},
        {v1::SETTLEMENT_LINE_RESULT_CREDIT, {"成果价差返还", "results above their band"}},
        {v1::SETTLEMENT_LINE_REFUND, {"退款", "refund"}},
        {v1::SETTLEMENT_LINE_CORRECTION, {"更正", "correction"}},
    };
    return find<v1::SettlementLineKind>(kKinds, kind, {});
}

Words words_of(v1::SettlementPaymentKind kind) {
    static constexpr Entry<v1::SettlementPaymentKind> kKinds[] = {
        {v1::SETTLEMENT_PAYMENT_ESCROW, {"托管资金支付", "Paid from escrow"}},
        {v1::SETTLEMENT_PAYMENT_BALANCE, {"预付余额支付", "Paid from the balance"}},
        {v1::SETTLEMENT_PAYMENT_VOUCHER, {"算力券抵扣", "Voucher"}},
        {v1::SETTLEMENT_PAYMENT_DIRECT, {"直接支付供方", "Paid to the supplier"}},
    };
    return find<v1::SettlementPaymentKind>(kKinds, kind, {});
}

Words words_of(v1::BillState state) {
    static constexpr Entry<v1::BillState> kStates[] = {
        {v1::BILL_OPEN, {"未结清", "open"}},
        {v1::BILL_OVERDUE, {"已逾期", "overdue"}},
        {v1::BILL_SETTLED, {"已结清", "settled"}},
    };
    return find<v1::BillState>(kStates, state, {});
}

Words words_of(v1::PriceUnit unit) {
    static constexpr Entry<v1::PriceUnit> kUnits[] = {
        {v1::PRICE_UNIT_CARD_HOUR, {"卡时", "card-hours"}},
        {v1::PRICE_UNIT_CORE_HOUR, {"核时", "core-hours"}},
        {v1::PRICE_UNIT_NODE_MONTH, {"台·月", "node-months"}},
        {v1::PRICE_UNIT_GB_MONTH, {"GB·月", "GB-months"}},
        {v1::PRICE_UNIT_GB_MOVED, {"GB（传输）", "GB moved"}},
        {v1::PRICE_UNIT_MILLION_TOKENS, {"百万词元", "million tokens"}},
        {v1::PRICE_UNIT_JOB, {"作业", "jobs"}},
        {v1::PRICE_UNIT_ONE_OFF, {"次", "one-off"}},
        {v1::PRICE_UNIT_PORT_DAY, {"端口·日", "port-days"}},
        {v1::PRICE_UNIT_PORT_WEEK, {"端口·周", "port-weeks"}},
        {v1::PRICE_UNIT_PORT_MONTH, {"端口·月", "port-months"}},
    };
    return find<v1::PriceUnit>(kUnits, unit, {});
}

Words words_of(v1::AccountKind kind) {
    static constexpr Entry<v1::AccountKind> kKinds[] = {
        {v1::ACCOUNT_CASH, {"资金账户", "cash"}},
        {v1::ACCOUNT_ESCROW, {"托管资金", "escrow"}},
        {v1::ACCOUNT_FEE, {"服务费收入", "fee income"}},
        {v1::ACCOUNT_BANK, {"银行存款", "bank"}},
        {v1::ACCOUNT_ROUNDING, {"尾差", "rounding"}},
        {v1::ACCOUNT_TAX, {"应交税费", "tax"}},
        {v1::ACCOUNT_VOUCHER, {"算力券专项资金", "voucher programme"}},
        {v1::ACCOUNT_SUBSIDY_RECEIVABLE, {"应收补贴款", "subsidy receivable"}},
        {v1::ACCOUNT_GUARANTEE, {"保证金", "guarantee"}},
        {v1::ACCOUNT_SUSPENSE, {"待查款项", "suspense"}},
        {v1::ACCOUNT_CREDIT, {"可用授信", "credit"}},
        {v1::ACCOUNT_COMMITMENT, {"已用授信", "committed credit"}},
        {v1::ACCOUNT_CREDIT_GRANTED, {"授信总额", "credit granted"}},
        {v1::ACCOUNT_FEE_RECEIVABLE, {"应收服务费", "fees receivable"}},
    };
    return find<v1::AccountKind>(kKinds, kind, {"其他", "other"});
}

Words words_of_purpose(std::string_view purpose) {
    static constexpr Entry<std::string_view> kPurposes[] = {
        {"top_up", {"充值", "Top-up"}},
        {"withdrawal", {"提现", "Withdrawal"}},
        {"hold", {"冻结", "Hold"}},
        {"release", {"解冻", "Release"}},
        {"settlement", {"结算", "Settlement"}},
        {"fee", {"服务费", "Fee"}},
        {"refund", {"退款", "Refund"}},
        {"rounding", {"尾差", "Rounding"}},
        {"escrow", {"转入托管资金", "To escrow"}},
        {"escrow_top_up", {"补足托管资金", "Escrow topped up"}},
        {"guarantee", {"缴存保证金", "Guarantee placed"}},
        {"guarantee_released", {"退还保证金", "Guarantee given back"}},
        {"guarantee_drawn", {"划扣保证金", "Guarantee drawn"}},
        {"suspense", {"待查款项", "On suspense"}},
        {"explanation", {"认领", "Bank entry explained"}},
        {"tax", {"税费", "Tax"}},
        {"dispute", {"争议退款", "Dispute decided"}},
        {"credit_limit", {"授信额度调整", "Credit limit"}},
        {"commitment", {"占用授信", "Credit committed"}},
        {"fee_collected", {"收取服务费", "Fee collected"}},
        {"commitment_released", {"恢复授信", "Credit released"}},
    };
    return find<std::string_view>(kPurposes, purpose, {purpose, purpose});
}

}  // namespace penstock::format
