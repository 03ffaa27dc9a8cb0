#include <gmock/gmock.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "app/client/fake_exchange.h"
#include "app/client/print.h"
#include "app/client/verb_fixture.h"

namespace penstock::client {
namespace {

using testing::HasSubstr;
using testing::Not;

class BillVerbs : public VerbFixture {
  protected:
    int run_online(std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--server", exchange_.url(), "--key", "psk_1_x"});
        return run(std::move(arguments));
    }
    static std::string text_of(const std::filesystem::path& path) {
        std::ostringstream text;
        text << std::ifstream(path, std::ios::binary).rdbuf();
        return text.str();
    }

    FakeExchange exchange_;
};

TEST_F(BillVerbs, bills_are_listed_to_the_last_page) {
    ASSERT_EQ(run_online({"settlement", "list", "--from", "2028-01-01"}), 0) << errors_;
    EXPECT_THAT(out_, HasSubstr("bill_8  2028-02-01 00:00:00Z  ctr_1"));
    EXPECT_THAT(out_, HasSubstr("corrects bill_7"));
    EXPECT_THAT(out_, HasSubstr("3.75 CNY"));
    ASSERT_EQ(run_online({"settlement", "list", "--from", "yesterday"}), 2);
    EXPECT_THAT(errors_, HasSubstr("from"));
}

TEST_F(BillVerbs, a_bill_is_shown_and_printed) {
    const auto pdf = folder_ / "bill.pdf";
    ASSERT_EQ(run_online({"settlement", "show", "bill_7", "--pdf", pdf, "--language", "en"}), 0)
        << errors_;
    EXPECT_THAT(out_, HasSubstr("Settlement bill 7 of 2028-02-01"));
    EXPECT_THAT(out_, HasSubstr("1.5  CARD_HOUR        2.50  3.750000"));
    EXPECT_THAT(out_, HasSubstr("payable    3.75 CNY\nVAT within 0.21 CNY"));
    EXPECT_THAT(out_, HasSubstr("due        0.00 CNY\nenergy     1.344 kWh, PUE included\n"
                                "carbon     0.78409 kg CO2e\n"));
    EXPECT_EQ(text_of(pdf).substr(0, 5), "%PDF-");
    ASSERT_EQ(run_online({"settlement", "show", "bill_8"}), 0) << errors_;
    EXPECT_THAT(out_, HasSubstr("Credit note 8"));
    EXPECT_THAT(out_, HasSubstr("corrects   bill_7"));
    EXPECT_THAT(out_, Not(HasSubstr("kWh"))) << "it says nothing of energy";
    ASSERT_EQ(run_online({"settlement", "show", "bill_7", "--json"}), 0) << errors_;
    EXPECT_THAT(out_, HasSubstr("\"payableMicros\":\"3750000\""));
}

TEST_F(BillVerbs, a_bill_that_does_not_add_up_is_not_shown) {
    EXPECT_EQ(run_online({"settlement", "show", "bill_9"}), 1);
    EXPECT_THAT(errors_, HasSubstr("BILL_SUM_WRONG"));
    EXPECT_EQ(out_, "");
}

TEST_F(BillVerbs, the_bills_of_an_interval_become_one_focus_file) {
    const auto csv = folder_ / "focus.csv";
    ASSERT_EQ(run_online({"settlement", "export", "--focus", csv}), 0) << errors_;
    EXPECT_THAT(out_, HasSubstr("2 charges of 2 bills, 2.50 CNY in all"));
    const std::string text = text_of(csv);
    EXPECT_THAT(text, HasSubstr("bill_7"));
    EXPECT_LT(text.find("bill_7"), text.find("bill_8")) << "the oldest first";
}

TEST_F(BillVerbs, a_month_is_shown_and_printed_on_one_paper) {
    const auto pdf = folder_ / "month.pdf";
    const auto png = folder_ / "month.png";
    ASSERT_EQ(run_online({"settlement", "month", "2028-02", "--pdf", pdf, "--png", png}), 0)
        << errors_;
    EXPECT_THAT(out_, HasSubstr("Bills of Buyer (party_4), 2028-01-31 16:00:00Z to "
                                "2028-02-29 16:00:00Z: 2 in all\n"));
    EXPECT_THAT(out_, HasSubstr("ctr_1     Cards    Alpha      2    2.50  2.50  0.00"));
    EXPECT_THAT(out_, HasSubstr("corrects bill_7   -1.25  -0.07"));
    EXPECT_THAT(out_, HasSubstr("charged    3.75 CNY\ncredited   -1.25 CNY\npayable    2.50 CNY\n"
                                "VAT within 0.14 CNY\npaid       2.50 CNY\ndue        0.00 CNY\n"));
    EXPECT_EQ(text_of(pdf).substr(0, 5), "%PDF-");
    EXPECT_EQ(text_of(png).substr(0, 4), "\x89PNG");
    ASSERT_EQ(run_online({"settlement", "month", "--from", "2028-02-03", "--until", "2028-02-05",
                          "--utc-offset", "0", "--as-supplier"}),
              0)
        << errors_;
    EXPECT_THAT(out_, HasSubstr("Sales of Buyer (party_4), 2028-02-03 00:00:00Z to 2028-02-05 "));
}

TEST_F(BillVerbs, the_last_whole_month_is_shown_where_none_is_named) {
    ASSERT_EQ(run_online({"settlement", "month", "--utc-offset", "0"}), 0) << errors_;
    const auto ends = out_.find(" to ");
    ASSERT_NE(ends, std::string::npos) << out_;
    // It ends where this month begins; or did when the verb ran.
    const auto now = std::chrono::system_clock::now();
    bool is_last = false;
    for (const auto back : {std::chrono::minutes(0), std::chrono::minutes(1)}) {
        const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(now - back));
        const std::chrono::sys_days first(day.year() / day.month() / 1);
        const std::int64_t ns = std::chrono::nanoseconds(first.time_since_epoch()).count();
        is_last = is_last || out_.substr(ends + 4).starts_with(time_text(ns));
    }
    EXPECT_TRUE(is_last) << out_;
    EXPECT_THAT(out_, HasSubstr("-01 00:00:00Z to "));
}

TEST_F(BillVerbs, a_month_that_does_not_add_up_or_is_none_is_not_shown) {
    EXPECT_EQ(run_online({"settlement", "month", "2028-02", "--party", "party_13"}), 1);
    EXPECT_THAT(errors_, HasSubstr("BILLS_STATEMENT_SUM_WRONG in payable_micros"));
    EXPECT_EQ(out_, "");
    for (const char* month : {"2028", "2028-13", "2028-2", "2028-02-01", "February"})
        EXPECT_EQ(run_online({"settlement", "month", month}), 2) << month;
    EXPECT_EQ(run_online({"settlement", "month", "2028-02", "--from", "2028-02-01"}), 2);
    EXPECT_EQ(run_online({"settlement", "month", "--until", "2028-02-01"}), 2) << "from when?";
}

TEST_F(BillVerbs, disputes_are_listed_by_bill_and_state) {
    ASSERT_EQ(run_online({"dispute", "list", "--bill", "bill_7", "--state", "withdrawn"}), 0)
        << errors_;
    EXPECT_THAT(out_, HasSubstr("dsp_3    bill_7"));
    EXPECT_THAT(out_, HasSubstr("1.25 CNY  WITHDRAWN"));
    EXPECT_EQ(run_online({"dispute", "list", "--state", "closed"}), 2);
    EXPECT_THAT(errors_, HasSubstr("decided, lapsed, open, withdrawn"));
}

TEST_F(BillVerbs, disputes_are_opened_withdrawn_and_decided) {
    const std::vector<std::string> open = {"dispute",  "open",        "bill_7",
                                           "--reason", "it was down", "--amount"};
    auto asked = open;
    asked.insert(asked.end(), {"1.25", "--evidence", "receipt 3", "--evidence", "log"});
    ASSERT_EQ(run_online(asked), 0) << errors_;
    EXPECT_EQ(out_, "dsp_3: 1.25 CNY of bill_7 is not paid out before two officers have decided\n");
    asked = open;
    asked.emplace_back("some");
    EXPECT_EQ(run_online(asked), 2);
    ASSERT_EQ(run_online({"dispute", "withdraw", "dsp_3"}), 0) << errors_;
    EXPECT_EQ(out_, "dsp_3 is withdrawn\n");
    ASSERT_EQ(run_online({"dispute", "decide", "dsp_3", "--give-back", "0", "--note", "no"}), 0)
        << errors_;
    EXPECT_EQ(out_, "dsp_3 is decided: nothing is given back\n");
}

TEST_F(BillVerbs, payments_to_the_supplier_are_declared_answered_and_decided) {
    ASSERT_EQ(run_online({"settlement", "declare", "bill_7", "--bank-reference", "ICBC-7"}), 0)
        << errors_;
    EXPECT_THAT(out_, HasSubstr("10.00 CNY declared as paid of bill_7; the supplier answers"));
    ASSERT_EQ(run_online({"settlement", "received", "bill_7", "--amount", "3.75"}), 0) << errors_;
    EXPECT_EQ(out_, "3.75 CNY of bill_7 are paid, as you say; you owe 10.00 CNY of fees\n");
    EXPECT_EQ(exchange_.last_answer().amount().micros(), 3'750'000);
    ASSERT_EQ(run_online({"settlement", "received", "bill_7", "--not"}), 0) << errors_;
    EXPECT_THAT(out_, HasSubstr("bill_7 is not paid, as you say"));
    EXPECT_FALSE(exchange_.last_answer().has_amount()) << "whatever is declared";
    ASSERT_EQ(run_online({"settlement", "received", "bill_7", "--not", "--amount", "3"}), 0);
    EXPECT_EQ(exchange_.last_answer().amount().micros(), 3'000'000);
    const std::vector<std::string> decide = {"settlement", "decide-payment", "bill_7", "--note",
                                             "seen"};
    EXPECT_EQ(run_online(decide), 2) << "what is decided is said";
    auto both = decide;
    both.insert(both.end(), {"--received", "--not"});
    EXPECT_EQ(run_online(both), 2);
    auto either = decide;
    either.emplace_back("--received");
    ASSERT_EQ(run_online(either), 0) << errors_;
    EXPECT_EQ(out_, "bill_7 is decided: 10.00 CNY of it are paid\n");
    either.back() = "--not";
    ASSERT_EQ(run_online(either), 0) << errors_;
    EXPECT_EQ(out_, "bill_7 is decided: the payment has not come\n");
    EXPECT_EQ(run_online({"settlement", "decide-payment", "bill_7", "--not"}), 2) << "why?";
}

TEST_F(BillVerbs, nobody_forgives_a_sum_that_was_not_shown) {
    const std::pair<const char*, const char*> shown[] = {
        {"bill_7", "--amount 3.75 is all that is payable."},
        {"bill_6", "--amount 3.00 is declared as ICBC-7."},
        {"bill_5", "--amount 2.75 is what you denied, as far as it is payable."}};
    for (const auto& [bill, told] : shown) {
        EXPECT_EQ(run_online({"settlement", "received", bill}), 2);
        EXPECT_THAT(errors_, HasSubstr(told));
    }
    EXPECT_EQ(exchange_.last_answer().bill(), "") << "nothing was answered";
}

TEST_F(BillVerbs, terms_of_sale_are_shown_in_words_and_set_from_a_file) {
    ASSERT_EQ(run_online({"product", "terms", "show", "prod_1"}), 0) << errors_;
    EXPECT_THAT(out_, HasSubstr("agent             0 %  none             from escrow"));
    EXPECT_THAT(out_,
                HasSubstr("principal       6.5 %  3 days           on credit, after 30 days"));
    EXPECT_THAT(out_, HasSubstr("availability below 99.9 %: 10 %, below 99 %: 25 %; at most 30 %"));
    const auto file = folder_ / "terms.json";
    std::ofstream(file) << R"({"taxBasisPoints": 600, "disputeWindowNs": "86400000000000"})";
    ASSERT_EQ(run_online({"product", "terms", "set", "prod_1", "-f", file}), 0) << errors_;
    EXPECT_THAT(out_, HasSubstr("version 3"));
    std::ofstream(file) << R"({"taxes": 600})";
    EXPECT_NE(run_online({"product", "terms", "set", "prod_1", "-f", file}), 0);
    EXPECT_THAT(errors_, HasSubstr("JSON_UNKNOWN_KEY in terms"));
}

TEST_F(BillVerbs, contracts_tell_of_a_short_runway) {
    ASSERT_EQ(run_online({"contract", "runway", "ctr_2"}), 0) << errors_;
    EXPECT_THAT(out_, HasSubstr("warned        under 3 days, 2027-01-14 "));
    EXPECT_THAT(out_, HasSubstr("looked at     2027-01-15 05:13:20Z again\n"));
    ASSERT_EQ(run_online({"contract", "show", "ctr_2"}), 0) << errors_;
    EXPECT_THAT(out_, HasSubstr("cash lasts    until 2027-01-15 08:00:00Z\n"));
    EXPECT_THAT(out_, HasSubstr("warned        under 3 days, 2027-01-14 "));
    ASSERT_EQ(run_online({"contract", "show", "ctr_1"}), 0) << errors_;
    EXPECT_THAT(out_, Not(HasSubstr("warned")));
}

TEST_F(BillVerbs, contracts_that_have_ended_say_what_was_paid_and_what_came_back) {
    ASSERT_EQ(run_online({"contract", "show", "ctr_2"}), 0) << errors_;
    EXPECT_THAT(out_, HasSubstr("set aside     5.00 CNY\naccrued       0.000000\n"
                                "charged       0.00\n"));
    ASSERT_EQ(run_online({"contract", "show", "ctr_3"}), 0) << errors_;
    EXPECT_THAT(out_, HasSubstr("was set aside 5.00 CNY\npaid          1.25 CNY\n"
                                "came back     3.75 CNY\n"));
    ASSERT_EQ(run_online({"contract", "show", "ctr_4"}), 0) << errors_;
    EXPECT_THAT(out_, HasSubstr("credit taken  5.00 CNY\ncharged       1.25 CNY\n"
                                "not needed    3.75 CNY\n"));
}

TEST_F(BillVerbs, contracts_are_changed_and_given_notice) {
    ASSERT_EQ(run_online({"contract", "show", "ctr_1"}), 0) << errors_;
    EXPECT_THAT(out_, HasSubstr("notice        by the supplier: it ends 2027-01-15 08:00:00Z\n"));
    EXPECT_THAT(out_, HasSubstr("change order  chg_3, to be answered before "));
    EXPECT_THAT(out_, HasSubstr("  buys        from 2027-01-15 08:00:00Z: 73 traffic\n"));
    EXPECT_THAT(out_, HasSubstr("  costs       at most 2.00 CNY less\n"));
    ASSERT_EQ(run_online({"contract", "extend", "ctr_1", "--hours", "3", "--max-additional", "7"}),
              0)
        << errors_;
    EXPECT_EQ(out_, "chg_3: waits for the supplier; ctr_1 could cost 7.00 CNY more\n");
    ASSERT_EQ(run_online({"contract", "change", "ctr_1", "--quantity", "ports=2"}), 0) << errors_;
    EXPECT_THAT(out_, HasSubstr("chg_3: waits for the supplier; "));
    EXPECT_EQ(run_online({"contract", "change", "ctr_1", "--quantity", "ports"}), 2);
    ASSERT_EQ(run_online({"contract", "accept-change", "chg_3"}), 0) << errors_;
    EXPECT_EQ(out_, "chg_3 is agreed to: the contract is changed\n");
    ASSERT_EQ(run_online({"contract", "notice", "ctr_1"}), 0) << errors_;
    EXPECT_EQ(out_, "ctr_1 ends 2027-01-15 08:00:00Z, and is charged until then\n");
    ASSERT_EQ(run_online({"contract", "notice", "ctr_1", "--as-supplier"}), 0) << errors_;
    EXPECT_THAT(out_, HasSubstr("ctr_1 ends 2030-03-17"));
    ASSERT_EQ(run_online({"contract", "notice", "ctr_2"}), 0) << errors_;
    EXPECT_EQ(out_, "ctr_2 has ended\n");
}

TEST_F(BillVerbs, the_operator_agrees_to_roles_and_sets_the_tax_of_its_fee) {
    ASSERT_EQ(run_online({"product", "role", "prod_1", "hosting"}), 0) << errors_;
    EXPECT_EQ(out_, "prod_1 may be sold as hosting or agent\n");
    ASSERT_EQ(run_online({"product", "role", "prod_1", "agent"}), 0) << errors_;
    EXPECT_EQ(out_, "prod_1 may be sold as agent alone\n");
    EXPECT_EQ(run_online({"product", "role", "prod_1", "broker"}), 2);
    EXPECT_THAT(errors_, HasSubstr("agent, hosting, principal"));
    EXPECT_EQ(run_online({"product", "role", "prod_1", "3"}), 2) << "no number passes for one";
    for (const std::vector<std::string>& more :
         {std::vector<std::string>{}, std::vector<std::string>{"--basis-points", "650"}}) {
        std::vector<std::string> words{"account", "fee-tax"};
        words.insert(words.end(), more.begin(), more.end());
        ASSERT_EQ(run_online(words), 0) << errors_;
        EXPECT_EQ(out_, "the operator's fee includes 6.5 % VAT in bills to come\n");
    }
    EXPECT_EQ(run_online({"account", "fee-tax", "--basis-points", "10001"}), 2);
}

std::vector<std::string> order_of(const char* product, std::vector<std::string> more) {
    std::vector<std::string> words = {"contract", "order", product,       "--quantity", "nodes=2",
                                      "--hours",  "1",     "--max-total", "7"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

TEST_F(BillVerbs, nobody_orders_by_plan_without_a_yes) {
    EXPECT_EQ(run_online(order_of("prod_1", {"--json"})), 1);
    EXPECT_THAT(errors_, HasSubstr("\"reason\":\"NOT_CONFIRMED\""));
    EXPECT_THAT(errors_, HasSubstr("give --yes to go on without asking"));
    EXPECT_NE(run_online(order_of("prod_2", {"--terms", "2"})), 0) << "the terms alone are no yes";
    EXPECT_THAT(errors_, HasSubstr("NOT_CONFIRMED in yes"));
    EXPECT_EQ(exchange_.orders(), 0u);
    EXPECT_EQ(run_online(order_of("prod_1", {"--yes"})), 0) << errors_;
    EXPECT_EQ(exchange_.orders(), 1u);
}

TEST_F(BillVerbs, nobody_orders_on_terms_of_sale_that_were_not_read) {
    const auto order = [](const char* product, std::vector<std::string> more) {
        more.emplace_back("--yes");
        return order_of(product, std::move(more));
    };
    const std::string others[] = {"1", "3"};
    EXPECT_NE(run_online(order("prod_2", {})), 0);
    EXPECT_THAT(out_, HasSubstr("agent       6.5 %")) << "they are shown";
    EXPECT_THAT(errors_, HasSubstr("NOT_CONFIRMED in terms"));
    EXPECT_THAT(errors_, HasSubstr("--terms 2"));
    for (const std::string& other : others)
        EXPECT_NE(run_online(order("prod_2", {"--terms", other})), 0) << other;
    EXPECT_NE(run_online(order("prod_2", {"--json"})), 0);
    EXPECT_NE(run_online(order("prod_1", {"--terms", "1"})), 0) << "it has none";
    EXPECT_EQ(exchange_.orders(), 0u);
    ASSERT_EQ(run_online(order("prod_2", {"--terms", "2"})), 0) << errors_;
    EXPECT_EQ(exchange_.last_order().lines(0).sale_terms_version(), 2u);
    ASSERT_EQ(run_online(order("prod_1", {})), 0) << errors_;
    EXPECT_TRUE(exchange_.last_order().lines(0).has_sale_terms_version()) << "none, and no others";
    EXPECT_EQ(exchange_.last_order().lines(0).sale_terms_version(), 0u);
}

}  // namespace
}  // namespace penstock::client
