#include <algorithm>
#include <map>

#include "app/command.h"
#include "app/commands/commands.h"
#include "app/commands/mapping_effect.h"
#include "app/config_settings.h"
#include "app/exit_code.h"
#include "app/mapping_file.h"
#include "base/limits.h"
#include "base/text.h"
#include "desk/remapping.h"
#include "mapping/shipped.h"
#include "render/columns.h"
#include "json/writer.h"

// mapping list|show|check|preview|diff|apply|rollback|export
namespace hb::app {
namespace {

using store::MappingVersion;

struct Options {
    std::string remote, file, note;
    std::optional<int> version, other, expected;
    desk::MappingAccepted accepted;
};

struct Chosen {
    books::RemoteRuntime* runtime = nullptr;
    MappingFile file;
    std::string in_force;
};

Result<Chosen> choose(const Session& session, const std::string& name) {
    const RemoteConfig* known = nullptr;
    std::vector<std::string> names;
    for (const auto& remote : session.config->remotes) {
        names.push_back(remote.name);
        if (remote.name == name) known = &remote;
    }
    if (known == nullptr)
        return Error{Code::NotFound, "no remote is called \"" + name + "\"", "",
                     "remotes: " + join(names, ", ")};
    std::vector<mapping::FileProblem> problems;
    auto file = mapping_file(*known, problems);
    if (!file) return Error{Code::Usage, mapping::to_string(problems.front()), "", ""};
    auto* runtime = session.books().find_remote(name);
    const auto in_force = mapping_in_force(session.books().read(), runtime->row, *known, *file);
    return Chosen{runtime, std::move(*file), in_force};
}

desk::Remapping remapping(const Session& session, const Chosen& chosen) {
    return {session.books(), *chosen.runtime, chosen.in_force};
}

void add_version(json::Writer& json, const MappingVersion& row, bool in_force) {
    json.begin_object().member("version", row.version).member("by", row.actor);
    json.key("at");
    if (row.at == Instant{})
        json.null();
    else
        json.string(format_instant(row.at));
    json.member("note", row.note).member("in_force", in_force);
    json.member("read_anew", row.stream.empty()).end_object();
}

int list(Session& session, const std::string& only) {
    render::Columns table(
        {{"REMOTE"}, {"VERSION", render::Align::Right}, {"AT"}, {"BY"}, {""}, {"NOTE"}});
    json::Writer json;
    json.begin_object().key("mappings").begin_array();
    for (const auto& remote : session.config->remotes) {
        if (!only.empty() && only != remote.name) continue;
        const auto chosen = choose(session, remote.name);
        if (!chosen) return session.out.fail(chosen.error());
        const auto rows = remapping(session, *chosen).versions();
        json.begin_object().member("remote", remote.name).member("file", chosen->file.name);
        json.key("versions").begin_array();
        for (const auto& row : rows) {
            const bool in_force = row.version == rows.back().version;
            table.add({remote.name, std::to_string(row.version),
                       row.at == Instant{} ? "" : session.clock_text(row.at), row.actor,
                       in_force ? "in force" : "",
                       row.version == 1 ? chosen->file.name : row.note});
            add_version(json, row, in_force);
        }
        json.end_array().end_object();
        if (rows.size() > 1 && chosen->file.text != rows.front().text)
            session.out.note(
                "warning: " + chosen->file.name + " is not what version 1 was; version " +
                std::to_string(rows.back().version) +
                " is in force. To use the file: hourbridge mapping apply " + remote.name + " FILE");
    }
    session.out.text(table.empty() ? "No remotes." : table.text());
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

Result<MappingVersion> version_of(const Session& session, const Chosen& chosen,
                                  std::optional<int> wanted) {
    const auto rows = remapping(session, chosen).versions();
    for (const auto& row : rows)
        if (row.version == wanted.value_or(rows.back().version)) return row;
    return Error{Code::NotFound,
                 "the mapping of " + chosen.runtime->row.name + " has no version " +
                     std::to_string(*wanted) + ", the newest is " +
                     std::to_string(rows.back().version),
                 "", "hourbridge mapping list"};
}

// The one before the version in force, where none is named.
Result<int> one_before(const Session& session, const Chosen& chosen) {
    const auto rows = remapping(session, chosen).versions();
    if (rows.size() > 1) return rows[rows.size() - 2].version;
    return Error{Code::NotFound,
                 "the mapping of " + chosen.runtime->row.name +
                     " has one version only, so there "
                     "is none before it",
                 "", "hourbridge mapping list"};
}

int show(Session& session, const Options& options) {
    const auto chosen = choose(session, options.remote);
    if (!chosen) return session.out.fail(chosen.error());
    const auto row = version_of(session, *chosen, options.version);
    if (!row) return session.out.fail(row.error());
    session.out.text(row->text);
    json::Writer json;
    json.begin_object().member("remote", options.remote).member("version", row->version);
    session.out.document(json.member("text", row->text).end_object().text());
    return kDone;
}

int write_out(Session& session, const Options& options) {
    const auto chosen = choose(session, options.remote);
    if (!chosen) return session.out.fail(chosen.error());
    const auto row = version_of(session, *chosen, options.version);
    if (!row) return session.out.fail(row.error());
    const std::string path = session.path(options.file);
    if (auto written = session.write_argument({options.file, FileUse::New}, row->text); !written)
        return session.out.fail(written.error());
    session.out.text("Written: " + path + ", version " + std::to_string(row->version) +
                     "\nEdit it, then: hourbridge mapping preview " + options.remote + " " +
                     options.file);
    json::Writer json;
    json.begin_object().member("file", path).member("version", row->version);
    session.out.document(json.end_object().text());
    return kDone;
}

// A file from the disk, with what is wrong in it.
struct Candidate {
    std::string path, text;
    std::optional<mapping::Mapping> mapping;
    std::vector<mapping::FileProblem> problems;
};

Candidate read_candidate(const Session& session, const std::string& file) {
    Candidate out;
    out.path = session.path(file);
    auto text = session.read_argument(file);
    if (!text) {
        out.problems.push_back({out.path, 0, "", "can't read the mapping: " + text.error().message,
                                "hourbridge mapping export REMOTE FILE writes one to begin with"});
        return out;
    }
    out.text = std::move(*text);
    out.mapping = mapping::Mapping::parse(out.text, out.path, out.problems);
    return out;
}

int check(Session& session, const Options& options) {
    const auto read = read_candidate(session, options.file);
    if (!read.mapping || !read.problems.empty())
        return session.out.fail(read.problems, "the mapping can't be used");
    session.out.text("Right: " + read.path);
    json::Writer json;
    session.out.document(json.begin_object().member("ok", true).end_object().text());
    return kDone;
}

int preview(Session& session, const Options& options) {
    const auto chosen = choose(session, options.remote);
    if (!chosen) return session.out.fail(chosen.error());
    auto read = read_candidate(session, options.file);
    if (!read.mapping || !read.problems.empty())
        return session.out.fail(read.problems, "the mapping can't be used");
    auto work = remapping(session, *chosen);
    auto next = std::move(*read.mapping);
    const auto effect = work.preview(next);
    const int base = work.versions().back().version;
    tell_effect(session, effect);
    const auto asks = desk::judge_mapping(effect, {});
    session.out.text(effect.nothing()
                         ? "No existing record would change."
                         : "To use it: hourbridge mapping apply " + options.remote + " " +
                               options.file + " --expect " + std::to_string(base));
    if (!asks) session.out.note("It is put in force only when you say so: " + asks.error().message);
    json::Writer json;
    json.begin_object().member("remote", options.remote).member("based_on", base);
    add_effect(json, effect);
    json.member("asks", asks ? "" : asks.error().message);
    session.out.document(json.end_object().text());
    return asks ? kDone : kPerson;
}

int put_in_force(Session& session, const Options& options, const Chosen& chosen,
                 const std::string& text, mapping::Mapping mapping) {
    auto work = remapping(session, chosen);
    const int before = work.versions().back().version;
    const auto effect = work.preview(mapping);
    const bool same = text == work.versions().back().text;
    if (!same) {
        if (auto fine = desk::judge_mapping(effect, options.accepted); !fine) {
            tell_effect(session, effect);
            return session.out.fail(fine.error());
        }
    }
    const auto applied =
        work.apply(text, std::move(mapping), options.expected, options.note, session.actor());
    if (!applied) return session.out.fail(applied.error());
    // Where that is the file of the configuration, it has been taken by this.
    for (const auto& remote : session.config->remotes)
        if (remote.name == options.remote)
            if (auto taken = take_mapping_file(*session.world, remote); !taken)
                return session.out.fail(taken.error());
    const bool changed = applied->version != before;
    if (changed) tell_effect(session, effect);
    session.out.text(std::string(changed ? "Is in force: " : "Was in force already: ") +
                     "version " + std::to_string(applied->version) + " of the mapping of " +
                     options.remote);
    json::Writer json;
    json.begin_object().member("remote", options.remote).member("version", applied->version);
    json.member("changed", changed);
    add_effect(json, effect);
    session.out.document(json.end_object().text());
    return kDone;
}

int apply(Session& session, const Options& options) {
    const auto chosen = choose(session, options.remote);
    if (!chosen) return session.out.fail(chosen.error());
    auto read = read_candidate(session, options.file);
    if (!read.mapping || !read.problems.empty())
        return session.out.fail(read.problems, "the mapping was not applied");
    return put_in_force(session, options, *chosen, read.text, std::move(*read.mapping));
}

int rollback(Session& session, Options options) {
    const auto chosen = choose(session, options.remote);
    if (!chosen) return session.out.fail(chosen.error());
    if (!options.version) {
        const auto before = one_before(session, *chosen);
        if (!before) return session.out.fail(before.error());
        options.version = *before;
    }
    const auto row = version_of(session, *chosen, options.version);
    if (!row) return session.out.fail(row.error());
    std::vector<mapping::FileProblem> problems;
    auto parsed =
        mapping::Mapping::parse(row->text, "version " + std::to_string(row->version), problems);
    if (!parsed) return session.out.fail(problems, "the mapping was not applied");
    if (options.note.empty()) options.note = "back to version " + std::to_string(row->version);
    return put_in_force(session, options, *chosen, row->text, std::move(*parsed));
}

std::string one_line(const json::Value& value) {
    const auto text = json::canonical(value);
    return text ? *text : "";
}

// Rules by stream and field, templates by name: what a person changes, whatever the layout.
std::map<std::string, std::string> pieces(const std::string& text) {
    std::map<std::string, std::string> out;
    const auto document = json::Document::parse(text, {.comments = true});
    if (!document) return out;
    for (const auto member : document->root()) {
        if (member.key() == "streams") {
            for (const auto stream : member)
                for (const auto rule : stream)
                    out[std::string(stream.key()) + " " +
                        std::string(rule["to"].text_view().value_or("?"))] = one_line(rule);
        } else if (member.key() == "templates") {
            for (const auto line : member)
                out["template " + std::string(line.key())] = one_line(line);
        } else {
            out[std::string(member.key())] = one_line(member);
        }
    }
    return out;
}

int diff(Session& session, Options options) {
    const auto chosen = choose(session, options.remote);
    if (!chosen) return session.out.fail(chosen.error());
    if (!options.version) {
        const auto before = one_before(session, *chosen);
        if (!before) return session.out.fail(before.error());
        options.version = *before;
    }
    const auto one = version_of(session, *chosen, options.version);
    if (!one) return session.out.fail(one.error());
    const auto two = version_of(session, *chosen, options.other);
    if (!two) return session.out.fail(two.error());
    auto before = pieces(one->text);
    auto after = pieces(two->text);
    json::Writer json;
    json.begin_object().member("from", one->version).member("to", two->version);
    json.key("changes").begin_array();
    bool any = false;
    const auto put = [&](const std::string& place, const std::string& was, const std::string& now) {
        if (was == now) return;
        any = true;
        session.out.text(place + (was.empty() ? "" : "\n  - " + was) +
                         (now.empty() ? "" : "\n  + " + now));
        json.begin_object().member("place", place).member("before", was).member("after", now);
        json.end_object();
    };
    for (const auto& [place, was] : before) put(place, was, after[place]);
    for (const auto& [place, now] : after)
        if (before.find(place) == before.end()) put(place, "", now);
    if (!any) session.out.text("They say the same.");
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

// What a person has to say by name before much changes (G62).
void add_acceptances(Syntax app, Options& options) {
    app.add_option("--accept-broken", options.accepted.broken,
                   "so many records may break: the number that the preview names")
        .type_name("N")
        .range(0, 1'000'000'000);
    app.add_flag("--accept-money", options.accepted.money,
                 "the money of drafts may change as the preview shows");
    app.add_flag("--accept-corrections", options.accepted.corrections,
                 "time that was sent may change, which makes corrections");
}

} // namespace

void add_mapping(Commands& commands) {
    Syntax group = commands.group("mapping", "How records are read: versions that admins edit");
    const auto with =
        [&](const char* name, const char* about, const char* example, Needs needs,
            int (*run)(Session&, const Options&)) -> std::pair<Syntax, std::shared_ptr<Options>> {
        const auto options = std::make_shared<Options>();
        Syntax app =
            commands.add(group, name, about, example, needs,
                         [options, run](Session& session) { return run(session, *options); });
        return {app, options};
    };
    const auto only = std::make_shared<std::string>();
    Syntax lister =
        commands.add(group, "list", "The versions of each remote", "mapping list", Needs::Reads,
                     [only](Session& session) { return list(session, *only); });
    lister.add_option("REMOTE", *only, "only this one");

    auto [shower, showing] =
        with("show", "The text of a version", "mapping show bitrix24 2", Needs::Reads, show);
    shower.add_option("REMOTE", showing->remote, "its name in the configuration").required();
    shower.add_option("VERSION", showing->version,
                      "a number of hourbridge mapping list (default: the one in force)");

    auto [checker, checking] = with("check", "Whether a file can be used, without using it",
                                    "mapping check my.json", Needs::Nothing, check);
    checker.add_option("FILE", checking->file, "the mapping").required();

    auto [previewer, previewing] =
        with("preview", "What a file would change, on the records that are kept",
             "mapping preview bitrix24 my.json", Needs::Writes, preview);
    commands.takes_file([options = previewing] { return NamedFile{options->file, FileUse::Read}; });
    previewer.add_option("REMOTE", previewing->remote, "its name in the configuration").required();
    previewer.add_option("FILE", previewing->file, "the mapping").required();

    auto [differ, differing] =
        with("diff", "What lies between two versions", "mapping diff bitrix24 1 2", Needs::Reads,
             [](Session& session, const Options& options) { return diff(session, options); });
    differ.add_option("REMOTE", differing->remote, "its name in the configuration").required();
    differ.add_option("FROM", differing->version,
                      "a version, by its number in hourbridge mapping list (default: the one "
                      "before)");
    differ.add_option("TO", differing->other,
                      "another one by its number (default: the one in force)");

    auto [applier, applying] =
        with("apply", "Put a file in force as the next version",
             "mapping apply bitrix24 my.json --expect 1", Needs::Remotes, apply);
    commands.takes_file([options = applying] { return NamedFile{options->file, FileUse::Read}; });
    applier.add_option("REMOTE", applying->remote, "its name in the configuration").required();
    applier.add_option("FILE", applying->file, "the mapping").required();
    applier.add_option(
        "--expect", applying->expected,
        "only if this version (its number in hourbridge mapping list) is still in force");
    applier.add_option("--note", applying->note, "why; the list shows it");
    add_acceptances(applier, *applying);

    auto [roller, rolling] =
        with("rollback", "Put an earlier version in force again, as the next one",
             "mapping rollback bitrix24 1", Needs::Remotes,
             [](Session& session, const Options& options) { return rollback(session, options); });
    roller.add_option("REMOTE", rolling->remote, "its name in the configuration").required();
    roller.add_option("VERSION", rolling->version,
                      "the version, by its number in hourbridge mapping list (default: the one "
                      "before)");
    roller.add_option(
        "--expect", rolling->expected,
        "only if this version (its number in hourbridge mapping list) is still in force");
    roller.add_option("--note", rolling->note, "why; the list shows it");
    add_acceptances(roller, *rolling);

    auto [exporter, exporting] = with("export", "Write a version to a file, to edit it",
                                      "mapping export bitrix24 my.json", Needs::Reads, write_out);
    commands.takes_file([options = exporting] { return NamedFile{options->file, FileUse::New}; });
    exporter.add_option("REMOTE", exporting->remote, "its name in the configuration").required();
    exporter.add_option("FILE", exporting->file, "a file that is not there yet").required();
    exporter.add_option("VERSION", exporting->version,
                        "a number of hourbridge mapping list (default: the one in force)");
}

} // namespace hb::app
