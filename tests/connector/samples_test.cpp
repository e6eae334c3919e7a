#include <catch2/catch.hpp>

#include "connector/bitrix24/tables.h"
#include "samples.h"
#include "wire.h"

using namespace hb;
using namespace wire;
using domain::Outcome;

namespace {

// The sample's own answer to a call of its method; with `error` its documented failure.
net::Response replay(const json::Document& sample, bool error = false) {
    if (!error) return answered(200, sample.root()["response"].dump());
    const auto status = sample.root()["error_http_status"][0].integer();
    return answered(status ? static_cast<int>(*status) : 400,
                    sample.root()["error_response"].dump());
}

struct StreamSample {
    const char* stream;
    const char* file;
};

} // namespace

TEST_CASE("the documentation's lists are read, row by row") {
    const StreamSample rows[] = {{"users", "user.get"},
                                 {"groups", "sonet_group.get"},
                                 {"companies", "crm.company.list"}, // by the older lists
                                 {"deals", "crm.deal.list"},
                                 {"tasks", "tasks.task.list"},
                                 {"entries", "task.elapseditem.getlist"},
                                 {"entries", "task.elapseditem.getlist.paged"}};
    for (const auto& row : rows) {
        const auto sample = samples::load(row.file);
        connector::Bitrix24Options options;
        options.classic_lists = true;
        const auto table = connector::bitrix24::table_of(row.stream, options);
        const auto read = connector::bitrix24::rows_of(*table, sample.root()["response"]["result"]);
        INFO(row.file);
        REQUIRE(read.ok());
        CHECK_FALSE(read->empty());
        for (const auto& item : *read) {
            const auto record = connector::bitrix24::record_of(*table, item);
            CHECK(record.id == std::to_string(item.id));
            CHECK(json::Document::parse(record.text).ok());
        }
    }
}

TEST_CASE("the documentation's batch, whole and failed, is taken apart") {
    const auto sample = samples::load("batch");
    Rig rig(
        [&](const Seen&) { return answered(200, sample.root()["error_response_halt_0"].dump()); });
    // None of our commands is in that answer: nothing may be taken from it.
    CHECK_FALSE(rig.portal->read_deal("1").ok());
    rig.wire.answer = [&](const Seen&) { return replay(sample); };
    CHECK_FALSE(rig.portal->read_deal("1").ok());
}

TEST_CASE("the documentation's answers to our writes are done, its errors are not") {
    struct Row {
        const char* file;
        domain::WriteOp op;
    };
    const auto op = [](const char* kind, const char* target, const char* fields) {
        domain::WriteOp out;
        out.kind = domain::parse_op_kind(kind).value();
        out.key = "hb-1";
        out.target = target;
        out.fields = fields;
        return out;
    };
    const Row rows[] = {
        {"crm.item.add",
         op("deal.create", "", R"({"title":"x","originatorId":"hourbridge","originId":"hb-1"})")},
        {"crm.item.productrow.set", op("deal.rows", "13143", R"({"rows":[]})")},
        {"crm.item.update", op("deal.stage", "351", R"({"stageId":"C9:UC_NYL06U"})")},
        {"crm.timeline.comment.add", op("comment.create", "10", R"({"comment":"hb-1"})")},
    };
    for (const auto& row : rows) {
        const auto sample = samples::load(row.file);
        INFO(row.file);
        Rig rig([&](const Seen& seen) {
            CHECK(seen.method == row.file);
            return replay(sample);
        });
        const auto done = rig.portal->write(row.op);
        CHECK(done.outcome == Outcome::Done);
        CHECK_FALSE(done.id.empty());
        rig.wire.answer = [&](const Seen&) { return replay(sample, true); };
        CHECK(rig.portal->write(row.op).outcome == Outcome::Rejected);
    }
}

TEST_CASE("the documentation's deal with rows and payments is read") {
    const auto item = samples::load("crm.item.update"); // the deal; crm.item.get shows a lead
    const auto rows = samples::load("crm.item.productrow.list");
    const auto payments = samples::load("crm.item.payment.list");
    Rig rig([&](const Seen& seen) {
        BatchAnswer answer;
        for (const auto& call : calls_of(seen)) {
            const bool first = call.key == "r0";
            answer.results[call.key] = R"({"productRows":[]})";
            if (first) answer.results[call.key] = rows.root()["response"]["result"].dump();
        }
        answer.results["deal"] = item.root()["response"]["result"].dump();
        answer.results["payments"] = payments.root()["response"]["result"].dump();
        return answer.response();
    });
    const auto deal = rig.portal->read_deal("351");
    REQUIRE(deal.ok());
    CHECK(deal->opportunity == "10000");
    CHECK(deal->stage == "C9:UC_NYL06U");
    CHECK(deal->company.empty()); // companyId 0 is none
    CHECK(deal->rows.size() == 2);
    REQUIRE(deal->payments.size() == 2);
    CHECK(deal->payments[0].paid);
    CHECK_FALSE(deal->payments[1].paid);
}

