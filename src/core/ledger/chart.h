#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/ledger/types.h"

namespace penstock::ledger {

/// Whose accounts of a kind there are.
enum class Owner { party, exchange };
/// On which side an account of a kind stands when all is as usual.
enum class Side { debit, credit, either };

struct ChartRow {
    AccountKind kind;
    std::string_view code;  ///< As in exports: 1xxx what we have, 2xxx what we owe, 4xxx income …
    std::string_view name;
    std::string_view chinese;
    Owner owner;
    Side side;
    bool is_used;  ///< By a process of the exchange, so far.
    std::string_view meaning;
};

/// The chart of accounts (会计科目表): every kind of account there is, by code.
inline constexpr std::array kChart{
    ChartRow{AccountKind::bank, "1002", "bank", "银行存款", Owner::exchange, Side::debit, true,
             "the mirror of the exchange's bank account: what its statements show and what is in "
             "transit"},
    ChartRow{AccountKind::fee_receivable, "1122", "fee receivable", "应收服务费", Owner::party,
             Side::debit, true,
             "fees that a supplier owes, of bills that were paid to it directly"},
    ChartRow{AccountKind::subsidy_receivable, "1221", "subsidy receivable", "应收补贴款",
             Owner::exchange, Side::debit, false,
             "subsidies paid out for others, to come back from them"},
    ChartRow{AccountKind::tax, "2221", "tax", "应交税费", Owner::exchange, Side::credit, true,
             "tax received, to be passed on"},
    ChartRow{AccountKind::cash, "2241", "party cash", "客户资金", Owner::party, Side::credit, true,
             "what a party may spend; what is held of it is pending"},
    ChartRow{AccountKind::escrow, "2242", "escrow", "托管资金", Owner::party, Side::credit, true,
             "set aside for contracts in force"},
    ChartRow{AccountKind::guarantee, "2243", "guarantee", "保证金", Owner::party, Side::credit,
             true, "a party's deposit, until it is released"},
    ChartRow{AccountKind::suspense, "2245", "suspense", "待查款项", Owner::exchange, Side::either,
             true, "entries of the bank that nobody has explained yet"},
    ChartRow{AccountKind::voucher, "2401", "voucher programme", "算力券专项资金", Owner::exchange,
             Side::credit, false, "what a voucher programme may still spend"},
    ChartRow{AccountKind::fee, "6021", "fee", "手续费收入", Owner::exchange, Side::either, true,
             "the operator's income, less what the bank charges it"},
    ChartRow{AccountKind::rounding, "6603", "rounding", "尾差", Owner::exchange, Side::either, true,
             "what rounding to the fen leaves over"},
    ChartRow{AccountKind::credit_granted, "9101", "credit granted", "授信总额", Owner::exchange,
             Side::debit, true, "no money: the credit that parties were given, all together"},
    ChartRow{AccountKind::credit, "9201", "credit", "可用授信", Owner::party, Side::credit, true,
             "no money: what a party may still order on credit"},
    ChartRow{AccountKind::commitment, "9202", "commitment", "已用授信", Owner::party, Side::credit,
             true, "no money: credit committed to contracts in force and to unpaid bills"},
};

/// docs/chart-of-accounts.md, whole.
std::string chart_document();

}  // namespace penstock::ledger
