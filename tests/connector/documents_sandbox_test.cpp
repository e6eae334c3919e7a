#include <catch2/catch.hpp>

#include "net/local.h"
#include "sandbox/server.h"
#include "sandbox_rig.h"

using namespace hb;
using namespace sandbox_rig;
using namespace std::chrono_literals;
using domain::Outcome;
using domain::WriteOp;

namespace {

WriteOp op(const char* kind, const std::string& target, std::string fields,
           const char* key = "hb-1") {
    WriteOp out;
    out.kind = domain::parse_op_kind(kind).value();
    out.key = key;
    out.target = target;
    out.fields = std::move(fields);
    return out;
}

struct DocumentRig : Rig {
    std::string deal, template_id;

    DocumentRig() {
        deal = made("crm.item.add", R"({"entityTypeId":2,"fields":{"title":"March"}})");
        const auto numerator =
            json::Document::parse(call("crm.documentgenerator.numerator.add",
                                       R"({"fields":{"name":"Acts","template":"ACT-{NUMBER}"}})"));
        const std::string number = *numerator->root()["result"]["numerator"]["id"].text();
        const std::string answer =
            call("crm.documentgenerator.template.add",
                 R"({"fields":{"name":"Act","file":["act.docx","UEsDBA=="],"numeratorId":)" +
                     number + R"(,"region":"de","entityTypeId":["2","2_category_0"]}})");
        INFO(answer);
        const auto made_template = json::Document::parse(answer);
        const auto id = made_template->root()["result"]["template"]["id"].text();
        if (id) template_id = *id;
        REQUIRE_FALSE(template_id.empty());
    }
    WriteOp document() const {
        return op("document.create", "",
                  R"({"entityTypeId":2,"entityId":")" + deal + R"(","templateId":")" + template_id +
                      R"(","values":{"HbKey":"hb-1"}})");
    }
};

} // namespace

TEST_CASE("sandbox: a document becomes a PDF after a while, and its bytes are fetched") {
    DocumentRig rig;
    CHECK(rig.remote->find(rig.document())->empty());
    const auto made = rig.remote->write(rig.document());
    REQUIRE(made.outcome == Outcome::Done);
    CHECK(*rig.remote->find(rig.document()) == std::vector<std::string>{made.id});
    const auto early = rig.remote->read_document(made.id);
    REQUIRE(early.ok());
    CHECK(early->exists);
    CHECK_FALSE(early->pdf_ready);
    CHECK(rig.remote->download_document(made.id).error().code == Code::Remote);
    rig.clock.advance(5min);
    CHECK(rig.remote->read_document(made.id)->pdf_ready);
    const auto file = rig.remote->download_document(made.id);
    INFO((file.ok() ? "" : to_string(file.error())));
    REQUIRE(file.ok());
    CHECK(file->bytes.substr(0, 4) == "%PDF");
    CHECK_FALSE(rig.remote->read_document("99999")->exists);
}

TEST_CASE("sandbox: a PDF comes over a real socket, links and all (protocol section 17)") {
    DocumentRig rig;
    sandbox::Server server(rig.portal);
    REQUIRE(server.start().ok());
    connector::Bitrix24Options options;
    options.webhook_url = Secret(server.webhook("sandbox"));
    auto made = connector::make_bitrix24(options, hb::test::local_client(), rig.clock);
    REQUIRE(made.ok());
    auto& remote = **made;
    const auto document = remote.write(rig.document());
    INFO(to_string(document.error));
    REQUIRE(document.outcome == Outcome::Done);
    rig.clock.advance(5min);
    const auto file = remote.download_document(document.id);
    INFO((file.ok() ? "" : to_string(file.error())));
    REQUIRE(file.ok());
    CHECK(file->bytes.substr(0, 4) == "%PDF");
    CHECK(file->name.find(".pdf") != std::string::npos);
}

TEST_CASE("sandbox: a document whose answer is lost ran once and is found (G20, G21)") {
    DocumentRig rig;
    sandbox::Fault lost;
    lost.kind = sandbox::Fault::Kind::LostAnswer;
    lost.method = "crm.documentgenerator.document.add";
    rig.portal.add_fault(lost);
    CHECK(rig.remote->write(rig.document()).outcome == Outcome::Unknown);
    CHECK(rig.remote->find(rig.document())->size() == 1);
}

