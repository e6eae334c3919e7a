#include "engine/books_world.h"

#include <catch2/catch.hpp>

#include "base/digest.h"
#include "base/text.h"
#include "books/drafting.h"
#include "books/owners.h"
#include "books/rule_links.h"
#include "desk/terms.h"
#include "mapping/contract_file.h"
#include "mapping/shipped.h"

namespace hb::test {
namespace {

// A remote that nobody calls.
class Silent final : public connector::Connector {
public:
    Silent() {
        capabilities_.mark = connector::MarkOf::Task;
        capabilities_.mark_fields = true;
    }
    const connector::Capabilities& capabilities() const override { return capabilities_; }
    std::string account() const override { return "silent"; }
    Instant earliest() const override { return Instant{}; }
    connector::Counters counters() const override { return {}; }
    Result<domain::Page> read(const domain::ReadRequest&) override { return silent(); }
    domain::WriteResult write(const domain::WriteOp&) override { return {}; }
    Result<std::vector<std::string>> find(const domain::WriteOp&) override { return silent(); }
    Result<std::string> read_back(const domain::WriteOp&) override { return silent(); }
    Result<domain::DealState> read_deal(std::string_view) override { return silent(); }
    Result<std::string> deal_stage(std::string_view, std::string_view) override { return silent(); }
    Result<std::vector<std::string>> currencies() override { return silent(); }
    connector::CheckReport check() override { return {}; }
    std::string task_url(std::string_view id, std::string_view, std::string_view) const override {
        return "https://portal.example/task/" + std::string(id) + "/";
    }

private:
    static Error silent() { return {Code::Remote, "nobody is there", "", ""}; }
    connector::Capabilities capabilities_;
};

} // namespace

BooksWorld::BooksWorld() : clock(*parse_instant("2026-07-01T09:00:00Z")) {
    auto opened = store::Database::in_memory();
    REQUIRE(opened.ok());
    db = std::move(*opened);
    books::Settings settings;
    settings.zone = *Zone::find("Europe/Minsk");
    settings.crm_remote = "bitrix24";
    settings.public_url = "https://reports.example.com";
    settings.settle.evidence = {domain::Evidence::Payment, domain::Evidence::DealWon};
    settings.nonbillable = {{"bug", "", "", "bug"}};
    settings.key = Secret("test key");
    tables = std::make_unique<store::Tables>(*db);
    books = std::make_unique<books::Books>(*db, clock, ids, settings);
    auto remote = std::make_unique<books::RemoteRuntime>();
    remote->connector = std::make_unique<Silent>();
    std::vector<mapping::FileProblem> problems;
    remote->mapping = std::make_unique<mapping::Mapping>(*mapping::Mapping::parse(
        mapping::shipped_mapping("bitrix24"), "mappings/bitrix24.json", problems));
    {
        store::Tx tx(*db);
        remote->row = tables->sources.add_remote("bitrix24", "bitrix24", "silent", clock.now());
        tables->sources.keep_cursor(remote->row.id,
                                    {"entries", "changes", "", 0, clock.now(), clock.now()});
        tx.commit();
    }
    books->remotes.push_back(std::move(remote));
}

BooksWorld::~BooksWorld() = default;

void BooksWorld::planner(const std::string& name) {
    planner_ = name;
    if (books->find_remote(name) != nullptr) return;
    auto remote = std::make_unique<books::RemoteRuntime>();
    remote->connector = std::make_unique<Silent>();
    store::Tx tx(*db);
    remote->row = tables->sources.add_remote(name, name, "silent " + name, clock.now());
    tables->sources.keep_cursor(remote->row.id,
                                {"entries", "changes", "", 0, clock.now(), clock.now()});
    tx.commit();
    books->remotes.push_back(std::move(remote));
}

books::RemoteRuntime& BooksWorld::remote() {
    return *books->find_remote(planner_);
}

void BooksWorld::keep(const std::string& stream, const std::string& id, domain::Fact fact,
                      const std::string& content, const std::string& raw) {
    books::Step step = books->begin();
    store::Sources::Keep context{remote().row.id,
                                 stream,
                                 0,
                                 step->sources.next_sequence("pull"),
                                 step->sources.next_sequence("seen"),
                                 step.now()};
    pull_ = context.pull;
    domain::SourceRecord record{stream, id, raw, sha256_hex(content)};
    step->sources.keep(context, {{record, std::move(fact), ""}}, {}, books::calendar_lookup(step),
                       [&](const store::TaskRow& task) {
                           const auto status =
                               task.status_pull == pull_ ? task.status_before : task.facts.status;
                           return status == domain::TaskStatus::Completed &&
                                  books::task_is_fully_paid(step, task.id);
                       });
    books::keep_link_values(step, remote().row, stream, {record});
    step.put_off(remote());
}

std::int64_t BooksWorld::company(const std::string& id, const std::string& name) {
    keep("companies", id, domain::SourceCompany{id, name, false}, name);
    return tables->sources.find_company({"bitrix24", "company", id})->id;
}

std::int64_t BooksWorld::own_company(const std::string& id, const std::string& name) {
    keep("companies", id, domain::SourceCompany{id, name, true}, name + " own");
    return tables->sources.find_company({"bitrix24", "company", id})->id;
}

void BooksWorld::person(const std::string& id) {
    keep("users", id, domain::SourcePerson{id, "Person " + id, true}, id);
}

void BooksWorld::task(const std::string& id, const std::string& company, domain::TaskStatus status,
                      const std::vector<std::string>& tags) {
    domain::SourceTask task;
    task.id = id;
    task.title = "Task " + id;
    task.status = status;
    task.tags = tags;
    if (!company.empty()) task.links = {{"company", company}};
    std::string content = company + "/" + std::to_string(static_cast<int>(status));
    for (const auto& tag : tags) content += "/" + tag;
    keep("tasks", id, task, content);
    books::Step step = books->begin();
    books::resolve_owners(step, remote());
    step.put_off(remote());
}

void BooksWorld::owners() {
    books::Step step = books->begin();
    books::resolve_owners(step, remote());
    if (planner_ == "bitrix24") books::resolve_by_rules(step, remote());
    step.put_off(remote());
}

void BooksWorld::task(const domain::SourceTask& task, const std::string& raw) {
    keep("tasks", task.id, task, raw + task.title + task.project + join(task.tags, "/"), raw);
    owners();
}

void BooksWorld::project(const std::string& id, const std::string& name, const std::string& raw) {
    keep("groups", id, domain::SourceProject{id, name, false}, name + raw, raw);
}

void BooksWorld::person(const std::string& id, const std::string& name, const std::string& raw) {
    keep("users", id, domain::SourcePerson{id, name, true}, name + raw, raw);
}

void BooksWorld::entry(const std::string& id, const std::string& task, const std::string& person,
                       std::int64_t seconds, Day day, const std::string& text) {
    domain::SourceEntry entry;
    entry.id = id;
    entry.task = task;
    entry.person = person;
    entry.seconds = seconds;
    entry.at = Instant{day} + std::chrono::hours{9};
    entry.text = text;
    keep("entries", id, entry,
         text + task + "/" + person + "/" + std::to_string(seconds) + "/" + format_day(day));
}

void BooksWorld::entry_at(const std::string& id, const std::string& task, const std::string& person,
                          std::int64_t seconds, const std::string& at) {
    domain::SourceEntry entry;
    entry.id = id;
    entry.task = task;
    entry.person = person;
    entry.seconds = seconds;
    entry.at = *parse_instant(at);
    keep("entries", id, entry, task + "/" + person + "/" + std::to_string(seconds) + "/" + at);
}

void BooksWorld::gone(const std::string& stream, const std::string& id) {
    store::Tx tx(*db);
    store::Sources::Keep context{remote().row.id,
                                 stream,
                                 0,
                                 tables->sources.next_sequence("pull"),
                                 tables->sources.next_sequence("seen"),
                                 clock.now()};
    tables->sources.tombstone(context, {id});
    tables->touched.put_off(remote().row.id);
    tx.commit();
}

void BooksWorld::settle() {
    for (const auto& each : books->remotes) {
        books::Step step = books->begin();
        step.ends_reading(*each);
        step.done();
    }
}

Result<desk::Applied> BooksWorld::contract(const std::string& company, const std::string& terms) {
    std::vector<mapping::FileProblem> problems;
    const auto parsed =
        mapping::parse_contract("{\"client\":\"bitrix24:company:" + company + "\"," + terms + "}",
                                "contract", {"Europe/Minsk", "en"}, problems);
    for (const auto& problem : problems) UNSCOPED_INFO(to_string(problem));
    REQUIRE(parsed.has_value());
    return desk::apply_contract(*books, *parsed, {"BYN", "EUR", "JPY"}, false, actor);
}

domain::DealState BooksWorld::deal(std::int64_t report, bool won) {
    const auto row = *tables->reports.find(report);
    const auto currency = *domain::find_currency(row.currency);
    domain::DealState deal;
    deal.exists = true;
    deal.id = "77";
    deal.semantics = won ? "S" : "P";
    deal.opportunity = domain::format_amount(row.total, currency);
    deal.currency = row.currency;
    deal.company = tables->sources.find_company(row.client)->ref.id;
    for (const auto& line : tables->reports.lines(report, row.revision))
        if (line.line.billable)
            deal.rows.push_back({"row", domain::format_amount(line.line.gross, currency), "1"});
    return deal;
}

} // namespace hb::test
