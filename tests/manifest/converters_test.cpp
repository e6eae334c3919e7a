#include <catch2/catch.hpp>

#include "mapping/converters.h"
#include "mapping/durations.h"
#include "json/value.h"

using namespace hb;
using namespace hb::mapping;

namespace {

// The product as text, or the problem.
std::string made(As as, const std::string& json) {
    const auto document = json::Document::parse(json);
    REQUIRE(document.ok());
    Converter converter;
    converter.as = as;
    const auto product = convert(converter, document->root());
    if (!product) return product.error().message;
    if (const auto* text = std::get_if<std::string>(&*product)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&*product)) return std::to_string(*number);
    if (const auto* instant = std::get_if<Instant>(&*product)) return format_instant(*instant);
    if (const auto* day = std::get_if<Day>(&*product)) return format_day(*day);
    return "nothing";
}

} // namespace

TEST_CASE("The same 6 h 50 min come out of every way in which planners write them") {
    CHECK(made(As::Clock, R"("6:50")") == "24600");
    CHECK(made(As::Clock, R"("06:50:00")") == "24600");
    CHECK(made(As::Seconds, "24600") == "24600");
    CHECK(made(As::Minutes, "410") == "24600");
    CHECK(made(As::Milliseconds, R"("24600000")") == "24600");
    CHECK(made(As::IsoDuration, R"("PT6H50M")") == "24600");
    CHECK(made(As::IsoDuration, R"("PT6.5H")") == "23400"); // the last number may have a fraction
    CHECK(made(As::Hours, "6.83") == "24600"); // two decimals: the nearest minute was meant
    CHECK(made(As::Hours, R"("6,83")") == "24600");
}

TEST_CASE("Decimal hours of every minute of a day come back as that minute") {
    for (std::int64_t minute = 1; minute < 24 * 60; ++minute) {
        const std::int64_t hundredths = (minute * 100 + 30) / 60;
        const std::string text = std::to_string(hundredths / 100) + "." +
                                 (hundredths % 100 < 10 ? "0" : "") +
                                 std::to_string(hundredths % 100);
        INFO(minute << " minutes are " << text);
        CHECK(decimal_hours(text) == minute * 60);
    }
}

TEST_CASE("Durations that are none are problems that quote what was there") {
    CHECK(made(As::Clock, R"("6:75")") == "at the top: expected hours and minutes like 6:50, got "
                                          "\"6:75\"");
    for (const char* wrong : {R"("6")", R"(":50")", R"("6:")", R"("-6:50")", R"("6:50:00:00")"})
        CHECK(made(As::Clock, wrong).find("expected") != std::string::npos);
    for (const char* wrong : {R"("P")", R"("PT")", R"("6H50M")", R"("PT50M6H")", R"("P1Y")",
                              R"("PT-6H")", R"("PT6.5H30M")", R"("PTH")"})
        CHECK(made(As::IsoDuration, wrong).find("expected") != std::string::npos);
    for (const char* wrong : {R"("6.")", R"(".5")", R"("1e3")", R"("-6.5")", R"("6.8h")"})
        CHECK(made(As::Hours, wrong).find("expected") != std::string::npos);
    // More than 31 days is a slip (G54), and no number overflows on its way.
    for (const auto& [as, wrong] :
         std::vector<std::pair<As, std::string>>{{As::Minutes, "9223372036854775807"},
                                                 {As::Milliseconds, "9223372036854775807"},
                                                 {As::Hours, "999999999"},
                                                 {As::Clock, R"("999999999:00")"},
                                                 {As::Minutes, "-5"}})
        CHECK(made(as, wrong).find("expected") != std::string::npos);
}

TEST_CASE("Stamps in seconds, milliseconds and links are read without a zone of ours") {
    CHECK(made(As::Unix, "1736518904") == "2025-01-10T14:21:44Z");
    CHECK(made(As::UnixMs, R"("1736518904016")") == "2025-01-10T14:21:44Z");
    CHECK(made(As::DayMs, "1736467200000") == "2025-01-10");
    CHECK(made(As::UnixMs, "99999999999999999").find("expected") != std::string::npos);
    CHECK(made(As::LastPart, R"("/api/v3/users/7")") == "7");
    CHECK(made(As::LastPart, R"("gid://gitlab/User/7/")") == "7");
    CHECK(made(As::LastPart, "7") == "7");
}

TEST_CASE("An Atlassian document gives its text, paragraphs as lines") {
    CHECK(made(As::Document, R"({"type":"doc","version":1,"content":[
        {"type":"paragraph","content":[{"type":"text","text":"Grid "},{"type":"text","text":"and header"}]},
        {"type":"bulletList","content":[{"type":"listItem","content":[
            {"type":"paragraph","content":[{"type":"mention","attrs":{"text":"@mia"}}]}]}]}]})") ==
          "Grid and header\n@mia");
    CHECK(made(As::Document, R"("plain")") == "plain");
}
