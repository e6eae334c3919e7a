#include "connector/manifest/pager.h"

#include <algorithm>

#include "base/text.h"
#include "connector/manifest/rows.h"

namespace hb::connector::manifest {
namespace {

// No list of ours is longer; a server that goes on for ever is stopped here.
constexpr std::int64_t kPagesMax = 100'000;

void set_names(const Pages& pages, const PagePlace& place, Names& names) {
    names.set("size", std::to_string(pages.size));
    names.set("page", "");
    if (pages.kind == Pages::Kind::Page)
        names.set("page", std::to_string(pages.first + place.number));
    if (pages.kind == Pages::Kind::Offset) {
        const bool fixed = pages.end == Pages::End::Empty;
        names.set("offset", std::to_string(fixed ? place.number * pages.size : place.rows));
    }
    if (pages.kind == Pages::Kind::Cursor || pages.kind == Pages::Kind::Keyset)
        names.set("page", place.token);
    for (const auto& [name, value] : place.next) names.set("next." + name, value);
}

// <https://host/path?page=2>; rel="next", <…>; rel="last"
std::string next_link(std::string_view header) {
    for (const std::string_view part : split(header, ',')) {
        const auto open = part.find('<');
        const auto close = part.find('>', open);
        if (open == std::string_view::npos || close == std::string_view::npos) continue;
        const std::string rest = fold_case(part.substr(close));
        if (rest.find("rel=\"next\"") != std::string::npos ||
            rest.find("rel=next") != std::string::npos)
            return std::string(part.substr(open + 1, close - open - 1));
    }
    return "";
}

std::string token_of(const Pages& pages, const PageGot& got) {
    const json::Value body = got.reply.body();
    switch (pages.kind) {
    case Pages::Kind::Cursor:
        return word_of(body.pointer(pages.at)).value_or("");
    case Pages::Kind::Link:
        return pages.header.empty() ? word_of(body.pointer(pages.at)).value_or("")
                                    : next_link(got.reply.response.header(pages.header));
    case Pages::Kind::Keyset:
        return got.rows.empty() ? "" : word_of(got.rows.back().pointer(pages.at)).value_or("");
    default:
        return "";
    }
}

bool flag_says_last(const Pages& pages, const PageGot& got) {
    const Seen seen{got.reply.body(), {}, got.reply.status, &got.reply.response};
    return holds(pages.last, seen, Names());
}

std::optional<std::int64_t> total_of(const Pages& pages, const PageGot& got) {
    if (pages.end != Pages::End::Total) return std::nullopt;
    const auto total = got.reply.body().pointer(pages.at).integer();
    return total ? std::optional<std::int64_t>(*total) : std::nullopt;
}

bool is_last(const Pages& pages, const PageGot& got, const PagePlace& after) {
    const auto rows = static_cast<std::int64_t>(got.rows.size());
    switch (pages.end) {
    case Pages::End::Short:
        return rows < pages.size;
    case Pages::End::Flag:
        return flag_says_last(pages, got);
    case Pages::End::Total:
        return got.total ? after.rows >= *got.total : rows < pages.size;
    case Pages::End::Pages: {
        const auto total = parse_integer(got.reply.response.header(pages.header));
        return total ? after.number >= *total : rows < pages.size;
    }
    case Pages::End::Empty:
        return false;
    }
    return true;
}

// An empty page is no end by itself: a list may have holes, and an answer may be short by mistake.
// The same page twice is (G49).
void judge_empty(const Pages& pages, const PageAsk& ask, PageGot& got) {
    if (got.last || !got.rows.empty()) return;
    got.ask_again = !ask.asked_twice;
    got.last = ask.asked_twice;
    if (got.last && pages.end != Pages::End::Empty)
        got.doubt = "a list ended before the planner called it the end";
}

Error malformed(const Caller& caller, std::string_view what, std::string why) {
    return Error{Code::Malformed,
                 caller.options().remote + ": the answer with " + std::string(what) + " " +
                     std::move(why),
                 "",
                 "nothing was taken from it; compare connectors/" + caller.manifest().connector +
                     "/quirks.md"};
}

Status advance(const Caller& caller, const PageAsk& ask, PageGot& got, PagePlace& place) {
    const Pages& pages = ask.pages;
    PagePlace next = place;
    ++next.number;
    next.rows += static_cast<std::int64_t>(got.rows.size());
    next.token = token_of(pages, got);
    next.next.clear();
    switch (pages.kind) {
    case Pages::Kind::None:
        got.last = true;
        break;
    case Pages::Kind::Page:
    case Pages::Kind::Offset:
        got.last = is_last(pages, got, next);
        judge_empty(pages, ask, got);
        break;
    case Pages::Kind::Keyset:
        got.last = is_last(pages, got, next);
        judge_empty(pages, ask, got);
        got.last = got.last || (next.token.empty() && !got.ask_again);
        break;
    case Pages::Kind::Cursor:
    case Pages::Kind::Link:
        got.last =
            next.token.empty() || (pages.end == Pages::End::Flag && flag_says_last(pages, got));
        break;
    case Pages::Kind::Headers:
        for (const auto& [name, header] : pages.take)
            if (const auto value = got.reply.response.header(header); !value.empty())
                next.next.emplace_back(name, value);
        got.last = next.next.empty() || got.rows.empty();
        break;
    }
    if (got.ask_again) return {}; // the place stays
    if (!got.last && !next.token.empty() && next.token == place.token)
        return malformed(caller, ask.what, "leads to itself: its next page is the same one");
    if (!got.last && !next.next.empty() && next.next == place.next)
        return malformed(caller, ask.what, "leads to itself: its next page is the same one");
    if (next.number > kPagesMax) return malformed(caller, ask.what, "never ends");
    place = got.last ? PagePlace{} : next;
    return {};
}

// A continued page whose place is not accepted any more (G50).
bool refuses_place(const Reply& reply, const PagePlace& place) {
    const bool status =
        reply.status == 400 || reply.status == 404 || reply.status == 410 || reply.status == 422;
    return place.begun() && status && (reply.what == Do::Reject || reply.what == Do::Gone);
}

bool lacks_parent(const Reply& reply, const PageAsk& ask, const PagePlace& place) {
    if (!ask.of_parent || place.begun()) return false;
    if (reply.what == Do::Gone || reply.what == Do::Hidden) return true;
    return ask.unlisted &&
           (reply.what == Do::Reject || (reply.what == Do::Refuse && reply.status != 401));
}

} // namespace

Result<PageGot> ask_page(Caller& caller, const PageAsk& ask, Names names, PagePlace& place) {
    set_names(ask.pages, place, names);
    PageGot got;
    const bool link = ask.pages.kind == Pages::Kind::Link && !place.token.empty();
    got.reply = link ? caller.follow(ask.ask, names, place.token) : caller.call(ask.ask, names);
    if (got.reply.fate == Fate::Answered) {
        if (got.reply.what == Do::Split) {
            got.split = true;
            return got;
        }
        if (got.reply.what == Do::Restart) {
            got.restart = true;
            return got;
        }
        if (got.reply.what == Do::End || got.reply.what == Do::Empty) {
            got.last = true;
            place = {};
            return got;
        }
        got.refused = refuses_place(got.reply, place);
        got.no_parent = lacks_parent(got.reply, ask, place);
        if (got.refused || got.no_parent) return got;
    }
    if (!got.reply.ok()) return caller.error(got.reply, ask.what);
    if (!got.reply.is_json) return malformed(caller, ask.what, "is no JSON");
    auto rows =
        rows_at(got.reply.body(), ask.ask.has_rows ? ask.ask.rows : ask.rows, ask.rows_may_lack);
    if (!rows) return malformed(caller, ask.what, "has another form: " + rows.error().message);
    got.rows = std::move(*rows);
    if (ask.cap > 0 && static_cast<std::int64_t>(got.rows.size()) >= ask.cap) {
        got.split = true;
        return got;
    }
    got.total = total_of(ask.pages, got);
    if (auto done = advance(caller, ask, got, place); !done) return done.error();
    return got;
}

} // namespace hb::connector::manifest
