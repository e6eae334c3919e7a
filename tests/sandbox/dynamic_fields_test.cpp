#include "dynamic_kit.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

namespace {

std::string set(CardKit& kit, const std::string& id, const std::string& name,
                const std::string& value) {
    const std::string field = kit.field_name(name);
    kit.call("crm.item.update", kit.on(R"("useOriginalUfNames":"Y","id":)" + id +
                                       R"(,"fields":{")" + field + "\":" + value + "}"));
    return kit.card(id, field.c_str());
}

// The ids of the files in one field.
std::string files(CardKit& kit, const std::string& id, const std::string& name) {
    const auto item = kit.call("crm.item.get", kit.on(R"("useOriginalUfNames":"Y","id":)" + id));
    std::string out;
    for (const auto file : item.root()["result"]["item"][kit.field_name(name)])
        out += file["id"].dump() + " ";
    return out;
}

HttpAnswer get(Kit& kit, const std::string& url) {
    HttpRequest request;
    request.method = "GET";
    const std::size_t path = url.find('/', 8);
    const std::size_t mark = url.find('?');
    request.path = url.substr(path, mark - path);
    request.query = url.substr(mark + 1);
    return kit.portal.handle(request);
}

} // namespace

TEST_CASE("custom fields of each kind are made by the type's id and read back as documented") {
    CardKit kit;
    for (const char* type : {"string", "date", "url", "double", "boolean"})
        kit.add_field(
            [&] {
                std::string name = type;
                for (char& c : name) c = static_cast<char>(c - 'a' + 'A');
                return name;
            }(),
            type);
    const auto id = kit.add_card(R"({"title":"March"})");
    CHECK(kit.card(id, kit.field_name("STRING").c_str()) == "null");
    CHECK(kit.card(id, kit.field_name("BOOLEAN").c_str()) == "\"N\"");
    CHECK(set(kit, id, "STRING", "\"hb\"") == "\"hb\"");
    CHECK(set(kit, id, "DATE", "\"2026-03-31\"") == "\"2026-03-31T03:00:00+03:00\"");
    CHECK(set(kit, id, "URL", "\"https://x.example/?a=1\"") == "\"https://x.example/?a=1\"");
    CHECK(set(kit, id, "DOUBLE", "12.345") == "12.345");
    CHECK(set(kit, id, "BOOLEAN", "1") == "\"Y\"");
    CHECK(set(kit, id, "STRING", "\"\"") == "null");
    const auto by = [&](const std::string& value) {
        return kit.on(R"("useOriginalUfNames":"Y","filter":{")" + kit.field_name("BOOLEAN") +
                      "\":" + value + "}");
    };
    CHECK(kit.call("crm.item.list", by("1")).root()["result"]["items"].size() == 1);
    CHECK(kit.call("crm.item.list", by("0")).root()["result"]["items"].size() == 0);
    CHECK(kit.failure("crm.item.list", by("\"Y\"")).starts_with("400 \"INVALID_ARG_VALUE\""));
}

TEST_CASE(
    "without useOriginalUfNames a custom field has its camel name, and the other is ignored") {
    CardKit kit;
    kit.add_field("PAID", "string");
    const auto id = kit.add_card("{}");
    const std::string number = std::to_string(kit.type_id);
    const auto changed =
        kit.call("crm.item.update", kit.on(R"("id":)" + id + R"(,"fields":{"ufCrm)" + number +
                                           R"(Paid":"yes","UF_CRM_)" + number + R"(_PAID":"no"})"));
    CHECK(changed.root()["result"]["item"]["ufCrm" + number + "Paid"].dump() == "\"yes\"");
    const auto fields = kit.call("crm.item.fields", kit.on(R"("useOriginalUfNames":"Y")"));
    const auto one = fields.root()["result"]["fields"][kit.field_name("PAID")];
    CHECK(one["isDynamic"].dump() == "true");
    CHECK(one["type"].dump() == "\"string\"");
}

TEST_CASE(
    "a field of several files keeps what is listed and drops the rest (protocol section 11)") {
    CardKit kit;
    kit.add_field("FILES", "file", R"(,"multiple":"Y")");
    const auto id = kit.add_card("{}");
    CHECK(kit.card(id, kit.field_name("FILES").c_str()) == "[]");
    // "%PDF-1", "PK"
    set(kit, id, "FILES", R"([["a.pdf","JVBERi0x"],["b.xlsx","UEs="]])");
    CHECK(files(kit, id, "FILES") == "5601 5602 ");
    const auto item = kit.call("crm.item.get", kit.on(R"("useOriginalUfNames":"Y","id":)" + id));
    const auto first = item.root()["result"]["item"][kit.field_name("FILES")][std::size_t{0}];
    const HttpAnswer bytes = get(kit, std::string{*first["urlMachine"].string()});
    CHECK(bytes.status == 200);
    CHECK(bytes.content_type == "application/pdf");
    CHECK(bytes.body == "%PDF-1");
    const HttpAnswer page = get(kit, std::string{*first["url"].string()});
    CHECK(page.content_type.starts_with("text/html"));
    set(kit, id, "FILES", R"([{"id":5602},["c.csv","YQ=="]])");
    CHECK(files(kit, id, "FILES") == "5602 5603 ");
    set(kit, id, "FILES", R"([{"id":5601},{"id":5603}])");
    CHECK(files(kit, id, "FILES") == "5603 ");
    kit.clock.advance(std::chrono::hours{1});
    set(kit, id, "FILES", R"([{"id":5603}])");
    CHECK(kit.card(id, "updatedTime") == "\"2026-03-31T12:00:00+03:00\"");
    set(kit, id, "FILES", "\"\"");
    CHECK(files(kit, id, "FILES").empty());
}

