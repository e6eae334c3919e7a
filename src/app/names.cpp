#include "app/names.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "domain/names.h"

namespace hb::app {
namespace {

constexpr std::size_t kListed = 10;
constexpr std::string_view kNamePrefix = "name:";

struct Named {
    domain::Ref ref;
    std::string name;
};

template <class Rows, class Name>
void add(std::vector<Named>& out, const Rows& rows, Name name, const std::string& kind) {
    for (const auto& row : rows)
        if (row.ref.kind == kind) out.push_back({row.ref, name(row)});
}

// All of one kind that the books know, in all remotes.
std::vector<Named> all_of(const books::Reading& read, const std::string& kind) {
    std::vector<Named> out;
    for (const auto& remote : read.remotes()) {
        const auto id = remote->row.id;
        if (kind == "company")
            add(
                out, read->sources.companies(id), [](const auto& row) { return row.name; }, kind);
        else if (kind == "group" || kind == "project")
            add(
                out, read->sources.projects(id), [](const auto& row) { return row.name; }, kind);
        else if (kind == "task")
            add(
                out, read->sources.tasks(id), [](const auto& row) { return row.facts.title; },
                kind);
        else if (kind == "deal")
            add(
                out, read->sources.deals(id), [](const auto& row) { return row.title; }, kind);
        else if (kind == "user")
            add(
                out, read->sources.persons(id), [](const auto& row) { return row.name; }, kind);
    }
    return out;
}

std::vector<Named> all_of(const books::Reading& read, const std::vector<std::string>& kinds) {
    std::vector<Named> out;
    for (const auto& kind : kinds)
        for (auto& each : all_of(read, kind)) out.push_back(std::move(each));
    return out;
}

Error ambiguous(const std::string& text, const std::vector<Named>& found) {
    std::vector<std::string> listed;
    for (std::size_t i = 0; i < found.size() && i < kListed; ++i)
        listed.push_back(to_string(found[i].ref) + " (" + found[i].name + ")");
    if (found.size() > kListed)
        listed.push_back("and " + std::to_string(found.size() - kListed) + " more");
    return Error{Code::Conflict,
                 "\"" + text + "\" fits " + std::to_string(found.size()) + ": " +
                     join(listed, ", "),
                 "", "write the one that you mean as a reference"};
}

Error nobody(const std::string& text, const std::vector<std::string>& kinds,
             const std::vector<Named>& known) {
    // A whole name, or its first word: people leave the legal form out.
    std::map<std::string, std::string> whole;
    for (const auto& each : known) {
        const std::string typed = domain::typed_name(each.name);
        whole.emplace(typed, each.name);
        whole.emplace(typed.substr(0, typed.find(' ')), each.name);
    }
    std::vector<std::string> words;
    for (const auto& [word, name] : whole) words.push_back(word);
    const auto meant = nearest(domain::typed_name(text), words);
    return Error{Code::NotFound,
                 "no " + join(kinds, " or ") + " is called \"" + shorten(text, 60) + "\"", "",
                 meant
                     ? "did you mean \"" + whole.at(*meant) + "\"?"
                     : "write its name, its number in the CRM, or REMOTE:" + kinds.front() + ":ID"};
}

bool is_number(const std::string& text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

Result<domain::Ref> find_by_name(const Session& session, const std::string& text,
                                 const std::vector<std::string>& kinds) {
    const std::string& crm = session.config->crm_remote;
    if (is_number(text) && !crm.empty()) return domain::Ref{crm, kinds.front(), text};
    const bool marked = text.rfind(kNamePrefix, 0) == 0;
    const std::string name = marked ? text.substr(kNamePrefix.size()) : text;
    const auto known = all_of(session.books().view(), kinds);
    std::vector<std::string> names;
    for (const auto& each : known) names.push_back(each.name);
    std::vector<Named> found;
    for (const auto at : domain::names_meant(name, names)) found.push_back(known[at]);
    if (found.empty()) return nobody(name, kinds, known);
    if (found.size() > 1) return ambiguous(name, found);
    return found.front().ref;
}

} // namespace hb::app
