#pragma once

#include <CLI/CLI.hpp>

#include "app/client/plan_intent.h"

namespace penstock::client {

void add_party_verbs(CLI::App& app);       ///< register, review, parties, token
void add_user_verbs(CLI::App& app);        ///< user, login, logout
void add_key_verbs(CLI::App& app);         ///< key
void add_money_verbs(CLI::App& app);       ///< top-up, balance, transfers, trial-balance
void add_account_verbs(CLI::App& app);     ///< account list, history, statement
void add_credit_verb(CLI::App& account);   ///< account credit
void add_journal_verb(CLI::App& account);  ///< account journal
void add_fee_tax_verb(CLI::App& account);  ///< account fee-tax
void add_direct_verb(CLI::App& account);   ///< account direct-payment
void add_catalog_verbs(CLI::App& app);     ///< products, resolve
void add_price_verbs(CLI::App& app);       ///< product price
void add_terms_verbs(CLI::App& app);       ///< product terms, role
void add_plan_verb(CLI::App& app, PlanIntent plan_intent);  ///< plan
void add_apply_verb(CLI::App& app);                         ///< apply
void add_trial_verb(CLI::App& app);                         ///< trial
void add_workload_verbs(CLI::App& app);                     ///< watch, fetch, log
void add_contract_verbs(CLI::App& app);                     ///< contracts, orders, bill
void add_contract_verb(CLI::App& app);                      ///< contract
void add_change_verbs(CLI::App& contract);                  ///< contract extend, change, notice …
void add_evidence_verbs(CLI::App& app);                     ///< receipts, log-key, verify
void add_audit_verb(CLI::App& app);                         ///< audit
void add_bank_verbs(CLI::App& app);                         ///< bank
void add_bank_book_verbs(CLI::App& bank);  ///< bank account, import, unmatched, resolve, reconcile
void add_sub_account_verbs(CLI::App& bank);    ///< bank sub-account, sub-accounts, instructions, …
void add_withdrawal_verbs(CLI::App& app);      ///< withdraw, withdrawals
void add_guarantee_verbs(CLI::App& app);       ///< guarantee
void add_settlement_verbs(CLI::App& app);      ///< settlement list, show, export
void add_month_verb(CLI::App& settlement);     ///< settlement month
void add_payment_verbs(CLI::App& settlement);  ///< settlement pay, received, …
void add_dispute_verbs(CLI::App& app);         ///< dispute list, open, withdraw, decide
void add_usage_verbs(CLI::App& app);           ///< usage export
void add_call_verb(CLI::App& app);             ///< call, status

}  // namespace penstock::client
