#include "app/commands/demo_kanban.h"

#include <filesystem>

#include "app/exit_code.h"
#include "base/text.h"
#include "engine/settings_names.h"
#include "sandbox/seed.h"
#include "json/writer.h"

namespace hb::app {
namespace {

std::string text(const json::Value& value) {
    const auto found = value.text();
    return found ? *found : "";
}

} // namespace

Error DemoKanban::unlike(const std::string& what) const {
    return Error{Code::Machine, "the kanban did not do what it should: " + what, "", ""};
}

void DemoKanban::tell(const std::string& title, const std::string& what,
                      std::vector<std::string> more) {
    told_.push_back({title, what, std::move(more)});
}

Result<json::Document> DemoKanban::call(const std::string& method, const std::string& body) {
    const auto answer =
        stage_.post(stage_.portal_url() + "/rest/1/" + sandbox::kAdminToken + "/" + method,
                    "application/json", body);
    auto parsed = json::Document::parse(answer.body);
    if (!parsed) return parsed.error();
    if (!parsed->root()["error"].missing())
        return unlike(method + " answers " + text(parsed->root()["error_description"]));
    return parsed;
}

Result<json::Document> DemoKanban::item(int type, const std::string& id) {
    return call("crm.item.get", "{\"entityTypeId\":" + std::to_string(type) + ",\"id\":" + id +
                                    ",\"useOriginalUfNames\":\"Y\"}");
}

std::string DemoKanban::layout(const std::string& group, const std::string& name) {
    const auto parsed = json::Document::parse(layout_);
    return parsed ? text(parsed->root()[group][name]) : "";
}

std::string DemoKanban::on_card(const std::string& field) {
    const auto answer = item(type_, card_);
    if (!answer) return "";
    return text(answer->root()["result"]["item"][layout("fields", field)]);
}

Status DemoKanban::run() {
    const Said said = stage_.ask({"run", "--wait", "60"});
    if (said.code == kDone || said.code == kPerson) return {};
    return unlike("the run failed: " + said.err);
}

Status DemoKanban::move_card(const std::string& state) {
    const auto moved = call("crm.item.update",
                            "{\"entityTypeId\":" + std::to_string(type_) + ",\"id\":" + card_ +
                                ",\"fields\":{\"stageId\":\"" + layout("states", state) + "\"}}");
    if (!moved) return moved.error();
    return run();
}

Result<std::vector<DemoKanban::Told>> DemoKanban::play() {
    for (const auto act : {&DemoKanban::set_up, &DemoKanban::make_card, &DemoKanban::send,
                           &DemoKanban::agree, &DemoKanban::pay, &DemoKanban::follow_links})
        if (const auto done = (this->*act)(); !done) return done.error();
    return told_;
}

Status DemoKanban::set_up() {
    const Said said = stage_.ask({"portal", "setup"});
    std::int64_t made = 0;
    for (const auto step : said.root()["steps"])
        if (text(step["state"]) == "made") ++made;
    auto& books = *stage_.world().books;
    const engine::Read read = books.read();
    const auto remote = books.crm()->row.id;
    layout_ = read->kept.get(remote, engine::kept::kCardLayout).value_or("");
    const auto type = read->kept.get(remote, engine::kept::kCardType);
    if (layout_.empty() || !type) return unlike("portal setup made no cards: " + said.err);
    type_ = static_cast<int>(parse_integer(*type).value_or(0));
    tell("Kanban", "hourbridge portal setup makes the smart process Hour report: " +
                       std::to_string(made) + " stages, fields and the like");
    return {};
}

Status DemoKanban::make_card() {
    json::Writer body;
    body.begin_object().member("entityTypeId", type_).member("useOriginalUfNames", "Y");
    body.key("fields").begin_object().member("title", "Hours of last month");
    body.member("companyId", company_.substr(company_.rfind(':') + 1));
    body.member(layout("fields", "from"), format_day(month_.from));
    body.member(layout("fields", "to"), format_day(month_.to));
    body.end_object().end_object();
    const auto made = call("crm.item.add", std::string(body.text()));
    if (!made) return made.error();
    card_ = text(made->root()["result"]["item"]["id"]);
    if (auto ran = run(); !ran) return ran;
    auto& books = *stage_.world().books;
    const auto card = [&] {
        const engine::Read read = books.read();
        return read->cards.find(books.crm()->row.id, card_);
    }();
    if (!card || !card->report) return unlike("the card became no draft");
    report_ = *card->report;
    tell("Card", "a manager makes card " + card_ + " in the portal, with a client and a month",
         {"it is a draft now and shows " + on_card("hours") + " h, " + on_card("total")});
    return {};
}

Status DemoKanban::send() {
    if (auto moved = move_card("sent"); !moved) return moved;
    std::vector<std::string> more;
    if (on_card("number").empty()) { // warnings are to be read first (G24)
        more.emplace_back("first it comes back with a comment: what to know before it is sent");
        if (auto moved = move_card("sent"); !moved) return moved;
    }
    number_ = on_card("number");
    const std::string link = on_card("link");
    if (number_.empty() || stage_.get(link).status != 200)
        return unlike("the card shows no page for the client");
    more.push_back("link " + link);
    tell("Sent", "she moves it to Sent: " + number_ + " is frozen, the card carries its link",
         std::move(more));
    return {};
}

Status DemoKanban::agree() {
    if (auto moved = move_card("agreed"); !moved) return moved;
    const Said said = stage_.ask({"report", "show", std::to_string(report_)});
    const auto links = said.root()["links"];
    const auto id = [](const std::string& ref) { return ref.substr(ref.rfind(':') + 1); };
    deal_ = id(text(links["deal"]));
    invoice_ = id(text(links["invoice"]));
    if (text(said.root()["state"]) != "invoiced" || deal_.empty() || invoice_.empty())
        return unlike("after Agreed it is " + text(said.root()["state"]));
    auto& books = *stage_.world().books;
    const engine::Read read = books.read();
    std::vector<std::string> more;
    for (const auto& document : read->documents.of_report(report_)) {
        if (document.state != "stored") return unlike("a document was not stored");
        more.push_back("documents/" + document.file + ", " + std::to_string(document.bytes) +
                       " bytes, SHA-256 " + document.sha256.substr(0, 16) + "…");
    }
    if (more.size() != 2) return unlike("two documents were to be made");
    tell("Invoiced",
         "moved to Agreed, it travels on to Invoiced: deal " + deal_ + ", invoice " + invoice_ +
             ", both read back and equal",
         std::move(more));
    return {};
}

Status DemoKanban::pay() {
    const auto stages = call("crm.status.list", "{\"order\":{\"SORT\":\"ASC\"}}");
    if (!stages) return stages.error();
    const auto there = item(31, invoice_);
    if (!there) return there.error();
    const std::string entity =
        "SMART_INVOICE_STAGE_" + text(there->root()["result"]["item"]["categoryId"]);
    std::string paid;
    for (const auto stage : stages->root()["result"])
        if (text(stage["ENTITY_ID"]) == entity && text(stage["SEMANTICS"]) == "S")
            paid = text(stage["STATUS_ID"]);
    const auto moved = call("crm.item.update", "{\"entityTypeId\":31,\"id\":" + invoice_ +
                                                   ",\"fields\":{\"stageId\":\"" + paid + "\"}}");
    if (!moved) return moved.error();
    if (auto ran = run(); !ran) return ran;
    const auto card = item(type_, card_);
    if (!card) return card.error();
    if (text(card->root()["result"]["item"]["stageId"]) != layout("states", "paid"))
        return unlike("the card did not reach Paid");
    tell("Paid",
         "the bookkeeper marks the invoice as paid: the card moves to Paid, " + on_card("paid"));
    return {};
}

Status DemoKanban::follow_links() {
    const auto card = item(type_, card_);
    const auto deal = item(2, deal_);
    const auto invoice = item(31, invoice_);
    if (!card || !deal || !invoice) return unlike("something is gone from the portal");
    const auto of = [](const Result<json::Document>& document) {
        return document->root()["result"]["item"];
    };
    const std::string company = company_.substr(company_.rfind(':') + 1);
    const std::string parent = "parentId" + std::to_string(type_);
    if (text(of(card)["parentId2"]) != deal_ || text(of(invoice)["parentId2"]) != deal_ ||
        text(of(invoice)[parent]) != card_ || text(of(card)["companyId"]) != company ||
        text(of(deal)["companyId"]) != company || text(of(invoice)["companyId"]) != company)
        return unlike("a link leads somewhere else");
    const auto documents = call("crm.documentgenerator.document.list",
                                "{\"filter\":{\"entityTypeId\":2,\"entityId\":" + deal_ + "}}");
    if (!documents) return documents.error();
    if (documents->root()["result"]["documents"].size() != 2 ||
        of(card)[layout("fields", "files")].size() != 2)
        return unlike("the documents are not on deal and card");
    std::int64_t marked = 0;
    stage_.portal().edit([&](sandbox::State& state) {
        for (const auto& task : state.tasks.rows()) {
            bool full = false, named = false;
            for (const auto& [name, value] : task.extra) {
                if (name == "UF_HB_PAID") full = value.str() == "100";
                if (name == "UF_HB_REPORT") named = value.str().find(number_) != std::string::npos;
            }
            if (full && named) ++marked;
        }
    });
    if (marked == 0) return unlike("no task carries the paid mark");
    tell("Links", "card " + card_ + ", deal " + deal_ + ", invoice " + invoice_ +
                      " and the company lead to each other; " + std::to_string(marked) +
                      " tasks carry " + number_ + " and 100 %");
    return {};
}

} // namespace hb::app
