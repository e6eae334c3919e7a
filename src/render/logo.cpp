#include <cairo.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "render/brand.h"

// Pictures from outside become pixels and are written anew: nothing of their bytes reaches a
// client.
namespace hb::render {

namespace {

// Twice what a page shows, for fine screens.
constexpr int kWideMax = 560, kHighMax = 160;
constexpr std::string_view kPngSign = "\x89PNG\r\n\x1a\n";
constexpr std::string_view kJpegSign = "\xFF\xD8\xFF";
constexpr const char* kHint = "save it as PNG or JPEG, at most 256 KB and 4 million pixels";

struct Surface {
    cairo_surface_t* it = nullptr;
    explicit Surface(cairo_surface_t* made) : it(made) {}
    Surface(const Surface&) = delete;
    Surface& operator=(const Surface&) = delete;
    Surface(Surface&& other) noexcept : it(std::exchange(other.it, nullptr)) {}
    Surface& operator=(Surface&&) = delete;
    ~Surface() {
        if (it != nullptr) cairo_surface_destroy(it);
    }
    bool good() const { return cairo_surface_status(it) == CAIRO_STATUS_SUCCESS; }
    int width() const { return cairo_image_surface_get_width(it); }
    int height() const { return cairo_image_surface_get_height(it); }
};

Error refused(std::string why) {
    return Error{Code::Usage, "the logo " + std::move(why), "", kHint};
}

Error broken() {
    return refused("is broken: it can't be decoded");
}

bool fits(std::int64_t width, std::int64_t height) {
    return width > 0 && height > 0 && width <= kLogoSideMax && height <= kLogoSideMax &&
           width * height <= kLogoPixelsMax;
}

Error too_large(std::int64_t width, std::int64_t height) {
    return refused("has " + std::to_string(width) + " x " + std::to_string(height) + " pixels");
}

std::int64_t big_endian(std::string_view bytes) {
    std::int64_t out = 0;
    for (const char c : bytes) out = out << 8 | static_cast<unsigned char>(c);
    return out;
}

cairo_status_t read_some(void* from, unsigned char* to, unsigned int size) {
    auto& rest = *static_cast<std::string_view*>(from);
    if (rest.size() < size) return CAIRO_STATUS_READ_ERROR;
    std::memcpy(to, rest.data(), size);
    rest.remove_prefix(size);
    return CAIRO_STATUS_SUCCESS;
}

cairo_status_t append(void* to, const unsigned char* bytes, unsigned int size) {
    static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), size);
    return CAIRO_STATUS_SUCCESS;
}

// Its first chunk says how large it is.
Result<Surface> decode_png(std::string_view bytes) {
    if (bytes.size() < 24 || bytes.substr(12, 4) != "IHDR") return broken();
    const std::int64_t width = big_endian(bytes.substr(16, 4));
    const std::int64_t height = big_endian(bytes.substr(20, 4));
    if (!fits(width, height)) return too_large(width, height);
    std::string_view rest = bytes;
    Surface image(cairo_image_surface_create_from_png_stream(read_some, &rest));
    if (!image.good() || !fits(image.width(), image.height())) return broken();
    return image;
}

Result<Surface> decode_jpeg(std::string_view bytes) {
    struct Handle {
        tjhandle it = tjInitDecompress();
        Handle() = default;
        Handle(const Handle&) = delete;
        Handle& operator=(const Handle&) = delete;
        ~Handle() {
            if (it != nullptr) tjDestroy(it);
        }
    } reader;
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    int width = 0, height = 0, sampling = 0, space = 0;
    if (reader.it == nullptr ||
        tjDecompressHeader3(reader.it, data, bytes.size(), &width, &height, &sampling, &space) != 0)
        return broken();
    if (width <= 0 || height <= 0) return broken();
    if (!fits(width, height)) return too_large(width, height);
    Surface image(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
    if (!image.good()) return broken();
    // A warning, of bytes that are missing, counts too: half a logo is none.
    if (tjDecompress2(reader.it, data, bytes.size(), cairo_image_surface_get_data(image.it), width,
                      cairo_image_surface_get_stride(image.it), height, TJPF_BGRX,
                      TJFLAG_STOPONWARNING) != 0)
        return broken();
    cairo_surface_mark_dirty(image.it);
    return image;
}

Surface fitted(Surface image) {
    const double scale =
        std::min({1.0, double(kWideMax) / image.width(), double(kHighMax) / image.height()});
    const auto side = [scale](int pixels) {
        return std::max(1, static_cast<int>(std::lround(pixels * scale)));
    };
    Surface out(
        cairo_image_surface_create(CAIRO_FORMAT_ARGB32, side(image.width()), side(image.height())));
    cairo_t* const cairo = cairo_create(out.it);
    cairo_scale(cairo, double(out.width()) / image.width(), double(out.height()) / image.height());
    cairo_set_source_surface(cairo, image.it, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_BEST);
    cairo_paint(cairo);
    cairo_destroy(cairo);
    return out;
}

bool looks_like_svg(std::string_view bytes) {
    const std::string_view head = bytes.substr(0, 1000);
    return head.find("<svg") != std::string_view::npos ||
           head.find("<?xml") != std::string_view::npos;
}

} // namespace

Result<Logo> read_logo(std::string_view bytes) {
    if (bytes.size() > kLogoBytesMax)
        return refused("has " + std::to_string(bytes.size() >> 10) + " KB");
    const bool png = bytes.starts_with(kPngSign), jpeg = bytes.starts_with(kJpegSign);
    if (!png && !jpeg)
        return refused(looks_like_svg(bytes) ? "is SVG, which can hold more than a picture"
                                             : "is neither PNG nor JPEG");
    auto image = png ? decode_png(bytes) : decode_jpeg(bytes);
    if (!image) return image.error();
    const Surface small = fitted(std::move(*image));
    Logo logo{"", small.width(), small.height()};
    if (!small.good() ||
        cairo_surface_write_to_png_stream(small.it, append, &logo.png) != CAIRO_STATUS_SUCCESS)
        return broken();
    return logo;
}

} // namespace hb::render
