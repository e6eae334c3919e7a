#include <catch2/catch.hpp>

#include "sandbox_rig.h"

using namespace hb;
using namespace sandbox_rig;
using domain::Outcome;
using domain::WriteOp;

namespace {

struct CardRig : Rig {
    domain::SetupReport set_up(bool dry = false, const std::string& layout = "") {
        wait();
        const auto report = remote->setup(dry, layout, "https://hours.example/hook/b24/x");
        INFO((report ? "" : to_string(report.error())));
        REQUIRE(report.ok());
        for (const auto& step : report->steps)
            UNSCOPED_INFO(step.what << ": " << step.state << " " << step.detail);
        if (report->cards) remote->use_cards(report->cards->text);
        return *report;
    }
    domain::WriteResult write(const char* kind, const std::string& target, std::string fields,
                              const char* key = "hb-1") {
        wait();
        const auto result = remote->write(op(kind, target, std::move(fields), key));
        UNSCOPED_INFO(kind << " " << to_string(result.error));
        return result;
    }
    static WriteOp op(const char* kind, const std::string& target, std::string fields,
                      const char* key = "hb-1") {
        WriteOp out;
        out.kind = domain::parse_op_kind(kind).value();
        out.key = key;
        out.target = target;
        out.fields = std::move(fields);
        return out;
    }
    std::string company() { return made("crm.company.add", R"({"fields":{"TITLE":"Acme"}})"); }
};

} // namespace

TEST_CASE("sandbox: setup makes report cards once, repairs them, and plans without a write") {
    CardRig rig;
    const auto planned = rig.set_up(true);
    CHECK_FALSE(planned.cards);
    const auto first = rig.set_up();
    REQUIRE(first.cards);
    for (const auto& step : first.steps) {
        INFO(step.what << " " << step.detail);
        CHECK((step.state == "made" || step.what == "events"));
    }
    const auto second = rig.set_up(false, first.cards->text);
    REQUIRE(second.cards);
    CHECK(second.cards->text == first.cards->text);
    for (const auto& step : second.steps) {
        INFO(step.what << " " << step.detail);
        CHECK((step.state == "ok" || step.what == "events"));
    }
    // Without the stored layout the same type is found again.
    CHECK(rig.set_up(true).cards->text == first.cards->text);
}

TEST_CASE("sandbox: a card's life, from its creation to a stage that a person moved") {
    CardRig rig;
    REQUIRE(rig.set_up().cards);
    const std::string company = rig.company();
    const std::string fields = R"({"key":"hb-1","title":"HB2026-0001","company":")" + company +
                               R"(","state":"sent","fields":{"from":"2026-03-01",)"
                               R"("to":"2026-03-31","projects":"Site\nShop","hours":"12:30"}})";
    const auto made = rig.write("card.create", "", fields);
    REQUIRE(made.outcome == Outcome::Done);
    CHECK(*rig.remote->find(CardRig::op("card.create", "", fields)) ==
          std::vector<std::string>{made.id});
    const auto card = rig.remote->read_card(made.id);
    REQUIRE(card.ok());
    CHECK(card->title == "HB2026-0001");
    CHECK(card->state == "sent");
    CHECK(card->company == company);
    CHECK(card->key == "hb-1");
    CHECK(card->fields == std::map<std::string, std::string>{{"from", "2026-03-01"},
                                                             {"hours", "12:30"},
                                                             {"projects", "Site\nShop"},
                                                             {"to", "2026-03-31"}});
    const std::string change =
        R"({"state":"agreed","company":"","fields":{"from":"","hours":"13:00",)"
        R"("link":"https://hours.example/r/x"}})";
    const auto changed = rig.write("card.update", made.id, change);
    REQUIRE(changed.outcome == Outcome::Done);
    CHECK(changed.answer == change);
    CHECK(*rig.remote->read_back(CardRig::op("card.update", made.id, change)) == change);
    const std::string files = R"({"files":[{"name":"Act.pdf","base64":"JVBERi0x"}]})";
    CHECK(rig.write("card.files", made.id, files).answer == files);
    CHECK(*rig.remote->read_back(CardRig::op("card.files", made.id, files)) == files);
    const std::string none = R"({"files":[]})";
    CHECK(rig.write("card.files", made.id, none).answer == none);
    rig.clock.advance(std::chrono::seconds(5));
    rig.wait();
    const auto all = rig.remote->read_cards("");
    REQUIRE(all.ok());
    CHECK(all->cards.size() == 1);
    CHECK(all->complete);
    CHECK(all->cards[0].state == "agreed");
    rig.clock.advance(std::chrono::minutes(30));
    const auto quiet = rig.remote->read_cards(all->cursor);
    REQUIRE(quiet.ok());
    const auto later = rig.remote->read_cards(quiet->cursor);
    REQUIRE(later.ok());
    CHECK(later->cards.empty());
}