TEST_CASE("one file is an object, and a scalar for several values is error 100") {
    CardKit kit;
    kit.add_field("FILE", "file");
    kit.add_field("NAMES", "string", R"(,"multiple":"Y")");
    const auto id = kit.add_card("{}");
    CHECK(kit.card(id, kit.field_name("FILE").c_str()) == "null");
    set(kit, id, "FILE", R"(["a.pdf","JVBERi0x"])");
    const auto item = kit.call("crm.item.get", kit.on(R"("useOriginalUfNames":"Y","id":)" + id));
    CHECK(item.root()["result"]["item"][kit.field_name("FILE")]["id"].dump() == "5601");
    CHECK(set(kit, id, "NAMES", R"(["a","b"])") == R"(["a","b"])");
    CHECK(kit.failure("crm.item.update",
                      kit.on(R"("useOriginalUfNames":"Y","id":)" + id + R"(,"fields":{")" +
                             kit.field_name("NAMES") + "\":\"a\"}"))
              .starts_with("400 \"100\""));
}

TEST_CASE("links to files are signed and die with the portal's clock") {
    CardKit kit;
    kit.add_field("FILE", "file");
    const auto id = kit.add_card("{}");
    set(kit, id, "FILE", R"(["a.pdf","JVBERi0x"])");
    const auto item = kit.call("crm.item.get", kit.on(R"("useOriginalUfNames":"Y","id":)" + id));
    const std::string url{
        *item.root()["result"]["item"][kit.field_name("FILE")]["urlMachine"].string()};
    CHECK(get(kit, url).status == 200);
    CHECK(get(kit, url.substr(0, url.size() - 1) + "_").status == 401);
    kit.clock.advance(std::chrono::hours{1});
    const HttpAnswer late = get(kit, url);
    CHECK(late.status == 401);
    CHECK(late.body.find("expired_token") != std::string::npos);
}

TEST_CASE("userfieldconfig: names, doubles, rights, scope, changes and removal") {
    CardKit kit;
    const auto id = kit.add_field("PAID", "string", R"(,"editFormLabel":{"en":"Paid"})");
    const std::string entity = "CRM_" + std::to_string(kit.type_id);
    const auto field = [&](const std::string& name, const std::string& type) {
        return R"({"moduleId":"crm","field":{"entityId":")" + entity + R"(","fieldName":")" + name +
               R"(","userTypeId":")" + type + "\"}}";
    };
    CHECK(kit.failure("userfieldconfig.add", field(kit.field_name("PAID"), "string")) ==
          "400 \"\": The field " + kit.field_name("PAID") + " for the object " + entity +
              " already exists.");
    CHECK(
        kit.failure("userfieldconfig.add", field("UF_CRM_PAID", "string")).starts_with("400 \"\""));
    CHECK(kit.failure("userfieldconfig.add", field(kit.field_name("X"), "nothing"))
              .starts_with("400 \"\""));
    const auto list = kit.call("userfieldconfig.list",
                               R"({"moduleId":"crm","filter":{"entityId":")" + entity + "\"}}");
    CHECK(list.root()["result"]["fields"].size() == 1);
    CHECK(list.root()["total"].dump() == "1");
    kit.call("userfieldconfig.update",
             R"({"moduleId":"crm","id":)" + id + R"(,"field":{"editFormLabel":{"en":"Settled"}}})");
    const auto got = kit.call("userfieldconfig.get", R"({"moduleId":"crm","id":)" + id + "}");
    CHECK(got.root()["result"]["field"]["editFormLabel"]["en"].dump() == "\"Settled\"");
    kit.control("tokens", R"({"token":"narrow","user":1,"scopes":["userfieldconfig"]})");
    CHECK(kit.failure("userfieldconfig.list", R"({"moduleId":"crm"})", "1/narrow")
              .starts_with("401 \"insufficient_scope\""));
    CHECK(kit.failure("userfieldconfig.list", R"({"moduleId":"crm"})", "3/plain")
              .starts_with("400 \"\": You do not have permission"));
    const auto card = kit.add_card("{\"" + kit.field_name("PAID") + "\":\"yes\"}");
    kit.call("userfieldconfig.delete", R"({"moduleId":"crm","id":)" + id + "}");
    CHECK(kit.card(card, kit.field_name("PAID").c_str()).empty());
    kit.add_field("PAID", "string");
    CHECK(kit.card(card, kit.field_name("PAID").c_str()) == "null");
}
