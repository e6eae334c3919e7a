#include <catch2/catch.hpp>

#include "base/ensure.h"
#include "mapping/templates.h"
#include "support.h"

using namespace hb;

namespace {

std::map<std::string, std::string> every_value() {
    std::map<std::string, std::string> values;
    for (const auto& [name, allowed] : mapping::template_names())
        for (const std::string& each : allowed) values[each] = "<" + each + ">";
    return values;
}

} // namespace

TEST_CASE("every shipped text can be filled in each language it has") {
    for (const char* locale : {"en", "ru"}) {
        auto values = every_value();
        values["locale"] = locale;
        for (const auto& [name, allowed] : mapping::template_names()) {
            INFO(name << " " << locale);
            const std::string text = shipped().fill(name, values);
            CHECK_FALSE(text.empty());
            CHECK(text.find('{') == std::string::npos);
        }
    }
}

TEST_CASE(
    "a text is taken in the contract's language, else in its main language, else in English") {
    const auto word = [](const char* locale) {
        return shipped().fill("word.no_type", {{"locale", locale}});
    };
    CHECK(word("ru") == "работы");
    CHECK(word("ru-BY") == "работы");
    CHECK(word("en") == "work");
    CHECK(word("kk") == "work");
    CHECK(shipped().fill("word.no_type", {}) == "work");
}

TEST_CASE("values are put in as they are: what looks like a name inside one stays") {
    auto values = every_value();
    values["client"] = "{key} & {total}";
    values["locale"] = "en";
    CHECK(shipped().fill("deal.title", values) ==
          "Hours <number>: {key} & {total}, <from> to <to>");
}

TEST_CASE("an unknown text or a value that is not given is a broken invariant") {
    CHECK_THROWS_AS(shipped().fill("deal.tite", {}), BrokenInvariant);
    CHECK_THROWS_AS(shipped().fill("deal.title", {{"number", "1"}}), BrokenInvariant);
}
