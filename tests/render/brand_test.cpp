#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include "render/brand.h"
#include "render/document.h"
#include "render/page.h"
#include "sample.h"

using namespace hb;
using namespace hb::render;

namespace {

std::string logo_file() {
    std::stringstream bytes;
    bytes << std::ifstream(HB_SOURCE_DIR "/tests/browser/logo.png", std::ios::binary).rdbuf();
    return bytes.str();
}

std::string refusal(std::string_view bytes) {
    const auto logo = read_logo(bytes);
    REQUIRE_FALSE(logo.ok());
    CHECK(logo.error().code == Code::Usage);
    CHECK_FALSE(logo.error().hint.empty());
    return logo.error().message;
}

domain::ReportView branded() {
    domain::ReportView view = sample::sent_report();
    Brand brand;
    brand.name = "Studio Nord";
    brand.logo = *read_logo(logo_file());
    brand.accent = parse_colour("#7a2e8e");
    brand.contact = {"Anna Lee", "anna@studio.example", "+375 17 200-00-00",
                     "https://studio.example"};
    brand.payment = {{"en", "IBAN BY00"}, {"ru", "Счёт BY00"}};
    view.brand = named(brand);
    return view;
}

} // namespace

TEST_CASE("a logo is decoded and written anew: what stood beside its pixels is gone") {
    std::string png = logo_file();
    const auto clean = read_logo(png);
    REQUIRE(clean.ok());
    CHECK(clean->width == 420);
    CHECK(clean->height == 100);
    // A text chunk behind the head, and bytes behind the end.
    const std::string said = "tEXtcomment";
    const std::string chunk = std::string("\0\0\0\7", 4) + said + std::string("\0\0\0\0", 4);
    png.insert(33, chunk);
    png += "<script>alert(1)</script>";
    const auto logo = read_logo(png);
    if (logo.ok()) {
        CHECK(logo->png == clean->png);
        CHECK(logo->png.find("comment") == std::string::npos);
        CHECK(logo->png.find("script") == std::string::npos);
    }
}

TEST_CASE("a large logo becomes as small as a page needs") {
    const auto logo = read_logo(logo_file());
    REQUIRE(logo.ok());
    CHECK(logo->width <= 560);
    CHECK(logo->height <= 160);
    CHECK(read_logo(logo->png).ok());
}

TEST_CASE("SVG, broken, huge and other files are no logo, and the message says why") {
    CHECK(refusal("<svg xmlns=\"http://www.w3.org/2000/svg\"/>").find("SVG") != std::string::npos);
    CHECK(refusal("<?xml version=\"1.0\"?><svg/>").find("SVG") != std::string::npos);
    CHECK(refusal("GIF89a").find("neither PNG nor JPEG") != std::string::npos);
    CHECK(refusal("").find("neither") != std::string::npos);
    const std::string png = logo_file();
    for (const std::size_t cut : {std::size_t{8}, std::size_t{20}, std::size_t{40}, png.size() / 2})
        CHECK(refusal(png.substr(0, cut)).find("broken") != std::string::npos);
    CHECK(refusal(std::string("\xFF\xD8\xFF\xE0garbage")).find("broken") != std::string::npos);
    CHECK(refusal(png + std::string(kLogoBytesMax, 'x')).find("KB") != std::string::npos);
    // 30,000 x 30,000 pixels in a few bytes: told by the head, before anything is decoded.
    std::string bomb = png;
    bomb.replace(16, 8, std::string("\0\0\x75\x30\0\0\x75\x30", 8));
    CHECK(refusal(bomb).find("30000 x 30000 pixels") != std::string::npos);
    // At its edges a head is not what is refused: the pixels that it promises are not there.
    const auto sized = [&png](std::uint32_t wide, std::uint32_t high) {
        std::string changed = png;
        for (int i = 0; i < 4; ++i) {
            changed[16 + i] = static_cast<char>(wide >> (24 - 8 * i));
            changed[20 + i] = static_cast<char>(high >> (24 - 8 * i));
        }
        return refusal(changed);
    };
    CHECK(sized(kLogoSideMax, 900).find("broken") != std::string::npos);
    CHECK(sized(kLogoSideMax + 1, 900).find("4097 x 900 pixels") != std::string::npos);
    CHECK(sized(900, kLogoSideMax).find("broken") != std::string::npos);
    CHECK(sized(900, kLogoSideMax + 1).find("900 x 4097 pixels") != std::string::npos);
    CHECK(sized(4000, kLogoPixelsMax / 4000).find("broken") != std::string::npos);
    CHECK(sized(4000, kLogoPixelsMax / 4000 + 1).find("4000 x 1001 pixels") != std::string::npos);
    std::string none = png;
    none.replace(16, 8, std::string(8, '\0'));
    CHECK(refusal(none).find("0 x 0") != std::string::npos);
}

