#include "engine/unlisted_people.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "engine/plan.h"
#include "engine/rule_links.h"
#include "engine/settings_names.h"
#include "engine/subtractions.h"
#include "store/unlisted.h"

namespace hb::engine {
namespace {

// Of those who are asked for in vain: the day, and their ids.
std::set<std::string> asked_today(Core& core, const RemoteRuntime& remote) {
    const auto text = core.kept.get(remote.row.id, kept::kPeopleAsked).value_or("");
    const auto words = split(text, ' ');
    if (words.empty() || words.front() != format_day(core.settings.zone.day_of(core.clock.now())))
        return {};
    return {words.begin() + 1, words.end()};
}

void note_asked(Core& core, const RemoteRuntime& remote, const std::set<std::string>& ids) {
    const auto lock = core.lock();
    store::Tx tx(core.db);
    const Instant now = core.clock.now();
    std::string text = format_day(core.settings.zone.day_of(now));
    for (const auto& id : ids) text += " " + id;
    core.kept.put(remote.row.id, kept::kPeopleAsked, text, now);
    tx.commit();
}

std::int64_t keep_people(Core& core, RemoteRuntime& remote, const domain::Page& page,
                         std::int64_t pull, std::int64_t seen) {
    const auto lock = core.lock();
    std::vector<std::string> ids;
    for (const auto& record : page.records) ids.push_back(record.id);
    auto plan =
        plan_page(core.sources.known(remote.row.id, "users", ids), page.records, *remote.mapping);
    store::Tx tx(core.db);
    const store::Sources::Keep keep{remote.row.id, "users", 0, pull, seen, core.clock.now()};
    keep_records(core, remote, keep, std::move(plan.changed), plan.unchanged);
    keep_link_values(core, remote.row, "users", page.records);
    tx.commit();
    return static_cast<std::int64_t>(page.records.size());
}

} // namespace

std::int64_t ask_for_unlisted_people(Core& core, RemoteRuntime& remote, std::int64_t pull,
                                     std::int64_t seen) {
    if (!remote.connector->capabilities().people_by_ids) return 0;
    domain::ReadRequest request;
    request.stream = "users";
    request.reading = domain::Reading::ByIds;
    std::set<std::string> asked;
    {
        const auto lock = core.lock();
        request.ids = store::unlisted_people(core.db, remote.row.id);
        if (request.ids.empty()) return 0;
        asked = asked_today(core, remote);
        std::erase_if(request.ids, [&](const std::string& id) { return asked.count(id) > 0; });
        if (request.ids.empty()) return 0;
        asked.insert(request.ids.begin(), request.ids.end());
        request.ids = store::those_with_time(core.db, remote.row.id, request.ids);
    }
    std::int64_t found = 0;
    while (!request.ids.empty()) {
        if (remote.connector->earliest() > core.clock.now()) return found;
        core.at("before read");
        const auto page = remote.connector->read(request);
        core.at("after read");
        if (!page) return found; // the breaker has heard of it; `check` names who has no name
        found += keep_people(core, remote, *page, pull, seen);
        if (page->complete) break;
        request.cursor = page->cursor;
    }
    note_asked(core, remote, asked);
    return found;
}

} // namespace hb::engine
