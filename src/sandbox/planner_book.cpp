#include "sandbox/planner_book.h"

#include <algorithm>
#include <filesystem>

#include "base/files.h"
#include "base/text.h"

namespace hb::sandbox {

namespace {

constexpr std::size_t kFileBytes = 4u << 20; // transcripts are written by hand

Result<Tree> read_json(const std::string& path) {
    auto text = read_whole_file(path, kFileBytes);
    if (!text) return text.error();
    json::ParseOptions options;
    options.comments = true;
    auto document = json::Document::parse(*text, options);
    if (!document) return Error{Code::Malformed, path + ": " + document.error().message, "", ""};
    return Tree::from(document->root());
}

std::string path_of_url(const std::string& url) {
    const std::size_t scheme = url.find("://");
    const std::size_t path = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
    return path == std::string::npos ? std::string{} : url.substr(path);
}

Pairs pairs_of(const Tree* tree) {
    Pairs out;
    for (std::size_t i = 0; tree != nullptr && i < tree->size(); ++i)
        out.emplace_back(tree->key(i), tree->at(i)->str());
    return out;
}

Exchange read_exchange(const Tree& sent) {
    Exchange out;
    if (const Tree* request = sent.find("request")) {
        out.method = text_at(*request, "/method");
        out.path = text_at(*request, "/path");
        out.query = pairs_of(request->find("query"));
        for (const char* name : {"json", "form"})
            if (const Tree* body = request->find(name)) out.body = *body, out.has_body = true;
    }
    out.in = text_at(sent, "/in");
    out.then = text_at(sent, "/then");
    if (const Tree* answer = sent.find("answer")) {
        if (const Tree* status = answer->find("status"))
            out.answer.status = static_cast<int>(status->integer().value_or(200));
        out.answer.headers = pairs_of(answer->find("headers"));
        if (const Tree* body = answer->find("json"))
            out.answer.body = *body, out.answer.has_body = true;
    }
    return out;
}

void take_story(Book& book, const Tree& story) {
    for (auto& [name, value] : pairs_of(story.find("settings"))) book.settings[name] = value;
    for (auto& wanted : pairs_of(story.find("wants_headers"))) book.wants_headers.push_back(wanted);
    const Tree* exchanges = story.find("exchanges");
    for (std::size_t i = 0; exchanges != nullptr && i < exchanges->size(); ++i)
        book.exchanges.push_back(read_exchange(*exchanges->at(i)));
}

// Settings of the manifest that the story does not set, by their defaults.
void take_defaults(Book& book, const Tree& manifest) {
    const Tree* settings = manifest.find("settings");
    for (std::size_t i = 0; settings != nullptr && i < settings->size(); ++i)
        if (const Tree* value = settings->at(i)->find("default"))
            book.settings.emplace(settings->key(i), value->str());
}

void take_hosts(Book& book, const Tree& manifest) {
    book.base_path = path_of_url(text_at(manifest, "/base_url"));
    book.paths.push_back(book.base_path);
    for (const auto& [name, url] : pairs_of(manifest.find("hosts")))
        book.paths.push_back(path_of_url(url));
}

// The way in whose settings the story has.
Tree chosen_access(const Book& book, const Tree& manifest) {
    const Tree* ways = manifest.find("access");
    for (std::size_t i = 0; ways != nullptr && i < ways->size(); ++i) {
        const Tree* when = ways->at(i)->find("when");
        const auto names = when == nullptr ? std::vector<std::string>{} : when->strings();
        const bool fits = std::all_of(names.begin(), names.end(), [&](const auto& name) {
            return book.settings.count(name) > 0;
        });
        const Tree* request = ways->at(i)->find("request");
        if (fits) return request == nullptr ? Tree::map() : *request;
    }
    return Tree::map();
}

Result<std::vector<std::string>> transcripts_of(const std::string& folder) {
    std::vector<std::string> out;
    std::error_code trouble;
    for (const auto& one : std::filesystem::directory_iterator(folder + "/transcripts", trouble))
        if (one.path().extension() == ".json") out.push_back(one.path().string());
    if (out.empty())
        return Error{Code::NotFound, "There are no transcripts in " + folder, "",
                     "Name the folder of a connector with a manifest"};
    std::sort(out.begin(), out.end());
    return out;
}

} // namespace

RowList* Book::find(std::string_view list) {
    for (auto& one : lists)
        if (one.name == list) return &one;
    return nullptr;
}

Result<Book> read_book(const std::string& folder) {
    auto manifest = read_json(folder + "/manifest.json");
    if (!manifest) return manifest.error();
    const auto transcripts = transcripts_of(folder);
    if (!transcripts) return transcripts.error();
    Book book;
    book.name = text_at(*manifest, "/connector");
    for (const auto& path : *transcripts) {
        auto story = read_json(path);
        if (!story) return story.error();
        take_story(book, *story);
    }
    take_defaults(book, *manifest);
    take_hosts(book, *manifest);
    Tree access = chosen_access(book, *manifest);
    read_asks(book, {std::move(*manifest), std::move(access)});
    read_rows(book);
    return book;
}

} // namespace hb::sandbox
