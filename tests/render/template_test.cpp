#include <catch2/catch.hpp>

#include "base/ensure.h"
#include "render/template.h"

using namespace hb;
using namespace hb::render;

TEST_CASE("values are escaped, whatever is in them, and never read as a template") {
    const Template page("<p title=\"{{a}}\">{{b}}</p>");
    Data data(page);
    data.set("a", "\"'&<>");
    data.set("b", "{{a}} {{#a}}");
    CHECK(page.text(data) == "<p title=\"&quot;&apos;&amp;&lt;&gt;\">{{a}} {{#a}}</p>");
}

TEST_CASE("sections are shown once, for each row or not at all; the data around them is seen") {
    const Template page(
        "{{#on}}yes {{/on}}{{^on}}no {{/on}}{{#rows}}[{{name}} of {{all}}]{{/rows}}");
    Data data(page);
    data.flag("on", true);
    data.set("all", "3");
    data.rows("rows", [&](const Data::Each& each) {
        for (const char* name : {"a", "b"}) {
            Data row(page);
            row.set("name", name);
            each(row);
        }
    });
    CHECK(page.text(data) == "yes [a of 3][b of 3]");
    data.flag("on", false);
    data.rows("rows", [](const Data::Each&) {});
    CHECK(page.text(data) == "no ");
    // A text as a section shows it once; what is said nowhere is no section and an empty value.
    const Template said("{{#x}}<{{x}}>{{/x}}{{^y}}none{{y}}{{/y}}");
    Data text(said);
    text.set("x", "1");
    CHECK(said.text(text) == "<1>none");
}

TEST_CASE("a line of section tags alone leaves no line on the page") {
    const Template page("a\n{{#on}}\n  b {{#on}}c{{/on}}\n{{/on}}\nd\n");
    Data data(page);
    data.flag("on", true);
    CHECK(page.text(data) == "a\n  b c\nd\n");
    data.flag("on", false);
    CHECK(page.text(data) == "a\nd\n");
}

TEST_CASE("a long page comes in pieces that together are the page") {
    const Template page("{{#rows}}<{{n}}>{{/rows}}");
    Data data(page);
    data.rows("rows", [&](const Data::Each& each) {
        Data row(page);
        for (int n = 0; n < 20'000; ++n) {
            row.clear();
            row.set("n", std::to_string(n));
            each(row);
        }
    });
    std::size_t pieces = 0, longest = 0;
    std::string whole;
    page.write(data, [&](std::string_view piece) {
        ++pieces;
        longest = std::max(longest, piece.size());
        whole += piece;
    });
    CHECK(pieces > 5);
    CHECK(longest < 20'000);
    CHECK(whole == page.text(data));
    CHECK(whole.ends_with("<19999>"));
}

TEST_CASE("a template that can't be read, and a name that it does not have, are our own mistakes") {
    for (const char* text : {"{{#a}}", "{{/a}}", "{{#a}}{{#b}}{{/a}}{{/b}}", "{{a", "{{{a}}}",
                             "{{&a}}", "{{> a}}", "{{}}", "{{=<% %>=}}"}) {
        INFO(text);
        CHECK_THROWS_AS(Template(text), BrokenInvariant);
    }
    const Template page("{{a}}");
    Data data(page);
    CHECK_THROWS_AS(data.set("b", ""), BrokenInvariant);
}
