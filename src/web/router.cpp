#include "web/router.h"

#include <spdlog/spdlog.h>

#include "base/clean.h"
#include "base/text.h"
#include "web/routes/link.h"

namespace hb::web {

namespace {

// What stands at the {places}, or nullopt when the path has another shape.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
    const std::vector<std::string_view> wanted = split(pattern, '/');
    const std::vector<std::string_view> given = split(path, '/');
    if (wanted.size() != given.size()) return std::nullopt;
    std::vector<std::string> captured;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i].starts_with('{')) {
            if (given[i].empty()) return std::nullopt;
            captured.emplace_back(given[i]);
        } else if (wanted[i] != given[i]) {
            return std::nullopt;
        }
    }
    return captured;
}

Answer ask(const Route& route, const Site& site, const Asked& asked) {
    try {
        return route.answer(site, asked);
    } catch (const std::exception& trouble) {
        spdlog::error("web method={} route={} request_id={} error={}", route.method,
                      log_value(route.pattern), log_value(asked.request_id),
                      log_value(trouble.what()));
    }
    return plain(500, "Something went wrong on our side. Please try again later and, if it stays, "
                      "tell us this number: " +
                          asked.request_id + "\n");
}

bool is_clients(std::string_view path) {
    return path.starts_with("/r/") || path.starts_with("/a/") || path.starts_with("/d/");
}

// "https://reports.example.com" -> "reports.example.com"
std::string_view host_of(std::string_view origin) {
    const auto at = origin.find("://");
    if (at != std::string_view::npos) origin.remove_prefix(at + 3);
    return origin.substr(0, origin.find('/'));
}

// A form of another host's page. Our own pages have no referrer, so that browsers say "null" of
// them, or nothing.
bool is_foreign_form(const Site& site, const Asked& asked) {
    if (asked.method != "POST" || !is_clients(asked.path)) return false;
    if (asked.origin.empty() || asked.origin == "null") return false;
    const auto host = host_of(asked.origin);
    return host != asked.host && host != host_of(site.books.view().settings.public_url);
}

// What there is at the address of metrics_listen; other machines may reach it.
bool is_of_metrics(std::string_view path) {
    return path == "/metrics" || path == "/readyz" || path == "/healthz";
}

} // namespace

Answer answer(const Site& site, Asked asked, std::string_view& route) {
    if (asked.by_metrics && !is_of_metrics(asked.path)) return not_found(site);
    if (is_foreign_form(site, asked))
        return plain(403, "Please use the form of the page itself.\n");
    if (is_asking_anew(asked)) return ask_anew(site, asked);
    std::vector<std::string> allowed;
    for (const Route& candidate : routes()) {
        auto captured = match(candidate.pattern, asked.path);
        if (!captured) continue;
        route = candidate.pattern;
        if (candidate.method != asked.method) {
            allowed.emplace_back(candidate.method);
            continue;
        }
        asked.captured = std::move(*captured);
        return ask(candidate, site, asked);
    }
    if (allowed.empty()) return not_found(site);
    Answer refused = plain(405, "Method not allowed.\n");
    refused.headers.emplace_back("Allow", join(allowed, ", "));
    return refused;
}

} // namespace hb::web
