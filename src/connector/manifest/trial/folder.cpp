#include <algorithm>
#include <filesystem>

#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"
#include "connector/manifest/tests.h"
#include "connector/trial.h"
#include "json/value.h"

// Transcripts as they stand in a connector's folder.
namespace hb::connector::trial {
namespace {

using json::Value;

std::map<std::string, std::string> words_in(const Value& object) {
    std::map<std::string, std::string> out;
    for (const Value& each : object)
        out[std::string(each.key())] = manifest::word_of(each).value_or(each.dump());
    return out;
}

std::string text_of(const Value& value) {
    return std::string(value.text_view().value_or(""));
}

std::string body_of(const Value& answer) {
    return answer["json"].missing() ? text_of(answer["text"]) : answer["json"].dump();
}

Exchange exchange_of(const Value& value) {
    Exchange out;
    const Value request = value["request"];
    out.in = text_of(value["in"]);
    out.then = text_of(value["then"]);
    out.method = text_of(request["method"]);
    if (out.method.empty()) out.method = "GET";
    out.host = text_of(request["host"]);
    out.path = text_of(request["path"]);
    out.query = words_in(request["query"]);
    out.more_query = !request["more_query"].missing();
    if (!request["json"].missing()) out.json = request["json"].dump();
    out.form = words_in(request["form"]);
    const Value answer = value["answer"];
    const auto status = answer["status"].integer();
    out.status = status ? static_cast<int>(*status) : 200;
    for (const auto& [name, word] : words_in(answer["headers"]))
        out.headers.emplace_back(fold_case(name), word);
    out.body = body_of(answer);
    return out;
}

Status read_story(const Value& root, Story& story) {
    story.base_url = text_of(root["base_url"]);
    const auto now = parse_instant(text_of(root["now"]));
    if (!now) return root["now"].expected("the moment of the story, like 2025-01-15T10:00:00Z");
    story.now = *now;
    for (const auto& [name, word] : words_in(root["settings"])) story.settings[name] = Secret(word);
    story.wants_headers = words_in(root["wants_headers"]);
    for (const Value& stream : root["records"])
        for (const Value& id : stream)
            story.records[std::string(stream.key())].push_back(manifest::word_of(id).value_or(""));
    story.ghost = text_of(root["ghost"]);
    story.mark_target = text_of(root["mark_target"]);
    for (const Value& each : root["events"]) {
        Delivery delivery;
        for (const auto& [name, word] : words_in(each["headers"]))
            delivery.headers.emplace_back(name, word);
        delivery.body = each["json"].missing() ? text_of(each["body"]) : each["json"].dump();
        story.events.push_back(std::move(delivery));
    }
    return {};
}

std::vector<std::string> files_in(const std::string& folder) {
    std::vector<std::string> files;
    std::error_code trouble;
    for (const auto& each : std::filesystem::directory_iterator(folder, trouble))
        if (each.path().extension() == ".json") files.push_back(each.path().string());
    std::sort(files.begin(), files.end());
    return files;
}

Status read_file(const std::string& file, Story& story, bool& has_story) {
    const auto text = read_whole_file(file, kFileBytesMax);
    if (!text) return text.error();
    json::ParseOptions options;
    options.comments = true;
    const auto parsed = json::Document::parse(*text, options);
    if (!parsed) return Error{Code::Malformed, file + ": " + parsed.error().message, "", ""};
    const Value root = parsed->root();
    if (std::filesystem::path(file).filename() == "story.json") {
        has_story = true;
        if (auto read = read_story(root, story); !read)
            return Error{Code::Malformed, file + ": " + read.error().message, "", ""};
    }
    for (const Value& each : root["exchanges"]) story.exchanges.push_back(exchange_of(each));
    return {};
}

} // namespace

PlannerOptions options_of(const Story& story) {
    PlannerOptions options;
    options.remote = "planner";
    options.base_url = story.base_url;
    options.settings = story.settings;
    return options;
}

Result<Folder> load_folder(const std::string& path, std::vector<ManifestProblem>& problems) {
    Folder folder;
    folder.name = std::filesystem::path(path).filename().string();
    const std::string file = path + "/manifest.json";
    const auto text = read_whole_file(file, kFileBytesMax);
    if (!text) return text.error();
    folder.plan = Plan::parse(*text, file, problems);
    if (!folder.plan)
        return Error{Code::Usage, file + " can't be used", "", "fix the listed problems first"};
    bool has_story = false;
    for (const auto& each : files_in(path + "/transcripts"))
        if (auto read = read_file(each, folder.story, has_story); !read) return read.error();
    if (!has_story)
        return Error{Code::NotFound, path + "/transcripts/story.json is missing", "",
                     "connectors/README.md describes its content"};
    return folder;
}

} // namespace hb::connector::trial
