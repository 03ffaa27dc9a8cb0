#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "format/bill/paper.h"
#include "format/bill/paper_text.h"
#include "format/bill/print.h"

namespace penstock::format {

struct Column {
    Words title;
    double width = 0;
    Align align = Align::left;
    /// Whether long texts take several lines; else they take smaller signs.
    bool wraps = false;
};

struct Cell {
    std::string text{};
    std::string note{};  ///< Below it, smaller.
};

/// What stands on every sheet.
struct Furniture {
    std::string title;   ///< At the head of every page but the first,
    std::string whose;   ///< and where both fit on a line, for whom it is.
    std::string notice;  ///< At the foot.
};

/// Text and tables from top to bottom, over as many pages as it takes.
class Flow {
  public:
    static constexpr double kLeft = 40;
    static constexpr double kWidth = Paper::kWidth - 2 * kLeft;

    /// @param pages  In all, for the foot of each; 0 while they are counted.
    Flow(Paper& paper, Language language, const Furniture& furniture, unsigned pages);

    Paper& paper() { return paper_; }
    Language language() const { return language_; }
    std::string_view say(const Words& words) const { return words.in(language_); }
    double top() const { return top_; }
    void move_down(double by) { top_ += by; }
    /// Begins a new page unless so much fits on this one.
    void keep(double height);

    void heading(const Words& words);
    void paragraph(std::string_view text, const TextStyle& style);

    /// Begins a table; its head is repeated on every page.
    /// @param columns  Together as wide as kWidth.
    /// @param carried  The column in which sums are carried from page to page.
    void begin_table(std::vector<Column> columns, std::optional<std::size_t> carried = {});
    /// @param sum  What is carried forward if the page ends after this row.
    void row(const std::vector<Cell>& cells, std::string sum = {});
    void end_table();

  private:
    struct Table {
        std::vector<Column> columns;
        std::optional<std::size_t> carried;
        std::string sum;
    };

    void begin_page();
    void turn_page();
    void table_head();
    void carry(const Words& words);
    double height_of(const Column& column, const Cell& cell);
    void write_cell(double left, const Column& column, const Cell& cell);

    Paper& paper_;
    Language language_;
    const Furniture& furniture_;
    unsigned pages_;
    double top_ = 0;
    std::optional<Table> table_;
};

/// Composes twice: to count the pages, and to draw them.
Result<std::string> print_pages(const PaperForm& form, const PaperTitle& title,
                                const Furniture& furniture,
                                const std::function<void(Flow&)>& compose);

}  // namespace penstock::format
