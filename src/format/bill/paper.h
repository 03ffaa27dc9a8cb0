#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace penstock::format {

/// Where Debian's fonts-wqy-microhei puts a font with Chinese and Latin signs.
inline constexpr std::string_view kPaperFont = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc";

enum class Ink { text, faint, accent, white, rule, tint };
enum class Align { left, right };
enum class Weight { normal, strong };

struct TextStyle {
    double size = 8.0;
    Ink ink = Ink::text;
    Align align = Align::left;
    Weight weight = Weight::normal;
};

/// What a PDF says of itself; it has no other date, so that equal documents are equal bytes.
struct PaperTitle {
    std::string title;
    std::string author;
    Instant created_at;
};

struct Box {
    double left = 0;
    double top = 0;
    double width = 0;
    double height = 0;
};

/// Sheets of A4, drawn upon from the top left corner in points of 1/72 inch, one after another. The
/// text stays text: it can be selected, and its font is embedded. Uses that one font alone, and no
/// setting of the machine. One thread at a time.
class Paper {
  public:
    static constexpr double kWidth = 595.276;
    static constexpr double kHeight = 841.89;

    /// Draws nothing: for measuring, and counting pages.
    /// @retval kPaperFontMissing
    static Result<Paper> blank(const std::string& font_file);
    /// A PDF of all pages.
    static Result<Paper> pdf(const std::string& font_file, const PaperTitle& title);
    /// A PNG of one page, from 1.
    /// @param dots_per_inch  36 to 600.
    static Result<Paper> image(const std::string& font_file, unsigned page, unsigned dots_per_inch);

    Paper(Paper&&) noexcept;
    Paper& operator=(Paper&&) noexcept;
    ~Paper();

    /// Writes text into a column, in as many lines as it takes.
    /// @return Their height.
    double write(double left, double top, double width, std::string_view text,
                 const TextStyle& style);
    /// Writes one line, with smaller signs where the column is too narrow for it.
    void write_line(double left, double top, double width, std::string_view text, TextStyle style);
    /// The height that write() would take.
    double height_of(double width, std::string_view text, const TextStyle& style);
    void fill(const Box& box, Ink ink);
    void rule(double left, double top, double width, Ink ink, double thickness = 0.5);
    void next_page();
    unsigned page() const;

    /// Ends the document.
    /// @return The file's bytes; none of a blank one.
    /// @retval kPaperFault, kPaperPageMissing
    Result<std::string> finish() &&;

  private:
    struct Sheets;
    explicit Paper(std::unique_ptr<Sheets> sheets);
    static Result<std::unique_ptr<Sheets>> open(const std::string& font_file);
    std::unique_ptr<Sheets> sheets_;
};

}  // namespace penstock::format
