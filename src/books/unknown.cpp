#include "books/unknown.h"

#include <algorithm>

#include "base/text.h"

namespace hb::books {
namespace {

bool was_read(const Reading& read, const KnownRemote& remote) {
    const auto cursors = read->sources.cursors(remote.row.id);
    return std::any_of(cursors.begin(), cursors.end(),
                       [](const auto& cursor) { return cursor.completed_at.has_value(); });
}

// Of companies and projects there are few enough to look for a slip of the finger.
std::vector<std::string> known_ones(const Reading& read, const KnownRemote& remote,
                                    const std::string& kind) {
    std::vector<std::string> out;
    if (kind == "company")
        for (const auto& row : read->sources.companies(remote.row.id))
            out.push_back(to_string(row.ref));
    if (kind == "group" || kind == "project")
        for (const auto& row : read->sources.projects(remote.row.id))
            out.push_back(to_string(row.ref));
    return out;
}

std::string where_to_look(const std::string& kind) {
    if (kind == "company") return "the CRM shows it in the address of the company's page";
    if (kind == "group" || kind == "project" || kind == "task")
        return "the planner shows it in the page's address; hourbridge link needed lists what "
               "waits for a client";
    if (kind == "user") return "the planner shows it in the address of the person's page";
    return "hourbridge explain of its task or report names what is known";
}

} // namespace

Error unknown(const Reading& read, const domain::Ref& ref) {
    Error error{Code::NotFound, "no " + ref.kind + " " + to_string(ref) + " is known here", "", ""};
    const auto* remote = read.find_remote(ref.remote);
    if (remote == nullptr) {
        error.hint = "the configuration has no remote called " + ref.remote;
        return error;
    }
    if (!was_read(read, *remote)) {
        error.hint = ref.remote + " was not read yet: hourbridge sync " + ref.remote;
        return error;
    }
    if (const auto meant = nearest(to_string(ref), known_ones(read, *remote, ref.kind)))
        error.hint = "did you mean " + *meant + "? ";
    error.hint += "Look at the number again: " + where_to_look(ref.kind) +
                  ". What was made just now: hourbridge sync " + ref.remote + " reads it first";
    return error;
}

} // namespace hb::books