TEST_CASE("every cut and every flipped byte of a logo gives a picture or a refusal") {
    const std::string png = logo_file();
    for (std::size_t at = 0; at < png.size(); at += 97) {
        std::string changed = png;
        changed[at] = static_cast<char>(changed[at] ^ 0x5A);
        const auto logo = read_logo(changed);
        if (logo.ok()) CHECK(read_logo(logo->png).ok());
    }
}

TEST_CASE("an accent has to be readable on light and on dark, and the nearest that is, is told") {
    CHECK(contrast({0, 0, 0}, {255, 255, 255}) == Approx(21.0));
    CHECK(contrast({0x77, 0x77, 0x77}, {255, 255, 255}) == Approx(4.48).margin(0.01));
    CHECK(is_readable(*parse_colour("#1f5fbf"), Ground::Light));
    CHECK_FALSE(is_readable(*parse_colour("#ffcc00"), Ground::Light));
    CHECK(is_readable(*parse_colour("#fc0"), Ground::Dark));
    CHECK_FALSE(is_readable(*parse_colour("#00008b"), Ground::Dark));
    for (int red = 0; red <= 255; red += 51)
        for (int green = 0; green <= 255; green += 51)
            for (int blue = 0; blue <= 255; blue += 51)
                for (const Ground ground : {Ground::Light, Ground::Dark}) {
                    const Rgb colour{red, green, blue};
                    INFO(to_string(colour));
                    CHECK(is_readable(readable(colour, ground), ground));
                    if (is_readable(colour, ground)) CHECK(readable(colour, ground) == colour);
                }
    for (const char* wrong : {"", "#", "red", "#12345", "#gggggg", "1f5fbf", "#1f5fbf0"})
        CHECK_FALSE(parse_colour(wrong).has_value());
    CHECK(to_string(*parse_colour("#1F5fbF")) == "#1f5fbf");
}

TEST_CASE("a brand is that of its company; one without a company, of the only one (G57)") {
    Brand plain, second;
    plain.name = "All";
    second.company = "bitrix24:company:2";
    const BrandPtr all = named(plain), two = named(second);
    CHECK(brand_of({all, two}, "bitrix24:company:2", false) == two);
    CHECK(brand_of({all, two}, "bitrix24:company:1", true) == all);
    CHECK(brand_of({all, two}, "bitrix24:company:1", false) == nullptr);
    CHECK(brand_of({all, two}, "", true) == all);
    CHECK(brand_of({two}, "", true) == nullptr);
    CHECK(brand_of({}, "bitrix24:company:1", true) == nullptr);
}

TEST_CASE("the page carries logo, contact and colour of the brand, and what to pay by once it is "
          "invoiced") {
    domain::ReportView view = branded();
    PageOptions options = sample::options();
    options.logo_path = "/static/brand/x.png";
    std::string page = report_page(view, options);
    CHECK(page.find("<img src=\"/static/brand/x.png\" width=\"210\" height=\"50\" "
                    "alt=\"Studio Nord\">") != std::string::npos);
    CHECK(page.find("href=\"tel:+375172000000\"") != std::string::npos);
    CHECK(page.find("mailto:anna@studio.example") != std::string::npos);
    CHECK(page.find("IBAN") == std::string::npos);
    view.state = domain::State::Invoiced;
    view.due_on = view.period.to;
    page = report_page(view, options);
    CHECK(page.find("IBAN BY00") != std::string::npos);
    CHECK(page.find("Due by") != std::string::npos);
    view.locale = "ru";
    CHECK(report_page(view, options).find("Счёт BY00") != std::string::npos);
    view.state = domain::State::Paid;
    CHECK(report_page(view, options).find("Счёт BY00") == std::string::npos);
    CHECK(view.brand->style.find("--accent: #7a2e8e") != std::string::npos);
    const std::string file = exported_page(view);
    CHECK(file.find("data:image/png;base64,") != std::string::npos);
}

TEST_CASE("without a logo the name stands there, and without a brand that of the company") {
    domain::ReportView view = branded();
    Brand plain = *view.brand;
    plain.logo.reset();
    view.brand = named(plain);
    CHECK(report_page(view, sample::options()).find("<bdi>Studio Nord</bdi></p>") !=
          std::string::npos);
    view.brand = nullptr;
    const std::string page = report_page(view, sample::options());
    CHECK(page.find("<p class=\"company\"><bdi>") != std::string::npos);
    CHECK(page.find("Studio Nord") == std::string::npos);
}

