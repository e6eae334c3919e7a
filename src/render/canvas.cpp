#include "render/canvas.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>

#include "base/ensure.h"

namespace hb::render {

namespace {

// The first is a dependency of the package; fontconfig finds others for letters that it lacks.
constexpr const char* kFamilies = "DejaVu Sans, sans-serif";
constexpr double kAscent = 0.928; // of that font, by its size
constexpr double kAcrossSize = 100;
constexpr double kAcrossGrey = 0.9;
constexpr double kAcrossLength = 700; // of a diagonal of 1031

cairo_status_t append(void* to, const unsigned char* bytes, unsigned int size) {
    static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), size);
    return CAIRO_STATUS_SUCCESS;
}

// A map of this document alone: the library's own would live as long as the thread that asked.
bool has_fonts(PangoFontMap* map) {
    PangoFontFamily** families = nullptr;
    int count = 0;
    pango_font_map_list_families(map, &families, &count);
    g_free(families);
    return count > 0;
}

} // namespace

struct Canvas::Impl {
    std::string bytes;
    cairo_surface_t* surface = nullptr;
    cairo_t* cairo = nullptr;
    PangoFontMap* map = nullptr;
    PangoContext* context = nullptr;
    PangoLayout* layout = nullptr;
    PangoFontDescription* font = nullptr;

    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        if (font != nullptr) pango_font_description_free(font);
        if (layout != nullptr) g_object_unref(layout);
        if (context != nullptr) g_object_unref(context);
        if (cairo != nullptr) cairo_destroy(cairo);
        if (surface != nullptr) cairo_surface_destroy(surface);
        if (map != nullptr) g_object_unref(map);
    }

    void open(const About& about) {
        surface = cairo_pdf_surface_create_for_stream(append, &bytes, kWidth, kHeight);
        const auto say = [this](cairo_pdf_metadata_t what, const std::string& text) {
            cairo_pdf_surface_set_metadata(surface, what, text.c_str());
        };
        say(CAIRO_PDF_METADATA_TITLE, about.title);
        say(CAIRO_PDF_METADATA_AUTHOR, about.author);
        say(CAIRO_PDF_METADATA_CREATOR, "hourbridge");
        say(CAIRO_PDF_METADATA_CREATE_DATE, format_instant(about.made_at));
        cairo = cairo_create(surface);
        context = pango_font_map_create_context(map);
        pango_context_set_language(context, pango_language_from_string(about.language.c_str()));
        without_hints();
        layout = pango_layout_new(context);
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
        without_hyphens();
        font = pango_font_description_from_string(kFamilies);
    }

    // Letters stand where their outlines want to, whatever screen this machine has.
    void without_hints() {
        cairo_font_options_t* options = cairo_font_options_create();
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
        pango_cairo_context_set_font_options(context, options);
        cairo_font_options_destroy(options);
    }

    // A word that is wider than its column is broken, and nothing is added to it.
    void without_hyphens() {
        PangoAttrList* list = pango_attr_list_new();
        pango_attr_list_insert(list, pango_attr_insert_hyphens_new(FALSE));
        pango_layout_set_attributes(layout, list);
        pango_attr_list_unref(list);
    }

    // `width` < 0: one line.
    void lay_out(std::string_view text, const Face& face, double width) {
        pango_font_description_set_absolute_size(font, face.size * PANGO_SCALE);
        pango_font_description_set_weight(font,
                                          face.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
        pango_layout_set_font_description(layout, font);
        const bool cut = width >= 0 && face.lines_max > 0;
        pango_layout_set_ellipsize(layout, cut ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
        pango_layout_set_height(layout, cut ? -face.lines_max : -1);
        pango_layout_set_width(layout,
                               width < 0 ? -1 : static_cast<int>(std::lround(width * PANGO_SCALE)));
        pango_layout_set_text(layout, text.data(), static_cast<int>(text.size()));
    }

    std::pair<double, double> size() const {
        int width = 0, height = 0;
        pango_layout_get_size(layout, &width, &height);
        return {static_cast<double>(width) / PANGO_SCALE,
                static_cast<double>(height) / PANGO_SCALE};
    }

    // Cells of one size share one line whatever fonts their letters come from: a taller one
    // does not push its text down.
    void show(double x, double y, const Face& face) {
        const double below = static_cast<double>(pango_layout_get_baseline(layout)) / PANGO_SCALE;
        cairo_set_source_rgb(cairo, face.grey, face.grey, face.grey);
        cairo_move_to(cairo, x, y + face.size * kAscent - below);
        pango_cairo_show_layout(cairo, layout);
    }
};

Canvas::Canvas(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Canvas::~Canvas() = default;
Canvas::Canvas(Canvas&&) noexcept = default;
Canvas& Canvas::operator=(Canvas&&) noexcept = default;

Result<Canvas> Canvas::make(const About& about) {
    auto impl = std::make_unique<Impl>();
    impl->map = pango_cairo_font_map_new();
    if (!has_fonts(impl->map))
        return Error{Code::Machine, "no font is installed, so no PDF can be made", "",
                     "install the package fonts-dejavu-core"};
    impl->open(about);
    return Canvas(std::move(impl));
}

double Canvas::width(std::string_view text, const Face& face) {
    impl_->lay_out(text, face, -1);
    return impl_->size().first;
}

double Canvas::height(std::string_view text, const Face& face, double width) {
    impl_->lay_out(text, face, width);
    return impl_->size().second;
}

void Canvas::text(double x, double y, double width, std::string_view text, const Face& face,
                  Side side) {
    impl_->lay_out(text, face, width);
    // Pango turns the sides round for a text that begins from the right.
    const bool turned = pango_layout_get_direction(impl_->layout, 0) == PANGO_DIRECTION_RTL;
    const bool left = (side == Side::Left) != turned;
    pango_layout_set_alignment(impl_->layout, side == Side::Middle ? PANGO_ALIGN_CENTER
                                              : left               ? PANGO_ALIGN_LEFT
                                                                   : PANGO_ALIGN_RIGHT);
    impl_->show(x, y, face);
    pango_layout_set_alignment(impl_->layout, PANGO_ALIGN_LEFT);
}

void Canvas::figure(double right, double y, std::string_view text, const Face& face) {
    impl_->lay_out(text, face, -1);
    impl_->show(right - impl_->size().first, y, face);
}

namespace {

cairo_status_t read_some(void* from, unsigned char* to, unsigned int size) {
    auto& rest = *static_cast<std::string_view*>(from);
    if (rest.size() < size) return CAIRO_STATUS_READ_ERROR;
    std::copy_n(rest.data(), size, to);
    rest.remove_prefix(size);
    return CAIRO_STATUS_SUCCESS;
}

} // namespace

void Canvas::picture(double x, double y, double width, double height, std::string_view png) {
    cairo_surface_t* const image = cairo_image_surface_create_from_png_stream(read_some, &png);
    ensure(cairo_surface_status(image) == CAIRO_STATUS_SUCCESS, "a logo is a PNG");
    cairo_t* const cairo = impl_->cairo;
    cairo_save(cairo);
    cairo_translate(cairo, x, y);
    cairo_scale(cairo, width / cairo_image_surface_get_width(image),
                height / cairo_image_surface_get_height(image));
    cairo_set_source_surface(cairo, image, 0, 0);
    cairo_paint(cairo);
    cairo_restore(cairo);
    cairo_surface_destroy(image);
}

void Canvas::line(double x, double y, double width, double thickness, double grey) {
    cairo_set_source_rgb(impl_->cairo, grey, grey, grey);
    cairo_set_line_width(impl_->cairo, thickness);
    cairo_move_to(impl_->cairo, x, y);
    cairo_line_to(impl_->cairo, x + width, y);
    cairo_stroke(impl_->cairo);
}

void Canvas::across(std::string_view text) {
    Face face{kAcrossSize, true, kAcrossGrey, 0};
    const double wide = width(text, face);
    face.size *= std::min(1.0, kAcrossLength / std::max(wide, 1.0));
    impl_->lay_out(text, face, -1);
    const auto [length, tall] = impl_->size();
    cairo_save(impl_->cairo);
    cairo_translate(impl_->cairo, kWidth / 2, kHeight / 2);
    cairo_rotate(impl_->cairo, -std::atan2(kHeight, kWidth));
    impl_->show(-length / 2, -tall / 2, face);
    cairo_restore(impl_->cairo);
}

void Canvas::end_page() {
    cairo_show_page(impl_->cairo);
}

std::string Canvas::finish() {
    cairo_surface_finish(impl_->surface);
    ensure(cairo_surface_status(impl_->surface) == CAIRO_STATUS_SUCCESS &&
               cairo_status(impl_->cairo) == CAIRO_STATUS_SUCCESS,
           "a PDF could not be written");
    return std::move(impl_->bytes);
}

} // namespace hb::render
