#include <algorithm>

#include "base/text.h"
#include "connector/manifest/parser.h"
#include "json/writer.h"

// Parts that every place of a manifest uses: texts with names, requests, tests, pages.
namespace hb::connector::manifest {
namespace {

Do action_of(std::string_view word) {
    static const std::map<std::string_view, Do> actions{
        {"ok", Do::Ok},       {"empty", Do::Empty},     {"end", Do::End},
        {"wait", Do::Wait},   {"retry", Do::Retry},     {"renew", Do::Renew},
        {"split", Do::Split}, {"restart", Do::Restart}, {"refuse", Do::Refuse},
        {"gone", Do::Gone},   {"hidden", Do::Hidden},   {"reject", Do::Reject}};
    const auto found = actions.find(word);
    return found == actions.end() ? Do::Reject : found->second;
}

} // namespace

std::string Parser::text(const Value& value, std::string otherwise) {
    const auto text = value.string();
    return text ? *text : std::move(otherwise);
}

int Parser::number(const Value& value, int otherwise) {
    const auto number = value.integer();
    return number && *number >= 0 && *number <= 1'000'000'000 ? static_cast<int>(*number)
                                                              : otherwise;
}

bool Parser::truth(const Value& value) {
    const auto truth = value.boolean();
    return truth.ok() && *truth;
}

std::vector<std::string> Parser::texts(const Value& value) {
    std::vector<std::string> out;
    if (value.is_string()) out.push_back(*value.string());
    if (value.is_array())
        for (const Value& each : value)
            if (each.is_string()) out.push_back(*each.string());
    return out;
}

Allowed Parser::plus(std::initializer_list<const char*> more) const {
    Allowed out = everywhere_;
    for (const char* name : more) out.insert(name);
    return out;
}

void Parser::check_names(const Value& place, const std::set<std::string>& names,
                         const Allowed& allowed) {
    for (const auto& name : names) {
        if (allowed.count(name) > 0) continue;
        const std::vector<std::string> known(allowed.begin(), allowed.end());
        const auto meant = nearest(name, known);
        problem(place, "there is no {" + shorten(name, 40) + "} here",
                meant ? "did you mean {" + *meant + "}?"
                      : "known are {" + join(known, "} {") + "}");
    }
}

Template Parser::templ(const Value& value, const Allowed& allowed) {
    Template out;
    if (!value.is_string()) return out;
    if (const std::string wrong = Template::parse(*value.string(), out); !wrong.empty())
        problem(value, wrong);
    check_names(value, out.names(), allowed);
    return out;
}

Members Parser::members(const Value& value, const Allowed& allowed) {
    Members out;
    for (const Value& each : value) {
        const std::string name(each.key());
        if (!each.is_array()) out.emplace_back(name, templ(each, allowed));
        if (each.is_array()) // a member that stands there several times
            for (const Value& one : each) out.emplace_back(name, templ(one, allowed));
    }
    return out;
}

std::vector<OutcomeRule> Parser::rules(const Value& value) {
    std::vector<OutcomeRule> out;
    for (const Value& each : value)
        out.push_back({test(each, everywhere_), action_of(text(each["do"])), text(each["say"])});
    return out;
}

Ask Parser::ask(const Value& value, const Allowed& allowed) {
    static const std::map<std::string, Method> methods{{"GET", Method::Get},
                                                       {"POST", Method::Post},
                                                       {"PUT", Method::Put},
                                                       {"PATCH", Method::Patch},
                                                       {"DELETE", Method::Delete}};
    static const std::map<std::string, ParamsIn> places{
        {"query", ParamsIn::Query}, {"json", ParamsIn::Json}, {"form", ParamsIn::Form}};
    Ask out;
    if (const auto method = methods.find(text(value["method"])); method != methods.end())
        out.method = method->second;
    if (const auto place = places.find(text(value["params_in"])); place != places.end())
        out.params_in = place->second;
    out.host = text(value["host"]);
    if (!out.host.empty() && out_.hosts.count(out.host) == 0) {
        std::vector<std::string> known;
        for (const auto& [name, host] : out_.hosts) known.push_back(name);
        const auto meant = nearest(out.host, known);
        problem(value["host"], "there is no host " + json::quote(out.host),
                meant ? "did you mean " + json::quote(*meant) + "?" : "name it under \"hosts\"");
    }
    out.path = templ(value["path"], allowed);
    if (out.path.text().find_first_of("?#\\") != std::string::npos ||
        out.path.text().find("//") != std::string::npos ||
        out.path.text().find("..") != std::string::npos)
        problem(value["path"], "a path has no query, no // and no ..",
                "members of the query stand under \"query\"");
    out.action = text(value["action"]);
    out.query = members(value["query"], allowed);
    out.headers = members(value["headers"], allowed);
    out.params = members(value["params"], allowed);
    out.form = members(value["form"], allowed);
    const Value body = value["json"];
    if (!body.missing()) {
        std::vector<std::pair<std::string, std::string>> wrong;
        out.json = JsonTemplate::parse(body, wrong);
        for (const auto& [path, why] : wrong) problem(document_.root().pointer(path), why);
        check_names(body, out.json->names(), allowed);
        if (!out.form.empty())
            problem(value, "a request has either \"json\" or \"form\"", "leave one of them out");
    }
    out.outcomes = rules(value["outcomes"]);
    const std::string share = text(value["share"]);
    out.share = share == "give" ? Share::Give : share == "take" ? Share::Take : Share::None;
    out.has_rows = !value["rows"].missing();
    out.rows = text(value["rows"]);
    return out;
}

Test Parser::test(const Value& value, const Allowed& allowed) {
    Test out;
    const std::string at = text(value["at"]);
    if (at == "http")
        out.of = Test::Of::Http;
    else if (at == "text")
        out.of = Test::Of::Text;
    else if (at.rfind("header:", 0) == 0)
        out.of = Test::Of::Header;
    out.at = out.of == Test::Of::Header ? fold_case(at.substr(7)) : at;
    static const std::vector<std::pair<std::string, Test::Op>> ops{
        {"equals", Test::Op::Equals},     {"in", Test::Op::In},
        {"contains", Test::Op::Contains}, {"matches", Test::Op::Matches},
        {"absent", Test::Op::Absent},     {"present", Test::Op::Present}};
    int found = 0;
    for (const auto& [name, op] : ops) {
        const Value given = value[name];
        if (given.missing()) continue;
        ++found;
        out.op = op;
        const auto take = [&](const Value& each) {
            Template word;
            if (each.is_string())
                word = templ(each, allowed);
            else
                Template::parse(each.dump(), word);
            out.values.push_back(std::move(word));
        };
        if (given.is_array())
            for (const Value& each : given) take(each);
        else if (op != Test::Op::Absent && op != Test::Op::Present)
            take(given);
    }
    if (found == 0)
        problem(value, "a test needs one of equals, in, contains, matches, absent, present",
                "for example \"present\": true");
    if (found > 1)
        problem(value, "a test has only one of equals, in, contains, matches, absent, present",
                "write a test for each, one below the other");
    return out;
}

Pages Parser::pages(const Value& value, Allowed& next_names) {
    static const std::map<std::string, Pages::Kind> kinds{
        {"none", Pages::Kind::None},      {"page", Pages::Kind::Page},
        {"offset", Pages::Kind::Offset},  {"cursor", Pages::Kind::Cursor},
        {"link", Pages::Kind::Link},      {"keyset", Pages::Kind::Keyset},
        {"headers", Pages::Kind::Headers}};
    static const std::map<std::string, Pages::End> ends{{"short", Pages::End::Short},
                                                        {"flag", Pages::End::Flag},
                                                        {"total", Pages::End::Total},
                                                        {"pages", Pages::End::Pages},
                                                        {"empty", Pages::End::Empty}};
    Pages out;
    if (!value.is_object()) return out;
    if (const auto kind = kinds.find(text(value["kind"])); kind != kinds.end())
        out.kind = kind->second;
    if (const auto end = ends.find(text(value["end"])); end != ends.end()) out.end = end->second;
    out.first = number(value["first"], 1);
    out.size = number(value["size"], 100);
    out.at = text(value["at"]);
    out.header = fold_case(text(value["header"]));
    if (!value["last"].missing()) out.last = test(value["last"], everywhere_);
    for (const Value& each : value["take"]) {
        out.take.emplace_back(std::string(each.key()), fold_case(text(each)));
        next_names.insert("next." + std::string(each.key()));
    }
    const bool at = out.kind == Pages::Kind::Cursor || out.kind == Pages::Kind::Keyset ||
                    out.end == Pages::End::Total ||
                    (out.kind == Pages::Kind::Link && out.header.empty());
    if (at && out.at.empty()) missing(value, "at", "a pointer to the cursor, link, key or total");
    if (out.end == Pages::End::Flag && value["last"].missing())
        missing(value, "last", "for example {\"at\": \"/last_page\", \"equals\": true}");
    if (out.end == Pages::End::Pages && out.header.empty())
        missing(value, "header", "the one with the number of pages");
    if (out.kind == Pages::Kind::Headers && out.take.empty())
        missing(value, "take", "which headers go into the next request");
    return out;
}

void Parser::setting_named(const Value& place, const std::string& name) {
    if (name.empty() || out_.settings.count(name) > 0) return;
    std::vector<std::string> known;
    for (const auto& [each, setting] : out_.settings) known.push_back(each);
    const auto meant = nearest(name, known);
    problem(place, "there is no setting " + json::quote(name),
            meant ? "did you mean " + json::quote(*meant) + "?" : "name it under \"settings\"");
}

TimeForm Parser::time_form(const Value& value, TimeForm otherwise) const {
    return parse_time_form(text(value)).value_or(otherwise);
}

} // namespace hb::connector::manifest
