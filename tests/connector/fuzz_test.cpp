#include <catch2/catch.hpp>

#include <random>

#include "stub_list.h"

using namespace hb;
using namespace wire;
using domain::Reading;

namespace {

// Changes some bytes, cuts, doubles: what a broken line, proxy or plugin may do to an answer.
std::string broken(std::string text, std::mt19937& random) {
    const auto pick = [&](std::size_t below) {
        return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
    };
    static const std::vector<std::string> pieces = {"[]",      "{}",    "null",  "-1",
                                                    "\"\"",    "1e999", "\"x\"", "[[[[",
                                                    "\\u0000", "\xff",  ",",     "\"error\":0,"};
    for (std::size_t i = 0, n = 1 + pick(4); i < n && !text.empty(); ++i) {
        const std::size_t at = pick(text.size());
        switch (pick(4)) {
        case 0:
            text[at] = static_cast<char>(pick(256));
            break;
        case 1:
            text.resize(at);
            break;
        case 2:
            text.insert(at, pieces[pick(pieces.size())]);
            break;
        default:
            text.erase(at, 1 + pick(20));
            break;
        }
    }
    return text;
}

} // namespace

TEST_CASE("broken answers never crash a reading, and never invent a row (R19)") {
    const unsigned seed = 20260303;
    std::mt19937 random(seed);
    INFO("seed " << seed);
    StubList list;
    list.wrap = "tasks";
    list.id_name = "id";
    for (std::int64_t id = 1; id <= 3000; ++id) list.ids.insert(id);
    Rig rig([&](const Seen& seen) {
        auto response = list(seen);
        // One byte in a long batch would rarely matter: the broken part is near its end.
        const std::size_t tail = std::min<std::size_t>(response.body.size(), 400);
        const std::string head = response.body.substr(0, response.body.size() - tail);
        response.body = head + broken(response.body.substr(head.size()), random);
        return response;
    });
    int survived = 0;
    for (int i = 0; i < 400; ++i) {
        rig.clock.advance(std::chrono::seconds(5));
        domain::ReadRequest request;
        request.stream = "tasks";
        request.reading = Reading::Full;
        const auto page = rig.portal->read(request);
        if (!page) {
            CHECK_FALSE(to_string(page.error()).empty());
            continue;
        }
        ++survived;
        for (const auto& record : page->records) REQUIRE(json::Document::parse(record.text).ok());
    }
    CHECK(survived > 2); // both answers of a step have to be readable by chance
    CHECK(survived < 400);
}

TEST_CASE("broken answers to writes and look-ups are told apart from good ones (R19)") {
    const unsigned seed = 4712;
    std::mt19937 random(seed);
    INFO("seed " << seed);
    const std::string good = ok(R"({"item":{"id":342,"stageId":"NEW"},"items":[]})").body;
    Rig rig([&](const Seen&) { return answered(200, broken(good, random)); });
    domain::WriteOp op;
    op.kind = domain::OpKind::DealCreate;
    op.key = "hb-1";
    op.fields = R"({"originatorId":"hourbridge","originId":"hb-1"})";
    for (int i = 0; i < 2000; ++i) {
        rig.clock.advance(std::chrono::seconds(5));
        const auto result = rig.portal->write(op);
        if (result.outcome == domain::Outcome::Done)
            REQUIRE(parse_integer(result.id).value_or(0) > 0);
        const auto found = rig.portal->find(op);
        if (found)
            for (const auto& id : *found) REQUIRE_FALSE(id.empty());
        (void)rig.portal->read_deal("342");
        (void)rig.portal->check();
    }
    CHECK(rig.portal->counters().requests > 2000);
}

TEST_CASE(
    "broken answers about cards, documents and moves never crash, and never lose an id (R19)") {
    const unsigned seed = 815;
    std::mt19937 random(seed);
    INFO("seed " << seed);
    const std::string item =
        R"({"id":7,"title":"March","xmlId":"hb-1","stageId":"DT1044_12:NEW","companyId":5,)"
        R"("updatedTime":"2026-03-03T10:00:00+03:00","UF_F":"2026-03-01T03:00:00+03:00",)"
        R"("UF_X":[{"id":77,"url":"u"}]})";
    const std::string good =
        ok(R"({"item":)" + item + R"(,"items":[)" + item + R"(],"documents":[{"id":"61",)" +
           R"("templateId":"39"}],"document":{"id":"61","title":"Act","pdfUrlMachine":)" +
           R"("https://portal.example/x"},"productRows":[],"process_id":"p","events":[]})")
            .body;
    Rig rig([&](const Seen&) { return answered(200, broken(good, random)); });
    rig.portal->use_cards(R"({"entityTypeId":1044,"typeId":7,"category":"12",)"
                          R"("fields":{"from":"UF_F","files":"UF_X"},)"
                          R"("states":{"draft":"DT1044_12:NEW"}})");
    domain::WriteOp card;
    card.kind = domain::OpKind::CardUpdate;
    card.target = "7";
    card.fields = R"({"state":"draft","company":"5","fields":{"from":"2026-03-01"}})";
    domain::WriteOp document;
    document.kind = domain::OpKind::DocumentCreate;
    document.fields = R"({"entityTypeId":2,"entityId":"1","templateId":"39"})";
    int read = 0;
    for (int i = 0; i < 1000; ++i) {
        rig.clock.advance(std::chrono::seconds(20));
        if (const auto page = rig.portal->read_cards(""); page) {
            ++read;
            for (const auto& one : page->cards) REQUIRE_FALSE(one.id.empty());
        }
        if (const auto one = rig.portal->read_card("7"); one && one->exists)
            REQUIRE_FALSE(one->id.empty());
        (void)rig.portal->write(card);
        (void)rig.portal->read_back(card);
        if (const auto made = rig.portal->write(document); made.outcome == domain::Outcome::Done)
            REQUIRE(parse_integer(made.id).value_or(0) > 0);
        if (const auto found = rig.portal->find(document); found)
            for (const auto& id : *found) REQUIRE(parse_integer(id).has_value());
        (void)rig.portal->read_document("61");
        (void)rig.portal->read_moves(R"({"2":5})");
        (void)rig.portal->setup(true, "", "https://hours.example/hook");
        (void)rig.portal->invoice_stage("F");
    }
    CHECK(read > 10);
    CHECK(read < 1000);
}
