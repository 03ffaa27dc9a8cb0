#include "format/bill/paper.h"

#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/try.h"
#include "format/bill/error.h"
#include "format/time_text.h"

namespace penstock::format {

namespace {

template <auto Release>
struct Releases {
    template <class T>
    void operator()(T* object) const {
        Release(object);
    }
};
template <class T, auto Release>
using Owned = std::unique_ptr<T, Releases<Release>>;

cairo_status_t append(void* bytes, const unsigned char* data, unsigned int size) {
    static_cast<std::string*>(bytes)->append(data, data + size);
    return CAIRO_STATUS_SUCCESS;
}

void set_ink(cairo_t* pen, Ink ink) {
    struct Colour {
        double red, green, blue;
    };
    constexpr Colour kColours[] = {{0.11, 0.13, 0.16}, {0.42, 0.45, 0.50}, {0.05, 0.28, 0.42},
                                   {1.0, 1.0, 1.0},    {0.80, 0.83, 0.86}, {0.93, 0.95, 0.97}};
    const Colour& colour = kColours[static_cast<std::size_t>(ink)];
    cairo_set_source_rgb(pen, colour.red, colour.green, colour.blue);
}

/// A font and nothing else, for Pango.
struct Typeface {
    std::string file{};
    std::string family{};
    Owned<FcConfig, FcConfigDestroy> fonts{};
    Owned<PangoFontMap, g_object_unref> font_map{};
};

Result<Typeface> open_typeface(const std::string& file) {
    Typeface typeface{.file = file};
    typeface.fonts.reset(FcConfigCreate());
    const auto* name = reinterpret_cast<const FcChar8*>(file.c_str());
    if (!FcConfigAppFontAddFile(typeface.fonts.get(), name))
        return reject(kPaperFontMissing, {}, "Missing: " + file + ".");
    FcChar8* family = nullptr;
    const FcFontSet* found = FcConfigGetFonts(typeface.fonts.get(), FcSetApplication);
    if (found == nullptr || found->nfont == 0 ||
        FcPatternGetString(found->fonts[0], FC_FAMILY, 0, &family) != FcResultMatch)
        return reject(kPaperFontMissing, {}, file + " is no font.");
    typeface.family = reinterpret_cast<const char*>(family);
    typeface.font_map.reset(pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT));
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(typeface.font_map.get()), 72);
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(typeface.font_map.get()), typeface.fonts.get());
    return typeface;
}

/// Each thread keeps the font that it used last: to read one takes longer than to set a page, and
/// Pango (1.50) never frees the configuration that a font map was given.
Result<Typeface*> find_typeface(const std::string& file) {
    thread_local Typeface last;
    if (last.font_map && last.file == file) return &last;
    TRY_ASSIGN(last, open_typeface(file));
    return &last;
}

}  // namespace

struct Paper::Sheets {
    // In the order in which each needs those before it.
    std::string bytes;
    Owned<PangoFontMap, g_object_unref> font_map;
    Owned<PangoContext, g_object_unref> context;
    Owned<PangoLayout, g_object_unref> layout;
    Owned<PangoFontDescription, pango_font_description_free> font;
    Owned<cairo_surface_t, cairo_surface_destroy> surface;
    Owned<cairo_t, cairo_destroy> pen;
    unsigned page = 1;
    unsigned drawn_page = 0;  ///< The only one that is drawn; 0 for all.
    bool is_image = false;

    bool draws() const { return pen && (drawn_page == 0 || drawn_page == page); }
    Result<void> take_surface(cairo_surface_t* made);
    void lay_out(double width, std::string_view text, const TextStyle& style, double size);
    double show(double left, double top, const TextStyle& style, double size);
};

Result<void> Paper::Sheets::take_surface(cairo_surface_t* made) {
    surface.reset(made);
    const cairo_status_t status = cairo_surface_status(made);
    if (status != CAIRO_STATUS_SUCCESS)
        return reject(kPaperFault, {}, cairo_status_to_string(status));
    pen.reset(cairo_create(made));
    return {};
}

