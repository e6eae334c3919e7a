#include <catch2/catch.hpp>

#include "books.h"
#include "store/health.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;
using domain::Repeat;

namespace {

struct Box : Books {
    int made = 0;
    OpRow op(const std::string& purpose, Repeat repeat, std::int64_t due = 10) {
        OpRow row;
        row.remote = remote;
        row.purpose = domain::Purpose::stored(purpose);
        row.op = {domain::OpKind::DealCreate, repeat, "hb-" + std::to_string(++made), "", "{}"};
        row.due_at = at(due);
        row.made_at = at(1);
        return row;
    }
    std::int64_t add(const OpRow& row) {
        Tx tx(*db);
        const std::int64_t id = outbox.add(row);
        tx.commit();
        return id;
    }
    bool claim(std::int64_t id) {
        Tx tx(*db);
        const bool mine = outbox.claim(id, at(20));
        tx.commit();
        return mine;
    }
    void set(std::int64_t id, OpState state, const std::string& remote_id = "") {
        Tx tx(*db);
        OpRow row = outbox.find(id).value();
        row.state = state;
        row.remote_id = remote_id;
        outbox.update(row);
        tx.commit();
    }
    std::int64_t next_id() {
        const auto row = outbox.next(remote, at(100));
        return row ? row->id : 0;
    }
};

} // namespace

TEST_CASE("an op of a kind that nobody knows is refused by name and does nothing (G60)") {
    Box books;
    const std::int64_t id = books.add(books.op("report 1 deal", Repeat::Findable));
    {
        Tx tx(*books.db);
        books.db->prepare("UPDATE outbox SET kind = 'deal.paint' WHERE id = :id")
            .bind(":id", id)
            .run();
        tx.commit();
    }
    const std::string says = "op " + std::to_string(id) +
                             " of the books is of the kind \"deal.paint\", which this version does "
                             "not know";
    CHECK_THROWS_WITH(books.outbox.find(id), says);
    CHECK_THROWS_WITH(books.outbox.next(books.remote, at(100)), says);
    CHECK_THROWS_WITH(books.outbox.list(std::nullopt, 10), says);
    OpRow unset = books.op("report 2 deal", Repeat::Findable);
    unset.op.kind = domain::OpKind::Unset;
    CHECK_THROWS(books.add(unset));
}

TEST_CASE("an op is claimed once, a second caller is too late") {
    Box books;
    const std::int64_t id = books.add(books.op("report 1 deal", Repeat::Findable));
    CHECK(books.claim(id));
    CHECK_FALSE(books.claim(id));
    const OpRow row = books.outbox.find(id).value();
    CHECK(row.state == OpState::InFlight);
    CHECK(row.attempts == 1);
    CHECK(row.claimed_at == at(20));
}

TEST_CASE("a create of one purpose exists once, also when it is done or parked (rule 48)") {
    Box books;
    const std::int64_t id = books.add(books.op("report 1 deal", Repeat::Findable));
    CHECK(books.add(books.op("report 1 deal", Repeat::Findable)) == id);
    books.set(id, OpState::Done, "42");
    CHECK(books.add(books.op("report 1 deal", Repeat::Findable)) == id);
    CHECK(books.add(books.op("report 2 deal", Repeat::Findable)) != id);
    CHECK_THROWS(books.raw("INSERT INTO outbox(remote, kind, repeat, purpose, key, target, fields, "
                           "state, due_at, made_at) SELECT remote, kind, repeat, purpose, 'other', "
                           "target, fields, state, due_at, made_at FROM outbox WHERE id = 1"));
}

TEST_CASE("a newer value takes the place of one that did not go out yet") {
    Box books;
    const std::int64_t old = books.add(books.op("task 5 mark", Repeat::Fixed));
    OpRow waiting = books.op("task 5 comment", Repeat::Once);
    waiting.after = old;
    const std::int64_t waits = books.add(waiting);
    const std::int64_t newer = books.add(books.op("task 5 mark", Repeat::Fixed));
    CHECK(books.outbox.find(old)->superseded);
    CHECK(books.outbox.find(waits)->after == newer);
    CHECK_FALSE(books.claim(old));
    CHECK(books.next_id() == newer);
    CHECK(books.outbox.of_purpose(domain::Purpose::task_mark(5))->id == newer);
    CHECK(books.outbox.count(OpState::Pending) == 2);
}

TEST_CASE("a write is wanted since the first of its values that did not go out") {
    Box books;
    const auto wanted = [&](std::int64_t made, OpState before) {
        OpRow row = books.op("task 5 mark", Repeat::Fixed);
        row.made_at = at(made);
        books.set(books.add(row), before);
    };
    const auto since = [&] {
        const auto all = read_health(*books.db, at(100), {}).unfinished;
        return all.empty() ? Instant{} : all.front().wanted_at;
    };
    CHECK(since() == Instant{});
    wanted(10, OpState::Done); // this one went out
    CHECK(since() == Instant{});
    wanted(20, OpState::Parked);
    wanted(30, OpState::Pending);
    wanted(40, OpState::Pending);
    CHECK(since() == at(20));
    REQUIRE(read_health(*books.db, at(100), {}).unfinished.size() == 1);
}