TEST_CASE("the PDF carries the logo too") {
    domain::ReportView view = branded();
    const auto with = report_pdf(view);
    view.brand = nullptr;
    const auto without = report_pdf(view);
    REQUIRE(with.ok());
    REQUIRE(without.ok());
    CHECK(with->find("/Subtype /Image") != std::string::npos);
    CHECK(without->find("/Subtype /Image") == std::string::npos);
}

TEST_CASE("task links lead to the portal, to a page of their own or nowhere, in files too") {
    domain::ReportView view = sample::sent_report();
    const std::string url = view.lines.front().task_url;
    REQUIRE_FALSE(url.empty());
    PageOptions options = sample::options();
    options.task_path = "/r/t/task/";
    const auto with = [&](TaskLinks links) {
        Brand brand;
        brand.task_links = links;
        view.brand = named(brand);
        return report_page(view, options) + report_json(view, Audience::Client) +
               report_csv(view, Audience::Client);
    };
    CHECK(with(TaskLinks::Portal).find(url) != std::string::npos);
    const std::string page = with(TaskLinks::Page);
    CHECK(page.find(url) == std::string::npos);
    CHECK(page.find("href=\"/r/t/task/1\"") != std::string::npos);
    const std::string none = with(TaskLinks::None);
    CHECK(none.find(url) == std::string::npos);
    CHECK(none.find("/r/t/task/") == std::string::npos);
    CHECK(report_json(view, Audience::Staff).find(url) != std::string::npos);
}

TEST_CASE("above 1,000 lines the page has a row a project, and lines are on its pages, 500 each") {
    const domain::ReportView view = sample::month(2600, "en");
    PageOptions options = sample::options();
    options.project_path = "/r/t/project/";
    options.report_path = "/r/t";
    const std::string page = report_page(view, options);
    CHECK(page.size() < 30'000);
    CHECK(sample::count(page, "href=\"/r/t/project/") == 5);
    std::size_t shown = 0;
    for (std::size_t n = 1; n <= 6; ++n)
        for (std::size_t part = 1; part <= 9; ++part) {
            std::string text;
            const bool there = write_part_page(view, options, {PartPlace::Kind::Project, n, part},
                                               [&](std::string_view piece) { text += piece; });
            CHECK(there == !text.empty());
            const std::size_t rows = sample::count(text, "<td class=\"task\">");
            CHECK(rows <= 500);
            shown += rows;
        }
    CHECK(shown == view.lines.size());
    std::string none;
    const auto write = [&](std::string_view piece) { none += piece; };
    CHECK_FALSE(write_part_page(view, options, {PartPlace::Kind::Project, 1, 0}, write));
    CHECK_FALSE(write_part_page(view, options, {PartPlace::Kind::Task, 99'999, 1}, write));
    CHECK(none.empty());
}

TEST_CASE("reasons and types have words: the terms', the configuration's, ours, else their own") {
    std::vector<domain::Line> lines(4);
    lines[0].reason = "Bug";
    lines[1].reason = "overrun";
    lines[2].work_type = "design";
    lines[3].work_type = "seo";
    domain::Glossary terms, configured;
    const Glosses ours = glosses_of(lines, "ru-BY", terms, configured);
    CHECK(ours.reasons.at("Bug") == "исправление нашей ошибки");
    CHECK(ours.types.at("design") == "дизайн");
    CHECK(ours.reasons.count("overrun") == 0);
    configured.reasons["overrun"] = {{"ru", "сверх оценки"}, {"", "above the estimate"}};
    configured.reasons["bug"] = {{"", "a slip"}};
    CHECK(glosses_of(lines, "ru", terms, configured).reasons.at("overrun") == "сверх оценки");
    CHECK(glosses_of(lines, "kk", terms, configured).reasons.at("overrun") == "above the estimate");
    CHECK(glosses_of(lines, "ru", terms, configured).reasons.at("Bug") == "a slip");
    terms.reasons["BUG"] = {{"ru", "за наш счёт"}};
    const Glosses both = glosses_of(lines, "ru", terms, configured);
    CHECK(both.reasons.at("Bug") == "за наш счёт");
    CHECK(parse_glosses(glosses_text(both)) == both);
    CHECK(parse_glosses("") == Glosses{});
    CHECK(glosses_text({}).empty());
    for (const char* language : {"en", "ru", "fr", "kk", "uk"})
        CHECK_FALSE(glosses_of(lines, language, {}, {}).reasons.at("Bug").empty());
}