TEST_CASE("the documentation's comments, stages, currencies and fields are read") {
    const auto stages = samples::load("crm.status.list");
    const auto currencies = samples::load("crm.currency.list");
    const auto comments = samples::load("crm.timeline.comment.list");
    const auto fields = samples::load("task.item.userfield.getlist");
    const auto add = samples::load("task.item.userfield.add");
    Rig rig([&](const Seen&) { return replay(stages); });
    CHECK(*rig.portal->deal_stage("0", "F") == "LOSE");
    CHECK(*rig.portal->deal_stage("0", "S") == "WON");
    CHECK(*rig.portal->deal_stage("0", "P") == "NEW");
    rig.wire.answer = [&](const Seen&) { return replay(currencies); };
    CHECK(*rig.portal->currencies() == std::vector<std::string>{"USD", "EUR", "CAD"});
    rig.wire.answer = [&](const Seen& seen) {
        BatchAnswer answer;
        for (const auto& call : calls_of(seen))
            answer.results[call.key] = comments.root()["response"]["result"].dump();
        return answer.response();
    };
    domain::WriteOp comment;
    comment.kind = domain::OpKind::CommentCreate;
    comment.key = "New comment";
    comment.target = "2";
    comment.fields = "{}";
    CHECK(*rig.portal->find(comment) == std::vector<std::string>{"999"});
    rig.wire.answer = [&](const Seen& seen) {
        return seen.method == "task.item.userfield.add" ? replay(add) : replay(fields);
    };
    domain::WriteOp field;
    field.kind = domain::OpKind::TaskField;
    field.fields = R"({"name":"UF_TASK_CLIENT_REQUEST"})";
    CHECK(rig.portal->write(field).id == "1325");
    field.fields = R"({"name":"UF_TASK_LEGAL_REVIEW_REQUIRED"})";
    CHECK(rig.portal->write(field).outcome == Outcome::Rejected); // a boolean
    field.fields = R"({"name":"UF_HB_PAID"})";
    CHECK(rig.portal->write(field).id == "1325");
}

TEST_CASE("the documentation's task is marked and read back") {
    const auto get = samples::load("tasks.task.get");
    const auto update = samples::load("tasks.task.update");
    Rig rig([&](const Seen& seen) {
        BatchAnswer answer;
        for (const auto& call : calls_of(seen))
            answer.results[call.key] = (call.method == "tasks.task.get" ? get : update)
                                           .root()["response"]["result"]
                                           .dump();
        return answer.response();
    });
    domain::WriteOp mark;
    mark.kind = domain::OpKind::TaskMark;
    mark.target = "8017";
    mark.fields = R"({"UF_HB_PAID":"100"})";
    // The sample's task has no such field, and says so by leaving it out.
    CHECK(rig.portal->write(mark).outcome == Outcome::Rejected);
    mark.fields = R"({"UF_HB_PAID":""})";
    CHECK(rig.portal->write(mark).outcome == Outcome::Done);
}

TEST_CASE("the documentation's time, profile and scope make a check") {
    const auto time = samples::load("server.time");
    const auto profile = samples::load("profile");
    const auto scope = samples::load("scope");
    Rig rig([&](const Seen&) {
        BatchAnswer answer;
        answer.results["time"] = time.root()["response"]["result"].dump();
        answer.results["profile"] = profile.root()["response"]["result"].dump();
        answer.results["scope"] = scope.root()["response"]["result"].dump();
        answer.results["fields"] = "[]";
        answer.results["currencies"] = "[]";
        answer.results["companies"] = "[]";
        answer.results["deals"] = R"({"items":[]})";
        return answer.response();
    });
    const auto report = rig.portal->check();
    CHECK(report.authorised);
    CHECK(report.who == "Vadim Valeev (#1)");
    CHECK(report.problems.size() == 4); // the clock of 2024, and three scopes
}
