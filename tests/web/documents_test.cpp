#include <catch2/catch.hpp>

#include "base/digest.h"
#include "desk/decisions.h"
#include "desk/reports.h"
#include "lanes/given.h"
#include "shop.h"
#include "json/value.h"

// What a client downloads of a report: the right thing, kept, and given again as it was.
using namespace hb;
using namespace hb::web;
using namespace hb::web::test;

namespace {

struct File {
    const char* path;
    const char* form;
    const char* type;
    const char* begins;
};
const File kFiles[] = {
    {"/report.pdf", "pdf", "application/pdf", "%PDF-"},
    {"/report.xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
     "PK"},
    {"/report.csv", "csv", "text/csv; charset=utf-8", "\xEF\xBB\xBF"},
};

std::optional<store::GivenRow> kept(Shop& shop, const File& file, int revision = 1) {
    return shop.world.books->read()->given.find({shop.report, revision, file.form});
}

std::string number_of(Shop& shop) {
    return shop.world.books->show(shop.report)->number.value();
}

} // namespace

TEST_CASE("PDF, XLSX and CSV come as files of their kind, named after the report") {
    Shop shop;
    for (const File& file : kFiles) {
        INFO(file.path);
        const Answer answer = shop.get(shop.link + file.path);
        CHECK(answer.status == 200);
        CHECK(answer.type == file.type);
        CHECK(answer.body.starts_with(file.begins));
        CHECK(header(answer, "Content-Disposition") ==
              "attachment; filename=\"" + number_of(shop) + "." + file.form + "\"");
    }
    const Answer json = shop.get(shop.link + "/report.json");
    CHECK(header(json, "Content-Disposition") ==
          "attachment; filename=\"" + number_of(shop) + ".json\"");
}

TEST_CASE("what was downloaded is kept with its digest and given again to the byte") {
    Shop shop;
    for (const File& file : kFiles) {
        INFO(file.path);
        CHECK_FALSE(kept(shop, file));
        const std::string first = shop.get(shop.link + file.path).body;
        const auto row = kept(shop, file);
        REQUIRE(row);
        CHECK(row->bytes == first);
        CHECK(row->sha256 == sha256_hex(first));
        CHECK(shop.get(shop.link + file.path).body == first);
    }
    CHECK(shop.world.books->read()->given.keys().size() == 3);
    // report.json tells what was paid, so it is made anew each time and not kept.
    CHECK(shop.get(shop.link + "/report.json").status == 200);
    CHECK(shop.world.books->read()->given.keys().size() == 3);
}

TEST_CASE(
    "what an older version of the program gave is given again, not what this one would make") {
    Shop shop;
    for (const File& file : kFiles) {
        {
            books::Step step = shop.world.books->begin(shop.world.actor);
            const std::string bytes = std::string("of an older version: ") + file.form;
            step->given.keep({{shop.report, 1, file.form}, sha256_hex(bytes), bytes, step.now()});
            step.done();
        }
        CHECK(shop.get(shop.link + file.path).body ==
              std::string("of an older version: ") + file.form);
    }
}

TEST_CASE("a payment changes report.json and no document") {
    Shop shop;
    std::vector<std::string> before;
    for (const File& file : kFiles) before.push_back(shop.get(shop.link + file.path).body);
    const std::string json = shop.get(shop.link + "/report.json").body;
    REQUIRE(shop.agree(shop.hash()).status == 303);
    shop.world.run();
    REQUIRE(desk::add_payment(*shop.world.books, shop.report, "10.00",
                              Day{std::chrono::days{20'000}}, "ref", shop.world.actor)
                .ok());
    CHECK(shop.get(shop.link + "/report.json").body != json);
    for (std::size_t i = 0; i < before.size(); ++i)
        CHECK(shop.get(shop.link + kFiles[i].path).body == before[i]);
}

TEST_CASE("files of a recalled or cancelled report are 410 with the text and without a figure") {
    for (const bool cancelled : {false, true}) {
        Shop shop;
        for (const File& file : kFiles) REQUIRE(shop.get(shop.link + file.path).status == 200);
        if (cancelled)
            REQUIRE(
                desk::cancel(*shop.world.books, shop.report, "a mistake", shop.world.actor).ok());
        else
            shop.recall();
        const char* text =
            cancelled ? "This report was cancelled" : "This report is being corrected";
        for (const char* path : {"/report.pdf", "/report.xlsx", "/report.csv", "/report.json"}) {
            INFO(path);
            const Answer answer = shop.get(shop.link + path);
            CHECK(answer.status == 410);
            CHECK(shows(answer, text));
            CHECK_FALSE(shows(answer, "135"));
            CHECK(header(answer, "Content-Disposition").empty());
        }
        CHECK(shop.get(shop.link).status == 200);
    }
}

TEST_CASE("sent again, the documents are of the new revision, and the old ones stay kept") {
    Shop shop;
    const std::string first = shop.get(shop.link + "/report.csv").body;
    shop.send_another_revision();
    const std::string second = shop.get(shop.link + "/report.csv").body;
    CHECK(second != first);
    CHECK(second.find("225.00") != std::string::npos);
    CHECK(kept(shop, kFiles[2], 1)->bytes == first);
    CHECK(kept(shop, kFiles[2], 2)->bytes == second);
}

TEST_CASE("a document of a revision that is shown no longer is not kept") {
    Shop shop;
    auto view = *shop.world.books->show(shop.report);
    shop.recall();
    CHECK_FALSE(lanes::keep_given(*shop.world.books, view, lanes::GivenForm::Pdf, "bytes",
                                  shop.world.actor));
    CHECK_FALSE(kept(shop, kFiles[0]));
    shop.world.send(shop.report);
    CHECK_FALSE(lanes::keep_given(*shop.world.books, view, lanes::GivenForm::Pdf, "bytes",
                                  shop.world.actor));
}

TEST_CASE("of two who make the same document the first one's bytes are everybody's") {
    Shop shop;
    const auto view = *shop.world.books->show(shop.report);
    const auto keep = [&](const char* bytes) {
        return lanes::keep_given(*shop.world.books, view, lanes::GivenForm::Pdf, bytes,
                                 shop.world.actor);
    };
    CHECK(keep("first") == "first");
    CHECK(keep("second") == "first");
}

TEST_CASE("while too many are being made, a file is 503 and says when to come again") {
    Shop shop;
    PageLimits limits;
    limits.renderings = 0;
    limits.patience = std::chrono::milliseconds{0};
    PageCache full(limits);
    const Site busy{*shop.world.books, shop.misses, shop.hooks, full};
    for (const File& file : kFiles) {
        std::string_view route;
        const Answer answer = web::answer(
            busy, {"GET", shop.link + file.path, "", "203.0.113.5", "test-1", {}}, route);
        CHECK(answer.status == 503);
        CHECK(header(answer, "Retry-After") == "5");
        CHECK_FALSE(kept(shop, file));
    }
}
