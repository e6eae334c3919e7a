#include "house.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/text.h"
#include "base/totp.h"
#include "web/api/spec.h"
#include "web/wire.h"
#include "json/schema.h"

namespace hb::test {
namespace {

std::string from_base32(const std::string& text) {
    const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string out;
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const char c : text) {
        held = (held << 5U) | static_cast<std::uint32_t>(letters.find(c));
        bits += 5;
        if (bits >= 8) out += static_cast<char>((held >> (bits -= 8)) & 0xFFU);
    }
    return out;
}

std::string cookie_in(const Said& said) {
    const std::string given = said.header("Set-Cookie");
    return given.substr(0, given.find(';'));
}

} // namespace

std::string Said::code() const {
    return std::string(root()["code"].text_view().value_or(""));
}

std::string Said::header(const std::string& name) const {
    return web::test::header_of(bytes, name);
}

std::string misfit(const std::string& operation, const Said& said) {
    if (said.document.root().missing()) return "";
    const auto spec = json::Document::parse(web::api::spec_text());
    for (const auto path : spec->root()["paths"])
        for (const auto each : path) {
            if (each["operationId"].text_view() != operation) continue;
            const auto answers = each["responses"];
            const bool good = said.status < 300;
            const auto content =
                good ? answers[std::to_string(said.status)]["content"]
                     : spec->root()["components"]["responses"]["Problem"]["content"];
            const auto schema =
                content[good ? "application/json" : "application/problem+json"]["schema"];
            if (schema.missing())
                return good ? "no such answer: " + std::to_string(said.status) : "";
            std::string text = R"({"$defs":)" + spec->root()["components"]["schemas"].dump() +
                               R"(,"anyOf":[)" + schema.dump() + "]}";
            const std::string from = "#/components/schemas/";
            for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos;)
                text.replace(at, from.size(), "#/$defs/");
            const auto checked = json::Document::parse(text);
            const auto problems = json::check_schema(said.document, checked->root());
            return problems.empty() ? "" : problems.front().path + ": " + problems.front().message;
        }
    return "no such operation";
}

House::House() {
    folder.write("now", format_instant(clock.now()));
    configure();
    begin();
    running.emplace(folder.start({"serve", "--config", folder.path("hourbridge.json")},
                                 {{"HB_NOW", folder.path("now")}}));
    REQUIRE(running->says("hourbridge serves http://127.0.0.1:"));
    const std::string said = running->output();
    const auto at = said.find("http://");
    url = said.substr(at, said.find_first_of(" \n", at) - at);
}

std::string House::address() const {
    return url;
}

void House::later(int seconds) {
    shift_ += seconds;
    folder.write("now.new", format_instant(clock.now() + std::chrono::seconds{shift_}));
    std::filesystem::rename(folder.path("now.new"), folder.path("now"));
}

std::string House::code_of(const std::string& base32, int steps) const {
    const Instant now = clock.now() + std::chrono::seconds{shift_};
    return totp::code(from_base32(base32), totp::step_of(now) + steps);
}

std::string House::token(const std::string& role) {
    std::string& known = tokens_[role];
    if (known.empty()) {
        const auto made = run({"token", "add", "t-" + role, "--role", role});
        INFO(made.out << made.err);
        REQUIRE(made.code == 0);
        known = text(made.root()["token"]);
    }
    return known;
}

Said House::raw(const Wish& wish) const {
    std::string bytes = wish.method + " /api/v1" + wish.path + " HTTP/1.1\r\nConnection: close\r\n";
    if (wish.headers.count("Host") == 0) bytes += "Host: " + url.substr(7) + "\r\n";
    for (const auto& [name, value] : wish.headers)
        if (!value.empty()) bytes += name + ": " + value + "\r\n";
    if (wish.method != "GET" && wish.method != "DELETE")
        bytes += "Content-Length: " + std::to_string(wish.body.size()) + "\r\n";
    const int port = std::stoi(url.substr(url.rfind(':') + 1));
    Said out;
    out.bytes = web::test::talk(port, bytes + "\r\n" + wish.body, 90);
    out.status = web::test::status_of(out.bytes);
    out.text = web::test::body_of(out.bytes);
    if (auto parsed = json::Document::parse(out.text)) out.document = std::move(*parsed);
    return out;
}

Said House::as(const std::string& role, Wish wish) {
    wish.headers.emplace("Authorization", "Bearer " + token(role));
    wish.headers.emplace("Content-Type", "application/json");
    return raw(wish);
}

Said House::page(Wish wish, const std::string& cookie, const std::string& csrf) const {
    wish.headers.emplace("X-HB-Request", "1");
    wish.headers.emplace("Origin", url);
    wish.headers.emplace("Content-Type", "application/json");
    wish.headers.emplace("Cookie", cookie);
    wish.headers.emplace("X-HB-CSRF", csrf);
    return raw(wish);
}

House::Owner House::owner(const std::string& login) {
    const auto added = run({"user", "add", login, "--role", "owner"});
    INFO(added.out << added.err);
    REQUIRE(added.code == 0);
    const auto enrolled =
        page({"POST", "/session/enrol",
              R"({"login":")" + login + R"(","code":")" + text(added.root()["code"]) +
                  R"(","password":")" + kGoodPassword + "\"}"});
    INFO(enrolled.bytes);
    REQUIRE(enrolled.status == 200);
    Owner out;
    out.secret = text(enrolled.root()["totp"]["secret"]);
    const auto in = page({"POST", "/session/enrol/confirm",
                          R"({"enrolment":")" + text(enrolled.root()["enrolment"]) +
                              R"(","totp":")" + code_of(out.secret) + "\"}"});
    INFO(in.bytes);
    REQUIRE(in.status == 201);
    out.cookie = cookie_in(in);
    out.csrf = text(in.root()["csrf"]);
    out.recovery = text(in.root()["recovery_codes"][std::size_t{0}]);
    return out;
}

} // namespace hb::test
