#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "net/local.h"
#include "sandbox/server.h"
#include "sandbox_rig.h"
#include "json/writer.h"

using namespace hb;
using namespace sandbox_rig;
using namespace std::chrono_literals;
using domain::Outcome;
using domain::Reading;
using domain::ReadRequest;
using domain::WriteOp;
using sandbox::Fault;

namespace {

struct Walked {
    std::map<std::int64_t, domain::SourceRecord> records;
    std::string cursor;
    int requests = 0;
    int failures = 0;
};

// To the end of the walk, a new connector before each page; errors are retried as a lane would.
Walked walk(Rig& rig, ReadRequest request) {
    Walked out;
    for (int page = 0; page < 3000; ++page) {
        rig.wait();
        const auto got = rig.remote->read(request);
        if (!got) {
            INFO(to_string(got.error()));
            REQUIRE(++out.failures < 50);
            rig.clock.advance(2s);
            continue;
        }
        out.requests += got->requests;
        for (const auto& record : got->records) out.records[std::stoll(record.id)] = record;
        request.cursor = out.cursor = got->cursor;
        if (got->complete) return out;
    }
    FAIL("the walk does not end");
    return out;
}

ReadRequest read(const char* stream, Reading reading, std::string cursor = "") {
    ReadRequest request;
    request.stream = stream;
    request.reading = reading;
    request.cursor = std::move(cursor);
    return request;
}

std::set<std::int64_t> ids_of(Rig& rig, const std::string& stream) {
    std::set<std::int64_t> ids;
    rig.portal.edit([&](sandbox::State& state) {
        if (stream == "tasks")
            for (const auto& task : state.tasks.rows()) ids.insert(task.id);
        if (stream == "entries")
            for (const auto& entry : state.entries().rows()) ids.insert(entry.id);
        if (stream == "groups")
            for (const auto& group : state.groups.rows()) ids.insert(group.id);
        if (stream == "users")
            for (const auto& user : state.users.rows())
                if (user.type == "employee" || user.type == "extranet") ids.insert(user.id);
    });
    return ids;
}

std::set<std::int64_t> ids_of(const Walked& walked) {
    std::set<std::int64_t> ids;
    for (const auto& [id, record] : walked.records) ids.insert(id);
    return ids;
}

WriteOp op(const char* kind, std::string target, std::string fields, const char* key = "hb-77") {
    WriteOp out;
    out.kind = domain::parse_op_kind(kind).value();
    out.key = key;
    out.target = std::move(target);
    out.fields = std::move(fields);
    return out;
}

WriteOp deal_op(const char* key = "hb-77") {
    json::Writer fields;
    fields.begin_object().member("title", "HB2026-0001").member("categoryId", 0);
    fields.member("stageId", "NEW").member("currencyId", "EUR").member("isManualOpportunity", "Y");
    fields.member("opportunity", "2501.50").member("originatorId", "hourbridge");
    fields.member("originId", key).end_object();
    return op("deal.create", "", fields.take(), key);
}

} // namespace

TEST_CASE("every stream of a seeded agency is read whole, and its rows are what is there") {
    Rig rig;
    rig.fill(1);
    for (const char* stream : {"users", "groups", "tasks", "entries"}) {
        const Walked walked = walk(rig, read(stream, Reading::Full));
        INFO(stream);
        CHECK(walked.failures == 0);
        CHECK(ids_of(walked) == ids_of(rig, stream));
        CHECK(ids_of(walked).size() > 10);
    }
    for (const char* stream : {"companies", "deals"}) {
        INFO(stream);
        CHECK(walk(rig, read(stream, Reading::Full)).failures == 0);
    }
    CHECK_FALSE(walk(rig, read("companies", Reading::Full)).records.empty());
    const Walked entries = walk(rig, read("entries", Reading::Full));
    rig.portal.edit([&](sandbox::State& state) {
        for (const auto& entry : state.entries().rows()) {
            const auto row = json::Document::parse(entries.records.at(entry.id).text);
            REQUIRE(*row->root()["SECONDS"].integer() == entry.seconds);
            REQUIRE(*row->root()["TASK_ID"].integer() == entry.task);
        }
    });
}

