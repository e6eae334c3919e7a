#include "base/text.h"
#include "store/source_rows.h"

// Reading the mirror of facts. A reference's kind is not asked: the function called says it.
namespace hb::store {

namespace {

PersonRow person_of(const Statement& row) {
    Columns c(row);
    return PersonRow{c.integer(), {c.text(), "user", c.text()}, c.text(), c.flag(),
                     c.flag(),    c.integer_or_null()};
}

// A Bitrix24 workgroup is a `group`, in other planners it is a `project` (G45).
ProjectRow project_of(const Statement& row) {
    Columns c(row);
    ProjectRow project{c.integer(), {c.text(), "", c.text()}, c.text(), c.flag()};
    project.ref.kind = c.text() == "bitrix24" ? "group" : "project";
    return project;
}

CompanyRow company_of(const Statement& row) {
    Columns c(row);
    return CompanyRow{c.integer(), {c.text(), "company", c.text()}, c.text(), c.flag(), c.flag()};
}

DealRow deal_of(const Statement& row) {
    Columns c(row);
    return DealRow{
        c.integer(), {c.text(), "deal", c.text()}, c.text(), c.text(), c.text(), c.text(),
        c.flag()};
}

std::vector<std::string> lines_in(const std::string& text) {
    std::vector<std::string> lines;
    if (text.empty()) return lines;
    for (const std::string_view line : split(text, '\n')) lines.emplace_back(line);
    return lines;
}

std::vector<domain::CrmLink> links_in(const std::string& text) {
    std::vector<domain::CrmLink> links;
    for (const std::string& line : lines_in(text)) {
        const std::size_t space = line.find(' ');
        ensure(space != std::string::npos, "a stored link is a kind and an id");
        links.push_back({line.substr(0, space), line.substr(space + 1)});
    }
    return links;
}

} // namespace

TaskRow task_of(const Statement& row) {
    Columns c(row);
    TaskRow task;
    task.id = c.integer();
    task.ref = {c.text(), "task", c.text()};
    task.known = c.flag();
    domain::SourceTask& facts = task.facts;
    facts.id = task.ref.id;
    facts.title = c.text();
    facts.parent = c.text();
    facts.project = c.text();
    facts.responsible = c.text();
    facts.status = static_cast<domain::TaskStatus>(c.small());
    task.status_before = static_cast<domain::TaskStatus>(c.small());
    task.status_pull = c.integer();
    facts.tags = lines_in(c.text());
    facts.links = links_in(c.text());
    facts.created = c.instant_or_null();
    facts.closed = c.instant_or_null();
    facts.deadline = c.instant_or_null();
    facts.seconds_total = c.integer_or_null();
    facts.paid_mark = c.text();
    facts.report_mark = c.text();
    task.client = c.integer_or_null();
    task.two_clients = c.flag();
    return task;
}

std::vector<CompanyRow> Sources::companies(std::int64_t remote) const {
    return all(db_.prepare(R"(
        SELECT c.id, m.name, c.remote_id, c.name, c.own, c.known
          FROM companies c JOIN remotes m ON m.id = c.remote
         WHERE c.remote = :remote ORDER BY c.id)")
                   .bind(":remote", remote),
               company_of);
}

std::vector<CompanyRow> Sources::own_companies(std::int64_t remote) const {
    return all(db_.prepare(R"(
        SELECT c.id, m.name, c.remote_id, c.name, c.own, c.known
          FROM companies c JOIN remotes m ON m.id = c.remote
         WHERE c.remote = :remote AND c.own = 1 AND c.known = 1 ORDER BY c.id)")
                   .bind(":remote", remote),
               company_of);
}

std::vector<ProjectRow> Sources::projects(std::int64_t remote) const {
    return all(db_.prepare(R"(
        SELECT p.id, m.name, p.remote_id, p.name, p.closed, m.connector
          FROM projects p JOIN remotes m ON m.id = p.remote
         WHERE p.remote = :remote ORDER BY p.id)")
                   .bind(":remote", remote),
               project_of);
}

std::vector<DealRow> Sources::deals(std::int64_t remote) const {
    return all(db_.prepare(R"(
        SELECT d.id, m.name, d.remote_id, d.title, d.company, d.stage, d.origin_id, d.known
          FROM deals d JOIN remotes m ON m.id = d.remote
         WHERE d.remote = :remote ORDER BY d.id)")
                   .bind(":remote", remote),
               deal_of);
}

std::vector<TaskRow> Sources::tasks(std::int64_t remote) const {
    return all(db_.prepare("SELECT " HB_TASK_COLUMNS R"(
          FROM tasks t JOIN remotes m ON m.id = t.remote
         WHERE t.remote = :remote ORDER BY t.id)")
                   .bind(":remote", remote),
               task_of);
}

std::vector<Sources::TaskOwner> Sources::task_owners(std::int64_t remote) const {
    return all(
        db_.prepare(R"(
        SELECT id, remote_id, parent, project, links, known, client, two_clients
          FROM tasks WHERE remote = :remote ORDER BY id)")
            .bind(":remote", remote),
        [](const Statement& row) {
            Columns c(row);
            return TaskOwner{
                c.integer(),         c.text(), c.text(), c.text(), links_in(c.text()), c.flag(),
                c.integer_or_null(), c.flag()};
        });
}

std::optional<CompanyRow> Sources::find_company(const domain::Ref& ref) const {
    return first(db_.prepare(R"(
        SELECT c.id, m.name, c.remote_id, c.name, c.own, c.known
          FROM remotes m JOIN companies c ON c.remote = m.id
         WHERE m.name = :remote AND c.remote_id = :id)")
                     .bind(":remote", ref.remote)
                     .bind(":id", ref.id),
                 company_of);
}

std::optional<CompanyRow> Sources::find_company(std::int64_t id) const {
    return first(db_.prepare(R"(
        SELECT c.id, m.name, c.remote_id, c.name, c.own, c.known
          FROM companies c JOIN remotes m ON m.id = c.remote WHERE c.id = :id)")
                     .bind(":id", id),
                 company_of);
}

std::optional<ProjectRow> Sources::find_project(const domain::Ref& ref) const {
    return first(db_.prepare(R"(
        SELECT p.id, m.name, p.remote_id, p.name, p.closed, m.connector
          FROM remotes m JOIN projects p ON p.remote = m.id
         WHERE m.name = :remote AND p.remote_id = :id)")
                     .bind(":remote", ref.remote)
                     .bind(":id", ref.id),
                 project_of);
}

std::vector<ProjectRow> Sources::projects(std::string_view remote) const {
    return all(db_.prepare(R"(
        SELECT p.id, m.name, p.remote_id, p.name, p.closed, m.connector
          FROM remotes m JOIN projects p ON p.remote = m.id
         WHERE m.name = :remote AND p.known = 1 ORDER BY p.closed, p.id)")
                   .bind(":remote", remote),
               project_of);
}

std::vector<PersonRow> Sources::persons(std::int64_t remote) const {
    return all(db_.prepare(R"(
        SELECT p.id, m.name, p.remote_id, p.name, p.active, p.known, p.same_as
          FROM persons p JOIN remotes m ON m.id = p.remote
         WHERE p.remote = :remote ORDER BY p.id)")
                   .bind(":remote", remote),
               person_of);
}

void Sources::set_same_as(std::int64_t person, std::optional<std::int64_t> same_as) {
    db_.prepare("UPDATE persons SET same_as = :same_as WHERE id = :id")
        .bind(":same_as", same_as)
        .bind(":id", person)
        .run();
}

std::vector<Sources::TaskWords> Sources::task_words(std::int64_t remote, bool tagged) const {
    return all(db_.prepare(R"(
        SELECT remote_id, title, tags FROM tasks
         WHERE remote = :remote AND known = 1 AND (tags <> '' OR NOT :tagged) ORDER BY id)")
                   .bind(":remote", remote)
                   .bind(":tagged", flag(tagged)),
               [](const Statement& row) {
                   Columns c(row);
                   return TaskWords{c.text(), c.text(), lines_in(c.text())};
               });
}

std::optional<PersonRow> Sources::find_person(const domain::Ref& ref) const {
    return first(db_.prepare(R"(
        SELECT p.id, m.name, p.remote_id, p.name, p.active, p.known, p.same_as
          FROM remotes m JOIN persons p ON p.remote = m.id
         WHERE m.name = :remote AND p.remote_id = :id)")
                     .bind(":remote", ref.remote)
                     .bind(":id", ref.id),
                 person_of);
}

std::optional<PersonRow> Sources::find_person(std::int64_t id) const {
    return first(db_.prepare(R"(
        SELECT p.id, m.name, p.remote_id, p.name, p.active, p.known, p.same_as
          FROM persons p JOIN remotes m ON m.id = p.remote WHERE p.id = :id)")
                     .bind(":id", id),
                 person_of);
}

std::optional<TaskRow> Sources::find_task(const domain::Ref& ref) const {
    return first(db_.prepare("SELECT " HB_TASK_COLUMNS R"(
          FROM remotes m JOIN tasks t ON t.remote = m.id
         WHERE m.name = :remote AND t.remote_id = :id)")
                     .bind(":remote", ref.remote)
                     .bind(":id", ref.id),
                 task_of);
}

std::optional<TaskRow> Sources::find_task(std::int64_t id) const {
    return first(db_.prepare("SELECT " HB_TASK_COLUMNS R"(
          FROM tasks t JOIN remotes m ON m.id = t.remote WHERE t.id = :id)")
                     .bind(":id", id),
                 task_of);
}

std::optional<DealRow> Sources::find_deal(const domain::Ref& ref) const {
    return first(db_.prepare(R"(
        SELECT d.id, m.name, d.remote_id, d.title, d.company, d.stage, d.origin_id, d.known
          FROM remotes m JOIN deals d ON d.remote = m.id
         WHERE m.name = :remote AND d.remote_id = :id)")
                     .bind(":remote", ref.remote)
                     .bind(":id", ref.id),
                 deal_of);
}

} // namespace hb::store
