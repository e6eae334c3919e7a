#include "sandbox/program/demo_kanban.h"

#include <algorithm>
#include <filesystem>

#include "base/exit_code.h"
#include "base/files.h"
#include "base/text.h"
#include "sandbox/seed.h"
#include "json/writer.h"

namespace hb::sandbox {
namespace {

std::string text(const json::Value& value) {
    const auto found = value.text();
    return found ? *found : "";
}
std::int64_t number(const json::Value& value) {
    const auto found = value.integer();
    return found ? *found : 0;
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
    return stage_.call(method, body);
}

Result<json::Document> DemoKanban::item(int type, const std::string& id) {
    return call("crm.item.get", "{\"entityTypeId\":" + std::to_string(type) + ",\"id\":" + id +
                                    ",\"useOriginalUfNames\":\"Y\"}");
}

std::string DemoKanban::on_card(const std::string& field) {
    const auto answer = item(type_, card_);
    if (!answer) return "";
    return text(answer->root()["result"]["item"][field_named(field)]);
}

Status DemoKanban::run() {
    const Said said = stage_.ask({"run", "--wait", "60"});
    if (said.code == kDone || said.code == kPerson) return {};
    return unlike("the run failed: " + said.err);
}

Status DemoKanban::move_card(const std::string& state) {
    const auto moved =
        call("crm.item.update", "{\"entityTypeId\":" + std::to_string(type_) + ",\"id\":" + card_ +
                                    ",\"fields\":{\"stageId\":\"" + stage_of(state) + "\"}}");
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
    if (auto looked = look_at_cards(); !looked) return unlike(looked.error().message);
    tell("Kanban", "hourbridge portal setup makes the smart process Hour report: " +
                       std::to_string(made) + " stages, fields and the like");
    return {};
}

// As somebody who opens the portal finds them: the smart process by its title, its fields by their
// names, its stages by theirs.
Status DemoKanban::look_at_cards() {
    const auto types = call("crm.type.list", "{}");
    if (!types) return types.error();
    for (const auto type : types->root()["result"]["types"]) {
        if (text(type["title"]) != "Hour report") continue;
        type_ = static_cast<int>(number(type["entityTypeId"]));
        prefix_ = "UF_CRM_" + std::to_string(number(type["id"])) + "_HB_";
    }
    if (type_ == 0) return unlike("portal setup made no cards");
    const auto stages = call("crm.status.list", "{\"order\":{\"SORT\":\"ASC\"}}");
    if (!stages) return stages.error();
    const std::string entity = "DYNAMIC_" + std::to_string(type_) + "_STAGE_";
    for (const auto stage : stages->root()["result"]) {
        if (text(stage["ENTITY_ID"]).rfind(entity, 0) != 0) continue;
        const std::string id = text(stage["STATUS_ID"]);
        if (text(stage["NAME"]) == "Sent") stages_["sent"] = id;
        if (text(stage["NAME"]) == "Agreed") stages_["agreed"] = id;
        if (text(stage["SEMANTICS"]) == "S") stages_["paid"] = id;
    }
    return {};
}

std::string DemoKanban::field_named(const std::string& name) const {
    std::string upper = name;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    return prefix_ + upper;
}

std::string DemoKanban::stage_of(const std::string& state) const {
    const auto found = stages_.find(state);
    return found == stages_.end() ? "" : found->second;
}

Status DemoKanban::make_card() {
    json::Writer body;
    body.begin_object().member("entityTypeId", type_).member("useOriginalUfNames", "Y");
    body.key("fields").begin_object().member("title", "Hours of last month");
    body.member("companyId", company_.substr(company_.rfind(':') + 1));
    body.member(field_named("from"), format_day(month_.from));
    body.member(field_named("to"), format_day(month_.to));
    body.end_object().end_object();
    const auto made = call("crm.item.add", std::string(body.text()));
    if (!made) return made.error();
    card_ = text(made->root()["result"]["item"]["id"]);
    if (auto ran = run(); !ran) return ran;
    const Said said = stage_.ask({"report", "list"});
    for (const auto report : said.root()["reports"])
        if (text(report["links"]["card"]) == "bitrix24:card:" + card_)
            report_ = report["id"].integer() ? *report["id"].integer() : 0;
    if (report_ == 0) return unlike("the card became no draft");
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
    if (auto opened = stage_.open_pages(); !opened) return opened;
    const auto page = get_page(link);
    stage_.close_pages();
    if (auto ran = run(); !ran) return ran; // what the service was about to do
    if (number_.empty() || page.status != 200)
        return unlike("the card shows no page for the client");
    more.push_back("link " + link);
    tell("Sent", "she moves it to Sent: " + number_ + " is frozen, the card carries its link",
         std::move(more));
    return {};
}

// What lies in the folder of the report's documents.
std::vector<std::string> DemoKanban::documents() const {
    namespace fs = std::filesystem;
    std::vector<std::string> out;
    std::error_code none;
    for (const auto& file :
         fs::directory_iterator(stage_.folder() + "/data/documents/" + number_, none)) {
        const auto sha256 = sha256_of_file(file.path().string());
        if (!sha256) continue;
        out.push_back("documents/" + number_ + "/" + file.path().filename().string() + ", " +
                      std::to_string(file.file_size()) + " bytes, SHA-256 " +
                      sha256->substr(0, 16) + "…");
    }
    std::sort(out.begin(), out.end());
    return out;
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
    std::vector<std::string> more = documents();
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
    if (text(card->root()["result"]["item"]["stageId"]) != stage_of("paid"))
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
        of(card)[field_named("files")].size() != 2)
        return unlike("the documents are not on deal and card");
    std::int64_t marked = 0;
    stage_.portal().edit([&](State& state) {
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

} // namespace hb::sandbox
