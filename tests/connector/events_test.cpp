#include <catch2/catch.hpp>

#include <filesystem>
#include <random>

#include "base/limits.h"
#include "connector/bitrix24/events.h"
#include "samples.h"
#include "wire.h"

using namespace hb;
using namespace wire;

namespace {

Result<domain::EventHint> decode(const std::string& body) {
    static Rig rig;
    return rig.portal->decode_event(body);
}

// "deal:7405 document:3" of a body, "!" for no event.
std::string refs(const std::string& body) {
    const auto hint = decode(body);
    if (!hint) return "!";
    std::string out;
    for (const auto& ref : hint->refs) {
        CHECK(ref.remote == "bitrix24");
        out += (out.empty() ? "" : " ") + ref.kind + ":" + ref.id;
    }
    return out + (hint->deleted ? " deleted" : "");
}

std::vector<std::string> sample_names() {
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& file : std::filesystem::directory_iterator(samples::folder() + "events", none))
        if (file.path().extension() == ".json")
            names.push_back("events/" + file.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

const std::string kDeal =
    "event=ONCRMDEALUPDATE&event_handler_id=185&data%5BFIELDS%5D%5BID%5D=7405&ts=1766047124"
    "&auth%5Baccess_token%5D=AT&auth%5Bdomain%5D=some-domain.bitrix24.com"
    "&auth%5Bmember_id%5D=d897063e1ce7c5eb9f04b9751eef5915"
    "&auth%5Bapplication_token%5D=51856fefc120afa4b628cc82d3935cce";

} // namespace

TEST_CASE("an event tells what changed and how its sender proves itself (protocol section 20.2)") {
    const auto hint = decode(kDeal);
    REQUIRE(hint.ok());
    CHECK(hint->event == "ONCRMDEALUPDATE");
    CHECK(refs(kDeal) == "deal:7405");
    CHECK(hint->application_token.reveal() == "51856fefc120afa4b628cc82d3935cce");
    CHECK(hint->member_id == "d897063e1ce7c5eb9f04b9751eef5915");
    CHECK(hint->domain == "some-domain.bitrix24.com");
    CHECK(hint->at == "1766047124");
    CHECK_FALSE(hint->deleted);
    // Brackets may come bare, and names in any case.
    CHECK(refs("event=onCrmDealUpdate&data[FIELDS][ID]=7405") == "deal:7405");
}

TEST_CASE("each event that we use names its object, wherever the portal puts the id (20.3)") {
    struct Row {
        const char* body;
        const char* refs;
    };
    const Row rows[] = {
        {"event=ONTASKADD&data[FIELDS_BEFORE]=undefined&data[FIELDS_AFTER][ID]=12", "task:12"},
        {"event=ONTASKUPDATE&data[FIELDS_BEFORE][ID]=12&data[FIELDS_AFTER][ID]=12", "task:12"},
        {"event=ONTASKDELETE&data[FIELDS_BEFORE][ID]=12&data[FIELDS_AFTER]=undefined",
         "task:12 deleted"},
        {"event=ONTASKCOMMENTADD&data[FIELDS_AFTER][ID]=0&data[FIELDS_AFTER][TASK_ID]=555"
         "&data[FIELDS_AFTER][MESSAGE_ID]=1458",
         "task:555"},
        {"event=ONTASKCOMMENTDELETE&data[FIELDS_BEFORE][ID]=3&data[FIELDS_BEFORE][TASK_ID]=555",
         "task:555 deleted"},
        {"event=ONCRMDEALADD&data[FIELDS][ID]=7", "deal:7"},
        {"event=ONCRMDEALDELETE&data[FIELDS][ID]=7", "deal:7 deleted"},
        {"event=ONCRMDEALMOVETOCATEGORY&data[FIELDS][ID]=7&data[FIELDS][CATEGORY_ID]=2", "deal:7"},
        {"event=ONCRMCOMPANYUPDATE&data[FIELDS][ID]=9", "company:9"},
        {"event=ONCRMDYNAMICITEMUPDATE&data[FIELDS][ID]=24&data[FIELDS][ENTITY_TYPE_ID]=31",
         "invoice:24"},
        {"event=ONCRMDYNAMICITEMADD&data[FIELDS][ID]=24&data[FIELDS][ENTITY_TYPE_ID]=1220",
         "card:24"},
        {"event=ONCRMDYNAMICITEMDELETE_147&data[FIELDS][ID]=24&data[FIELDS][ENTITY_TYPE_ID]=147",
         "card:24 deleted"},
        {"event=ONCRMDYNAMICITEMADD&data[FIELDS][ID]=24", ""},
        {"event=ONCRMDOCUMENTGENERATORDOCUMENTADD&data[FIELDS][ID]=18"
         "&data[FIELDS][ENTITY_TYPE_ID]=2&data[FIELDS][ENTITY_ID]=342",
         "document:18 deal:342"},
        {"event=ONSONETGROUPUPDATE&data[FIELDS][ID]=4", "group:4"},
        {"event=ONUSERADD&data[ID]=123&data[EMAIL]=user@example.com", "user:123"},
        {"event=ONPAYMENTENTITYSAVED&data[FIELDS][ID]=300", "payment:300"},
        {"event=ONPAYMENTDELETED&data[FIELDS][ID]=300", "payment:300 deleted"},
        // Not ours: the definition of a field, an old invoice, a comment without an owner.
        {"event=ONCRMDEALUSERFIELDADD&data[FIELDS][ID]=7", ""},
        {"event=ONCRMINVOICEADD&data[FIELDS][ID]=7", ""},
        {"event=ONCRMTIMELINECOMMENTADD&data[ID]=999", ""},
        {"event=ONOFFLINEEVENT&ts=1", ""},
        {"event=ONSOMETHINGNEW&data[FIELDS][ID]=7", ""},
    };
    for (const auto& row : rows) {
        INFO(row.body);
        CHECK(refs(row.body) == row.refs);
    }
}

TEST_CASE("once report cards have a type, items of other smart processes are none of ours") {
    const auto kinds = [](int card_type, const char* type) {
        const auto hint = connector::bitrix24::decode_event_body(
            std::string("event=ONCRMDYNAMICITEMUPDATE&data[FIELDS][ID]=24"
                        "&data[FIELDS][ENTITY_TYPE_ID]=") +
                type,
            "bitrix24", card_type);
        return hint->refs.empty() ? std::string() : hint->refs.front().kind;
    };
    CHECK(kinds(1030, "1030") == "card");
    CHECK(kinds(1030, "1032") == "");
    CHECK(kinds(1030, "31") == "invoice");
    CHECK(kinds(0, "1032") == "card");
}

TEST_CASE("ids that are none, missing parts and values given twice count as nothing") {
    for (const char* value :
         {"undefined", "0", "-5", "7x", "", "1e3", "99999999999999999999", "7 8"})
        CHECK(refs("event=ONCRMDEALUPDATE&data[FIELDS][ID]=" + std::string(value)) == "");
    CHECK(refs("event=ONCRMDEALUPDATE") == "");
    CHECK(refs("event=ONCRMDEALUPDATE&data[FIELDS][ID]=1&data[FIELDS][ID]=2") == "");
    const std::string stem = "event=ONCRMDEALUPDATE&data[FIELDS][ID]=1&";
    // Array-valued and duplicate tokens are no tokens.
    for (const char* token : {"auth[application_token][]=abc", "auth[application_token][0]=abc",
                              "auth[application_token]=abc&auth[application_token]=abc",
                              "auth[application_token]=", "auth=abc", "application_token=abc"})
        CHECK(decode(stem + token)->application_token.empty());
}

TEST_CASE("what is no event is refused, whatever its size and depth; nothing throws") {
    CHECK(refs("") == "!");
    CHECK(refs("hello") == "!");
    CHECK(refs("data[FIELDS][ID]=1") == "!");
    CHECK(refs("event=") == "!");
    CHECK(refs("event=A&event=B") == "!");
    CHECK(refs("event=" + std::string(101, 'A')) == "!");
    CHECK(refs("event=ONTASKADD%0d%0aX") == "!");
    CHECK(refs("{\"event\":\"ONTASKADD\"}") == "!");
    std::string deep = "event=ONTASKUPDATE&data";
    for (int i = 0; i < 10000; ++i) deep += "[a]";
    CHECK(refs(deep + "=1") == "");
    CHECK(refs("event=ONTASKUPDATE&" + std::string(kWebhookBytesMax, 'a')) == "!");
    std::string wide = "event=ONTASKUPDATE";
    for (int i = 0; i < 2000; ++i) wide += "&a=" + std::to_string(i);
    CHECK(refs(wide) == "!");
}

TEST_CASE("every documented event is understood, and its token found where there is one") {
    const auto names = sample_names();
    REQUIRE_FALSE(names.empty());
    for (const auto& name : names) {
        INFO(name);
        const auto sample = samples::load(name);
        const auto hint = decode(sample.root()["raw"].string().value());
        REQUIRE(hint.ok());
        CHECK(fold_case(hint->event) ==
              fold_case(sample.root()["decoded"]["event"].string().value()));
        CHECK(hint->application_token.reveal() ==
              sample.root()["decoded"]["auth"]["application_token"].text_view().value_or(""));
        const bool silent =
            hint->event.rfind("ONAPP", 0) == 0 || hint->event.rfind("ONCRMTYPE", 0) == 0 ||
            hint->event.rfind("ONCRMTIMELINE", 0) == 0 || hint->event == "ONOFFLINEEVENT";
        CHECK(hint->refs.empty() == silent);
    }
}

TEST_CASE("broken events never crash and never name what the body does not hold (R19)") {
    std::vector<std::string> bodies = {kDeal};
    for (const auto& name : sample_names())
        bodies.push_back(samples::load(name).root()["raw"].string().value());
    const unsigned seed = 20260707;
    std::mt19937 random(seed);
    INFO("seed " << seed);
    const auto pick = [&](std::size_t below) {
        return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
    };
    int decoded = 0;
    for (int i = 0; i < 30000; ++i) {
        std::string body = bodies[pick(bodies.size())];
        for (std::size_t n = 1 + pick(4); n > 0 && !body.empty(); --n) {
            const std::size_t at = pick(body.size());
            if (pick(3) == 0)
                body.resize(at);
            else if (pick(2) == 0)
                body[at] = static_cast<char>(pick(256));
            else
                body.insert(at, bodies[pick(bodies.size())].substr(pick(50), pick(60)));
        }
        const auto hint = decode(body);
        if (!hint) {
            CHECK(hint.error().code == Code::Malformed);
            continue;
        }
        ++decoded;
        for (const auto& ref : hint->refs) REQUIRE(parse_integer(ref.id).value_or(0) > 0);
        REQUIRE(hint->refs.size() <= 2);
        REQUIRE(hint->member_id.find_first_of(" \n\r\t") == std::string::npos);
    }
    CHECK(decoded > 1000);
}
