#include "web/api/staff.h"

#include <algorithm>
#include <array>

#include "web/api/call.h"
#include "web/gzip.h"

// The pages for staff: the files that the build put into the program.
namespace hb::admin_bundle {
using Files = std::vector<std::pair<std::string_view, std::string_view>>;
const Files& files();
} // namespace hb::admin_bundle

namespace hb::web::api {
namespace {

constexpr const char* kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'";

// First parts of the pages' addresses; the pages read the rest themselves.
constexpr std::array kPages = {"",        "overview", "month",      "reports",  "needs",
                               "clients", "people",   "connection", "mappings", "settings",
                               "office",  "sign-in",  "enrol"};

constexpr std::array<std::string_view, 3> kForWatchers = {"/healthz", "/readyz", "/metrics"};

std::string_view first_part(std::string_view path) {
    path.remove_prefix(path.starts_with('/') ? 1 : 0);
    return path.substr(0, path.find('/'));
}

bool is_page(std::string_view path) {
    return std::find(kPages.begin(), kPages.end(), first_part(path)) != kPages.end();
}

const std::string_view* find_file(const PageFiles& pages, std::string_view name) {
    for (const auto& [file, bytes] : pages)
        if (file == name) return &bytes;
    return nullptr;
}

std::string type_of(std::string_view name) {
    const std::string_view end = name.substr(std::min(name.rfind('.'), name.size()));
    if (end == ".js") return "text/javascript; charset=utf-8";
    if (end == ".css") return "text/css; charset=utf-8";
    if (end == ".html") return "text/html; charset=utf-8";
    if (end == ".svg") return "image/svg+xml";
    if (end == ".json" || end == ".webmanifest") return "application/json";
    if (end == ".woff2") return "font/woff2";
    if (end == ".png") return "image/png";
    if (end == ".ico") return "image/x-icon";
    return "application/octet-stream";
}

// Compressed once, when somebody first asks.
Page packed_file(std::string_view bytes) {
    static std::mutex mutex;
    static std::map<const char*, Page> kept;
    const std::lock_guard lock(mutex);
    Page& page = kept[bytes.data()];
    if (!page) {
        Gzip gzip;
        gzip.add(bytes);
        page = std::make_shared<const Packed>(gzip.finish());
    }
    return page;
}

bool is_text(std::string_view type) {
    return type.starts_with("text/") || type.starts_with("image/svg") || type == "application/json";
}

Answer file_answer(std::string_view name, std::string_view bytes) {
    const std::string type = type_of(name);
    Answer out = is_text(type) ? packed(200, type, packed_file(bytes))
                               : Answer{200, type, std::string(bytes), {}, nullptr};
    if (name.starts_with("assets/")) // their names have a hash of what is in them
        out.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
    out.headers.emplace_back("Content-Security-Policy", kPagePolicy);
    return out;
}

Answer static_answer(const PageFiles& pages, const Request& request) {
    if (request.method != "GET") return plain(404, "Nothing here.\n");
    const std::string_view name = std::string_view(request.path).substr(1);
    if (const auto* bytes = find_file(pages, name); bytes != nullptr && !name.empty())
        return file_answer(name, *bytes);
    const auto* index = find_file(pages, "index.html");
    if (index == nullptr || !is_page(request.path)) return plain(404, "Nothing here.\n");
    return file_answer("index.html", *index);
}

std::string host_of(const std::string& url) {
    const auto cut = url.find("://");
    return cut == std::string::npos ? url : url.substr(cut + 3);
}

bool is_api(std::string_view path) {
    return path == "/api" || path.starts_with("/api/");
}

} // namespace

Staff::Staff(books::Books& books, Seams seams)
    : impl_(std::make_unique<Impl>(books, std::move(seams))) {
    if (impl_->seams.pages == nullptr) impl_->seams.pages = &admin_bundle::files();
}

Staff::~Staff() = default;

void Staff::stop() {
    impl_->jobs.stop();
}

void Staff::use_url(std::string url) {
    impl_->seams.url = std::move(url);
}

bool Staff::takes(const Request& request) const {
    if (is_api(request.path)) return true;
    if (request.host() != host_of(impl_->seams.url)) return false;
    const bool apart = impl_->apart && impl_->seams.url != impl_->books.settings.public_url;
    if (apart &&
        std::find(kForWatchers.begin(), kForWatchers.end(), request.path) == kForWatchers.end())
        return true;
    const PageFiles& pages = *impl_->seams.pages;
    if (pages.empty()) return false;
    const std::string_view name = std::string_view(request.path).substr(1);
    return is_page(request.path) || find_file(pages, name) != nullptr;
}

Answer Staff::answer(const Request& request, std::string& route) {
    if (!is_api(request.path)) {
        route = "/staff";
        return static_answer(*impl_->seams.pages, request);
    }
    route = "/api";
    return impl_->guarded(request, route);
}

} // namespace hb::web::api