TEST_CASE("sandbox: moves of deals, invoices and cards are told once, after the first look") {
    DocumentRig rig;
    const auto setup = rig.remote->setup(false, "", "");
    REQUIRE(setup.ok());
    REQUIRE(setup->cards);
    rig.remote->use_cards(setup->cards->text);
    const auto start = rig.remote->read_moves("");
    REQUIRE(start.ok());
    CHECK(start->moves.empty());
    const auto card =
        rig.remote->write(op("card.create", "", R"({"key":"hb-1","title":"x","state":"draft"})"));
    REQUIRE(card.outcome == Outcome::Done);
    REQUIRE(rig.remote->write(op("card.update", card.id, R"({"state":"sent"})")).outcome ==
            Outcome::Done);
    REQUIRE(rig.remote->write(op("deal.stage", rig.deal, R"({"stageId":"WON"})")).outcome ==
            Outcome::Done);
    const auto moved = rig.remote->read_moves(start->cursor);
    REQUIRE(moved.ok());
    std::string told;
    for (const auto& move : moved->moves) told += to_string(move.what) + " " + move.stage + "\n";
    CHECK(told.find("bitrix24:deal:" + rig.deal + " WON\n") != std::string::npos);
    CHECK(told.find("bitrix24:card:" + card.id + " " + setup->cards->states.at("sent")) !=
          std::string::npos);
    CHECK(rig.remote->read_moves(moved->cursor)->moves.empty());
}

TEST_CASE("sandbox: notices and comments on deal, invoice and card") {
    DocumentRig rig;
    const auto setup = rig.remote->setup(false, "", "");
    REQUIRE(setup.ok());
    rig.remote->use_cards(setup->cards->text);
    const WriteOp notice = op("notice.send", "3", R"({"message":"Report is paid","tag":"hb-1"})");
    const auto sent = rig.remote->write(notice);
    INFO(to_string(sent.error));
    CHECK(sent.outcome == Outcome::Done);
    CHECK(rig.remote->write(notice).outcome == Outcome::Done);
    const auto invoice = rig.remote->write(
        op("invoice.create", "", R"({"title":"x","xmlId":"hb-1","currencyId":"EUR"})"));
    const auto card =
        rig.remote->write(op("card.create", "", R"({"key":"hb-1","title":"x","state":"draft"})"));
    const std::pair<const char*, std::string> places[] = {
        {"deal", rig.deal}, {"invoice", invoice.id}, {"card", card.id}};
    for (const auto& [kind, id] : places) {
        rig.wait();
        const WriteOp comment = op("comment.create", id,
                                   std::string(R"({"entityType":")") + kind +
                                       R"(","comment":"Sent to the client [hb-1]"})");
        const auto made = rig.remote->write(comment);
        INFO(kind << " " << to_string(made.error));
        REQUIRE(made.outcome == Outcome::Done);
        CHECK(*rig.remote->find(comment) == std::vector<std::string>{made.id});
    }
}

TEST_CASE("sandbox: check sees templates, and the cards' stage that somebody removed") {
    DocumentRig rig;
    const auto setup = rig.remote->setup(false, "", "");
    REQUIRE(setup.ok());
    connector::Bitrix24Options options;
    options.webhook_url = Secret("http://127.0.0.1:1/rest/1/sandbox/");
    options.templates = {rig.template_id, "99999"};
    auto checked =
        connector::make_bitrix24(options, std::make_unique<Direct>(rig.portal), rig.clock);
    REQUIRE(checked.ok());
    (*checked)->use_cards(setup->cards->text);
    const auto first = (*checked)->check();
    REQUIRE(first.problems.size() == 1);
    CHECK(first.problems[0].what == "the portal has no document template 99999");
    const auto stages = json::Document::parse(rig.call("crm.status.list", "{}"));
    for (const auto item : stages->root()["result"])
        if (item["STATUS_ID"].text_view().value_or("") == setup->cards->states.at("agreed"))
            rig.call("crm.status.delete", "{\"id\":" + *item["ID"].text() + "}");
    const auto second = (*checked)->check();
    REQUIRE(second.problems.size() == 2);
    CHECK(second.problems[1].what.find("agreed is gone") != std::string::npos);
    rig.wait();
    const auto repaired = rig.remote->setup(false, setup->cards->text, "");
    REQUIRE(repaired.ok());
    CHECK(repaired->cards);
    CHECK((*checked)->check().problems.size() == 1);
}
