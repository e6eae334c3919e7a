#include "lanes/restored.h"

#include <map>

#include "base/text.h"
#include "books/planning.h"
#include "books/settings_names.h"
#include "lanes/crm_compared.h"
#include "lanes/patience.h"
#include "store/crm.h"
#include "store/numbers.h"
#include "store/restore.h"

namespace hb::lanes {
namespace {

using connector::OwnedObject;
using store::OpState;

// More pages than any CRM has: whoever answers the same page for ever is stopped.
constexpr int kPagesMax = 100'000;

std::string adopted_name(const domain::Ref& what) {
    return "adopted." + what.kind + "." + what.id;
}

// What the CRM lists as ours: documents carry no key.
std::string kind_of_create(domain::OpKind kind) {
    return kind == domain::OpKind::DocumentCreate ? "" : std::string(domain::object_of(kind));
}

Result<std::vector<OwnedObject>> read_all(Books& books, RemoteRuntime& crm) {
    std::vector<OwnedObject> all;
    std::string cursor;
    for (int page_n = 0; page_n < kPagesMax; ++page_n) {
        while (crm.earliest() > books.clock.now()) books.clock.wait_until(crm.earliest());
        books.at("before read ours");
        auto page = called(books, crm, [&] { return crm.connector->read_ours(cursor); });
        books.at("after read ours");
        if (!page) return page.error();
        for (auto& object : page->objects) all.push_back(std::move(object));
        books.say(crm.row.name + ": " + std::to_string(all.size()) + " objects of ours read");
        if (page->complete) return all;
        cursor = page->cursor;
    }
    return Error{Code::Malformed, "the list of our objects has no end", "", ""};
}

// What the books know, and what of it stands where.
struct Known {
    std::map<std::string, store::OpRow> by_key;
    std::map<std::string, std::vector<std::string>> ids; // "deal hb-…" -> ids in the CRM
};

bool is_known(const Reading& read, RemoteRuntime& crm, const Known& known,
              const OwnedObject& object) {
    if (known.by_key.count(object.key) != 0) return true;
    if (read->kept.get(crm.row.id, adopted_name(object.what))) return true;
    if (object.what.kind != "card") return false;
    return read->cards.find(crm.row.id, object.what.id).has_value();
}

void judge_made(const Reading& read, RemoteRuntime& crm, const Known& known, Comparison& out) {
    for (const auto& [key, op] : known.by_key) {
        const std::string kind = kind_of_create(op.op.kind);
        if (kind.empty() || op.state != OpState::Done || op.superseded || op.remote_id.empty())
            continue;
        // Adopted under the key that it had.
        if (read->kept.get(crm.row.id, adopted_name({crm.row.name, kind, op.remote_id}))) continue;
        const auto there = known.ids.find(kind + " " + key);
        const std::string mine = op.purpose.text() + " (" + key + ")";
        if (there == known.ids.end())
            out.wrong.push_back(mine + ": the CRM has no " + kind + " with this key");
        else if (there->second.size() > 1)
            out.wrong.push_back(mine + ": the CRM has " + std::to_string(there->second.size()) +
                                " objects with this key");
        else if (there->second.front() != op.remote_id)
            out.wrong.push_back(mine + ": is " + kind + " " + there->second.front() + " there, " +
                                op.remote_id + " here");
    }
}

// It was sent after the backup was made: the outbox looks it up and goes on from there.
void find_again(Step& step, const Known& known, Comparison& out) {
    for (const auto& [key, op] : known.by_key) {
        const bool waits = op.state == OpState::Pending || op.state == OpState::Parked;
        const std::string kind = kind_of_create(op.op.kind);
        if (!waits || kind.empty() || known.ids.count(kind + " " + key) == 0) continue;
        auto row = op;
        row.state = OpState::Uncertain;
        row.lookups = 0;
        row.due_at = step.now();
        step->outbox.update(row);
        ++out.found_again;
    }
}

Error cannot(const domain::Ref& what, std::string why, std::string hint) {
    return Error{Code::Conflict, to_string(what) + " " + std::move(why), "", std::move(hint)};
}

// The create of the report becomes done with this object.
Status give_to_report(Step& step, RemoteRuntime& crm, const OwnedObject& object,
                      std::int64_t report) {
    const bool deal = object.what.kind == "deal";
    if (!deal && object.what.kind != "invoice")
        return cannot(object.what, "can't be given to a report",
                      "adopt it without --report, and remove the card by hand");
    if (!step->reports.find(report))
        return Error{Code::NotFound, "there is no report " + std::to_string(report), "",
                     "hourbridge report list"};
    const auto purpose = deal ? domain::Purpose::deal(report) : domain::Purpose::invoice(report);
    auto standing = step->outbox.of_purpose(purpose);
    if (standing && standing->state == OpState::Done)
        return cannot(object.what,
                      "can't be adopted: the report has " + object.what.kind + " " +
                          standing->remote_id + " already",
                      "remove one of them in the CRM");
    auto op = standing ? *standing
                       : new_op(step, crm, *domain::create_of(object.what.kind),
                                domain::Repeat::Findable, purpose);
    op.state = OpState::Done;
    op.remote_id = object.what.id;
    op.done_at = step.now();
    op.last_error.clear();
    if (standing) {
        step->outbox.update(op);
        return {};
    }
    op.report = report;
    op.op.key = object.key;
    op.op.fields = R"({"originatorId":"hourbridge"})";
    op.state = OpState::Pending;
    op.id = step->outbox.add(op);
    op.state = OpState::Done;
    step->outbox.update(op);
    return {};
}

// What an op of ours made or is making is no stranger: it stays whose it is.
Status is_free(const Reading& read, RemoteRuntime& crm, const OwnedObject& object,
               std::optional<std::int64_t> report) {
    for (const auto& op : read->outbox.list(std::nullopt, 100'000'000)) {
        if (op.remote != crm.row.id || op.superseded || op.op.repeat != domain::Repeat::Findable)
            continue;
        const bool made =
            op.remote_id == object.what.id && domain::object_of(op.op.kind) == object.what.kind;
        if ((!made && op.op.key != object.key) || (report && op.report == report)) continue;
        return cannot(object.what,
                      op.report ? "belongs to report " + std::to_string(*op.report) + " already"
                                : "is known already",
                      "hourbridge verify --remote lists those that are not known");
    }
    return {};
}

// A deal or invoice of one client is never the bill of another.
Status is_of_client(Books& books, RemoteRuntime& crm, const OwnedObject& object,
                    std::int64_t report) {
    const auto there = [&] {
        const std::lock_guard<std::recursive_mutex> busy(*crm.busy);
        return object.what.kind == "invoice" ? crm.connector->read_invoice(object.what.id)
                                             : crm.connector->read_deal(object.what.id);
    }();
    if (!there) return there.error();
    const Read read = books.read();
    const auto row = read->reports.find(report);
    const auto client = row ? read->sources.find_company(row->client) : std::nullopt;
    if (!client || there->company.empty() || client->ref.remote != crm.row.name ||
        client->ref.id == there->company)
        return {};
    return cannot(object.what,
                  "is of another client, company " + there->company + "; the report is of " +
                      to_string(client->ref),
                  "name the report of that client");
}

} // namespace

std::optional<Instant> restored_at(const Reading& read) {
    const auto value = read->kept.get(0, books::kept::kRestored);
    if (!value) return std::nullopt;
    const auto at = parse_instant(*value);
    return at ? *at : Instant{}; // whatever stands there: it is set
}

void mark_restored(store::Database& db, Instant now) {
    store::Settings(db).put(0, books::kept::kRestored, format_instant(now), now);
    store::Events(db).add(now, "restore", "books.restored", std::nullopt, "", "{}");
}

bool keep_links_revoked(store::Database* until_now, store::Database& db, Instant now) {
    store::Settings settings(db);
    const auto minutes = std::chrono::floor<std::chrono::minutes>(now.time_since_epoch());
    settings.put(0, books::kept::kLinksFrom, std::to_string(minutes.count()), now);
    if (until_now != nullptr) {
        const auto ended = store::carry_links(*until_now, db);
        if (ended > 0)
            store::Events(db).add(now, "restore", "links.carried", std::nullopt, "",
                                  books::EventData().add("links", ended).text());
        return true;
    }
    if (store::count_links(db) == 0) return true;
    settings.put(0, books::kept::kLinksRestored, format_instant(now), now);
    return false;
}

bool keep_numbers_given(store::Database* until_now, bool numbers_beside, store::Database& db,
                        Instant now) {
    if (until_now != nullptr) store::carry_numbers(*until_now, db);
    if (until_now != nullptr || numbers_beside) return true;
    store::skip_numbers(db, now);
    store::Events(db).add(now, "restore", "numbers.skipped", std::nullopt, "",
                          books::EventData().add("by", store::kNumbersLost).text());
    return false;
}

Result<Comparison> compare_with_crm(Books& books, RemoteRuntime& crm) {
    const auto objects = read_all(books, crm);
    if (!objects) return objects.error();
    Comparison out;
    if (auto compared = compare_values(books, crm, out); !compared) return compared.error();
    Step step = books.begin();
    Known known;
    for (auto& op : step->outbox.list(std::nullopt, 100'000'000))
        if (op.remote == crm.row.id && op.op.repeat == domain::Repeat::Findable)
            known.by_key.emplace(op.op.key, std::move(op));
    for (const auto& object : *objects) {
        known.ids[object.what.kind + " " + object.key].push_back(object.what.id);
        if (is_known(step, crm, known, object))
            ++out.known;
        else
            out.unknown.push_back(object);
    }
    judge_made(step, crm, known, out);
    find_again(step, known, out);
    if (out.unknown.empty() && step->kept.get(0, books::kept::kRestored)) {
        step->kept.erase(0, books::kept::kRestored);
        step->events.add(step.now(), "engine", "books.known", std::nullopt, crm.row.name,
                         books::EventData().add("objects", out.known).text());
        out.released = true;
    }
    step.done();
    return out;
}

Status adopt_object(Books& books, RemoteRuntime& crm, const domain::Ref& what,
                    std::optional<std::int64_t> report, const Actor& actor) {
    const auto objects = read_all(books, crm);
    if (!objects) return objects.error();
    const OwnedObject* found = nullptr;
    for (const auto& object : *objects)
        if (object.what == what) found = &object;
    if (found == nullptr)
        return Error{Code::NotFound, to_string(what) + " does not carry our mark in the CRM", "",
                     "hourbridge verify --remote lists those that do"};
    if (report && (what.kind == "deal" || what.kind == "invoice"))
        if (auto fits = is_of_client(books, crm, *found, *report); !fits) return fits;
    Step step = books.begin(actor);
    if (auto free = is_free(step, crm, *found, report); !free) return free;
    if (report)
        if (auto given = give_to_report(step, crm, *found, *report); !given) return given;
    step->kept.put(crm.row.id, adopted_name(what),
                   report ? "report " + std::to_string(*report) : "as it is", step.now());
    step->events.add(step.now(), actor.name, "object.adopted", report, to_string(what),
                     books::EventData().add("key", found->key).text());
    step.done();
    return {};
}

} // namespace hb::lanes
