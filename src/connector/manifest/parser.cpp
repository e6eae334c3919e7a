#include "connector/manifest/parser.h"

#include <algorithm>

#include "base/ensure.h"
#include "base/text.h"
#include "net/sites.h"
#include "json/schema.h"
#include "json/syntax.h"
#include "json/writer.h"

namespace hb::connector {

std::string to_string(const ManifestProblem& problem) {
    std::string out = problem.file;
    if (problem.line > 0) out += ":" + std::to_string(problem.line);
    out += ": ";
    if (!problem.path.empty()) out += problem.path + ": ";
    out += problem.message;
    if (!problem.hint.empty()) out += ". " + problem.hint;
    return out;
}

namespace manifest {

namespace embedded {
extern const std::string_view kManifestSchema;
}

namespace {

ManifestProblem syntax_problem(const std::string& file, const json::SyntaxFault& fault) {
    return {file, fault.line, "", "column " + std::to_string(fault.column) + ": " + fault.what,
            "look at this line and the end of the one before"};
}

std::optional<SettingKind> setting_kind(std::string_view word) {
    static const std::map<std::string_view, SettingKind> kinds{
        {"text", SettingKind::Text},     {"secret", SettingKind::Secret},
        {"host", SettingKind::Host},     {"zone", SettingKind::Zone},
        {"number", SettingKind::Number}, {"day", SettingKind::Day},
        {"choice", SettingKind::Choice}};
    const auto found = kinds.find(word);
    return found == kinds.end() ? std::nullopt : std::optional<SettingKind>(found->second);
}

HeaderTime header_time(std::string_view word) {
    if (word == "unix") return HeaderTime::Unix;
    return word == "iso" ? HeaderTime::Iso : HeaderTime::Seconds;
}

} // namespace

const Stream* Manifest::find_stream(std::string_view name) const {
    for (const Stream& stream : streams)
        if (stream.name == name) return &stream;
    return nullptr;
}

void Parser::problem(const Value& place, std::string message, std::string hint) {
    const std::string path = place.path();
    if (problems_.size() >= json::kSchemaProblemsMax) return;
    if (blamed_.count(path) > 0) return; // the schema told it in its own words
    std::string near = path;
    while (!near.empty() && document_.root().pointer(near).missing()) near.erase(near.rfind('/'));
    problems_.push_back({file_, document_.line_of(document_.root().pointer(near)), path,
                         std::move(message), std::move(hint)});
}

void Parser::missing(const Value& owner, const std::string& key, std::string hint) {
    problem(owner, "missing key " + json::quote(key), std::move(hint));
}

bool Parser::read(std::string_view text) {
    json::ParseOptions options;
    options.comments = true;
    options.unique_keys = true;
    auto document = json::Document::parse(text, options);
    if (!document) {
        const auto fault = json::find_syntax_fault(text, options);
        ensure(fault.has_value(), "what can't be read has a fault");
        problems_.push_back(syntax_problem(file_, *fault));
        return false;
    }
    document_ = std::move(*document);
    const auto schema = json::Document::parse(embedded::kManifestSchema);
    ensure(schema.ok(), "the schema of manifests is not JSON");
    for (auto& each : json::check_schema(document_, schema->root())) {
        blamed_.insert(each.path);
        problems_.push_back({file_, each.line, std::move(each.path), std::move(each.message),
                             std::move(each.hint)});
    }
    return document_.root().is_object();
}

std::optional<Manifest> Parser::run(std::string_view text) {
    if (!read(text)) return std::nullopt;
    const Value root = document_.root();
    out_.connector = Parser::text(root["connector"]);
    out_.title = Parser::text(root["title"]);
    settings(root["settings"]);
    hosts(root);
    pace(root);
    access(root["access"]);
    out_.outcomes = rules(root["outcomes"]);
    tables(root["tables"]);
    streams(root["streams"]);
    if (!root["mark"].missing()) mark(root["mark"]);
    if (!root["webhook"].missing()) webhook(root["webhook"]);
    if (!root["check"].missing()) check_call(root["check"]);
    out_.task_url = templ(root["task_url"], plus({"task", "project", "user"}));
    out_.lacks = texts(root["lacks"]);
    std::stable_sort(problems_.begin() + static_cast<std::ptrdiff_t>(first_), problems_.end(),
                     [](const auto& a, const auto& b) { return a.line < b.line; });
    if (problems_.size() > first_) return std::nullopt;
    return std::move(out_);
}

void Parser::settings(const Value& value) {
    everywhere_ = {"base.host", "base.url"};
    for (const Value& each : value) {
        Setting setting;
        setting.kind = setting_kind(Parser::text(each["kind"])).value_or(SettingKind::Text);
        setting.title = Parser::text(each["title"]);
        setting.required = truth(each["required"]);
        setting.otherwise = Parser::text(each["default"]);
        setting.choices = texts(each["choices"]);
        const std::string name(each.key());
        const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        });
        if (!plain)
            problem(each, "a setting's name has lower-case letters, digits and _ only",
                    "it is used as {settings.NAME}");
        if (setting.kind == SettingKind::Secret && !setting.otherwise.empty())
            problem(each["default"], "a secret has no default", "leave it out");
        if ((setting.kind == SettingKind::Choice) == setting.choices.empty())
            problem(each, "\"choices\" belong to settings of kind choice, and to each of them",
                    "write \"kind\": \"choice\", \"choices\": [\"a\", \"b\"]");
        if (setting.kind == SettingKind::Zone && !setting.otherwise.empty())
            if (const auto zone = Zone::find(setting.otherwise); !zone)
                problem(each["default"], zone.error().message, zone.error().hint);
        everywhere_.insert("settings." + name);
        out_.settings.emplace(name, std::move(setting));
    }
}

