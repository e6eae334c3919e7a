#include "dynamic_kit.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

namespace {

struct PaperKit : AgencyKit {
    explicit PaperKit(PortalOptions options = without_limits()) : AgencyKit(std::move(options)) {}

    // An act for the deal 107 of the agency, "Nordlicht GmbH".
    std::string add(const std::string& values = "{}") {
        const auto made =
            call("crm.documentgenerator.document.add",
                 R"({"templateId":11,"entityTypeId":2,"entityId":107,"values":)" + values + "}");
        return made.root()["result"]["document"]["id"].dump();
    }
    std::string field(const std::string& id, const char* name) {
        const auto got = call("crm.documentgenerator.document.get", R"({"id":)" + id + "}");
        const auto value = got.root()["result"]["document"][name];
        return value.missing() ? std::string{} : value.dump();
    }
    HttpAnswer get(const std::string& quoted_url) {
        const std::string url = *json::Document::parse(quoted_url)->root().string();
        HttpRequest request;
        request.method = "GET";
        const std::size_t path = url.find('/', 8);
        request.path = url.substr(path, url.find('?') - path);
        if (url.find('?') != std::string::npos) request.query = url.substr(url.find('?') + 1);
        return portal.handle(request);
    }
};

} // namespace

TEST_CASE("templates come as an object by id in the order that was asked for, or as []") {
    PaperKit kit;
    const auto list = kit.call("crm.documentgenerator.template.list",
                               R"({"select":["id","name","entityTypeId"],"filter":{"active":"Y"},
                     "order":{"id":"desc"}})");
    const auto templates = list.root()["result"]["templates"];
    REQUIRE(templates.is_object());
    std::string keys;
    for (const auto one : templates) keys += std::string{one.key()} + " ";
    CHECK(keys == "13 11 ");
    CHECK(templates["11"]["entityTypeId"][std::size_t{0}].dump() == "\"2\"");
    CHECK(list.root()["total"].dump() == "2");
    const auto none = kit.call("crm.documentgenerator.template.list", R"({"filter":{"id":99}})");
    CHECK(none.root()["result"]["templates"].dump() == "[]");
    CHECK(kit.failure("crm.documentgenerator.template.list", "{}", "3/plain") ==
          "400 \"\": You do not have permissions to modify templates");
    CHECK(kit.control("templates", R"({"name":"Card","entityTypeId":["1030"]})").body ==
          R"({"id":39})");
}

TEST_CASE(
    "a document has its number at once and its PDF after the conversion (protocol section 16)") {
    PaperKit kit;
    const auto made = kit.call("crm.documentgenerator.document.add",
                               R"({"templateId":11,"entityTypeId":2,"entityId":107})");
    const auto document = made.root()["result"]["document"];
    CHECK(document["id"].dump() == "61");
    CHECK(document["number"].dump() == "\"0001\"");
    CHECK(document["title"].dump() == "\"Акт 0001\"");
    CHECK(document["pdfUrlMachine"].missing());
    CHECK(kit.field("61", "id") == "\"61\"");
    CHECK(kit.field("61", "pdfUrlMachine").empty());
    CHECK(kit.get(kit.field("61", "downloadUrlMachine")).body.starts_with("PK"));
    kit.clock.advance(std::chrono::seconds{29});
    CHECK(kit.field("61", "pdfUrlMachine").empty());
    kit.clock.advance(std::chrono::seconds{1});
    const HttpAnswer pdf = kit.get(kit.field("61", "pdfUrlMachine"));
    CHECK(pdf.status == 200);
    CHECK(pdf.content_type == "application/pdf");
    CHECK(pdf.body.starts_with("%PDF-1.4"));
    CHECK(pdf.body.find("(Total 1750.00 EUR)") != std::string::npos);
    CHECK(pdf.body.find("Nordlicht GmbH") != std::string::npos);
    CHECK(kit.get(kit.field("61", "pdfUrl")).content_type.starts_with("text/html"));
}

TEST_CASE("a repeated call makes a second document with the next number") {
    PaperKit kit;
    const auto first = kit.add();
    const auto second = kit.add();
    CHECK(first != second);
    CHECK(kit.field(second, "number") == "\"0002\"");
    CHECK(kit.field(kit.add(R"({"DocumentNumber":"hb-7"})"), "number") == "\"hb-7\"");
    CHECK(kit.field(kit.add(), "number") == "\"0003\"");
    const auto list = kit.call("crm.documentgenerator.document.list",
                               R"({"filter":{"entityTypeId":2,"entityId":107,"number":"hb-7"}})");
    CHECK(list.root()["result"]["documents"].size() == 1);
    CHECK(list.root()["result"]["documents"][std::size_t{0}]["entityId"].dump() == "\"107\"");
    CHECK(kit.failure("crm.documentgenerator.document.list", R"({"select":["id","entityTypeId"]})")
              .starts_with("400 \"100\""));
}

