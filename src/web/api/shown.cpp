#include <algorithm>

#include "base/base64.h"
#include "base/digest.h"
#include "base/text.h"
#include "web/api/call.h"

// What an answer holds for whom, and how lists are cut into pages.
namespace hb::web::api {
namespace {

using Names = std::set<std::string_view>;

void copy(json::Writer& out, const json::Value& value, const Names& without);

// A report: its link's address is shown by POST …/link alone (S-27).
void write_link(json::Writer& out, const json::Value& url) {
    out.key("link").begin_object().member("active", !url.null()).end_object();
}

void copy_object(json::Writer& out, const json::Value& value, const Names& without) {
    const bool report = !value["billed_seconds"].missing() && !value["revision"].missing();
    out.begin_object();
    for (const auto member : value) {
        if (without.contains(member.key())) continue;
        if (report && member.key() == "url") {
            write_link(out, member);
            continue;
        }
        out.key(member.key());
        copy(out, member, without);
    }
    out.end_object();
}

void copy(json::Writer& out, const json::Value& value, const Names& without) {
    if (value.is_object()) return copy_object(out, value, without);
    if (!value.is_array()) {
        out.value(value);
        return;
    }
    out.begin_array();
    for (const auto each : value) copy(out, each, without);
    out.end_array();
}

std::string copied(std::string_view document, const Names& without) {
    const auto parsed = json::Document::parse(document);
    ensure(parsed.ok(), "an answer of ours is JSON");
    json::Writer out;
    copy(out, parsed->root(), without);
    return out.take();
}

// Members that a role may not see, whatever document they are in.
Names hidden_from(const std::vector<std::string>& roles) {
    const auto is = [&](std::string_view role) {
        return std::find(roles.begin(), roles.end(), role) != roles.end();
    };
    if (is("owner") || is("manager") || is("admin")) return {};
    if (is("office")) return {"rates", "rate"};
    return {"rate", "rates",     "people",   "note",  "contract", "late",       "excluded",
            "asks", "questions", "warnings", "terms", "version",  "valid_from", "seconds"};
}

constexpr int kRowsUsual = 50;

// Bound to the list, what it was asked for, and who asks.
std::string mark_of(const Call& call, std::string_view at) {
    std::string about = call.operation.id + "\n" + join(call.who.roles, " ");
    for (const auto& [name, value] : call.request.query)
        if (name != "cursor" && name != "limit") about += "\n" + name + "=" + value;
    return hex(hmac_sha256(call.books().settings.key.reveal(), about + "\n" + std::string(at)))
        .substr(0, 32);
}

std::size_t read_cursor(const Call& call) {
    const std::string text = call.query("cursor");
    if (text.empty()) return 0;
    const auto cut = text.find('.');
    const std::string at = text.substr(0, cut);
    const auto rows = parse_integer(at);
    if (cut == std::string::npos || !rows || *rows < 0 || text.substr(cut + 1) != mark_of(call, at))
        throw Refusal{400, "cursor", "this cursor is of another list", "begin at the first page"};
    return static_cast<std::size_t>(*rows);
}

} // namespace

std::string shown_to(const std::vector<std::string>& roles, std::string_view document) {
    return copied(document, hidden_from(roles));
}

std::string tag_of(std::string_view text) {
    return "\"" + sha256_hex(text).substr(0, 32) + "\"";
}

// What time alone changes is no change to anybody's decision.
std::string report_tag(std::string_view report_json) {
    return tag_of(copied(report_json, {"freshness", "warnings", "link", "url"}));
}

Answer told(const Call& call, std::string_view document, int status, std::string tag) {
    Answer out = json(status, shown_to(call.who.roles, document));
    if (!tag.empty()) out.headers.emplace_back("ETag", std::move(tag));
    return out;
}

Answer paged(const Call& call, std::string_view document, const char* member) {
    const std::size_t from = read_cursor(call);
    const std::size_t rows = call.query("limit").empty()
                                 ? kRowsUsual
                                 : static_cast<std::size_t>(*parse_integer(call.query("limit")));
    const auto parsed = json::Document::parse(document);
    ensure(parsed.ok(), "a list of ours is JSON");
    const auto all = parsed->root()[member];
    json::Writer out;
    out.begin_object().key(member).begin_array();
    std::size_t n = 0;
    for (const auto row : all) {
        if (n >= from && n < from + rows) out.value(row);
        ++n;
    }
    out.end_array().key("next");
    if (n > from + rows) {
        const std::string at = std::to_string(from + rows);
        out.string(at + "." + mark_of(call, at));
    } else {
        out.null();
    }
    return told(call, out.end_object().text());
}

} // namespace hb::web::api
