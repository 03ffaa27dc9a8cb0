#include "format/bill/flow.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/try.h"

namespace penstock::format {

namespace {

constexpr double kTop = 36;
constexpr double kBottom = Paper::kHeight - 46;
constexpr double kFoot = Paper::kHeight - 36;
constexpr double kLine = 11.5;  ///< A line of a cell's text.
constexpr double kNoteGap = 1;
constexpr double kPadding = 3.2;  ///< Above and below a row.
constexpr double kSide = 4;       ///< At both sides of a cell.
constexpr double kCarryHeight = 17;

constexpr TextStyle kCell{.size = 8.2};
constexpr TextStyle kNote{.size = 6.6, .ink = Ink::faint};
constexpr TextStyle kHead{.size = 7.4, .ink = Ink::white};
constexpr TextStyle kSmall{.size = 7, .ink = Ink::faint};

constexpr Words kForward{"转下页", "Carried forward"};
constexpr Words kBrought{"承前页", "Brought forward"};

TextStyle aligned(TextStyle style, Align align) {
    style.align = align;
    return style;
}

}  // namespace

Flow::Flow(Paper& paper, Language language, const Furniture& furniture, unsigned pages)
    : paper_(paper), language_(language), furniture_(furniture), pages_(pages) {
    begin_page();
}

void Flow::begin_page() {
    top_ = kTop;
    paper_.rule(kLeft, kFoot - 4, kWidth, Ink::rule);
    paper_.write_line(kLeft, kFoot, kWidth - 110, furniture_.notice, kSmall);
    const std::string page = std::to_string(paper_.page());
    const std::string pages = std::to_string(pages_);
    const std::string place = language_ == Language::chinese
                                  ? "第 " + page + " 页，共 " + pages + " 页"
                                  : "Page " + page + " of " + pages;
    paper_.write_line(kLeft + kWidth - 100, kFoot, 100, place, aligned(kSmall, Align::right));
    if (paper_.page() == 1) return;
    const std::string both = furniture_.title + "   " + furniture_.whose;
    const bool fits = paper_.height_of(kWidth, both, kSmall) < 2 * kSmall.size;
    paper_.write_line(kLeft, kTop - 10, kWidth, fits ? both : furniture_.title, kSmall);
    paper_.rule(kLeft, kTop + 3, kWidth, Ink::accent, 0.8);
    top_ = kTop + 12;
}

void Flow::turn_page() {
    paper_.next_page();
    begin_page();
}

void Flow::keep(double height) {
    if (top_ + height > kBottom) turn_page();
}

void Flow::heading(const Words& words) {
    keep(80);
    top_ += 12;
    top_ += paper_.write(kLeft, top_, kWidth, say(words),
                         {.size = 10, .ink = Ink::accent, .weight = Weight::strong}) +
            4;
}

void Flow::paragraph(std::string_view text, const TextStyle& style) {
    keep(paper_.height_of(kWidth, text, style));
    top_ += paper_.write(kLeft, top_, kWidth, text, style);
}

void Flow::begin_table(std::vector<Column> columns, std::optional<std::size_t> carried) {
    table_ = Table{std::move(columns), carried, {}};
    keep(60);
    table_head();
}

void Flow::table_head() {
    constexpr double kHeadHeight = 17;
    paper_.fill({kLeft, top_, kWidth, kHeadHeight}, Ink::accent);
    double left = kLeft;
    for (const Column& column : table_->columns) {
        paper_.write_line(left + kSide, top_ + 3.6, column.width - 2 * kSide, say(column.title),
                          aligned(kHead, column.align));
        left += column.width;
    }
    top_ += kHeadHeight;
}

void Flow::carry(const Words& words) {
    const Table& table = *table_;
    double left = kLeft;
    for (std::size_t i = 0; i < *table.carried; ++i) left += table.columns[i].width;
    const Column& column = table.columns[*table.carried];
    paper_.fill({kLeft, top_, kWidth, kCarryHeight - 1}, Ink::tint);
    paper_.write_line(kLeft + kSide, top_ + 2.4, left - kLeft - 2 * kSide, say(words),
                      aligned(kCell, Align::right));
    paper_.write_line(left + kSide, top_ + 2.4, column.width - 2 * kSide, table.sum,
                      aligned(kCell, Align::right));
    top_ += kCarryHeight;
}

double Flow::height_of(const Column& column, const Cell& cell) {
    const double width = column.width - 2 * kSide;
    const auto lines = [&](const std::string& text, const TextStyle& style, double one) {
        if (text.empty()) return 0.0;
        return column.wraps ? std::max(one, paper_.height_of(width, text, style)) : one;
    };
    const double note = lines(cell.note, kNote, kLine - 2);
    return lines(cell.text, kCell, kLine) + (note > 0 ? note + kNoteGap : 0);
}

void Flow::write_cell(double left, const Column& column, const Cell& cell) {
    const double width = column.width - 2 * kSide;
    double top = top_ + kPadding;
    const auto put = [&](const std::string& text, const TextStyle& style, double one) {
        if (text.empty()) return;
        if (!column.wraps) {
            paper_.write_line(left + kSide, top, width, text, aligned(style, column.align));
            top += one;
            return;
        }
        top += std::max(one,
                        paper_.write(left + kSide, top, width, text, aligned(style, column.align)));
    };
    put(cell.text, kCell, kLine);
    top += kNoteGap;
    put(cell.note, kNote, kLine - 2);
}

void Flow::row(const std::vector<Cell>& cells, std::string sum) {
    PENSTOCK_ASSERT(table_ && cells.size() == table_->columns.size());
    double height = kLine;
    for (std::size_t i = 0; i < cells.size(); ++i)
        height = std::max(height, height_of(table_->columns[i], cells[i]));
    height += 2 * kPadding;
    if (top_ + height + (table_->carried ? kCarryHeight : 0) > kBottom) {
        const bool carries = table_->carried && !table_->sum.empty();
        if (carries) carry(kForward);
        turn_page();
        table_head();
        if (carries) carry(kBrought);
    }
    double left = kLeft;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        write_cell(left, table_->columns[i], cells[i]);
        left += table_->columns[i].width;
    }
    top_ += height;
    paper_.rule(kLeft, top_, kWidth, Ink::rule, 0.4);
    table_->sum = std::move(sum);
}

void Flow::end_table() {
    table_.reset();
    top_ += 6;
}

Result<std::string> print_pages(const PaperForm& form, const PaperTitle& title,
                                const Furniture& furniture,
                                const std::function<void(Flow&)>& compose) {
    unsigned pages = 0;
    {
        TRY_ASSIGN(Paper counted, Paper::blank(form.font_file));
        Flow flow(counted, form.language, furniture, pages);
        compose(flow);
        pages = counted.page();
    }
    const auto open = [&] {
        return form.image
                   ? Paper::image(form.font_file, form.image->page, form.image->dots_per_inch)
                   : Paper::pdf(form.font_file, title);
    };
    TRY_ASSIGN(Paper paper, open());
    {
        Flow flow(paper, form.language, furniture, pages);
        compose(flow);
    }
    return std::move(paper).finish();
}

}  // namespace penstock::format