TEST_CASE("P1: 10,000 and 100,000 entries over dense ids and over ids with half of them missing") {
    for (const std::int64_t n : {10'000, 100'000})
        for (const std::int64_t gap : {0, 1}) {
            Rig rig;
            sandbox::seed_rows(rig.portal, 100, n, gap);
            const Walked walked = walk(rig, read("entries", Reading::Full));
            INFO(n << " gap " << gap << ": " << walked.requests);
            CHECK(walked.records.size() == static_cast<std::size_t>(n));
            const double factor = gap == 0 ? 1.10 : 1.5;
            CHECK(walked.requests <= static_cast<int>(factor * static_cast<double>(n / 2500)) + 5);
            CHECK(rig.portal.counters().http_requests == walked.requests);
        }
}

TEST_CASE("P3: under the published limits no answer of a long pull is a refusal") {
    sandbox::PortalOptions options;
    options.limits.cost_ms = 100;
    Rig rig(options);
    sandbox::seed_rows(rig.portal, 1000, 300'000);
    const Walked walked = walk(rig, read("entries", Reading::Full));
    CHECK(walked.records.size() == 300'000);
    CHECK(walked.failures == 0);
    CHECK(rig.portal.counters().by_status[503] == 0);
    CHECK(rig.portal.counters().by_status[429] == 0);
    CHECK(rig.portal.counters().failures.empty());
    // 6,000 pages of 0.1 s: 480 s at once and the rest when the budget refills.
    CHECK(rig.clock.now() - kNow < 1500s);
}

TEST_CASE("a pull under faults of every kind ends with the same records") {
    Rig rig;
    sandbox::seed_rows(rig.portal, 3000, 12'000, 1);
    const auto fault = [&](Fault::Kind kind, const char* method, int count, int skip) {
        Fault f;
        f.kind = kind;
        f.method = method;
        f.count = count;
        f.skip = skip;
        return f;
    };
    for (const char* stream : {"tasks", "entries"}) {
        const std::string method =
            stream == std::string("tasks") ? "tasks.task.list" : "task.elapseditem.getlist";
        rig.portal.clear_faults();
        rig.portal.add_fault(fault(Fault::Kind::LostAnswer, "batch", 1, 1));
        rig.portal.add_fault(fault(Fault::Kind::Html, "batch", 2, 2));
        rig.portal.add_fault(fault(Fault::Kind::Truncated, "batch", 1, 3));
        rig.portal.add_fault(fault(Fault::Kind::EmptyResult, "batch", 1, 4));
        Fault inner = fault(Fault::Kind::Error, method.c_str(), 20, 30);
        inner.status = 500;
        inner.code = "INTERNAL_SERVER_ERROR";
        rig.portal.add_fault(inner);
        rig.portal.add_fault(fault(Fault::Kind::WrongTypes, method.c_str(), 15, 60));
        rig.portal.add_fault(fault(Fault::Kind::EmptyResult, method.c_str(), 3, 90));
        rig.portal.add_fault(fault(Fault::Kind::EmptyList, method.c_str(), 1, 110));
        rig.portal.add_fault(fault(Fault::Kind::ShortPage, method.c_str(), 2, 130));
        rig.portal.add_fault(fault(Fault::Kind::NoTotal, method.c_str(), 9, 150));
        const Walked walked = walk(rig, read(stream, Reading::Full));
        INFO(stream << " failures " << walked.failures);
        CHECK(walked.failures >= 3);
        CHECK(ids_of(walked) == ids_of(rig, stream));
    }
}

TEST_CASE("changes: a new, a back-dated and an edited row; a closed task; nothing else") {
    Rig rig;
    rig.fill(2);
    const Walked tasks = walk(rig, read("tasks", Reading::Full));
    const Walked entries = walk(rig, read("entries", Reading::Changes));
    rig.clock.advance(3600s);
    const std::int64_t task = *ids_of(tasks).rbegin();
    const std::string added =
        rig.made("task.elapseditem.add", "[" + std::to_string(task) +
                                             R"(,{"SECONDS":900,"COMMENT_TEXT":"late","USER_ID":1,)"
                                             R"("CREATED_DATE":"2026-01-10T10:00:00+03:00"}])");
    rig.call("tasks.task.update",
             R"({"taskId":)" + std::to_string(task) + R"(,"fields":{"TITLE":"Новое 🙂"}})");
    const Walked changed = walk(rig, read("tasks", Reading::Changes, tasks.cursor));
    REQUIRE(changed.records.count(task) == 1);
    CHECK(changed.records.at(task).text.find("Новое 🙂") != std::string::npos);
    CHECK(changed.records.at(task).hash != tasks.records.at(task).hash);
    CHECK(changed.requests == 1);
    CHECK(changed.records.size() < 50);
    const Walked fresh = walk(rig, read("entries", Reading::Changes, entries.cursor));
    CHECK(fresh.requests == 1);
    CHECK(fresh.records.count(std::stoll(added)) == 1);
    CHECK(fresh.records.size() <= 501);
    for (const auto& [id, record] : fresh.records)
        if (entries.records.count(id) > 0) CHECK(record.hash == entries.records.at(id).hash);
}

TEST_CASE("deals and companies: changes by DATE_MODIFY") {
    Rig rig;
    const std::string company =
        rig.made("crm.item.add", R"({"entityTypeId":4,"fields":{"title":"Acme"}})");
    const std::string deal = rig.made(
        "crm.item.add", R"({"entityTypeId":2,"fields":{"title":"D","companyId":)" + company + "}}");
    rig.clock.advance(1h);
    const Walked companies = walk(rig, read("companies", Reading::Full));
    const Walked deals = walk(rig, read("deals", Reading::Full));
    REQUIRE(companies.records.count(std::stoll(company)) == 1);
    REQUIRE(deals.records.count(std::stoll(deal)) == 1);
    const auto row = json::Document::parse(deals.records.at(std::stoll(deal)).text);
    CHECK(*row->root()["COMPANY_ID"].text() == company);
    rig.clock.advance(7200s);
    CHECK(walk(rig, read("deals", Reading::Changes, deals.cursor)).records.empty());
    rig.call("crm.item.update",
             R"({"entityTypeId":2,"id":)" + deal + R"(,"fields":{"title":"E"}})");
    const Walked changed = walk(rig, read("deals", Reading::Changes, deals.cursor));
    CHECK(changed.records.size() == 1);
}

TEST_CASE("entries by id, of tasks and of a window") {
    Rig rig;
    sandbox::seed_rows(rig.portal, 40, 5000, 1);
    const auto all = ids_of(rig, "entries");
    ReadRequest ids = read("entries", Reading::ByIds);
    for (std::int64_t id = 1; id <= 4000; ++id) ids.ids.push_back(std::to_string(id));
    std::set<std::int64_t> got;
    std::set<std::int64_t> absent;
    while (true) {
        rig.wait();
        const auto page = rig.remote->read(ids);
        REQUIRE(page.ok());
        for (const auto& record : page->records) got.insert(std::stoll(record.id));
        for (const auto& id : page->absent) absent.insert(std::stoll(id));
        ids.cursor = page->cursor;
        if (page->complete) break;
    }
    for (std::int64_t id = 1; id <= 4000; ++id) {
        REQUIRE(got.count(id) == all.count(id));
        REQUIRE(absent.count(id) == 1 - all.count(id));
    }
    ReadRequest of = read("entries", Reading::OfTasks);
    const auto tasks = ids_of(rig, "tasks");
    const std::int64_t one = *tasks.begin();
    of.ids = {std::to_string(one), std::to_string(*tasks.rbegin()), "987654"};
    const Walked walked = walk(rig, of);
    std::set<std::int64_t> there;
    rig.portal.edit([&](sandbox::State& state) {
        for (const std::int64_t task : {one, *tasks.rbegin()})
            for (const auto id : state.entries_of(task)) there.insert(id);
    });
    CHECK(there.size() > 100);
    CHECK(ids_of(walked) == there);
}

TEST_CASE("a window gives every entry of its days, whatever the zone") {
    Rig rig;
    rig.fill(3);
    ReadRequest window = read("entries", Reading::Window);
    window.from = *parse_day("2026-01-01");
    window.to = *parse_day("2026-01-31");
    const Walked walked = walk(rig, window);
    std::set<std::int64_t> inside;
    rig.portal.edit([&](sandbox::State& state) {
        for (const auto& entry : state.entries().rows())
            if (entry.created >= to_epoch_seconds(Instant(window.from)) - 14 * 3600 &&
                entry.created < to_epoch_seconds(Instant(window.to)) + (24 + 12) * 3600)
                inside.insert(entry.id);
    });
    CHECK(inside.size() > 50);
    const auto read_ids = ids_of(walked);
    CHECK(std::includes(read_ids.begin(), read_ids.end(), inside.begin(), inside.end()));
    CHECK(walked.records.size() < ids_of(rig, "entries").size());
}

TEST_CASE("a deal's life: created once, found, rows set, read back, moved, gone") {
    Rig rig;
    const auto made = rig.remote->write(deal_op());
    INFO(to_string(made.error));
    REQUIRE(made.outcome == Outcome::Done);
    CHECK(*rig.remote->find(deal_op()) == std::vector<std::string>{made.id});
    CHECK(rig.remote->find(deal_op("hb-none"))->empty());
    const WriteOp rows =
        op("deal.rows", made.id,
           R"({"rows":[{"productName":"Вёрстка, 12:30:00 × 120.00","price":"1500.00",)"
           R"("quantity":"1","taxRate":"20","taxIncluded":"Y","sort":10},)"
           R"({"productName":"Design","price":"1001.50","quantity":"1","taxRate":null,)"
           R"("taxIncluded":"Y","sort":20}]})");
    const auto set = rig.remote->write(rows);
    CHECK(set.outcome == Outcome::Done);
    CHECK(set.answer == rows.fields);
    CHECK(*rig.remote->read_back(rows) == rows.fields);
    CHECK(rig.remote->write(rows).outcome == Outcome::Done);
    auto state = rig.remote->read_deal(made.id);
    REQUIRE(state.ok());
    CHECK(state->exists);
    CHECK(state->rows.size() == 2);
    CHECK(json::Document::parse(state->opportunity).ok());
    CHECK(state->opportunity == "2501.5");
    CHECK(state->currency == "EUR");
    CHECK(state->origin_id == "hb-77");
    CHECK(state->semantics == "P");
    const auto lost = rig.remote->deal_stage("0", "F");
    REQUIRE(lost.ok());
    const WriteOp stage = op("deal.stage", made.id, R"({"stageId":")" + *lost + "\"}");
    CHECK(rig.remote->write(stage).answer == stage.fields);
    CHECK(*rig.remote->read_back(stage) == stage.fields);
    CHECK(rig.remote->read_deal(made.id)->semantics == "F");
    rig.call("crm.item.delete", R"({"entityTypeId":2,"id":)" + made.id + "}");
    CHECK_FALSE(rig.remote->read_deal(made.id)->exists);
    CHECK(*rig.remote->read_back(rows) == "");
    CHECK(*rig.remote->read_back(stage) == "");
}

TEST_CASE("a paid payment of a deal is seen") {
    Rig rig;
    const auto made = rig.remote->write(deal_op());
    const std::string payment =
        rig.made("crm.item.payment.add", R"({"entityTypeId":2,"entityId":)" + made.id + "}");
    CHECK_FALSE(rig.remote->read_deal(made.id)->payments.at(0).paid);
    rig.call("crm.item.payment.pay", R"({"id":)" + payment + "}");
    const auto deal = rig.remote->read_deal(made.id);
    REQUIRE(deal->payments.size() == 1);
    CHECK(deal->payments[0].id == payment);
    CHECK(deal->payments[0].paid);
    CHECK(parse_instant(deal->payments[0].date).ok());
}

TEST_CASE("a create whose answer is lost ran once and is found; one that was reset did not run") {
    Rig rig;
    Fault lost;
    lost.kind = Fault::Kind::LostAnswer;
    lost.method = "crm.item.add";
    rig.portal.add_fault(lost);
    CHECK(rig.remote->write(deal_op("hb-1")).outcome == Outcome::Unknown);
    CHECK(rig.remote->find(deal_op("hb-1"))->size() == 1);
    Fault reset = lost;
    reset.kind = Fault::Kind::Reset;
    rig.portal.add_fault(reset);
    CHECK(rig.remote->write(deal_op("hb-2")).outcome == Outcome::Unknown);
    CHECK(rig.remote->find(deal_op("hb-2"))->empty());
    Fault html = lost;
    html.kind = Fault::Kind::Html;
    html.after_commit = true;
    rig.portal.add_fault(html);
    CHECK(rig.remote->write(deal_op("hb-3")).outcome == Outcome::Unknown);
    CHECK(rig.remote->find(deal_op("hb-3"))->size() == 1);
    Fault cut = lost;
    cut.kind = Fault::Kind::Truncated;
    rig.portal.add_fault(cut);
    CHECK(rig.remote->write(deal_op("hb-4")).outcome == Outcome::Unknown);
    CHECK(rig.remote->find(deal_op("hb-4"))->size() == 1);
}

TEST_CASE("comments are made with a marker and found by it") {
    Rig rig;
    const auto deal = rig.remote->write(deal_op());
    const WriteOp comment = op("comment.create", deal.id,
                               R"({"entityType":"deal","comment":"Отправлен [hb-c1]"})", "hb-c1");
    CHECK(rig.remote->find(comment)->empty());
    const auto made = rig.remote->write(comment);
    INFO(to_string(made.error));
    REQUIRE(made.outcome == Outcome::Done);
    for (int i = 0; i < 60; ++i)
        rig.call("crm.timeline.comment.add", R"({"fields":{"ENTITY_ID":)" + deal.id +
                                                 R"(,"ENTITY_TYPE":"deal","COMMENT":"noise"}})");
    CHECK(*rig.remote->find(comment) == std::vector<std::string>{made.id});
}

TEST_CASE("the paid mark: fields are made, the mark is written, read back and not part of the hash "
          "(G26)") {
    Rig rig;
    sandbox::seed_rows(rig.portal, 3, 10);
    const std::string task = std::to_string(*ids_of(rig, "tasks").begin());
    const WriteOp mark =
        op("task.mark", task, R"({"UF_HB_PAID":"100","UF_HB_REPORT":"HB2026-0001"})");
    for (const char* name : {"UF_HB_PAID", "UF_HB_REPORT"}) {
        const WriteOp field =
            op("task.field", "", std::string(R"({"name":")") + name + R"(","label":"Paid, %"})");
        const auto made = rig.remote->write(field);
        INFO(to_string(made.error));
        REQUIRE(made.outcome == Outcome::Done);
        CHECK(rig.remote->write(field).outcome == Outcome::Done);
    }
    const Walked before = walk(rig, read("tasks", Reading::Full));
    const auto done = rig.remote->write(mark);
    INFO(to_string(done.error));
    CHECK(done.outcome == Outcome::Done);
    CHECK(done.answer == mark.fields);
    CHECK(*rig.remote->read_back(mark) == mark.fields);
    const Walked after = walk(rig, read("tasks", Reading::Full));
    CHECK(after.records.at(std::stoll(task)).text.find("HB2026-0001") != std::string::npos);
    CHECK(after.records.at(std::stoll(task)).hash == before.records.at(std::stoll(task)).hash);
    const WriteOp empty =
        op("task.mark", task, R"({"UF_HB_PAID":"","UF_HB_REPORT":"HB2026-0001"})");
    CHECK(rig.remote->write(empty).answer == empty.fields);
    const WriteOp gone = op("task.mark", "987654", mark.fields);
    CHECK(rig.remote->write(gone).outcome == Outcome::Done);
    CHECK(*rig.remote->read_back(gone) == "");
}

TEST_CASE(
    "check finds nothing wrong with the administrator's webhook, and names what others lack") {
    Rig rig;
    auto report = rig.remote->check();
    for (const auto& problem : report.problems) UNSCOPED_INFO(problem.what);
    CHECK(report.problems.empty());
    CHECK(report.authorised);
    CHECK(report.clock_skew == 0s);
    CHECK_FALSE(report.currencies.empty());
    sandbox::Token poor;
    poor.token = "poor";
    poor.user = 1;
    poor.scopes = {"user"};
    rig.portal.add_token(poor);
    rig.connect("1/poor");
    report = rig.remote->check();
    std::string all;
    for (const auto& problem : report.problems) all += problem.what + "\n";
    for (const char* scope : {"scope task", "scope crm", "scope sonet_group"})
        CHECK(all.find(scope) != std::string::npos);
    const auto page = rig.remote->read(read("tasks", Reading::Full));
    REQUIRE_FALSE(page.ok());
    CHECK(page.error().code == Code::Forbidden);
    CHECK(page.error().hint.find("task") != std::string::npos);
    sandbox::Token blind; // every scope, and no right in the CRM
    blind.token = "blind";
    blind.user = 1;
    blind.scopes = {"task", "crm", "user", "sonet_group"};
    blind.crm = sandbox::Token::CrmRights::None;
    rig.portal.add_token(blind);
    rig.connect("1/blind");
    all.clear();
    for (const auto& problem : rig.remote->check().problems) all += problem.what + "\n";
    CHECK(all.find("may not read companies in the CRM (crm.item.list)") != std::string::npos);
    CHECK(all.find("may not read deals in the CRM (crm.item.list)") != std::string::npos);
    rig.connect("1/dead");
    report = rig.remote->check();
    CHECK(report.reachable);
    CHECK_FALSE(report.authorised);
}

TEST_CASE("both revisions of the error statuses lead to the same reaction") {
    for (const bool later : {false, true}) {
        sandbox::PortalOptions options;
        options.rights_answer_401 = later;
        Rig rig(options);
        rig.connect("1/dead");
        const auto page = rig.remote->read(read("tasks", Reading::Full));
        REQUIRE_FALSE(page.ok());
        CHECK(page.error().code == Code::Forbidden);
        // The key is dead for everything: the write did not run, and waits for another key.
        CHECK(rig.remote->write(deal_op()).outcome == Outcome::Refused);
    }
}

TEST_CASE("the envelope's time block may come in any form or not at all") {
    for (const auto form : {sandbox::TimeForm::Full, sandbox::TimeForm::WithoutOperating,
                            sandbox::TimeForm::WholeSeconds, sandbox::TimeForm::None}) {
        sandbox::PortalOptions options;
        options.time_form = form;
        Rig rig(options);
        sandbox::seed_rows(rig.portal, 120, 300);
        const Walked full = walk(rig, read("tasks", Reading::Full));
        CHECK(full.records.size() == 120);
        const Walked changes = walk(rig, read("tasks", Reading::Changes, full.cursor));
        INFO(static_cast<int>(form));
        // Without a time there is no watermark: everything is read again, nothing is missed.
        if (form == sandbox::TimeForm::None) CHECK(changes.records.size() == 120);
    }
}

TEST_CASE("over a real socket: pull, create, and one connection for reads (P16)") {
    SystemClock clock;
    sandbox::Portal portal({}, clock);
    sandbox::seed_basics(portal);
    sandbox::seed_rows(portal, 50, 6000);
    sandbox::Server server(portal);
    REQUIRE(server.start().ok());
    connector::Bitrix24Options options;
    options.webhook_url = Secret(server.webhook("sandbox"));
    auto made = connector::make_bitrix24(options, hb::test::local_client(), clock);
    REQUIRE(made.ok());
    auto& remote = **made;
    auto request = read("entries", Reading::Full);
    std::size_t rows = 0;
    for (bool complete = false; !complete;) {
        const auto page = remote.read(request);
        INFO((page.ok() ? "" : to_string(page.error())));
        REQUIRE(page.ok());
        rows += page->records.size();
        request.cursor = page->cursor;
        complete = page->complete;
    }
    CHECK(rows == 6000);
    CHECK(remote.write(deal_op()).outcome == Outcome::Done);
    Fault lost;
    lost.kind = Fault::Kind::LostAnswer;
    lost.method = "crm.item.add";
    portal.add_fault(lost);
    CHECK(remote.write(deal_op("hb-lost")).outcome == Outcome::Unknown);
    CHECK(remote.find(deal_op("hb-lost"))->size() == 1);
    std::int64_t adds = 0;
    for (const auto& write : portal.writes())
        if (fold_case(write.method) == "crm.item.add") ++adds;
    CHECK(adds == 2);
}
