#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>

#include <sys/stat.h>

#include "program.h"
#include "serving.h"

// Links by the real program: what its commands say opens what it should, over HTTP.
using namespace hb;
using namespace hb::test;

namespace {

std::string path_of(const std::string& url) {
    return url.substr(url.find('/', url.find("//") + 2));
}

// A program that is given its first line of standard input.
std::vector<std::string> through_pipe(const std::string& line) {
    return {"sh", "-c", "printf '%s\\n' '" + line + "' | \"$0\" \"$@\""};
}

} // namespace

TEST_CASE("report link shares, lists and revokes; a password comes by standard input and is in no "
          "argument, log or answer") {
    Agency agency;
    agency.begin();
    const std::string id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "link", id, "--share"}).code == 4); // a draft
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    const auto plain = agency.run({"report", "link", id, "--share"});
    REQUIRE(plain.code == 0);
    agency.folder.through = through_pipe("correct horse");
    const auto shared = agency.run({"report", "link", id, "--share", "--password"});
    agency.folder.through = through_pipe("short");
    CHECK(agency.run({"report", "link", id, "--share", "--password"}).code == 2);
    agency.folder.through.clear();
    INFO(shared.out << shared.err);
    REQUIRE(shared.code == 0);
    CHECK(shared.out.find("horse") == std::string::npos);
    CHECK(*shared.root()["password"].boolean());

    const auto listed = agency.run({"report", "link", id, "--list"});
    REQUIRE(listed.code == 0);
    REQUIRE(listed.root()["links"].size() == 4); // the client's, the archive, two for reading
    {
        const Serving service(agency, Serving::AsItStands{});
        CHECK(service.get(path_of(text(plain.root()["url"]))).status == 200);
        CHECK(service.get(path_of(text(shared.root()["url"]))).status == 403);
        const auto archive =
            service.get(path_of(text(agency.run({"report", "show", id}).root()["archive_url"])));
        CHECK(archive.status == 200);
        CHECK(archive.body.find("2026") != std::string::npos);
    }
    const std::string link = std::to_string(number(plain.root()["id"]));
    CHECK(agency.run({"report", "link", id, "--revoke", "999"}).code == 4);
    CHECK(agency.run({"report", "link", id, "--revoke", "x"}).code == 2);
    REQUIRE(agency.run({"report", "link", id, "--revoke", link}).code == 0);
    {
        const Serving service(agency, Serving::AsItStands{});
        CHECK(service.get(path_of(text(plain.root()["url"]))).status == 404);
    }
    CHECK(agency.run({"report", "link", id, "--share", "--list"}).code == 2);
    CHECK(agency.run({"report", "link", id, "--password"}).code == 2);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("a running service makes a share link with the password that the asker typed") {
    Agency agency;
    agency.begin();
    const std::string id = std::to_string(agency.draft());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    const Serving service(agency, Serving::AsItStands{});
    agency.folder.through = through_pipe("correct horse");
    const auto shared = agency.run({"report", "link", id, "--share", "--password"});
    agency.folder.through.clear();
    INFO(shared.out << shared.err);
    REQUIRE(shared.code == 0);
    CHECK(service.get(path_of(text(shared.root()["url"]))).status == 403);
    CHECK(agency.run({"verify"}).code == 0);
}

TEST_CASE("client list and report show name the archive; --new --all ends all links of before") {
    Agency agency;
    agency.begin();
    const std::string id = std::to_string(agency.draft());
    CHECK(agency.run({"report", "show", id}).root()["archive_url"].null());
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    const std::string archive = text(agency.run({"report", "show", id}).root()["archive_url"]);
    CHECK(archive.find("/a/") != std::string::npos);
    CHECK(text(agency.run({"client", "list"}).root()["clients"][0]["archive_url"]) == archive);
    const auto shared = agency.run({"report", "link", id, "--share"});
    const auto renewed = agency.run({"report", "link", "--new", "--all"});
    REQUIRE(renewed.code == 0);
    CHECK(renewed.root()["others"].size() == 2);
    const Serving service(agency, Serving::AsItStands{});
    CHECK(service.get(path_of(archive)).status == 404);
    CHECK(service.get(path_of(text(shared.root()["url"]))).status == 404);
    const auto now = text(agency.run({"report", "show", id}).root()["archive_url"]);
    CHECK(service.get(path_of(now)).status == 200);
}

TEST_CASE("report preview gives a link to the draft and opens it in the browser of who typed it") {
    Agency agency;
    agency.begin();
    const std::string id = std::to_string(agency.draft());
    agency.folder.write("xdg-open",
                        "#!/bin/sh\nprintf %s \"$1\" > " + agency.folder.path("opened") + "\n");
    ::chmod(agency.folder.path("xdg-open").c_str(), 0755);
    const std::string path = agency.folder.path("") + ":" + std::getenv("PATH");
    const auto shown = agency.run({"report", "preview", id, "--open"}, {{"PATH", path}});
    INFO(shown.out << shown.err);
    REQUIRE(shown.code == 0);
    const std::string url = text(shown.root()["preview_url"]);
    CHECK(agency.folder.read("opened") == url);
    CHECK(text(agency.run({"report", "show", id}).root()["preview_url"]) == url);
    {
        const Serving service(agency, Serving::AsItStands{});
        const auto page = service.get(path_of(url));
        CHECK(page.status == 200);
        CHECK(page.body.find("data-draft") != std::string::npos);
    }
    REQUIRE(agency.run({"report", "send", id}).code == 0);
    CHECK(agency.run({"report", "preview", id}).code == 4);
    const Serving service(agency, Serving::AsItStands{});
    CHECK(service.get(path_of(url)).status == 404);
}

TEST_CASE("a browser that opens the page over HTTP is noted once, a program and a prefetch never") {
    Agency agency;
    agency.begin();
    const std::string id = std::to_string(agency.draft());
    const std::string url = text(agency.run({"report", "send", id}).root()["url"]);
    const Serving service(agency, Serving::AsItStands{});
    const auto opened = [&] {
        return agency.run({"report", "show", id}).root()["opened"].null() ? "no" : "yes";
    };
    CHECK(service.get(path_of(url)).status == 200);
    CHECK(opened() == std::string("no"));
    CHECK(service.get(path_of(url), {{"Sec-Fetch-Dest", "document"}, {"Sec-Purpose", "prefetch"}})
              .status == 200);
    CHECK(opened() == std::string("no"));
    CHECK(service.get(path_of(url), {{"Sec-Fetch-Dest", "document"}}).status == 200);
    CHECK(opened() == std::string("yes"));
    CHECK(number(agency.run({"report", "show", id}).root()["opened"]["revision"]) == 1);
}