void Paper::Sheets::lay_out(double width, std::string_view text, const TextStyle& style,
                            double size) {
    pango_font_description_set_size(font.get(), static_cast<int>(size * PANGO_SCALE));
    pango_layout_set_font_description(layout.get(), font.get());
    pango_layout_set_width(layout.get(), width < 0 ? -1 : static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_alignment(layout.get(),
                               style.align == Align::right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
}

double Paper::Sheets::show(double left, double top, const TextStyle& style, double size) {
    int height = 0;
    pango_layout_get_size(layout.get(), nullptr, &height);
    if (draws()) {
        set_ink(pen.get(), style.ink);
        cairo_move_to(pen.get(), left, top);
        pango_cairo_show_layout(pen.get(), layout.get());
        if (style.weight == Weight::strong) {
            // The font has no bold face; a thin line around the signs, which is no text, makes one.
            cairo_move_to(pen.get(), left, top);
            pango_cairo_layout_path(pen.get(), layout.get());
            cairo_set_line_width(pen.get(), size * 0.028);
            cairo_stroke(pen.get());
        }
    }
    return static_cast<double>(height) / PANGO_SCALE;
}

Paper::Paper(std::unique_ptr<Sheets> sheets) : sheets_(std::move(sheets)) {}
Paper::Paper(Paper&&) noexcept = default;
Paper& Paper::operator=(Paper&&) noexcept = default;
Paper::~Paper() = default;

Result<std::unique_ptr<Paper::Sheets>> Paper::open(const std::string& font_file) {
    TRY_ASSIGN(Typeface* const typeface, find_typeface(font_file));
    auto sheets = std::make_unique<Sheets>();
    sheets->font_map.reset(PANGO_FONT_MAP(g_object_ref(typeface->font_map.get())));
    sheets->context.reset(pango_font_map_create_context(sheets->font_map.get()));
    pango_context_set_round_glyph_positions(sheets->context.get(), FALSE);
    const Owned<cairo_font_options_t, cairo_font_options_destroy> options(
        cairo_font_options_create());
    cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(sheets->context.get(), options.get());
    sheets->layout.reset(pango_layout_new(sheets->context.get()));
    pango_layout_set_wrap(sheets->layout.get(), PANGO_WRAP_WORD_CHAR);
    // A name that is broken over lines gets no hyphen: it would seem part of it.
    const Owned<PangoAttrList, pango_attr_list_unref> attributes(pango_attr_list_new());
    pango_attr_list_insert(attributes.get(), pango_attr_insert_hyphens_new(FALSE));
    pango_layout_set_attributes(sheets->layout.get(), attributes.get());
    sheets->font.reset(pango_font_description_new());
    pango_font_description_set_family(sheets->font.get(), typeface->family.c_str());
    return sheets;
}

Result<Paper> Paper::blank(const std::string& font_file) {
    TRY_ASSIGN(auto sheets, open(font_file));
    return Paper(std::move(sheets));
}

Result<Paper> Paper::pdf(const std::string& font_file, const PaperTitle& title) {
    TRY_ASSIGN(auto sheets, open(font_file));
    TRY(sheets->take_surface(
        cairo_pdf_surface_create_for_stream(append, &sheets->bytes, kWidth, kHeight)));
    cairo_surface_t* surface = sheets->surface.get();
    const auto say = [&](cairo_pdf_metadata_t field, const std::string& text) {
        cairo_pdf_surface_set_metadata(surface, field, text.c_str());
    };
    say(CAIRO_PDF_METADATA_TITLE, title.title);
    say(CAIRO_PDF_METADATA_AUTHOR, title.author);
    say(CAIRO_PDF_METADATA_CREATOR, "Penstock");
    // Cairo reads no fractions of a second.
    const Instant second{title.created_at.ns - title.created_at.ns % 1'000'000'000};
    say(CAIRO_PDF_METADATA_CREATE_DATE, iso_time_text(second));
    return Paper(std::move(sheets));
}

Result<Paper> Paper::image(const std::string& font_file, unsigned page, unsigned dots_per_inch) {
    TRY_ASSIGN(auto sheets, open(font_file));
    const double scale = std::clamp(dots_per_inch, 36u, 600u) / 72.0;
    TRY(sheets->take_surface(cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, static_cast<int>(kWidth * scale), static_cast<int>(kHeight * scale))));
    sheets->is_image = true;
    sheets->drawn_page = page;
    cairo_set_source_rgb(sheets->pen.get(), 1, 1, 1);
    cairo_paint(sheets->pen.get());
    cairo_scale(sheets->pen.get(), scale, scale);
    return Paper(std::move(sheets));
}

double Paper::write(double left, double top, double width, std::string_view text,
                    const TextStyle& style) {
    sheets_->lay_out(width, text, style, style.size);
    return sheets_->show(left, top, style, style.size);
}

void Paper::write_line(double left, double top, double width, std::string_view text,
                       TextStyle style) {
    if (!sheets_->draws()) return;
    sheets_->lay_out(-1, text, style, style.size);
    int natural = 0;
    pango_layout_get_size(sheets_->layout.get(), &natural, nullptr);
    const double wide = static_cast<double>(natural) / PANGO_SCALE;
    const double size = wide > width ? style.size * width / wide : style.size;
    sheets_->lay_out(-1, text, style, size);
    const double used = std::min(wide, width);
    sheets_->show(style.align == Align::right ? left + width - used : left,
                  top + (style.size - size) * 0.9, style, size);
}

double Paper::height_of(double width, std::string_view text, const TextStyle& style) {
    sheets_->lay_out(width, text, style, style.size);
    int height = 0;
    pango_layout_get_size(sheets_->layout.get(), nullptr, &height);
    return static_cast<double>(height) / PANGO_SCALE;
}

void Paper::fill(const Box& box, Ink ink) {
    if (!sheets_->draws()) return;
    set_ink(sheets_->pen.get(), ink);
    cairo_rectangle(sheets_->pen.get(), box.left, box.top, box.width, box.height);
    cairo_fill(sheets_->pen.get());
}

void Paper::rule(double left, double top, double width, Ink ink, double thickness) {
    fill({left, top - thickness / 2, width, thickness}, ink);
}

void Paper::next_page() {
    if (sheets_->pen && !sheets_->is_image) cairo_show_page(sheets_->pen.get());
    ++sheets_->page;
}

unsigned Paper::page() const {
    return sheets_->page;
}

Result<std::string> Paper::finish() && {
    Sheets& sheets = *sheets_;
    if (!sheets.pen) return std::string();
    if (sheets.is_image) {
        if (sheets.drawn_page == 0 || sheets.drawn_page > sheets.page)
            return reject(kPaperPageMissing, "page",
                          "It has " + std::to_string(sheets.page) + " pages.");
        cairo_surface_write_to_png_stream(sheets.surface.get(), append, &sheets.bytes);
    }
    const cairo_status_t drawn = cairo_status(sheets.pen.get());
    cairo_surface_finish(sheets.surface.get());
    const cairo_status_t kept = cairo_surface_status(sheets.surface.get());
    if (drawn != CAIRO_STATUS_SUCCESS || kept != CAIRO_STATUS_SUCCESS)
        return reject(kPaperFault, {},
                      cairo_status_to_string(drawn != CAIRO_STATUS_SUCCESS ? drawn : kept));
    return std::move(sheets.bytes);
}

}  // namespace penstock::format