TEST_CASE("a document of nothing is made, one of an unknown kind is not") {
    PaperKit kit;
    kit.call("crm.documentgenerator.document.add",
             R"({"templateId":11,"entityTypeId":2,"entityId":987654})");
    const auto add = [&](const std::string& params) {
        return kit.failure("crm.documentgenerator.document.add", params);
    };
    CHECK(add(R"({"templateId":11,"entityTypeId":1030,"entityId":1})") ==
          "400 \"0\": No provider for entityTypeId");
    CHECK(add(R"({"templateId":99,"entityTypeId":2,"entityId":1})") ==
          "400 \"0\": Template not found");
    CHECK(add(R"({"templateId":11,"entityTypeId":4,"entityId":5})") ==
          "400 \"0\": Cannot create document");
    CHECK(add(R"({"entityTypeId":2,"entityId":1})").starts_with("400 \"100\""));
}

TEST_CASE("a conversion that fails says so when its time is over, and an update tries again") {
    PaperKit kit;
    kit.control("faults", R"({"kind":"transformation_error",
                              "method":"crm.documentgenerator.document.add"})");
    const auto id = kit.add();
    CHECK(kit.field(id, "isTransformationError") == "false");
    kit.clock.advance(std::chrono::seconds{30});
    CHECK(kit.field(id, "isTransformationError") == "true");
    CHECK(kit.field(id, "pdfUrlMachine").empty());
    kit.call("crm.documentgenerator.document.update",
             R"({"id":)" + id + R"(,"values":{"DocumentNumber":"2026-2"}})");
    CHECK(kit.field(id, "isTransformationError") == "false");
    CHECK(kit.field(id, "pdfUrlMachine").empty());
    kit.clock.advance(std::chrono::seconds{30});
    CHECK(kit.get(kit.field(id, "pdfUrlMachine")).body.starts_with("%PDF"));
    CHECK(kit.field(id, "number") == "\"2026-2\"");
}

TEST_CASE("a public page opens and closes, fields are shown, and a deleted document is gone") {
    PaperKit kit;
    const auto id = kit.add();
    const auto opened = kit.call("crm.documentgenerator.document.enablepublicurl",
                                 R"({"id":)" + id + R"(,"status":1})");
    const std::string url = opened.root()["result"]["publicUrl"].dump();
    CHECK(kit.get(url).status == 200);
    const auto fields =
        kit.call("crm.documentgenerator.document.getfields", R"({"id":)" + id + "}");
    CHECK(fields.root()["result"]["documentFields"]["DocumentNumber"]["value"].dump() ==
          "\"0001\"");
    kit.call("crm.documentgenerator.document.enablepublicurl",
             R"({"id":)" + id + R"(,"status":0})");
    CHECK(kit.get(url).status == 404);
    const std::string link = kit.field(id, "downloadUrlMachine");
    const auto gone = kit.call("crm.documentgenerator.document.delete", R"({"id":)" + id + "}");
    CHECK(gone.root()["result"].dump() == "null");
    CHECK(kit.get(link).status == 404);
    CHECK(kit.failure("crm.documentgenerator.document.get", R"({"id":)" + id + "}") ==
          "400 \"0\": Document not found");
}

TEST_CASE("downloads are hit by faults, and papers of what one may not see are closed") {
    PaperKit kit;
    const auto id = kit.add();
    kit.clock.advance(std::chrono::seconds{30});
    const std::string link = kit.field(id, "pdfUrlMachine");
    const auto fault = [&](const std::string& kind) {
        kit.control("faults",
                    R"({"method":"crm.documentgenerator.document.getPdf","kind":")" + kind + "\"}");
    };
    fault("html");
    CHECK(kit.get(link).status == 502);
    fault("truncated");
    CHECK(kit.get(link).delivery == HttpAnswer::Delivery::Truncate);
    CHECK(kit.get(link).body.starts_with("%PDF"));
    CHECK(kit.failure("crm.documentgenerator.document.get", R"({"id":)" + id + "}", "3/plain") ==
          "400 \"DOCGEN_ACCESS_ERROR\": Access denied");
    const auto list = kit.call("crm.documentgenerator.document.list", "{}", "3/plain");
    CHECK(list.root()["result"]["documents"].size() == 0);
}

TEST_CASE("a plan without documents and a link that is too old are refused") {
    PaperKit kit;
    const auto id = kit.add();
    const std::string link = kit.field(id, "downloadUrlMachine");
    kit.control("options", R"({"document_generator":false})");
    CHECK(kit.failure("crm.documentgenerator.document.add", "{}")
              .starts_with("400 \"DOCGEN_LIMIT_ERROR\""));
    CHECK(kit.failure("crm.documentgenerator.template.list", "{}")
              .starts_with("400 \"DOCGEN_LIMIT_ERROR\""));
    kit.control("options", R"({"document_generator":true})");
    kit.clock.advance(std::chrono::seconds{3600});
    CHECK(kit.get(link).status == 401);
    CHECK(kit.get(kit.field(id, "downloadUrlMachine")).status == 200);
}
