#include <catch2/catch.hpp>

#include "base/digest.h"
#include "books/client_links.h"
#include "desk/reports.h"
#include "lanes/notices.h"
#include "shop.h"
#include "web/look.h"

// Links of clients from their first day to their last (G23, G59): shared, with a password, asked
// for anew, looked at.
using namespace hb;
using namespace hb::web;
using namespace hb::web::test;

namespace {

const std::string kNobodys(43, 'A');

std::string path_of(const std::string& url) {
    return url.substr(url.find('/', url.find("//") + 2));
}

Answer asked(Shop& shop, Asked request) {
    std::string_view route;
    if (request.method.empty()) request.method = "GET";
    if (request.address.empty()) request.address = "203.0.113.5";
    request.request_id = "test-1";
    return opened(answer(shop.site, std::move(request), route));
}

Asked get_of(const std::string& path) {
    Asked request;
    request.path = path;
    return request;
}

// "/r/TOKEN" of one more link for reading alone.
std::string share(Shop& shop, const std::string& password = "") {
    std::optional<std::string> hash;
    if (!password.empty())
        hash = HashTurn::take(std::chrono::seconds{30})->hash(Secret(password), shop.world.ids);
    const auto link = books::share_report(*shop.world.books, shop.report, hash, shop.world.actor);
    REQUIRE(link.ok());
    return path_of(link->url);
}

std::vector<store::EventRow> told(Shop& shop, const std::string& action) {
    std::vector<store::EventRow> out;
    for (auto& event : shop.world.tables->events.since(0, 100'000))
        if (event.action == action) out.push_back(event);
    return out;
}

std::string preview(Shop& shop, std::int64_t report) {
    const auto link = books::preview_report(*shop.world.books, report, shop.world.actor);
    REQUIRE(link.ok());
    return path_of(link->url);
}

} // namespace

TEST_CASE("a dead link of any kind and any path below it answer as one that never was, in bytes") {
    Shop shop;
    const Answer unknown = shop.get("/r/" + kNobodys);
    REQUIRE(unknown.status == 404);
    const auto check_same = [&](const Answer& other) {
        CHECK(other.status == unknown.status);
        CHECK(other.type == unknown.type);
        CHECK(other.body == unknown.body);
        CHECK(other.headers == unknown.headers);
    };
    const std::string shared = share(shop);
    const auto id = shop.world.tables->client_links.of_report(shop.report).back().id;
    const std::string archive = path_of(shop.world.books->show(shop.report)->archive_url.value());
    REQUIRE(shop.get(shared).status == 200);
    REQUIRE(books::revoke_link(*shop.world.books, shop.report, id, shop.world.actor).ok());
    check_same(shop.get(shared));
    check_same(shop.get(shared + "/report.pdf"));
    check_same(shop.post(shared, "password=whatever"));
    for (const char* kind : {"/a/", "/d/"}) check_same(shop.get(kind + kNobodys));
    check_same(shop.get("/a/" + kNobodys + "/HB2026-0001"));
    check_same(shop.get(archive + "/HB1999-0001/report.csv"));
    // A token opens its own kind of page alone.
    check_same(shop.get("/r/" + archive.substr(3)));
    check_same(shop.get("/d/" + archive.substr(3)));
    check_same(shop.get("/a/" + shop.link.substr(3)));
}

TEST_CASE(
    "the page of a dead link is in the configuration's language and asks for no other thing") {
    Shop shop;
    const Answer english = shop.get("/r/" + kNobodys);
    CHECK(shows(english, "This link is no longer valid"));
    CHECK(shows(english, "name=\"anew\" value=\"1\""));
    CHECK_FALSE(shows(english, "action="));
    shop.world.books->change([&] { shop.world.books->settings.locale = "ru"; });
    CHECK(shows(shop.get("/r/" + kNobodys), "Эта ссылка больше не действует"));
}

TEST_CASE("who asks for a new link is thanked whatever it was, and the manager is told of ours "
          "once") {
    Shop shop;
    REQUIRE(desk::link(*shop.world.books, shop.report, false, true, shop.world.actor).ok());
    const Answer unknown = shop.post("/r/" + kNobodys, "anew=1", "203.0.113.6");
    const Answer ours = shop.post(shop.link, "anew=1", "203.0.113.7");
    CHECK(unknown.status == 200);
    CHECK(shows(unknown, "Thank you"));
    CHECK(ours.status == unknown.status);
    CHECK(ours.body == unknown.body);
    CHECK(ours.headers == unknown.headers);
    CHECK(shop.post("/nothing/here", "anew=1", "203.0.113.8").body == unknown.body);
    REQUIRE(told(shop, "link.asked").size() == 1);
    CHECK(told(shop, "link.asked")[0].report == shop.report);
    CHECK(shop.post(shop.link, "anew=1", "203.0.113.9").body == unknown.body);
    CHECK(told(shop, "link.asked").size() == 1);
}

TEST_CASE("who asks with a link that lives is thanked, and nobody is told") {
    Shop shop;
    CHECK(shop.post(shop.link, "anew=1").status == 200);
    CHECK(told(shop, "link.asked").empty());
}

TEST_CASE("who asks again and again is refused as who guesses is") {
    Shop shop;
    for (int i = 0; i < 20; ++i) CHECK(shop.post("/r/" + kNobodys, "anew=1").status == 200);
    CHECK(shop.post("/r/" + kNobodys, "anew=1").status == 429);
}

TEST_CASE("guesses of one IPv6 network count together, those of another apart") {
    Shop shop;
    for (int i = 0; i < 20; ++i)
        CHECK(shop.get("/r/guess", "2001:db8:1:2::" + std::to_string(i + 1)).status == 404);
    CHECK(shop.get("/r/guess", "2001:db8:1:2:ffff::7").status == 429);
    CHECK(shop.get("/r/guess", "2001:db8:1:3::1").status == 404);
    CHECK(shop.get(shop.link, "2001:db8:1:2::1").status == 200);
}

TEST_CASE("a link for reading alone shows the report and its files, has no form, leads to no "
          "archive, and agrees to nothing") {
    Shop shop;
    const std::string shared = share(shop);
    const Answer page = shop.get(shared);
    CHECK(page.status == 200);
    CHECK(shows(page, "135.00\u00A0BYN"));
    CHECK_FALSE(shows(page, "<form"));
    CHECK_FALSE(shows(page, "/a/"));
    CHECK_FALSE(shows(page, shop.link.substr(3)));
    CHECK(shows(shop.get(shop.link), "<form"));
    CHECK(shows(shop.get(shop.link), "href=\"/a/"));
    for (const char* file : {"/report.pdf", "/report.xlsx", "/report.csv", "/report.json"})
        CHECK(shop.get(shared + file).status == 200);
    const Answer refused = shop.post(shared + "/agree", "hash=" + shop.hash());
    CHECK(refused.status == 404);
    CHECK(refused.body == shop.get("/r/" + kNobodys).body);
    CHECK(shop.world.state(shop.report) == "sent");
    CHECK(shop.world.verify() == "");
}

TEST_CASE("a link with a password shows a form and no word of the report until it was given, and "
          "then opens in that browser alone") {
    Shop shop;
    const std::string shared = share(shop, "correct horse");
    for (const char* path : {"", "/report.pdf", "/report.json", "/report.csv", "/report.xlsx"}) {
        const Answer form = shop.get(shared + path);
        CHECK(form.status == 403);
        CHECK(shows(form, "type=\"password\""));
        for (const char* secret : {"135.00", "Landing page", "Romashka", "HB2026"})
            CHECK_FALSE(shows(form, secret));
    }
    const Answer wrong = shop.post(shared, "password=correct+hors");
    CHECK(wrong.status == 403);
    CHECK(shows(wrong, "That is not the password"));
    const Answer right = shop.post(shared, "password=correct+horse");
    REQUIRE(right.status == 303);
    CHECK(header(right, "Location") == shared);
    const std::string cookie = header(right, "Set-Cookie");
    CHECK(cookie.find("; Path=" + shared + ";") != std::string::npos);
    CHECK(cookie.find("HttpOnly; SameSite=Strict") != std::string::npos);

    Asked with = get_of(shared);
    with.cookies = "other=1; " + cookie.substr(0, cookie.find(';'));
    CHECK(asked(shop, with).status == 200);
    CHECK(shop.get(shared).status == 403);
    Asked forged = with;
    forged.cookies.back() = forged.cookies.back() == 'A' ? 'B' : 'A';
    CHECK(asked(shop, forged).status == 403);
    // Of another link of the same report it is no pass.
    Asked other = with;
    other.path = share(shop, "another horse");
    CHECK(asked(shop, other).status == 403);
    shop.world.advance(std::chrono::hours{13});
    CHECK(asked(shop, with).status == 403);
}

TEST_CASE("after ten wrong passwords a link looks at none for an hour, also after a new start; "
          "other links go on") {
    Shop shop;
    const std::string shared = share(shop, "correct horse");
    const std::string other = share(shop, "another horse");
    for (int i = 0; i < 10; ++i) CHECK(shop.post(shared, "password=wrong+horse").status == 403);
    const Answer waits = shop.post(shared, "password=correct+horse");
    CHECK(waits.status == 429);
    CHECK(header(waits, "Retry-After") == "3600");
    CHECK(shop.get(shared).status == 429);
    CHECK(shop.post(other, "password=another+horse").status == 303);
    shop.world.advance(std::chrono::minutes{59});
    CHECK(shop.post(shared, "password=correct+horse").status == 429);
    // It is in the books: what they say is all there is.
    CHECK(shop.world.tables->client_links.of_report(shop.report).at(1).waits_until.has_value());
    shop.world.advance(std::chrono::minutes{2});
    CHECK(shop.post(shared, "password=wrong+horse").status == 403);
    CHECK(shop.post(shared, "password=correct+horse").status == 303);
    // Right once, and ten more may be wrong.
    for (int i = 0; i < 9; ++i) CHECK(shop.post(shared, "password=wrong+horse").status == 403);
    CHECK(shop.post(shared, "password=correct+horse").status == 303);
}

TEST_CASE("the books hold a password's hash and never the password, and dumps not even that") {
    Shop shop;
    share(shop, "correct horse");
    const auto link = shop.world.tables->client_links.of_report(shop.report).back();
    CHECK(link.password->starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    CHECK(shop.world.books_text().find("correct horse") == std::string::npos);
    const auto rows = store::dump_table(*shop.world.db, "client_links", 100);
    REQUIRE(rows.ok());
    for (const auto& row : *rows)
        for (const auto& [name, value] : row) CHECK(value.find("argon2id") == std::string::npos);
}

TEST_CASE("a look is a page that somebody opens: nothing fetched ahead, inside of another page, or "
          "by a program that shows previews of links") {
    const auto look = [](BrowserWords words) { return is_look(words); };
    const std::string firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0";
    CHECK(look({"document", "", "", "", firefox}));
    CHECK_FALSE(look({"iframe", "", "", "", firefox}));
    CHECK_FALSE(look({"empty", "", "", "", firefox}));
    CHECK_FALSE(look({"document", "prefetch", "", "", firefox}));
    CHECK_FALSE(look({"document", "prefetch;prerender", "", "", firefox}));
    CHECK_FALSE(look({"document", "", "prefetch", "", firefox}));
    CHECK_FALSE(look({"document", "", "", "prefetch", firefox}));
    CHECK(look({"", "", "", "", firefox})); // an older one tells nothing
    for (const char* robot :
         {"TelegramBot (like TwitterBot)", "WhatsApp/2.23.20.0", "Viber/13.3.0.5",
          "facebookexternalhit/1.1", "Mozilla/5.0 (compatible; YandexBot/3.0)",
          "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)",
          "SkypeUriPreview Preview/0.5", "curl/7.88.1", ""}) {
        INFO(robot);
        CHECK_FALSE(look({"", "", "", "", robot}));
    }
}

TEST_CASE("the first look at each revision is one row of the log, and nothing else changes") {
    Shop shop;
    Asked look = get_of(shop.link);
    CHECK(asked(shop, look).status == 200); // a program's
    CHECK(told(shop, "report.opened").empty());
    CHECK_FALSE(shop.world.books->show(shop.report)->opened.has_value());
    look.by_browser = true;
    const auto before = shop.world.tables->events.since(0, 100'000).size();
    const auto rows = shop.world.db->total_changes();
    CHECK(asked(shop, look).status == 200);
    CHECK(shop.world.tables->events.since(0, 100'000).size() == before + 1);
    CHECK(shop.world.db->total_changes() == rows + 1);
    shop.world.advance(std::chrono::hours{1});
    CHECK(asked(shop, look).status == 200);
    CHECK(shop.world.db->total_changes() == rows + 1);
    const auto first = shop.world.books->show(shop.report)->opened.value();
    CHECK(first.revision == 1);
    CHECK(first.first == first.last);

    shop.send_another_revision();
    shop.world.advance(std::chrono::hours{1});
    CHECK(asked(shop, look).status == 200);
    const auto second = shop.world.books->show(shop.report)->opened.value();
    CHECK(second.revision == 2);
    CHECK(second.first == first.first);
    CHECK(second.last > second.first);
    CHECK(shop.world.verify() == "");
}

TEST_CASE("a look at a recalled report, a file, or with a wrong link is none") {
    Shop shop;
    Asked look = get_of(shop.link + "/report.json");
    look.by_browser = true;
    CHECK(asked(shop, look).status == 200);
    look.path = "/r/" + kNobodys;
    CHECK(asked(shop, look).status == 404);
    shop.recall();
    look.path = shop.link;
    CHECK(asked(shop, look).status == 200);
    CHECK(told(shop, "report.opened").empty());
}

TEST_CASE("what changed since the client last looked stands on the page, compared with what they "
          "saw") {
    Shop shop;
    CHECK_FALSE(shows(shop.get(shop.link), "What has changed"));
    shop.send_another_revision(); // nobody had looked
    CHECK_FALSE(shows(shop.get(shop.link), "What has changed"));
    Asked look = get_of(shop.link);
    look.by_browser = true;
    CHECK_FALSE(shows(asked(shop, look), "What has changed"));
    shop.send_another_revision();
    for (int again = 0; again < 2; ++again) { // also when it is opened a second time
        const Answer page = asked(shop, look);
        CHECK(shows(page, "What has changed since you last looked"));
        CHECK(shows(page, "The total was 225.00\u00A0BYN, now it is 315.00\u00A0BYN."));
        CHECK(shows(page, "The hours were 2:30, now they are 3:30."));
        CHECK(shows(page, "Changed lines: 1"));
        CHECK_FALSE(shows(page, "New lines"));
    }
    REQUIRE(shop.agree(shop.hash()).status == 303);
    CHECK_FALSE(shows(shop.get(shop.link), "What has changed"));
}

TEST_CASE("the archive shows every report that was sent, with state, sum and rest, and no other "
          "client's") {
    Shop shop;
    auto& world = shop.world;
    const std::int64_t stranger = world.company("Vasilek LLC");
    world.pull();
    world.contract(stranger);
    hb::test::World::TaskMaker maker;
    maker.title = "Secret shop";
    maker.links = {"CO_" + std::to_string(stranger)};
    world.entry(world.task(maker), shop.person, 3600, "2026-06-03T10:00:00+03:00");
    world.entry(shop.task, shop.person, 7200, "2026-05-03T10:00:00+03:00");
    world.pull();
    world.send(world.draft(stranger, "2026-06-01", "2026-06-30"));
    const auto may = world.draft(shop.company, "2026-05-01", "2026-05-31");
    world.send(may);
    world.agree(may);

    const std::string archive = path_of(world.books->show(shop.report)->archive_url.value());
    const Answer page = shop.get(archive);
    CHECK(page.status == 200);
    for (const char* word :
         {"Romashka LLC", "June\u00A02026", "May\u00A02026", "Waiting for your agreement", "Agreed",
          "135.00\u00A0BYN", "180.00\u00A0BYN"}) {
        INFO(word);
        CHECK(shows(page, word));
    }
    CHECK_FALSE(shows(page, "Vasilek"));
    CHECK_FALSE(shows(page, "Landing page"));
    CHECK_FALSE(shows(page, "<script"));
    CHECK(shows(page, "href=\"" + shop.link + "\"")); // there it can be agreed to
    // A report by its number, to be read alone, and its files.
    const std::string number = world.books->show(shop.report)->number.value();
    const Answer one = shop.get(archive + "/" + number);
    CHECK(one.status == 200);
    CHECK(shows(one, "135.00\u00A0BYN"));
    CHECK_FALSE(shows(one, "<form"));
    CHECK(shop.get(archive + "/" + number + "/report.pdf").status == 200);
    CHECK(shop.post(archive + "/" + number + "/agree", "hash=" + shop.hash()).status == 404);

    // A recalled one is not listed until it is sent again; of a cancelled one no figure and no
    // file.
    shop.recall();
    CHECK_FALSE(shows(shop.get(archive), "135.00"));
    CHECK(shop.get(archive + "/" + number + "/report.pdf").status == 410);
    world.send(shop.report);
    CHECK(shows(shop.get(archive), "135.00"));
    REQUIRE(desk::cancel(*world.books, shop.report, "a mistake", world.actor).ok());
    const Answer after = shop.get(archive);
    CHECK(shows(after, "Cancelled"));
    CHECK_FALSE(shows(after, "135.00"));
    CHECK_FALSE(shows(after, number + "/report."));
    CHECK(shop.get(archive + "/" + number + "/report.csv").status == 410);
    CHECK(world.verify() == "");
}

TEST_CASE("the archive opens reports whose own links ended long ago") {
    Shop shop;
    const std::string archive = path_of(shop.world.books->show(shop.report)->archive_url.value());
    const std::string number = shop.world.books->show(shop.report)->number.value();
    REQUIRE(desk::link(*shop.world.books, shop.report, false, true, shop.world.actor).ok());
    REQUIRE(shop.get(shop.link).status == 404);
    const Answer page = shop.get(archive);
    CHECK(shows(page, "href=\"" + archive + "/" + number + "\""));
    CHECK(shop.get(archive + "/" + number).status == 200);
}

TEST_CASE(
    "the archive has the latest 24 periods, others by year, and finds a period by its words") {
    Shop shop;
    auto& world = shop.world;
    const auto day = [](int month, int day_of) {
        const std::string m = std::to_string(month % 12 + 1), d = std::to_string(day_of);
        return std::to_string(2023 + month / 12) + "-" + (m.size() < 2 ? "0" : "") + m + "-" +
               (d.size() < 2 ? "0" : "") + d;
    };
    world.contract(shop.company, "90.00", "", "BYN", "2020-01-01");
    for (int month = 0; month < 30; ++month)
        world.entry(shop.task, shop.person, 3600, day(month, 3) + "T10:00:00+03:00");
    world.pull();
    for (int month = 0; month < 30; ++month)
        world.send(world.draft(shop.company, day(month, 1), day(month, 28)));
    const std::string archive = path_of(world.books->show(shop.report)->archive_url.value());
    const auto rows = [&](Form query) {
        Asked request = get_of(archive);
        request.query = std::move(query);
        const Answer page = asked(shop, request);
        CHECK(page.status == 200);
        std::size_t n = 0;
        for (auto at = page.body.find("<tr><td class=\"task\">"); at != std::string::npos;
             at = page.body.find("<tr><td class=\"task\">", at + 1))
            ++n;
        return n;
    };
    CHECK(rows({}) == 24);
    CHECK(rows({{"year", "2023"}}) == 12);
    CHECK(rows({{"year", "1999"}}) == 0);
    CHECK(rows({{"year", "x'--"}}) == 24);
    CHECK(rows({{"period", "march 2024"}}) == 1);
    CHECK(rows({{"period", "2024-03"}}) == 1);
    CHECK(rows({{"period", "<script>"}}) == 0);
    Asked hostile = get_of(archive);
    hostile.query = {{"period", "\"><script>alert(1)</script>"}};
    CHECK_FALSE(shows(asked(shop, hostile), "<script"));
}

TEST_CASE("the archive speaks the client's language") {
    Shop shop;
    auto& world = shop.world;
    const std::int64_t client = world.company("Gaspar SARL");
    world.pull();
    world.contract(client, "90.00", "\"locale\":\"fr\",");
    hb::test::World::TaskMaker maker;
    maker.links = {"CO_" + std::to_string(client)};
    world.entry(world.task(maker), shop.person, 3600, "2026-06-03T10:00:00+03:00");
    world.pull();
    const auto report = world.draft(client, "2026-06-01", "2026-06-30");
    world.send(report);
    const Answer page = shop.get(path_of(world.books->show(report)->archive_url.value()));
    CHECK(shows(page, "<html lang=\"fr\">"));
    CHECK(shows(page, "Vos rapports"));
}

TEST_CASE("a preview shows the draft with the word draft across it, what its manager has to know, "
          "and a form that does nothing; it lives until the draft is sent") {
    Shop shop;
    shop.recall();
    const std::string page_path = preview(shop, shop.report);
    CHECK(preview(shop, shop.report) == page_path); // the same while it lives
    const Answer page = shop.get(page_path);
    REQUIRE(page.status == 200);
    CHECK(shows(page, "data-draft=\"Draft\""));
    CHECK(shows(page, "Landing page"));
    CHECK(shows(page, "135.00\u00A0BYN"));
    CHECK(shows(page, "Draft: the client has not seen this page"));
    CHECK(shows(page, "<button type=\"submit\" disabled>"));
    CHECK_FALSE(shows(page, "/r/"));
    CHECK_FALSE(shows(page, "/a/"));
    // It opens nothing else, and nothing takes a click.
    const std::string token = page_path.substr(3);
    CHECK(shop.get("/r/" + token).status == 404);
    CHECK(shop.get("/a/" + token).status == 404);
    CHECK(shop.get("/r/" + token + "/report.pdf").status == 404);
    CHECK(shop.post("/r/" + token + "/agree", "hash=").status == 404);
    // It follows the draft.
    shop.world.entry(shop.task, shop.person, 3600, "2026-06-05T10:00:00+03:00");
    shop.world.pull();
    CHECK(shows(shop.get(page_path), "225.00\u00A0BYN"));
    shop.world.send(shop.report);
    CHECK(shop.get(page_path).status == 404);
    CHECK_FALSE(books::preview_report(*shop.world.books, shop.report, shop.world.actor).ok());
}

TEST_CASE("a preview lives for seven days, and one made after that is another") {
    Shop shop;
    shop.recall();
    const std::string path = preview(shop, shop.report);
    shop.world.advance(std::chrono::hours{24 * 7} - std::chrono::minutes{1});
    CHECK(shop.get(path).status == 200);
    shop.world.advance(std::chrono::minutes{2});
    CHECK(shop.get(path).status == 404);
    const std::string next = preview(shop, shop.report);
    CHECK(next != path);
    CHECK(shop.get(next).status == 200);
    REQUIRE(desk::cancel(*shop.world.books, shop.report, "a mistake", shop.world.actor).ok());
    CHECK(shop.get(next).status == 404);
}

TEST_CASE("a revoked archive stays dead when the next report is sent, and a new one is another") {
    Shop shop;
    auto& books = *shop.world.books;
    const std::string first = path_of(books.show(shop.report)->archive_url.value());
    const auto made = books::archive_of_report(books, shop.report, true, shop.world.actor);
    REQUIRE(made.ok());
    const std::string second = path_of(made->url);
    CHECK(shop.get(first).status == 404);
    CHECK(shop.get(second).status == 200);
    REQUIRE(books::revoke_link(books, shop.report, made->row.id, shop.world.actor).ok());
    shop.send_another_revision();
    CHECK(shop.get(second).status == 404);
    CHECK_FALSE(books.show(shop.report)->archive_url.has_value());
    CHECK_FALSE(shows(shop.get(shop.link), "/a/"));
    CHECK(shop.world.verify() == "");
}

TEST_CASE("notices tell once that somebody asked with an old link, and that a revision was opened "
          "where a rule wants that") {
    Shop shop;
    auto& books = *shop.world.books;
    books.change([&] {
        books.settings.notices = {
            {{"asks", "opened"}, "bitrix24", domain::OpKind::NoticeSend, "7", "", "ru"}};
    });
    const auto plan = [&] { return lanes::Notices(books).plan(); };
    const auto last_text = [&] {
        std::string text;
        for (const auto& op : shop.world.tables->outbox.list(store::OpState::Pending, 1000))
            if (op.op.kind == domain::OpKind::NoticeSend) text = op.op.fields + op.needs;
        return text;
    };
    plan(); // what was before the first rule is no news
    Asked look = get_of(shop.link);
    look.by_browser = true;
    asked(shop, look);
    asked(shop, look);
    CHECK(plan() == 1);
    CHECK(last_text().find("открыт") != std::string::npos);
    REQUIRE(desk::link(*shop.world.books, shop.report, true, false, shop.world.actor).ok());
    shop.post(shop.link, "anew=1");
    shop.post(shop.link, "anew=1");
    CHECK(plan() == 1);
    CHECK(last_text().find("просит новую") != std::string::npos);
    CHECK(last_text().find(shop.link.substr(3)) == std::string::npos); // no token in the books
    CHECK(plan() == 0);
}

TEST_CASE("a form of another host's page changes nothing; our own, which has no referrer, does") {
    Shop shop;
    Asked click;
    click.method = "POST";
    click.path = shop.link + "/agree";
    click.body = "hash=" + shop.hash();
    click.host = "reports.example.com";
    click.origin = "https://evil.example";
    CHECK(asked(shop, click).status == 403);
    CHECK(shop.world.state(shop.report) == "sent");
    for (const char* own :
         {"https://reports.example.com.evil.example", "https://evil.example:443"}) {
        click.origin = own;
        CHECK(asked(shop, click).status == 403);
    }
    click.origin = "null";
    CHECK(asked(shop, click).status == 303);
    click.origin = "https://reports.example.com";
    CHECK(asked(shop, click).status == 303); // agreed already: the second click
}
