#include <filesystem>

#include "app/arguments.h"
#include "app/command.h"
#include "app/commands/commands.h"
#include "app/commands/connector_hook.h"
#include "app/commands/connector_live.h"
#include "app/commands/connector_new.h"
#include "app/exit_code.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"
#include "connector/live_trial.h"
#include "mapping/shipped.h"
#include "render/columns.h"
#include "json/writer.h"

// connector list|check|new: the planners that this version knows, and new ones as folders
namespace hb::app {
namespace {

using connector::Abilities;

// What a manifest would say about the connector that is no manifest.
Abilities bitrix24() {
    Abilities out;
    out.connector = "bitrix24";
    out.title = "Bitrix24";
    out.streams = {"users", "groups", "companies", "deals", "tasks", "entries"};
    out.entries = "what changed since the last pull; deleted ones: asked for by id, nightly";
    out.mark = "two fields of tasks: percent and report numbers";
    out.events = "with a token";
    return out;
}

std::vector<Abilities> all_abilities() {
    std::vector<Abilities> out{bitrix24()};
    for (const auto& name : connector::shipped_manifests()) {
        std::vector<connector::ManifestProblem> problems;
        const auto plan = connector::Plan::parse(connector::shipped_manifest(name), name, problems);
        if (plan) out.push_back(connector::abilities_of(plan));
    }
    return out;
}

void write(json::Writer& json, const Abilities& can) {
    json.begin_object().member("connector", can.connector).member("title", can.title);
    json.key("streams").begin_array();
    for (const auto& stream : can.streams) json.string(stream);
    json.end_array().member("entries", can.entries).key("mark");
    can.mark.empty() ? json.null() : json.string(can.mark);
    json.key("events");
    can.events.empty() ? json.null() : json.string(can.events);
    json.key("lacks").begin_array();
    for (const auto& lack : can.lacks) json.string(lack);
    json.end_array().end_object();
}

int list(Session& session) {
    json::Writer json;
    json.begin_object().key("connectors").begin_array();
    std::string text;
    for (const auto& can : all_abilities()) {
        text += can.connector + " (" + can.title + ")\n  hours:  " + can.entries +
                "\n  paid:   " + (can.mark.empty() ? "can't be shown there" : can.mark) +
                "\n  events: " + (can.events.empty() ? "none: pulls find everything" : can.events) +
                "\n";
        for (const auto& lack : can.lacks) text += "  but:    " + lack + "\n";
        write(json, can);
    }
    session.out.text(text);
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

// --- check ---------------------------------------------------------------------------------------

// The folder's own mapping, or the shipped one of its name.
std::optional<mapping::Mapping> mapping_of(const std::string& folder, const std::string& name,
                                           std::vector<mapping::FileProblem>& problems) {
    const std::string file = folder + "/mapping.json";
    if (const auto own = read_whole_file(file, kFileBytesMax))
        return mapping::Mapping::parse(*own, file, problems);
    const std::string shipped(mapping::shipped_mapping(name));
    if (shipped.empty()) {
        problems.push_back({file, 0, "", "there is no mapping.json beside the manifest",
                            "it says what the records mean: mappings/README.md"});
        return std::nullopt;
    }
    return mapping::Mapping::parse(shipped, "mappings/" + name + ".json (shipped)", problems);
}

int check(Session& session, const std::string& given) {
    const std::string folder = session.path(given);
    std::vector<connector::ManifestProblem> problems;
    const auto loaded = connector::trial::load_folder(folder, problems);
    std::vector<mapping::FileProblem> told;
    for (const auto& each : problems)
        told.push_back({each.file, each.line, each.path, each.message, each.hint});
    if (!told.empty()) return session.out.fail(told, "the manifest can't be used");
    if (!loaded) return session.out.fail(loaded.error());
    auto findings = connector::try_connector(*loaded);
    const auto mapping = mapping_of(folder, loaded->plan ? loaded->name : "", told);
    if (!mapping) return session.out.fail(told, "the mapping can't be used");
    const auto records = connector::play(*loaded);
    findings.push_back(map_all(records, *mapping));
    findings.push_back(unread_members(records, *mapping));
    return tell_findings(session, loaded->name, findings, {});
}

// --- new -----------------------------------------------------------------------------------------

int make(Session& session, const std::string& name, const std::string& in) {
    if (!is_connector_name(name))
        return session.out.fail(Error{Code::Usage,
                                      "a connector's name is lower-case letters, "
                                      "digits and _, and begins with a letter",
                                      "", "for example: hourbridge connector new acmetime"});
    const std::string folder = session.path(in.empty() ? "connectors" : in) + "/" + name;
    std::error_code trouble;
    if (std::filesystem::exists(folder, trouble))
        return session.out.fail(
            Error{Code::Usage, folder + " is there already", "", "choose another name"});
    json::Writer json;
    json.begin_object().member("folder", folder).key("files").begin_array();
    for (const auto& file : new_connector(name)) {
        const std::string path = folder + "/" + file.name;
        std::filesystem::create_directories(std::filesystem::path(path).parent_path(), trouble);
        if (auto written = write_whole_file(path, file.text); !written)
            return session.out.fail(written.error());
        session.out.text(path);
        json.string(path);
    }
    session.out.text(
        "The template passes all checks. Adapt it step by step and re-run:  hourbridge "
        "connector check " +
        folder + "\nTo use it: \"connector\": \"" + name + "\", \"manifest\": \"" + folder +
        "/manifest.json\" in a remote of the configuration.");
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

} // namespace

void add_connector(Commands& commands) {
    Syntax group = commands.group("connector", "The planners that hours can come from");
    commands.add(group, "list", "What each planner can do, and what it can't", "connector list",
                 Needs::Nothing, list);
    const auto tried = std::make_shared<LiveCheck>();
    Syntax checked = commands.add(
        group, "check",
        "Try a connector's folder against its own transcripts, or a remote against its account",
        "connector check connectors/acmetime", Needs::Nothing, [tried](Session& session) {
            return is_folder(session, *tried) ? check(session, tried->what)
                                              : check_live(session, *tried);
        });
    checked
        .add_option(
            "FOLDER", tried->what,
            "holds manifest.json, mapping.json and transcripts/; or the name of a remote of "
            "the configuration: it is read over the network, nothing is written")
        .required();
    checked.add_option("--pages", tried->pages, "of each stream, for a remote (default: 3)")
        .range(1, 1000);
    checked.add_option("--write", tried->write,
                       "a task, or time record, of a remote that may be marked as paid and back");
    checked.add_option("--record", tried->record,
                       "read all of a remote, and put what it answered into this new folder, "
                       "without secrets, addresses, names and texts");
    const auto hooked = std::make_shared<std::string>();
    const auto url = std::make_shared<std::string>();
    Syntax hook = commands.add(
        group, "hook", "Register our address for events with a planner, where its API can do that",
        "connector hook worksection", Needs::Nothing,
        [hooked, url](Session& session) { return register_hook(session, *hooked, *url); });
    hook.add_option("REMOTE", *hooked, "its name in the configuration").required();
    hook.add_option("--url", *url, "another address than public_url/hook/REMOTE");
    const auto name = std::make_shared<std::string>();
    const auto in = std::make_shared<std::string>();
    Syntax made = commands.add(group, "new", "A folder for a planner that is not in the list",
                               "connector new acmetime", Needs::Nothing,
                               [name, in](Session& session) { return make(session, *name, *in); });
    made.add_option("NAME", *name, "lower-case letters, digits and _").required();
    made.add_option("--in", *in, "where the folder is made (default: connectors)");
}

} // namespace hb::app
