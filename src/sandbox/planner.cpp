#include "sandbox/planner.h"

#include <algorithm>

#include "sandbox/control.h"
#include "sandbox/planner_core.h"
#include "sandbox/seed.h"

// A request's way: outage, key, quota, the request of the manifest that it is, then its answer.
namespace hb::sandbox {

namespace {

constexpr std::size_t kLogRows = 2000;

const Fault* find_kind(const std::vector<Fault>& faults, Fault::Kind kind) {
    for (const auto& fault : faults)
        if (fault.kind == kind) return &fault;
    return nullptr;
}

HttpAnswer error_answer(const Fault& fault) {
    return planner_trouble(fault.status == 0 ? 500 : fault.status,
                           fault.description.empty() ? "Internal server error" : fault.description);
}

} // namespace

HttpAnswer planner_trouble(int status, std::string_view text) {
    json::Writer out;
    out.begin_object().member("message", text).end_object();
    return json_answer(out.take(), status);
}

HttpAnswer planner_body(const Tree& body, int status) {
    return json_answer(body.dump(), status);
}

// HTTP 404, but for the planners that say it in words with HTTP 200.
HttpAnswer planner_gone(const Book& book, const Ask& ask) {
    if (book.name == "worksection")
        return json_answer(R"({"status":"error","status_code":5,"message":"Task is invalid"})");
    if (ask.path.ends_with("/graphql"))
        return json_answer(R"({"data":{"currentUser":{"id":"gid://gitlab/User/7"},"issue":null}})");
    return planner_trouble(404, "Not found");
}

std::string rows_of_request(std::string_view name, const Tree&) {
    return std::string{name.substr(0, name.find('.'))};
}

Planner::Impl::Impl(Book read, Clock& clock_)
    : as_read(std::move(read)), book(as_read), clock(clock_), faults(rows_of_request) {}

void Planner::Impl::reset() {
    book = as_read;
    faults.clear();
    options = {};
    deleted.clear();
    marked.clear();
    story.clear();
    cursors.clear();
    recent.clear();
    log.clear();
    requests = 0;
}

bool Planner::Impl::knows_key(const Sent& sent) const {
    return options.alive &&
           std::all_of(book.wants_headers.begin(), book.wants_headers.end(), [&](const auto& one) {
               return match_glob(one.second, sent.header(one.first));
           });
}

bool Planner::Impl::over_quota() {
    while (!recent.empty() && recent.front() + 3600 <= now()) recent.pop_front();
    if (options.requests_per_hour == 0) return false;
    if (static_cast<std::int64_t>(recent.size()) >= options.requests_per_hour) return true;
    recent.push_back(now());
    return false;
}

HttpAnswer Planner::Impl::answer(const HttpRequest& request, const Headers& headers) {
    if (request.path == "/sandbox" || request.path.starts_with("/sandbox/"))
        return control(request);
    PlannerLine line;
    line.number = ++requests;
    line.at = now();
    line.method = request.method;
    line.path = request.path;
    line.query = request.query;
    HttpAnswer out;
    if (const auto outage = faults.take_outage(now()))
        spoil(out, *outage);
    else
        out = dispatch(read_sent(request, headers), line);
    line.status = out.status;
    log.push_back(std::move(line));
    while (log.size() > kLogRows) log.pop_front();
    return out;
}

HttpAnswer Planner::Impl::dispatch(const Sent& sent, PlannerLine& line) {
    if (!knows_key(sent)) return planner_trouble(401, "The key is not valid");
    if (over_quota()) {
        HttpAnswer out = planner_trouble(options.quota_status, "Too many requests");
        out.headers.emplace_back("Retry-After", std::to_string(recent.front() + 3600 - now()));
        return out;
    }
    const Found found = find_ask(book, sent);
    line.name = found.ask == nullptr ? "replay" : found.ask->name;
    under_way = line.name;
    if (faults.lacks(line.name, now())) return planner_trouble(404, "Not found");
    const auto hits = faults.take(line.name, sent.body, now());
    HttpAnswer out;
    for (const auto& fault : hits)
        if (blocks_request(fault)) {
            spoil(out, fault);
            return out;
        }
    const Fault* error = find_kind(hits, Fault::Kind::Error);
    if (error != nullptr && !error->after_commit) return error_answer(*error);
    out = found.ask == nullptr ? replay(sent) : run(*found.ask, sent, found.captures, hits);
    if (error != nullptr) out = error_answer(*error);
    for (const auto& fault : hits)
        if (is_transport(fault)) spoil(out, fault);
    return out;
}

HttpAnswer Planner::Impl::run(const Ask& ask, const Sent& sent, const Captures& captures,
                              const std::vector<Fault>& hits) {
    for (const auto& fault : hits) {
        if (fault.kind != Fault::Kind::MoveRow) continue;
        RowList& list = book.lists[ask.list];
        std::stable_partition(list.rows.begin(), list.rows.end(),
                              [&](const Row& row) { return !picked(fault.pick, list, row); });
        for (auto& row : list.rows)
            if (picked(fault.pick, list, row)) touch(list, row);
    }
    switch (ask.kind) {
    case AskKind::One:
        return one_answer(ask, captures, hits);
    case AskKind::Sums:
        return sums_answer(ask, sent, captures);
    case AskKind::Set:
    case AskKind::Clear:
    case AskKind::Read:
        return mark_answer(ask, sent, captures);
    default:
        return list_answer(ask, sent, captures, hits);
    }
}

std::string Planner::Impl::person_of(const RowList& list, const Row& row) const {
    if (list.name == "users") return id_of(list, row);
    const std::string pointer = list.facts->person;
    if (pointer.empty()) return {};
    const std::string own = text_at(row.row, pointer);
    return bare_id(own.empty() ? text_at(row.shell, pointer) : own);
}

std::string Planner::Impl::project_of(const RowList& list, const Row& row) const {
    if (list.name == "groups") return id_of(list, row);
    const std::string pointer = list.facts->project;
    if (!pointer.empty()) {
        const std::string own = text_at(row.row, pointer);
        return bare_id(own.empty() ? text_at(row.shell, pointer) : own);
    }
    const std::string task = bare_id(text_at(row.row, list.facts->task));
    for (const auto& tasks : book.lists)
        for (const auto& one : tasks.rows)
            if (tasks.name == "tasks" && list.name != "tasks" && id_of(tasks, one) == task)
                return project_of(tasks, one);
    return {};
}

bool Planner::Impl::picked(const RowPick& pick, const RowList& list, const Row& row) const {
    return (pick.what.empty() || pick.what == list.name) && takes_id(pick, id_of(list, row)) &&
           (pick.person.empty() || pick.person == person_of(list, row)) &&
           (pick.project.empty() || pick.project == project_of(list, row));
}

bool Planner::Impl::visible(const RowList& list, const Row& row) {
    for (const auto& kept : faults.all()) {
        const Fault& fault = kept.fault;
        const bool hides = fault.kind == Fault::Kind::Hide || fault.kind == Fault::Kind::Bin;
        const bool here = fault.method == "*" || same_word(fault.method, under_way);
        if (hides && here && !is_over(fault, now()) && picked(fault.pick, list, row)) return false;
    }
    return !closed_to_key(list, row);
}

// The key belongs to somebody who sees his own rows only.
bool Planner::Impl::closed_to_key(const RowList& list, const Row& row) {
    const Fault* narrow = faults.narrowed(kAdminToken, now());
    const std::string person = narrow == nullptr ? std::string{} : person_of(list, row);
    return narrow != nullptr && !person.empty() && person != narrow->pick.person;
}

Row* Planner::Impl::find_row(std::size_t list, const std::string& id) {
    for (auto& row : book.lists[list].rows)
        if (id_of(book.lists[list], row) == id) return &row;
    return nullptr;
}

void Planner::Impl::touch(RowList& list, Row& row) {
    row.updated = now();
    const std::string pointer = list.facts->updated;
    Tree* stamp = pointer.empty() ? nullptr : at_pointer(row.row, pointer);
    if (stamp != nullptr) *stamp = write_time(*stamp, row.updated);
}

Tree Planner::Impl::spoilt(const RowList& list, const Row& row,
                           const std::vector<Fault>& hits) const {
    Tree out = row.row;
    for (const auto& fault : hits)
        if (spoils_members(fault) && fault.pick.what != "envelope" && picked(fault.pick, list, row))
            spoil_member(out, fault);
    return out;
}

Result<std::unique_ptr<Planner>> Planner::load(const std::string& folder, Clock& clock) {
    auto book = read_book(folder);
    if (!book) return book.error();
    return std::unique_ptr<Planner>(new Planner(std::make_unique<Impl>(std::move(*book), clock)));
}

Planner::Planner(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Planner::~Planner() = default;

HttpAnswer Planner::handle(const HttpRequest& request, const Headers& headers) {
    const std::lock_guard guard{impl_->lock};
    return impl_->answer(request, headers);
}

const std::string& Planner::name() const {
    return impl_->as_read.name;
}

std::map<std::string, std::string> Planner::settings() const {
    return impl_->as_read.settings;
}

const std::string& Planner::base_path() const {
    return impl_->as_read.base_path;
}

} // namespace hb::sandbox
