#include "base/text.h"
#include "connector/manifest/parser.h"
#include "json/writer.h"

// "mark" and "webhook" of a manifest.
namespace hb::connector::manifest {

Addition Parser::value_place(const Value& value, const Allowed& allowed) {
    Addition out;
    out.from = text(value["from"]);
    out.take = text(value["take"]);
    if (value["named"].missing()) return out;
    out.kind = Addition::Kind::Named;
    out.text = templ(value["named"], allowed);
    return out;
}

// What is looked for by name, and made when it is missing.
SetupStep Parser::setup_step(const Value& value, const Allowed& names) {
    SetupStep step;
    step.what = text(value["what"]);
    step.as = text(value["as"]);
    step.look = ask(value["look"], names);
    step.rows = text(value["rows"]);
    step.named = text(value["named"]);
    step.value = templ(value["value"], names);
    step.id = text(value["id"]);
    step.make = ask(value["make"], names);
    step.made = text(value["made"]);
    return step;
}

void Parser::mark(const Value& value) {
    Mark out;
    Allowed names = plus({"action", "target", "percent", "reports", "day"});
    for (const Value& each : value["setup"]) {
        SetupStep step = setup_step(each, names);
        names.insert("setup." + step.as); // for the steps behind it
        out.setup.push_back(std::move(step));
    }
    // A mark may be set by a process that has not run the set-up: it names things itself.
    const Allowed own = plus({"action", "target", "percent", "reports", "day"});
    out.entries = text(value["of"]) == "entry";
    out.words = text(value["words"]);
    out.when = texts(value["when"]);
    for (const Value& each : value["when"]) setting_named(each, text(each));
    Allowed writing = own;
    if (const Value before = value["before"]; before.is_object()) {
        out.before = ask(before["request"], own);
        for (const Value& each : before["take"]) {
            out.take.emplace_back(std::string(each.key()), value_place(each, own));
            writing.insert("before." + out.take.back().first);
        }
    }
    out.without = texts(value["without"]);
    out.set = ask(value["set"], writing);
    out.clear = ask(value["clear"], writing);
    out.read = ask(value["read"], own);
    out.blind = value["read"].missing();
    const bool there = !value["there"].missing();
    out.only_paid = there;
    if (there) out.there = test(value["there"], own);
    if (!value["answered"].missing()) out.answered = test(value["answered"], own);
    if (!out.blind && out.answered)
        problem(value["answered"], "the mark is read by \"read\" already", "leave it out");
    if (!value["percent"].missing()) out.percent = value_place(value["percent"], own);
    if (!value["reports"].missing()) out.reports = value_place(value["reports"], own);
    if (out.blind) out.only_paid = true;
    if (out.blind && there)
        problem(value["there"], "nothing is read that could be looked at", "add \"read\"");
    if (!out.blind && there != value["percent"].missing())
        problem(value, "a mark has either \"there\" or \"percent\"",
                "\"there\" where it only shows that all is paid, \"percent\" where it holds texts");
    out_.mark = std::move(out);
}

EventCheck Parser::event_check(const Value& value) {
    EventCheck out;
    const std::string kind = text(value["kind"]);
    const auto need = [&](const char* key, const char* hint) {
        if (value[key].missing()) missing(value, key, hint);
    };
    out.header = fold_case(text(value["header"]));
    out.prefix = text(value["prefix"]);
    out.base64 = text(value["encoding"]) == "base64";
    out.hash = parse_hash(text(value["hash"])).value_or(Hash::Sha256);
    out.secret = templ(value["secret"], everywhere_);
    out.user = templ(value["user"], everywhere_);
    if (kind == "hmac") out.kind = EventCheck::Kind::Hmac;
    if (kind == "token") out.kind = EventCheck::Kind::Token;
    if (kind == "basic") out.kind = EventCheck::Kind::Basic;
    if (kind == "hmac" || kind == "token") need("header", "where the sender puts it");
    if (kind == "basic") need("user", "as {settings.NAME}");
    if (kind != "path") need("secret", "as {settings.NAME}");
    return out;
}

void Parser::webhook(const Value& value) {
    Webhook out;
    for (const Value& each : value["checks"]) out.checks.push_back(event_check(each));
    const Value handshake = value["handshake"];
    out.echo_header = text(handshake["header"]);
    out.echo_body = text(handshake["body"]);
    out.echo_name = text(handshake["answer"]);
    if (!out.echo_body.empty() && out.echo_name.empty())
        missing(handshake, "answer", "the member that carries the code back");
    out.status = number(value["answer"]["status"], 200);
    if (value["answer"]["json"].is_object()) out.answer = value["answer"]["json"].dump();
    out.events = text(value["events"]);
    const Value stamp = value["stamp"];
    out.stamp = text(stamp["at"]);
    out.stamp_form = time_form(stamp["form"], TimeForm::Utc);
    out.within_minutes = number(stamp["within_minutes"], 0);
    out.key = text(value["key"]);
    for (const Value& each : value["about"])
        out.rules.push_back({test(each, everywhere_), text(each["stream"]), text(each["id"]),
                             truth(each["deleted"])});
    if (const Value setup = value["setup"]; setup.is_object()) {
        out.setup = setup_step(setup, plus({"action", "hook.url"}));
        out.setup->what = "the webhook";
        out.state = text(setup["state"]);
        if (Template::parse("{hook.url}", out.setup->value); out.setup->named.empty())
            missing(setup, "named", "where the address is in a row");
    }
    out_.webhook = std::move(out);
}

} // namespace hb::connector::manifest
