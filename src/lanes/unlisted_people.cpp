#include "lanes/unlisted_people.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "books/plan.h"
#include "books/rule_links.h"
#include "books/settings_names.h"
#include "books/subtractions.h"
#include "store/unlisted.h"

namespace hb::lanes {
namespace {

// Of those who are asked for in vain: the day, and their ids.
std::set<std::string> asked_today(const Reading& read, const KnownRemote& remote) {
    const auto text = read->kept.get(remote.row.id, books::kept::kPeopleAsked).value_or("");
    const auto words = split(text, ' ');
    if (words.empty() || words.front() != format_day(read.settings.zone.day_of(read.now())))
        return {};
    return {words.begin() + 1, words.end()};
}

void note_asked(Books& books, const KnownRemote& remote, const std::set<std::string>& ids) {
    Step step = books.begin();
    const Instant now = step.now();
    std::string text = format_day(books.settings.zone.day_of(now));
    for (const auto& id : ids) text += " " + id;
    step->kept.put(remote.row.id, books::kept::kPeopleAsked, text, now);
    step.done();
}

std::int64_t keep_people(Books& books, RemoteRuntime& remote, const domain::Page& page,
                         std::int64_t pull, std::int64_t seen) {
    Step step = books.begin();
    std::vector<std::string> ids;
    for (const auto& record : page.records) ids.push_back(record.id);
    auto plan = books::plan_page(step->sources.known(remote.row.id, "users", ids), page.records,
                                 *remote.mapping);
    const store::Sources::Keep keep{remote.row.id, "users", 0, pull, seen, step.now()};
    keep_records(step, remote, keep, std::move(plan.changed), plan.unchanged);
    keep_link_values(step, remote.row, "users", page.records);
    step.put_off(remote);
    return static_cast<std::int64_t>(page.records.size());
}

} // namespace

std::int64_t ask_for_unlisted_people(Books& books, RemoteRuntime& remote, std::int64_t pull,
                                     std::int64_t seen) {
    if (!remote.connector->capabilities().people_by_ids) return 0;
    domain::ReadRequest request;
    request.stream = "users";
    request.reading = domain::Reading::ByIds;
    std::set<std::string> asked;
    {
        const Read read = books.read();
        request.ids = read->overview.unlisted_people(remote.row.id);
        if (request.ids.empty()) return 0;
        asked = asked_today(read, remote);
        std::erase_if(request.ids, [&](const std::string& id) { return asked.count(id) > 0; });
        if (request.ids.empty()) return 0;
        asked.insert(request.ids.begin(), request.ids.end());
        request.ids = read->overview.those_with_time(remote.row.id, request.ids);
    }
    std::int64_t found = 0;
    while (!request.ids.empty()) {
        if (remote.connector->earliest() > books.clock.now()) return found;
        books.at("before read");
        const auto page = remote.connector->read(request);
        books.at("after read");
        if (!page) return found; // the breaker has heard of it; `check` names who has no name
        found += keep_people(books, remote, *page, pull, seen);
        if (page->complete) break;
        request.cursor = page->cursor;
    }
    note_asked(books, remote, asked);
    return found;
}

} // namespace hb::lanes
