#include "books/hidden.h"

#include "books/aliases.h"

#include "base/text.h"
#include "base/wall_clock.h"
#include "books/drafting.h"
#include "books/streams.h"
#include "books/subtractions.h"
#include "store/hidden.h"

namespace hb::books {
namespace {

// All of them, or which one waits for no answer.
Status check(const Reading& read, const std::vector<domain::Ref>& refs) {
    for (const auto& ref : refs) {
        const auto remote = read->sources.find_remote(ref.remote);
        if (!remote || !read->hidden.find(remote->id, stream_of(ref.kind), ref.id))
            return Error{Code::NotFound,
                         to_string(ref) + " is shown in its planner, or was never known", "",
                         "hourbridge check counts what is not shown any longer, by planner"};
    }
    return {};
}

} // namespace

Status accept_deleted(Books& books, const std::vector<domain::Ref>& refs, const Actor& actor) {
    Step step = books.begin(actor);
    step.cause = Step::Cause::Decision;
    if (auto known = check(step, refs); !known) return known;
    const Instant now = step.now();
    const auto pull = step->sources.next_sequence("pull");
    for (const auto& ref : refs) {
        const auto* remote = books.find_remote(ref.remote);
        if (remote == nullptr)
            return Error{Code::NotFound, "the configuration names no remote " + ref.remote, "",
                         "put it back, or keep the record: hourbridge sync --keep"};
        const store::Sources::Keep keep{remote->row.id, stream_of(ref.kind), 0, pull, 0, now};
        forget_records(step, *remote, keep, {ref.id});
        step->events.add(now, actor.name, "deletion.accepted", std::nullopt, to_string(ref), "{}");
    }
    find_repeated(step); // what repeated it stands for itself now
    step.done();
    return {};
}

Status keep_hidden(Books& books, const std::vector<domain::Ref>& refs, std::string_view reason,
                   const Actor& actor) {
    Step step = books.begin(actor);
    if (trim(reason).empty())
        return Error{Code::Usage, "keeping what is not shown needs a reason", "",
                     "add --reason TEXT"};
    if (auto known = check(step, refs); !known) return known;
    for (const auto& ref : refs) {
        const auto remote = step->sources.find_remote(ref.remote);
        step->hidden.keep(remote->id, stream_of(ref.kind), ref.id, reason, actor.name);
        step->events.add(step.now(), actor.name, "deletion.refused", std::nullopt, to_string(ref),
                         EventData().add("reason", reason).text());
    }
    step.done();
    return {};
}

std::vector<std::string> without_kept(const Reading& read, std::int64_t remote,
                                      std::string_view stream, std::vector<std::string> ids) {
    if (!read->hidden.any(remote, stream)) return ids;
    const auto known = read->hidden.of_stream(remote, stream);
    std::erase_if(ids, [&](const std::string& id) {
        const auto row = known.find(id);
        return row != known.end() && row->second.kept_by;
    });
    return ids;
}

std::vector<std::string> hidden_texts(store::Database& db, const Zone& zone) {
    std::vector<std::string> out;
    std::map<std::int64_t, std::string> names;
    for (const auto& remote : store::Sources(db).remotes()) names[remote.id] = remote.name;
    for (const auto& count : store::Hidden(db).counts())
        out.push_back(std::to_string(count.records) + " " + count.stream + " of " +
                      names[count.remote] + " are not shown since " +
                      wall_clock_text(count.since, zone) + ": " + domain::words_of(count.cause));
    return out;
}

} // namespace hb::books