TEST_CASE("sandbox: a manager's card is adopted, a second report may not have it (G36)") {
    CardRig rig;
    const auto layout = rig.set_up().cards;
    REQUIRE(layout);
    const std::string id =
        rig.made("crm.item.add", R"({"entityTypeId":)" + std::to_string(layout->entity_type_id) +
                                     R"(,"fields":{"title":"By hand"}})");
    const auto before = rig.remote->read_card(id);
    REQUIRE(before.ok());
    CHECK(before->state == "draft");
    CHECK(before->key.empty());
    CHECK(rig.write("card.adopt", id, R"({"key":"hb-7"})", "hb-7").outcome == Outcome::Done);
    CHECK(rig.write("card.adopt", id, R"({"key":"hb-8"})", "hb-8").outcome == Outcome::Rejected);
    CHECK(rig.remote->read_card(id)->key == "hb-7");
}

TEST_CASE("sandbox: deal, card and invoice are linked and read back (M-S8)") {
    CardRig rig;
    const auto layout = rig.set_up().cards;
    REQUIRE(layout);
    const auto card = rig.write("card.create", "", R"({"key":"hb-1","title":"x","state":"draft"})");
    const auto deal = rig.write("deal.create", "",
                                R"({"title":"x","originatorId":"hourbridge","originId":"hb-1"})");
    REQUIRE(deal.outcome == Outcome::Done);
    const std::string link = R"({"deal":")" + deal.id + "\"}";
    CHECK(rig.write("card.update", card.id, link).answer == link);
    CHECK(rig.remote->read_card(card.id)->deal == deal.id);
    const auto invoice =
        rig.write("invoice.create", "",
                  R"({"title":"x","parentId2":")" + deal.id + R"(","parentId)" +
                      std::to_string(layout->entity_type_id) + R"(":")" + card.id +
                      R"(","currencyId":"EUR","isManualOpportunity":"Y","opportunity":"100.50",)"
                      R"("xmlId":"hb-1"})");
    REQUIRE(invoice.outcome == Outcome::Done);
    CHECK(*rig.remote->find(CardRig::op("invoice.create", "", "{}")) ==
          std::vector<std::string>{invoice.id});
    const std::string rows =
        R"({"rows":[{"productName":"Design","price":"100.50","quantity":"1","taxRate":null,)"
        R"("taxIncluded":"Y","sort":10}]})";
    CHECK(rig.write("invoice.rows", invoice.id, rows).answer == rows);
    CHECK(*rig.remote->read_back(CardRig::op("invoice.rows", invoice.id, rows)) == rows);
    rig.wait();
    const auto lost = rig.remote->invoice_stage("F");
    REQUIRE(lost.ok());
    const std::string stage = R"({"stageId":")" + *lost + "\"}";
    CHECK(rig.write("invoice.stage", invoice.id, stage).answer == stage);
    const auto state = rig.remote->read_invoice(invoice.id);
    REQUIRE(state.ok());
    CHECK(state->exists);
    CHECK(state->semantics == "F");
    CHECK(state->opportunity == "100.5");
    CHECK(state->origin_id == "hb-1");
    CHECK(state->rows.size() == 1);
    CHECK_FALSE(rig.remote->read_invoice("99999")->exists);
}
