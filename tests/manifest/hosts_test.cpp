#include <catch2/catch.hpp>

#include "base/text.h"
#include "net/sites.h"
#include "rig.h"
#include "json/writer.h"

using namespace hb;
using namespace hb::connector::manifest;

namespace {

const std::vector<net::Site> kSites{*net::parse_site("https://api.example.com/v1"),
                                    *net::parse_site("https://reports.example.com")};

// Ways to make a program connect somewhere else than its text seems to say.
const std::vector<std::string> kTricks{
    "http://api.example.com/v1/x",
    "https://api.example.com.evil.example/v1",
    "https://evil.example/api.example.com",
    "https://api.example.com@evil.example/v1",
    "https://evil.example#@api.example.com/",
    "https://evil.example?@api.example.com/",
    "https://api.example.com:443@evil.example/",
    "https://user:pass@api.example.com/v1",
    "https://api.example.com\\@evil.example/",
    "https://api.example.com\\.evil.example/",
    "https:/\\evil.example/",
    "https:\\\\evil.example/",
    "//evil.example/v1",
    "///evil.example/v1",
    "/v1/next",
    "v1/next",
    "api.example.com/v1",
    "https:api.example.com/v1",
    "https:///api.example.com/v1",
    "https://",
    "https://./",
    "https://api.example.com./v1",
    "https://api.example.com%2eevil.example/",
    "https://api.example.com%00.evil.example/",
    "https://api%2eexample%2ecom/v1",
    "https://api.example.com:80/v1",
    "https://api.example.com:0443/v1",
    "https://api.example.com:+443/v1",
    "https://api.example.com:99999/v1",
    "https://api.example.com:443:80/v1",
    "https://api.example.com:/v1",
    "https://api.example.com: 443/v1",
    "https://127.0.0.1/",
    "http://127.0.0.1/",
    "http://localhost/v1",
    "http://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://0/",
    "https://0.0.0.0/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://017700000001/",
    "https://127.1/",
    "https://0177.0.0.1/",
    "https://127.0.0.1.nip.example/",
    "https://169.254.169.254/latest/meta-data/",
    "https://metadata.google.internal/",
    "https://10.0.0.1/",
    "https://api.example.com\t.evil.example/",
    "https://api.example.com\n.evil.example/",
    "https://api.example.com .evil.example/",
    " https://evil.example/",
    "\x01https://evil.example/",
    "https://api.example\xE3\x80\x82"
    "com/v1",                            // an ideographic full stop
    "https://\xD0\xB0pi.example.com/v1", // a Cyrillic letter
    "https://\xE2\x93\x94pi.example.com/v1",
    "https://api.example.com\xC2\xAD/v1",
    "file:///etc/passwd",
    "gopher://api.example.com/",
    "dict://api.example.com:11211/",
    "ftp://api.example.com/",
    "data:text/html,x",
    "javascript:alert(1)",
    "HTTPS+unix://api.example.com/",
    "https://api.example.com/v1#https://evil.example",
    "https://api_.example.com/v1",
    "https://-api.example.com/v1",
    "https://{api.example.com}/v1",
};

} // namespace

TEST_CASE("No link of an answer leads to another host, whatever it looks like (S4)") {
    REQUIRE(kTricks.size() >= 60);
    for (const auto& url : kTricks) {
        INFO(url);
        CHECK(net::same_site(url, kSites).empty());
    }
    CHECK(net::same_site("https://api.example.com/v1/items?page=2&x=%2F", kSites) ==
          "https://api.example.com/v1/items?page=2&x=%2F");
    CHECK(net::same_site("https://API.example.com:443/v1", kSites) == "https://api.example.com/v1");
    CHECK(net::same_site("https://reports.example.com?x=1", kSites) ==
          "https://reports.example.com?x=1");
}

TEST_CASE("A connector follows none of those links: not one request goes out (S4)") {
    rig::Rig rig;
    const auto plan = rig::parsed(R"({
        "version": 1, "connector": "links", "title": "Links",
        "settings": {"key": {"kind": "secret"}},
        "base_url": "https://api.example.com/v1",
        "access": [{"when": ["key"], "request": {"headers": {"X-Key": "{settings.key}"}}}],
        "streams": {
            "users": {"request": {"path": "/u"}, "rows": "/rows", "id": "/id", "read": {"kind": "all"},
                      "pages": {"kind": "link", "at": "/next"}},
            "groups": {"request": {"path": "/g"}, "rows": "", "id": "/id", "read": {"kind": "all"}},
            "tasks": {"request": {"path": "/t"}, "rows": "", "id": "/id", "read": {"kind": "all"}},
            "entries": {"request": {"path": "/e"}, "rows": "", "id": "/id", "read": {"kind": "all"}}}})");
    rig.options.settings["key"] = Secret("k3y-of-the-test");
    std::string next;
    rig.wire.answer = [&](const net::Request&) {
        return rig::answered(200, R"({"rows": [{"id": 1}], "next": )" + json::quote(next) + "}");
    };
    rig.connect(plan);
    for (const auto& url : kTricks) {
        next = to_utf8(url) == url ? url : "https://evil.example/";
        domain::ReadRequest request;
        request.stream = "users";
        request.reading = domain::Reading::Full;
        const auto first = rig.read(request);
        REQUIRE(first.ok());
        request.cursor = first->cursor;
        const auto before = rig.wire.seen.size();
        const auto second = rig.read(request);
        INFO(url);
        REQUIRE_FALSE(second.ok());
        CHECK(second.error().code == Code::Forbidden);
        CHECK(rig.wire.seen.size() == before);
    }
}

TEST_CASE("A base URL is https and plain; http is for this machine only") {
    for (const char* good :
         {"https://acme.example", "https://acme.example/redmine/", "https://acme.example:8443",
          "http://127.0.0.1:8080", "http://localhost", "https://192.168.1.5", "http://[::1]:99"})
        CHECK(net::parse_site(good).has_value());
    for (const char* bad :
         {"http://acme.example", "https://acme.example/a?b=1", "https://acme.example/#x",
          "https://acme.example/../x", "https://a@b.example", "ftp://acme.example", "acme.example",
          "https://acme.example/%2e%2e", "https://", "", "https://1.2.3", "https://acme..example"})
        CHECK_FALSE(net::parse_site(bad).has_value());
    CHECK(net::parse_site("https://acme.example/redmine/")->path == "/redmine");
}
