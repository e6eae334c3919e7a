#include <catch2/catch.hpp>

#include <functional>
#include <set>

#include "mapping/notices.h"
#include "mapping/writes.h"
#include "mapping/writes_crm.h"
#include "support.h"
#include "json/value.h"
#include "json/writer.h"

// G60: a title, a name or an answer is only text, whatever is in it.
using namespace hb;
using namespace hb::domain;

namespace {

// What somebody may call a task or a company.
std::vector<std::string> titles() {
    std::string long_title;
    while (long_title.size() < 4096) long_title += "ё ";
    return {"$op:1",
            "$op:x fix the shop",
            "\"$op:1\"",
            "{number}",
            "{url} {key} {{x}} {",
            "{{{x}}}",
            "$result[a][0]",
            "rename failed_stage_of_category in the API",
            R"({"failed_stage_of_category":"0"})",
            R"([{"link":{"n":1,"report":17}}])",
            "%s %n %d",
            "[URL=https://pay.example/]Pay here[/URL] [USER=1]x[/USER]",
            std::string("a\0b", 3),
            "\x1b]0;x\x07 \xC2\x9B[2J",
            "79-\xE2\x80\xAEgnp.exe\xE2\x81\xA6",
            "quote \" backslash \\ slash / line\nline",
            "https://reports.example.com/r/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            long_title};
}

Revision revision_called(const std::string& title) {
    Revision out;
    out.number = "A-2026-0001";
    out.client = {{"bitrix24", "company", "12"}, title};
    out.contract.currency = *find_currency("EUR");
    out.contract.locale = "en";
    out.contract.vat = {VatMode::None, 0};
    out.period = {*parse_day("2026-03-01"), *parse_day("2026-03-31")};
    Line line;
    line.task_ref = {"bitrix24", "task", "1"};
    line.task_title = title;
    line.project = {"bitrix24", "group", "7"};
    line.project_name = title;
    line.work_type = title;
    line.worked_seconds = line.billed_seconds = 3600;
    line.rate = line.amount = line.gross = 6000;
    out.lines = {line};
    out.totals = totals_of(6000, out.contract.vat);
    out.billed_seconds = 3600;
    return out;
}

const std::string kLink = "https://reports.example.com/r/LINK";

// As it goes out: every piece at its place.
std::string sent(const mapping::Written& written) {
    const auto needs = mapping::read_needs(needs_text(written.needs));
    REQUIRE(needs.ok());
    std::map<std::string, std::string> values;
    for (const Need& need : *needs)
        for (const Part& part : need.parts)
            values[need.path] += std::holds_alternative<std::string>(part)
                                     ? std::get<std::string>(part)
                                 : std::holds_alternative<LinkPart>(part) ? kLink
                                 : std::holds_alternative<OpPart>(part)
                                     ? std::to_string(100 + std::get<OpPart>(part).op)
                                     : "LOSE";
    return mapping::put_values(written.fields, values);
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

struct Write {
    const char* kind;
    std::function<mapping::Written(const std::string& title)> make;
    std::size_t links, ids; // that go out with it
};

std::vector<Write> writes() {
    return {
        {"deal.create",
         [](const std::string& title) {
             return mapping::deal_fields(shipped(), revision_called(title),
                                         {"hb-1", "12", "1", 0, "NEW", LinkPart{17, 2}});
         },
         1, 0},
        {"deal.rows",
         [](const std::string& title) {
             return mapping::Written{mapping::row_fields(shipped(), revision_called(title)), {}};
         },
         0, 0},
        {"invoice.create",
         [](const std::string& title) {
             mapping::InvoiceTerms terms;
             terms.key = "hb-2";
             terms.company_id = "12";
             terms.deal = {7};
             return mapping::invoice_fields(shipped(), revision_called(title), terms);
         },
         0, 1},
        {"document.create",
         [](const std::string& title) {
             return mapping::document_fields({7}, "39", title, "hb-3");
         },
         0, 1},
        {"comment.create",
         [](const std::string& title) {
             return mapping::comment_fields(shipped(), "comment.agreed", revision_called(title),
                                            {17, 2}, "hb-4");
         },
         1, 0},
        {"card.create",
         [](const std::string& title) {
             mapping::CardFields card;
             card.key = "hb-5";
             card.title = shipped().fill("card.title", {{"locale", "en"},
                                                        {"number", "1"},
                                                        {"client", title},
                                                        {"from", "a"},
                                                        {"to", "b"}});
             card.fields = {{"warnings", title}, {"projects", title}};
             card.link = LinkPart{17, 2};
             return mapping::card_fields(card);
         },
         1, 0},
        {"comment.create of a card",
         [](const std::string& title) {
             const auto text = shipped().fill(
                 "card.refused", {{"locale", "en"}, {"why", "no project is called " + title}});
             return mapping::Written{mapping::comment_text_fields("card", text, "hb-7"), {}};
         },
         0, 0},
        {"card.update",
         [](const std::string& title) {
             mapping::CardFields card;
             card.title = shipped().fill("card.title", {{"locale", "en"},
                                                        {"number", "1"},
                                                        {"client", title},
                                                        {"from", "a"},
                                                        {"to", "b"}});
             card.company = "12";
             card.fields = {{"warnings", title}, {"projects", title}, {"type", title}};
             card.link = LinkPart{17, 2};
             return mapping::card_fields(card);
         },
         1, 0},
        {"card.adopt",
         [](const std::string& title) {
             return mapping::Written{mapping::card_key_fields(title), {}};
         },
         0, 0},
        {"card.files",
         [](const std::string& title) {
             return mapping::Written{
                 mapping::card_files_fields({{title, "AAAA"}, {title + ".pdf", "AAAA"}}), {}};
         },
         0, 0},
        {"deal.stage",
         [](const std::string& title) {
             return mapping::Written{mapping::stage_fields(title), {}};
         },
         0, 0},
        {"deal.stage that failed",
         [](const std::string& title) {
             return mapping::failed_stage_fields({StageOf::Deal, title});
         },
         0, 0},
        {"task.mark",
         [](const std::string& title) {
             return mapping::Written{
                 mapping::mark_fields("UF_HB_PAID", "100", "UF_HB_REPORT", title), {}};
         },
         0, 0},
        {"task.field",
         [](const std::string& title) {
             return mapping::Written{mapping::task_field("UF_HB_PAID", title, title), {}};
         },
         0, 0},
        {"webhook.send",
         [](const std::string& title) {
             json::Writer event;
             event.begin_object().member("type", "report.agreed").key("data").begin_object();
             event.member("client", title).member("link", "").member("text", title);
             return mapping::hook_fields("msg_1", event.end_object().end_object().take(),
                                         LinkPart{17, 2});
         },
         2, 0},
        {"notice.send",
         [](const std::string& title) {
             return mapping::notice_fields(title + " agreed", "hb-6", LinkPart{17, 2});
         },
         1, 0},
        {"telegram.send",
         [](const std::string& title) {
             return mapping::telegram_fields(title + " agreed", LinkPart{17, 2});
         },
         1, 0},
    };
}

} // namespace

TEST_CASE("for each kind of write and each title: one link, one id, and the title is only text") {
    for (const Write& write : writes())
        for (const std::string& title : titles()) {
            INFO(write.kind << ": " << title.substr(0, 80));
            const auto plain = json::Document::parse(sent(write.make("Plain")));
            const auto document = json::Document::parse(sent(write.make(title)));
            REQUIRE(plain.ok());
            REQUIRE(document.ok());
            const std::string text = document->root().dump();
            CHECK(count(text, kLink) == write.links);
            CHECK(count(text, "\"107\"") == write.ids);
            // The same members with the same shapes, in the same order.
            REQUIRE(document->root().size() == plain->root().size());
            auto other = plain->root().begin();
            for (const auto& member : document->root()) {
                CHECK(member.key() == (*other).key());
                CHECK(member.kind() == (*other).kind());
                CHECK(member.size() == (*other).size());
                ++other;
            }
            CHECK(needs_text(write.make(title).needs).find(kLink) == std::string::npos);
        }
}

TEST_CASE("no BBCode and no control or bidi character of a name goes into the CRM (G60)") {
    for (const Write& write : writes()) {
        const std::string kind = write.kind;
        // Numbers, keys, ids and labels of ours; values that the engine cleans before it compares
        // them; and a program, which reads what a client is called.
        static const std::set<std::string> clean_before = {
            "document.create", "card.create", "card.update", "card.adopt",
            "deal.stage",      "task.mark",   "task.field",  "webhook.send"};
        if (clean_before.count(kind) > 0) continue;
        for (const std::string& title : titles()) {
            INFO(kind << ": " << title.substr(0, 80));
            const std::string out = sent(write.make(title));
            if (kind != "telegram.send") { // no mark-up is read there
                CHECK(out.find("[URL=") == std::string::npos);
                CHECK(out.find("[USER=") == std::string::npos);
            }
            CHECK(out.find("\\u001b") == std::string::npos);
            CHECK(out.find("\\u0000") == std::string::npos);
            CHECK(out.find("\xC2\x9B") == std::string::npos);
            CHECK(out.find("\xE2\x80\xAE") == std::string::npos);
            CHECK(out.find("\xE2\x81\xA6") == std::string::npos);
        }
    }
}

TEST_CASE("a webhook's message has its link as a piece at two places of the event") {
    const auto hook = mapping::hook_fields(
        "msg_1", R"({"type":"report.agreed","data":{"client":"$op:1","link":"","text":"agreed"}})",
        LinkPart{17, 2});
    CHECK(hook.fields.find("/r/") == std::string::npos);
    CHECK(sent(hook) == R"({"id":"msg_1","event":{"type":"report.agreed","data":{"client":"$op:1",)"
                        R"("link":")" +
                            kLink + R"(","text":"agreed\n)" + kLink + R"("}}})");
}

TEST_CASE("values go to places by pointer, whatever the members are called") {
    CHECK(mapping::put_values(R"({"a/b":{"~":["x",""]},"n":1.50,"$op:1":null})",
                              {{"/a~1b/~0/1", "\"here\""}}) ==
          R"({"a/b":{"~":["x","\"here\""]},"n":1.50,"$op:1":null})");
    CHECK_FALSE(mapping::read_needs(R"([{"path":"/a","parts":[{"what":1}]}])").ok());
    CHECK_FALSE(mapping::read_needs("[").ok());
}