void Parser::hosts(const Value& root) {
    const auto address = [&](const Value& value) {
        Template out = templ(value, everywhere_);
        // Settings may stand for parts of it; what they come to is checked with the configuration.
        std::string sample;
        bool hole = false;
        for (const char c : out.text()) {
            if (c == '{') sample += "x";
            hole = c == '{' || (hole && c != '}');
            if (!hole && c != '}') sample += c;
        }
        if (!out.empty() && !net::parse_site(sample))
            problem(value, "this is no address that may be asked: " + value.dump(),
                    "write https://HOST or https://HOST/PATH");
        return out;
    };
    if (!root["base_url"].missing()) out_.base = address(root["base_url"]);
    out_.base_url = out_.base.text();
    for (const Value& each : root["hosts"])
        out_.hosts.emplace(std::string(each.key()), address(each));
    out_.account = root["account"].missing() ? Template() : templ(root["account"], everywhere_);
    if (out_.account.empty()) Template::parse("{base.host}", out_.account);
    out_.token_until = text(root["token_until"]);
    setting_named(root["token_until"], out_.token_until);
    out_.request = ask(root["request"], plus({"action"}));
}

void Parser::pace(const Value& root) {
    for (const Value& each : root["limits"]) {
        Limit limit;
        if (each["requests"].is_number())
            Template::parse(*each["requests"].text(), limit.requests);
        else
            limit.requests = templ(each["requests"], everywhere_);
        if (limit.requests.names().empty() && !limit.requests.empty() &&
            !parse_integer(limit.requests.text()))
            problem(each["requests"], "this is no number of requests",
                    "write 60, or the name of a setting like \"{settings.per_minute}\"");
        limit.seconds = number(each["seconds"], 1);
        out_.limits.push_back(std::move(limit));
    }
    const Value hour = root["requests_per_hour"];
    if (!hour.missing()) {
        if (hour.is_number())
            Template::parse(*hour.text(), out_.requests_per_hour);
        else
            out_.requests_per_hour = templ(hour, everywhere_);
        out_.limits.push_back({out_.requests_per_hour, 3600});
    }
    for (const Value& each : root["wait"])
        out_.waits.push_back(
            {fold_case(Parser::text(each["header"])), header_time(Parser::text(each["as"]))});
    const Value budget = root["budget"];
    if (budget.is_object())
        out_.budget = Budget{
            fold_case(Parser::text(budget["left"])),
            {fold_case(Parser::text(budget["reset"])), header_time(Parser::text(budget["as"]))}};
}

void Parser::access(const Value& value) {
    for (const Value& each : value) {
        Access access;
        access.when = texts(each["when"]);
        for (const Value& name : each["when"]) setting_named(name, Parser::text(name));
        const Allowed names = plus({"action", "now", "token", "signature", "query", "body"});
        access.request = ask(each["request"], names);
        access.base = templ(each["base_url"], everywhere_);
        const Value basic = each["basic"];
        if (basic.is_object())
            access.basic =
                std::pair{templ(basic["user"], everywhere_), templ(basic["password"], everywhere_)};
        const Value sign = each["sign"];
        if (sign.is_object()) {
            Signature signature;
            signature.hash = parse_hash(Parser::text(sign["hash"])).value_or(Hash::Sha256);
            signature.keyed = !sign["key"].missing();
            signature.key = templ(sign["key"], everywhere_);
            signature.message = templ(sign["message"], plus({"action", "now", "query", "body"}));
            access.sign = std::move(signature);
        }
        const Value oauth = each["oauth"];
        if (oauth.is_object()) {
            OAuth out;
            out.refresh_url = templ(oauth["refresh_url"], everywhere_);
            out.client_id = templ(oauth["client_id"], everywhere_);
            out.client_secret = templ(oauth["client_secret"], everywhere_);
            out.refresh_token = templ(oauth["refresh_token"], everywhere_);
            out.json = Parser::text(oauth["body"]) == "json";
            if (out.refresh_url.names().empty() && !net::parse_site(out.refresh_url.text()))
                problem(oauth["refresh_url"], "this is no address that may be asked",
                        "write https://HOST/PATH");
            access.oauth = std::move(out);
        }
        out_.access.push_back(std::move(access));
    }
}

void Parser::tables(const Value& value) {
    for (const Value& each : value) {
        Table table;
        Allowed names = plus({"action", "page", "size", "offset"});
        table.pages = pages(each["pages"], names);
        table.ask = ask(each["request"], names);
        table.rows = Parser::text(each["rows"]);
        table.key = Parser::text(each["key"]);
        table.value = Parser::text(each["value"]);
        out_.tables.emplace(std::string(each.key()), std::move(table));
    }
}

void Parser::check_call(const Value& value) {
    CheckCall call;
    call.ask = ask(value["request"], plus({"action", "page", "size", "offset"}));
    call.who = Parser::text(value["who"]);
    out_.check = std::move(call);
}

} // namespace manifest

Plan Plan::parse(std::string_view text, const std::string& file,
                 std::vector<ManifestProblem>& problems) {
    Plan plan;
    manifest::Parser parser(file, problems);
    if (auto manifest = parser.run(text))
        plan.manifest_ = std::make_shared<const manifest::Manifest>(std::move(*manifest));
    return plan;
}

} // namespace hb::connector