TEST_CASE("a value under way is not overtaken by a newer one") {
    Box books;
    const std::int64_t old = books.add(books.op("task 5 mark", Repeat::Fixed));
    REQUIRE(books.claim(old));
    books.set(old, OpState::Uncertain);
    const std::int64_t newer = books.add(books.op("task 5 mark", Repeat::Fixed, 5));
    CHECK_FALSE(books.outbox.find(old)->superseded);
    CHECK(books.next_id() == old);
    books.set(old, OpState::Done);
    CHECK(books.next_id() == newer);
}

TEST_CASE("an op waits for the one it needs") {
    Box books;
    const std::int64_t deal = books.add(books.op("report 1 deal", Repeat::Findable, 50));
    OpRow rows = books.op("report 1 rows", Repeat::Fixed, 10);
    rows.after = deal;
    const std::int64_t later = books.add(rows);
    CHECK_FALSE(books.outbox.next(books.remote, at(20)));
    CHECK(books.outbox.next_due(books.remote) == at(50));
    CHECK(books.next_id() == deal);
    books.set(deal, OpState::Parked);
    CHECK(books.next_id() == 0);
    CHECK_FALSE(books.outbox.next_due(books.remote));
    books.set(deal, OpState::Done, "42");
    CHECK(books.next_id() == later);
    CHECK(books.outbox.find(later)->after == deal);
}

TEST_CASE("the op that is due first goes first, and none before it is due") {
    Box books;
    const std::int64_t late = books.add(books.op("a", Repeat::Fixed, 60));
    const std::int64_t soon = books.add(books.op("b", Repeat::Fixed, 30));
    CHECK_FALSE(books.outbox.next(books.remote, at(29)));
    CHECK(books.outbox.next(books.remote, at(30))->id == soon);
    CHECK(books.next_id() == soon);
    books.set(soon, OpState::Done);
    CHECK(books.next_id() == late);
    CHECK_FALSE(books.outbox.next(books.remote + 1, at(100)));
}

TEST_CASE("what a dead process left in flight may have run (G21)") {
    Box books;
    const std::int64_t id = books.add(books.op("report 1 deal", Repeat::Findable, 500));
    REQUIRE(books.claim(id));
    Tx tx(*books.db);
    CHECK(books.outbox.recover(at(30)) == 1);
    const OpRow row = books.outbox.find(id).value();
    CHECK(row.state == OpState::Uncertain);
    CHECK(row.due_at == at(30));
    CHECK(row.claimed_at == at(20));
    CHECK(books.outbox.recover(at(31)) == 0);
}

TEST_CASE("a claim and its op survive or vanish together with their transaction") {
    Box books;
    const std::int64_t id = books.add(books.op("a", Repeat::Fixed));
    {
        Tx tx(*books.db);
        CHECK(books.outbox.claim(id, at(20)));
    }
    CHECK(books.outbox.find(id)->state == OpState::Pending);
    CHECK(books.outbox.find(id)->attempts == 0);
}

TEST_CASE("an op comes back as it was stored and updated") {
    Box books;
    const std::int64_t report = books.add_report(books.add_company("12"));
    OpRow row = books.op("x", Repeat::Once, 70);
    row.report = report;
    row.op.fields = R"({"a":"b"})";
    row.op.target = "9";
    const std::int64_t id = books.add(row);
    OpRow back = books.outbox.find(id).value();
    CHECK(back.op.repeat == Repeat::Once);
    CHECK(back.op.key == row.op.key);
    CHECK(back.op.fields == row.op.fields);
    CHECK(back.report == report);
    CHECK(back.due_at == at(70));
    back.state = OpState::Parked;
    back.attempts = 3;
    back.lookups = 2;
    back.last_error = "refused";
    back.remote_id = "42";
    back.verified = true;
    back.done_at = at(99);
    back.op.target = "42";
    Tx tx(*books.db);
    books.outbox.update(back);
    const OpRow again = books.outbox.find(id).value();
    CHECK(again.state == OpState::Parked);
    CHECK(again.attempts == 3);
    CHECK(again.lookups == 2);
    CHECK(again.last_error == "refused");
    CHECK(again.remote_id == "42");
    CHECK(again.verified);
    CHECK(again.done_at == at(99));
    CHECK(again.op.target == "42");
    CHECK(books.outbox.of_report(report).size() == 1);
    CHECK(books.outbox.list(OpState::Parked, 10).size() == 1);
    CHECK(books.outbox.list(OpState::Done, 10).empty());
    CHECK(books.outbox.list({}, 10).size() == 1);
    CHECK(parse_op_state("in_flight").value() == OpState::InFlight);
    CHECK(parse_op_state("sleeping").error().code == Code::Usage);
}
