#include <algorithm>

#include "base/text.h"
#include "connector/manifest/parser.h"
#include "connector/manifest/tests.h"
#include "json/writer.h"

// "streams" of a manifest.
namespace hb::connector::manifest {

void Parser::streams(const Value& value) {
    // Read in this order: an entry names a task, a task its project and people.
    for (const char* name : {"users", "groups", "tasks", "entries"}) {
        const Value each = value[name];
        if (each.is_object()) out_.streams.push_back(stream(each, name));
    }
    // A stream may be read for each record of one before it, and of no other: so no two wait for
    // each other.
    static const std::vector<std::string> order{"users", "groups", "tasks", "entries"};
    const auto rank = [](const std::string& name) {
        return std::find(order.begin(), order.end(), name) - order.begin();
    };
    const auto judge = [&](const Value& place, const std::string& own, const std::string& parent) {
        if (rank(parent) >= rank(own))
            problem(place, "a stream can't be read for each record of itself or of a later one",
                    "children inside a row are \"nested\"");
    };
    for (const Stream& each : out_.streams) {
        const Value place = value[each.name];
        if (each.each) judge(place["each"]["stream"], each.name, each.each->stream);
        if (each.too_many)
            judge(place["too_many"]["each"]["stream"], each.name, each.too_many->second.stream);
    }
}

Read Parser::reading(const Value& value) {
    static const std::map<std::string, Read::Kind> kinds{
        {"all", Read::Kind::All}, {"since", Read::Kind::Since}, {"window", Read::Kind::Window}};
    Read out;
    if (const auto kind = kinds.find(text(value["kind"])); kind != kinds.end())
        out.kind = kind->second;
    out.form = time_form(value["form"], TimeForm::Utc);
    out.zone = text(value["zone"]);
    setting_named(value["zone"], out.zone);
    out.every_minutes = number(value["every_minutes"], 0);
    out.overlap_minutes = number(value["overlap_minutes"], 10);
    out.first = text(value["first"]);
    out.days = number(value["days"], 31);
    out.recent_days = number(value["recent_days"], 45);
    out.ahead_days = number(value["ahead_days"], 31);
    out.written = text(value["by"]) == "written";
    out.oldest = text(value["oldest"]);
    setting_named(value["oldest"], out.oldest);
    const bool timed = out.kind != Read::Kind::All;
    if (timed && value["form"].missing())
        missing(value, "form",
                "how {since} or {window.from} is written: " + join(time_form_words(), ", "));
    return out;
}

Addition Parser::addition(const Value& value) {
    Addition out;
    const Allowed names = plus({"parent.id"});
    out.to = text(value["to"]);
    out.from = text(value["from"]);
    int kinds = 0;
    const auto is = [&](const char* key, Addition::Kind kind) {
        if (value[key].missing()) return false;
        ++kinds;
        out.kind = kind;
        return true;
    };
    if (is("text", Addition::Kind::Text)) out.text = templ(value["text"], names);
    if (is("contains", Addition::Kind::Contains)) out.text = templ(value["contains"], names);
    if (is("named", Addition::Kind::Named)) out.text = templ(value["named"], names);
    if (is("after", Addition::Kind::After)) out.text = templ(value["after"], names);
    if (is("local_time", Addition::Kind::LocalTime)) {
    }
    if (is("table", Addition::Kind::Table)) out.table = text(value["table"]);
    if (is("parent_row", Addition::Kind::RowId)) {
    }
    if (is("names", Addition::Kind::Names)) {
    }
    out.without = templ(value["without"], names);
    if (is("joined", Addition::Kind::Joined)) out.parts = texts(value["joined"]);
    if (is("first", Addition::Kind::First)) out.parts = texts(value["first"]);
    if (is("between", Addition::Kind::Between)) {
        out.parts = texts(value["between"]);
        out.form = time_form(value["form"], TimeForm::Utc);
        if (out.parts.size() != 2)
            problem(value["between"], "there are two moments: the beginning and the end");
    }
    if (!value["where"].missing()) {
        out.where = test(value["where"], everywhere_);
        if (out.where->of != Test::Of::Body)
            problem(value["where"], "a row has neither status nor headers",
                    "write a pointer into it");
    }
    out.value = text(value["value"]);
    out.take = text(value["take"]);
    if (kinds != 1)
        problem(value, "an addition has exactly one of text, contains, named, after, local_time, "
                       "table, parent_row, joined, first, between, names");
    const bool needs_from =
        out.kind == Addition::Kind::Contains || out.kind == Addition::Kind::Named ||
        out.kind == Addition::Kind::LocalTime || out.kind == Addition::Kind::Names ||
        out.kind == Addition::Kind::Table || out.kind == Addition::Kind::After;
    if (kinds == 1 && needs_from && value["from"].missing())
        missing(value, "from", "a pointer into the row");
    if (out.kind == Addition::Kind::Contains && out.value.empty())
        missing(value, "value", "what the member holds then");
    if (out.kind == Addition::Kind::Table && out_.tables.count(out.table) == 0)
        problem(value["table"], "there is no table " + json::quote(out.table),
                "name it under \"tables\"");
    return out;
}

Counted Parser::counted(const Value& value) {
    Counted out;
    if (value.is_string()) {
        out.at = text(value);
        return out;
    }
    out.at = text(value["at"]);
    out.absent = text(value["absent"]);
    out.sometimes = !value["unless"].missing();
    out.unless = word_of(value["unless"]).value_or("");
    return out;
}

Stream Parser::stream(const Value& value, const std::string& name) {
    Stream out;
    out.name = name;
    Allowed names = plus({"action", "page", "size", "offset"});
    out.read = reading(value["read"]);
    if (out.read.kind == Read::Kind::Since) names.insert("since");
    if (out.read.kind == Read::Kind::Window)
        names.merge(plus({"window.from", "window.to", "window.end"}));
    if (!value["each"].missing()) {
        out.each = Each{text(value["each"]["stream"]), number(value["each"]["many"], 1)};
        names.merge(plus({"parent.id", "parents"}));
    }
    out.pages = pages(value["pages"], names);
    out.ask = ask(value["request"], names);
    out.rows = text(value["rows"]);
    out.rows_may_lack = truth(value["rows_may_lack"]);
    out.id = texts(value["id"]);
    out.cap = number(value["cap"], 0);
    out.nested = text(value["nested"]);
    out.groups = text(value["groups"]);
    for (const Value& each : value["add"]) out.additions.push_back(addition(each));
    for (const Value& each : value["drop"]) {
        out.drops.push_back(test(each, everywhere_));
        if (out.drops.back().of != Test::Of::Body)
            problem(each["at"], "a row has neither status nor headers", "write a pointer into it");
    }
    static const std::map<std::string, domain::Proof> proofs{{"none", domain::Proof::None},
                                                             {"feed", domain::Proof::Feed},
                                                             {"id", domain::Proof::Id},
                                                             {"walk", domain::Proof::Walk}};
    if (const auto proof = proofs.find(text(value["proof"])); proof != proofs.end())
        out.proof = proof->second;
    out.known_parents = text(value["parents"]) == "known";
    for (const Value& each : value["content"]) out.content.push_back(counted(each));
    out.volatile_ = texts(value["volatile"]);
    ways(value, out, names);
    check_proof(value, out);
    for (const Value& each : value["also"]) {
        out.also.push_back(stream(each, name));
        out.also.back().proof = out.proof;
        if (!each["also"].missing())
            problem(each["also"], "one list of further requests is enough",
                    "write them side by side");
    }
    return out;
}

// What is said to prove a deletion has to be there.
void Parser::check_proof(const Value& value, const Stream& out) {
    if (out.proof == domain::Proof::Id && !out.one && !out.by_ids)
        problem(value["proof"], "nothing can be asked for by its id here",
                "name \"one\" or \"by_ids\", or another proof");
    if (out.proof == domain::Proof::Feed && !out.deleted)
        problem(value["proof"], "there is no list of deletions here",
                "name \"deleted\", or another proof");
    if (out.known_parents && !out.each)
        problem(value["parents"], "this stream is not read by parents", "leave it out");
}

// The other ways to read it.
void Parser::ways(const Value& value, Stream& out, const Allowed& names) {
    const auto with = [&](const Value& each, std::initializer_list<const char*> more) {
        Allowed all = names;
        for (const char* name : more) all.insert(name);
        return ask(each, all);
    };
    if (!value["by_ids"].missing()) out.by_ids = with(value["by_ids"], {"ids"});
    out.by_ids_many = number(value["by_ids"]["many"], 100);
    const Value parts = value["too_many"];
    if (parts.is_object())
        out.too_many =
            std::pair{with(parts["request"], {"parent.id", "parents"}),
                      Each{text(parts["each"]["stream"]), number(parts["each"]["many"], 1)}};
    if (!value["one"].missing()) out.one = with(value["one"], {"id"});
    if (!value["window"].missing())
        out.window = with(value["window"], {"window.from", "window.to", "window.end"});
    if (!value["deleted"].missing())
        out.deleted = with(value["deleted"], {"since", "window.from", "window.to", "window.end"});
    out.deleted_id = texts(value["deleted"]["id"]);
    out.ids_first = text(value["ids_first"]);
    if (!out.ids_first.empty() && !out.by_ids)
        missing(value, "by_ids", "how the records of those ids are fetched");
    const Value sums = value["sums"];
    if (!sums.is_object()) return;
    if (out.read.kind != Read::Kind::Window)
        problem(sums, "control sums belong to a stream that is read by windows", "leave them out");
    Sums all;
    all.ask = with(sums["request"], {});
    all.rows = text(sums["rows"]);
    all.months = text(sums["months"]);
    all.every_minutes = number(sums["every_minutes"], 720);
    all.back_months = number(sums["back_months"], 24);
    out.sums = std::move(all);
}

} // namespace hb::connector::manifest
