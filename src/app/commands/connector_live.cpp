#include "app/commands/connector_live.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "app/commands/check_books.h"
#include "app/exit_code.h"
#include "app/outbound.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"
#include "connector/manifest/vocabulary.h"
#include "store/mappings.h"
#include "json/writer.h"

namespace hb::app {
namespace {

constexpr std::size_t kExamples = 5;

const RemoteConfig* find_remote(Session& session, const Config& config, const LiveCheck& args,
                                int& code) {
    std::vector<std::string> names;
    for (const auto& remote : config.remotes) {
        names.push_back(remote.name);
        if (remote.name != args.what) continue;
        if (remote.planner) return &remote;
        code = session.out.fail(Error{Code::Usage, remote.name + " is no planner by manifest", "",
                                      "hourbridge check looks at it"});
        return nullptr;
    }
    const auto meant = nearest(args.what, names);
    code = session.out.fail(
        Error{Code::Usage,
              "there is no remote \"" + args.what + "\" in " + config.file +
                  ", and no folder of that name with a manifest.json",
              "", meant ? "did you mean \"" + *meant + "\"?" : "known are " + join(names, ", ")});
    return nullptr;
}

struct MappingInForce {
    MappingFile file;
    std::optional<mapping::Mapping> mapping;
};

// What was applied stands above the file.
MappingInForce mapping_in_force(const RemoteConfig& remote, CheckBooks& books,
                                std::vector<mapping::FileProblem>& problems) {
    MappingInForce out;
    if (const auto file = mapping_file(remote, problems)) out.file = *file;
    if (books.db)
        if (const auto row = store::Sources(*books.db).find_remote(remote.name))
            if (const auto applied = store::Mappings(*books.db).newest(row->id))
                out.file = {"version " + std::to_string(applied->version), applied->text};
    out.mapping = mapping::Mapping::parse(out.file.text, out.file.name, problems);
    return out;
}

bool uses_oauth(const RemoteConfig& remote) {
    const auto& access = remote.planner->plan.get().access;
    return std::any_of(access.begin(), access.end(), [&](const auto& each) {
        return each.oauth && std::all_of(each.when.begin(), each.when.end(), [&](const auto& name) {
                   return remote.planner->settings.count(name) > 0;
               });
    });
}

// Why nothing can be recorded; "" it can.
std::string no_recording(const RemoteConfig& remote, const std::string& folder) {
    std::error_code trouble;
    if (std::filesystem::exists(folder, trouble)) return folder + " is there already";
    if (uses_oauth(remote))
        return "a recording is played with a key: this remote is asked with tokens that are "
               "renewed";
    return "";
}

Status write_all(const std::string& folder, const RemoteConfig& remote,
                 const MappingInForce& mapping, const std::string& story) {
    std::error_code trouble;
    std::filesystem::create_directories(folder + "/transcripts", trouble);
    const std::vector<std::pair<std::string, std::string>> files{
        {"manifest.json", remote.planner->text},
        {"mapping.json", mapping.file.text},
        {"transcripts/story.json", story}};
    for (const auto& [name, text] : files)
        if (auto written = write_whole_file(folder + "/" + name, text); !written) return written;
    return {};
}

// Ids may be made of what was replaced: the story names those that come out of it.
Status record(const std::string& folder, const connector::LiveTrial& trial,
              const connector::LiveResult& result, const RemoteConfig& remote,
              const MappingInForce& mapping) {
    const std::string keep = remote.planner->text + mapping.file.text;
    std::string story = connector::story_of(trial, result, keep, connector::ids_of(result.records));
    if (story.size() > kFileBytesMax)
        return Error{Code::Usage,
                     "what the account answered is more than a transcript holds (" +
                         std::to_string(story.size() >> 20) + " MB)",
                     "", "set a later day as \"oldest\", or record a smaller account"};
    if (auto written = write_all(folder, remote, mapping, story); !written) return written;
    std::vector<connector::ManifestProblem> problems;
    const auto loaded = connector::trial::load_folder(folder, problems);
    if (!loaded) return loaded.error();
    const auto ids = connector::ids_of(connector::play(*loaded));
    return write_all(folder, remote, mapping, connector::story_of(trial, result, keep, ids));
}

} // namespace

bool is_folder(const Session& session, const LiveCheck& args) {
    std::error_code trouble;
    return args.what.find('/') != std::string::npos ||
           std::filesystem::exists(session.path(args.what) + "/manifest.json", trouble);
}

connector::Finding map_all(const std::vector<domain::SourceRecord>& records,
                           const mapping::Mapping& mapping) {
    connector::Finding out{"every record is understood by the mapping", true, ""};
    std::size_t wrong = 0;
    for (const auto& record : records) {
        const auto mapped = mapping.apply(record);
        if (mapped.fact) continue;
        out.good = false;
        if (++wrong <= kExamples)
            out.detail +=
                record.stream + " " + record.id + ": " + join(mapped.problems, "; ") + ". ";
    }
    if (wrong > kExamples)
        out.detail += "And " + std::to_string(wrong - kExamples) + " more of " +
                      std::to_string(records.size()) + " records.";
    if (out.good) out.detail = std::to_string(records.size()) + " records";
    return out;
}

connector::Finding unread_members(const std::vector<domain::SourceRecord>& records,
                                  const mapping::Mapping& mapping) {
    std::map<std::string, std::set<std::string>> unread;
    for (const auto& record : records)
        for (auto& member : mapping.unread(record)) unread[record.stream].insert(std::move(member));
    connector::Finding out{"members that no rule reads", true, ""};
    for (const auto& [stream, members] : unread)
        out.detail += (out.detail.empty() ? "" : "; ") + stream + ": " +
                      join({members.begin(), members.end()}, " ");
    if (out.detail.empty()) out.detail = "none";
    return out;
}

int tell_findings(Session& session, const std::string& name,
                  const std::vector<connector::Finding>& findings,
                  const std::vector<std::string>& lacks) {
    std::size_t wrong = 0;
    json::Writer json;
    json.begin_object().member("connector", name).key("findings").begin_array();
    std::string text;
    for (const auto& finding : findings) {
        wrong += finding.good ? 0 : 1;
        text += std::string(finding.good ? "ok    " : "WRONG ") + finding.what +
                (finding.detail.empty() ? "" : ": " + finding.detail) + "\n";
        json.begin_object().member("what", finding.what).member("ok", finding.good);
        json.member("detail", finding.detail).end_object();
    }
    json.end_array().key("lacks").begin_array();
    for (const auto& lack : lacks) {
        text += "but   " + lack + "\n";
        json.string(lack);
    }
    session.out.text(text);
    session.out.text(wrong == 0 ? name + " passes."
                                : name + " does not pass: " + std::to_string(wrong) + " of " +
                                      std::to_string(findings.size()) + " are wrong.");
    session.out.document(json.end_array().member("ok", wrong == 0).end_object().text());
    return wrong == 0 ? kDone : kUsage;
}

int check_live(Session& session, const LiveCheck& args) {
    std::vector<mapping::FileProblem> problems;
    const auto config = load_config(session.config_file, problems);
    if (!config) return session.out.fail(problems, "the configuration can't be used");
    int code = kUsage;
    const RemoteConfig* remote = find_remote(session, *config, args, code);
    if (remote == nullptr) return code;
    const std::string folder = args.record.empty() ? "" : session.path(args.record);
    if (!folder.empty())
        if (const auto why = no_recording(*remote, folder); !why.empty())
            return session.out.fail(Error{Code::Usage, why, "", "choose another folder, or key"});
    CheckBooks books;
    if (const auto trouble = open_books(books, *config, session.process))
        return session.out.fail(*trouble);
    const MappingInForce mapping = mapping_in_force(*remote, books, problems);
    if (!mapping.mapping) return session.out.fail(problems, "the mapping can't be used");

    connector::LiveTrial trial;
    trial.plan = remote->planner->plan;
    trial.options =
        full_planner_options(*config, *remote, keeper_of(books, *remote, session.process));
    trial.http = [remote] { return net::make_curl_client(outbound_of(*remote)); };
    trial.clock = &session.process.clock;
    trial.pages = args.pages;
    trial.record = !folder.empty();
    trial.mark_target = args.write;
    trial.progress = [&](std::string_view line) { session.out.progress(line); };
    auto result = connector::try_live(trial);
    session.out.end_progress();
    if (!result.records.empty()) {
        auto understood = map_all(result.records, *mapping.mapping);
        if (!understood.good)
            understood.detail += " To fix it: hourbridge mapping export " + remote->name +
                                 " mine.json, edit it, and look at it with mapping preview.";
        result.findings.push_back(std::move(understood));
        result.findings.push_back(unread_members(result.records, *mapping.mapping));
    }
    const bool read = result.findings.size() > 1;
    if (trial.record && read) {
        const auto recorded = record(folder, trial, result, *remote, mapping);
        result.findings.push_back(
            {"is recorded", recorded.ok(),
             recorded.ok() ? folder +
                                 ": read it through before you share it, then hourbridge connector "
                                 "check " +
                                 folder
                           : to_string(recorded.error())});
    }
    const int told = tell_findings(session, remote->name, result.findings,
                                   connector::abilities_of(trial.plan).lacks);
    return read ? told : kRemote;
}

} // namespace hb::app
