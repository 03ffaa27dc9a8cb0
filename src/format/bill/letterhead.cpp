#include "format/bill/letterhead.h"

#include <algorithm>

#include "crypto/hex.h"
#include "format/bill/paper_text.h"
#include "format/time_text.h"

namespace penstock::format {

namespace {

constexpr Words kRegistration{"统一社会信用代码/税号", "Registration"};
constexpr Words kAddress{"地址", "Address"};
constexpr Words kBank{"账户", "Bank account"};
constexpr Words kParty{"参与方编号", "Party"};

double write_party(Flow& flow, double left, double width, const Addressed& addressed) {
    constexpr TextStyle kSmall{.size = 7, .ink = Ink::faint};
    Paper& paper = flow.paper();
    double top = flow.top();
    top += paper.write(left, top, width, flow.say(addressed.label), kSmall) + 2;
    top += paper.write(left, top, width, addressed.party.name(), {.size = 10.5}) + 2;
    const auto put = [&](const Words& label, const std::string& value) {
        if (value.empty()) return;
        const std::string text = std::string(flow.say(label)) + "  " + value;
        top += paper.write(left, top, width, text, {.size = 7.4, .ink = Ink::faint}) + 0.5;
    };
    put(kRegistration, addressed.party.registration());
    put(kAddress, addressed.party.address());
    put(kBank, addressed.party.bank_account());
    put(kParty, addressed.party.party());
    return top;
}

}  // namespace

void write_letterhead(Flow& flow, const Words& title, const std::vector<Labelled>& facts) {
    constexpr double kFactsLeft = Flow::kLeft + 270;
    constexpr double kLabelWidth = 62;
    constexpr double kFactsWidth = Flow::kLeft + Flow::kWidth - kFactsLeft;
    Paper& paper = flow.paper();
    const double start = flow.top();
    const bool chinese = flow.language() == Language::chinese;
    double top = start;
    top += paper.write(Flow::kLeft, top, 260, flow.say(title),
                       {.size = 23, .ink = Ink::accent, .weight = Weight::strong});
    paper.write(Flow::kLeft, top, 260, title.in(chinese ? Language::english : Language::chinese),
                {.size = 9.5, .ink = Ink::faint});
    double facts_top = start + 4;
    for (const Labelled& fact : facts) {
        paper.write_line(kFactsLeft, facts_top, kLabelWidth, flow.say(fact.label),
                         {.size = 8.4, .ink = Ink::faint});
        paper.write_line(kFactsLeft + kLabelWidth, facts_top, kFactsWidth - kLabelWidth, fact.value,
                         {.size = 8.4, .align = Align::right});
        facts_top += 13;
    }
    flow.move_down(std::max(top + 14, facts_top) - start + 5);
    paper.rule(Flow::kLeft, flow.top(), Flow::kWidth, Ink::accent, 1.4);
    flow.move_down(10);
}

void write_parties(Flow& flow, const Addressed& first, const Addressed& second) {
    constexpr double kColumn = Flow::kWidth / 2 - 10;
    const double left = write_party(flow, Flow::kLeft, kColumn, first);
    const double right = write_party(flow, Flow::kLeft + Flow::kWidth / 2 + 10, kColumn, second);
    flow.move_down(std::max(left, right) - flow.top() + 10);
}

void write_band(Flow& flow, const std::vector<Labelled>& figures) {
    constexpr double kHeight = 42;
    Paper& paper = flow.paper();
    paper.fill({Flow::kLeft, flow.top(), Flow::kWidth, kHeight}, Ink::tint);
    const double width = Flow::kWidth / static_cast<double>(figures.size());
    double left = Flow::kLeft;
    for (const Labelled& figure : figures) {
        const bool last = &figure == &figures.back();
        paper.write_line(left + 10, flow.top() + 7, width - 20, flow.say(figure.label),
                         {.size = 7.4, .ink = Ink::faint});
        paper.write_line(left + 10, flow.top() + 19, width - 20, figure.value,
                         {.size = last ? 13.0 : 11.0,
                          .ink = last ? Ink::accent : Ink::text,
                          .weight = last ? Weight::strong : Weight::normal});
        left += width;
    }
    flow.move_down(kHeight + 2);
}

void write_taxes(Flow& flow, const google::protobuf::RepeatedPtrField<v1::TaxLine>& taxes,
                 const std::function<std::string(const std::string&)>& name_of) {
    flow.heading({"增值税", "Value-added tax"});
    flow.begin_table({{{"销售方", "Seller"}, 245.276, Align::left, true},
                      {{"税率", "Rate"}, 50, Align::right},
                      {{"不含税金额", "Net"}, 120, Align::right},
                      {{"税额", "Tax"}, 100, Align::right}});
    for (const v1::TaxLine& line : taxes) {
        flow.row({{name_of(line.seller())},
                  {rate_text(line.tax_basis_points())},
                  {amount_text(line.net_micros(), 6)},
                  {amount_text(line.tax_micros(), 2)}});
    }
    flow.end_table();
}

void write_sum(Flow& flow, const std::string& label, const std::string& value, Weight weight) {
    constexpr double kLeft = Flow::kLeft + 210;
    constexpr double kWidth = Flow::kLeft + Flow::kWidth - kLeft;
    constexpr double kLabel = 150;
    constexpr double kHeight = 15;
    const bool strong = weight == Weight::strong;
    flow.keep(kHeight + 4);
    if (strong) flow.paper().fill({kLeft, flow.top() - 2, kWidth, kHeight + 4}, Ink::tint);
    const TextStyle style{
        .size = strong ? 9.6 : 8.4, .ink = strong ? Ink::accent : Ink::text, .weight = weight};
    TextStyle right = style;
    right.align = Align::right;
    flow.paper().write_line(kLeft + 4, flow.top(), kLabel, label, style);
    flow.paper().write_line(kLeft + kLabel + 4, flow.top(), kWidth - kLabel - 8, value, right);
    flow.move_down(kHeight + (strong ? 4 : 0));
}

void write_checkpoint(Flow& flow, const v1::BillCheckpoint& checkpoint) {
    constexpr Words kHeading{"存证", "Evidence"};
    const std::string size = std::to_string(checkpoint.tree_size());
    const std::string root = crypto::hex(crypto::bytes_of(checkpoint.root()));
    flow.heading(kHeading);
    flow.paragraph(flow.language() == Language::chinese
                       ? "本单所列内容均已写入存证日志 " + checkpoint.origin() + "，由含 " + size +
                             " 条记录的签名检查点覆盖；任何人可凭回执离线验证（penstock verify）。"
                       : "All that stands here is in the evidence log " + checkpoint.origin() +
                             ", covered by its signed checkpoint of " + size +
                             " records. Anyone can verify the receipts off line (penstock verify).",
                   {.size = 7.6});
    flow.move_down(2);
    flow.paragraph((flow.language() == Language::chinese ? "根哈希 " : "Root hash ") + root,
                   {.size = 7.2, .ink = Ink::faint});
}

std::string interval_text(const v1::Interval& interval, std::int32_t utc_offset_minutes) {
    return local_time_text(Instant{interval.start_ns()}, utc_offset_minutes) + " – " +
           local_time_text(Instant{interval.end_ns()}, utc_offset_minutes);
}

}  // namespace penstock::format
