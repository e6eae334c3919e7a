#include <catch2/catch.hpp>

#include "application.h"
#include "samples.h"

using namespace hb;
using namespace wire;
using domain::Outcome;
using domain::WriteOp;

namespace {

WriteOp document() {
    WriteOp op;
    op.kind = domain::OpKind::DocumentCreate;
    op.key = "hb-0a1b";
    op.repeat = domain::Repeat::Findable;
    op.fields = R"({"entityTypeId":2,"entityId":"342","templateId":"39",)"
                R"("values":{"HbReport":"HB2026-0001","HbKey":"hb-0a1b"}})";
    return op;
}

// A document whose links carry a token, and a place that gives the bytes.
struct Files {
    application::App app;
    std::string got = R"({"id":"61","title":"Act 2026-001","number":"2026-001",
        "isTransformationError":false,
        "pdfUrl":"https://portal.example/bitrix/services/main/ajax.php?id=61",
        "pdfUrlMachine":"https://portal.example/rest/getPdf.json?auth=s3cretlink&token=x",
        "downloadUrlMachine":"https://portal.example/rest/download.json?auth=s3cretlink&token=y"})";
    std::function<net::Response(const net::Request&)> file = [](const net::Request&) {
        return answered(200, "%PDF-1.7 bytes");
    };

    Files() {
        app.portal = [this](const net::Request& request) {
            if (request.verb == net::Verb::Get) return file(request);
            return ok("{\"document\":" + got + "}");
        };
    }
    Result<domain::DocumentFile> fetch() {
        auto result = app.connector->download_document("61");
        if (!result) {
            const Error& error = result.error();
            INFO(to_string(error));
            CHECK((error.message + error.detail + error.hint).find("s3cretlink") ==
                  std::string::npos);
        }
        return result;
    }
};

net::Response to(const std::string& location) {
    auto response = answered(302, "");
    response.headers.emplace_back("location", location);
    return response;
}

} // namespace

TEST_CASE("a document is one call on a fresh connection, with the key among its values (G20)") {
    Rig rig([](const Seen&) {
        return ok(R"({"document":{"id":61,"title":"Act 2026-001","number":"2026-001",
                      "pdfUrl":"https://x","templateId":"39"}})");
    });
    const auto made = rig.portal->write(document());
    CHECK(made.outcome == Outcome::Done);
    CHECK(made.id == "61");
    CHECK(made.answer == R"({"id":"61","title":"Act 2026-001","number":"2026-001"})");
    REQUIRE(rig.wire.seen.size() == 1);
    CHECK(rig.wire.seen[0].fresh);
    CHECK(rig.wire.seen[0].method == "crm.documentgenerator.document.add");
    CHECK(rig.wire.seen[0].body == R"({"templateId":39,"entityTypeId":2,"entityId":342,)"
                                   R"("values":{"HbReport":"HB2026-0001","HbKey":"hb-0a1b"}})");
    WriteOp none = document();
    none.fields = R"({"entityTypeId":2,"entityId":"342","templateId":"act"})";
    CHECK(rig.portal->write(none).outcome == Outcome::Rejected);
    CHECK(rig.wire.seen.size() == 1);
}

TEST_CASE("a lost document is looked up by item and template, on every page, lowest id first") {
    int total = 70;
    Rig rig([&](const Seen& seen) {
        const auto body = json::Document::parse(seen.body);
        const auto start = *body->root()["start"].integer();
        CHECK(seen.body.find(R"("filter":{"entityTypeId":2,"entityId":342})") != std::string::npos);
        CHECK(seen.body.find(R"("entityTypeId"])") == std::string::npos); // never selected
        std::string rows;
        for (std::int64_t i = start; i < std::min<std::int64_t>(start + 50, total); ++i)
            rows += (rows.empty() ? "" : ",") + std::string(R"({"id":")") +
                    std::to_string(100 - i) + R"(","templateId":)" +
                    (i % 30 == 5 ? "39" : "\"7\"") + R"(,"entityId":"342"})";
        return ok("{\"documents\":[" + rows + "]}");
    });
    CHECK(*rig.portal->find(document()) == std::vector<std::string>{"35", "65", "95"});
    CHECK(rig.wire.seen.size() == 2);
    total = 0;
    CHECK(rig.portal->find(document())->empty());
    rig.wire.answer = [](const Seen&) {
        return ok(R"({"documents":{"61":{"id":61,"templateId":39,"entityId":342}}})");
    };
    CHECK(*rig.portal->find(document()) == std::vector<std::string>{"61"});
    // What does not say whose it is proves nothing.
    for (const char* odd : {"[]", "{}", "null", R"({"documents":null})",
                            R"({"documents":[{"id":1}]})", R"({"documents":[{"templateId":39}]})",
                            R"({"documents":[{"id":1,"templateId":39,"entityId":"7"}]})"}) {
        rig.wire.answer = [&](const Seen&) { return ok(odd); };
        INFO(odd);
        CHECK_FALSE(rig.portal->find(document()).ok());
    }
}

TEST_CASE(
    "errors of documents: plan, rights and templates reject; a cut answer may have made one") {
    struct Row {
        int status;
        const char* code;
        const char* text;
        Outcome outcome;
    };
    const Row rows[] = {
        {400, "0", "No provider for entityTypeId", Outcome::Rejected},
        {400, "0", "Template not found", Outcome::Rejected},
        {400, "0", "Cannot create document", Outcome::Rejected},
        {400, "0", "Error getting next number", Outcome::Rejected},
        {400, "DOCGEN_ACCESS_ERROR", "Access denied", Outcome::Rejected},
        {400, "DOCGEN_LIMIT_ERROR", "limit", Outcome::Rejected},
        {400, "100", "Could not find value for parameter", Outcome::Rejected},
        {403, "insufficient_scope", "", Outcome::Rejected},
        {503, "QUERY_LIMIT_EXCEEDED", "", Outcome::Refused},
        {500, "INTERNAL_SERVER_ERROR", "", Outcome::Unknown},
        {504, "", "", Outcome::Unknown},
        {200, "0", "odd", Outcome::Unknown},
    };
    for (const auto& row : rows) {
        Rig rig([&](const Seen&) { return failed(row.status, row.code, row.text); });
        INFO(row.code << " " << row.text);
        CHECK(rig.portal->write(document()).outcome == row.outcome);
    }
    for (const char* odd : {"[]", R"({"document":[]})", R"({"document":{"id":0}})", "null"}) {
        Rig rig([&](const Seen&) { return ok(odd); });
        CHECK(rig.portal->write(document()).outcome == Outcome::Unknown);
    }
    Rig cut([](const Seen&) { return lost(); });
    CHECK(cut.portal->write(document()).outcome == Outcome::Unknown);
}

TEST_CASE("a document is ready when its machine link is there, not when people's links are") {
    Files files;
    auto state = files.app.connector->read_document("61");
    REQUIRE(state.ok());
    CHECK(state->exists);
    CHECK(state->title == "Act 2026-001");
    CHECK(state->number == "2026-001");
    CHECK(state->pdf_ready);
    CHECK_FALSE(state->failed);
    files.got = R"({"id":61,"title":"Act","pdfUrl":"https://portal.example/x","pdfUrlMachine":null,
                    "isTransformationError":"N"})";
    CHECK_FALSE(files.app.connector->read_document("61")->pdf_ready);
    CHECK(files.fetch().error().code == Code::Remote);
    files.got =
        R"({"id":61,"isTransformationError":true,"pdfUrlMachine":"https://portal.example/a"})";
    CHECK(files.app.connector->read_document("61")->failed);
    CHECK_FALSE(files.app.connector->read_document("61")->pdf_ready);
    for (const char* odd : {"[]", "null", R"({"id":62})", "{}"}) {
        files.got = odd;
        CHECK_FALSE(files.app.connector->read_document("61").ok());
    }
    files.app.portal = [](const net::Request&) { return failed(400, "0", "Document not found"); };
    REQUIRE(files.app.connector->read_document("61").ok());
    CHECK_FALSE(files.app.connector->read_document("61")->exists);
    CHECK(files.app.connector->download_document("61").error().code == Code::NotFound);
    files.app.portal = [](const net::Request&) {
        return failed(400, "DOCGEN_ACCESS_ERROR", "Access denied");
    };
    CHECK(files.app.connector->read_document("61").error().code == Code::Forbidden);
    CHECK_FALSE(files.app.connector->read_document("../1").ok());
}

TEST_CASE("a PDF is fetched by a fresh link, with the headers that front ends want (protocol "
          "section 17)") {
    Files files;
    const auto file = files.fetch();
    REQUIRE(file.ok());
    CHECK(file->name == "Act 2026-001.pdf");
    CHECK(file->bytes == "%PDF-1.7 bytes");
    const auto& request = files.app.seen.back();
    CHECK(request.verb == net::Verb::Get);
    CHECK(request.url.reveal() ==
          "https://portal.example/rest/getPdf.json?auth=s3cretlink&token=x");
    CHECK(request.body.empty());
    std::map<std::string, std::string> headers(request.headers.begin(), request.headers.end());
    CHECK(headers["Accept"] == "*/*");
    CHECK(headers["Referer"] == "https://portal.example/");
    CHECK_FALSE(headers["Accept-Language"].empty());
    CHECK_FALSE(headers["User-Agent"].empty());
    CHECK(request.answer_bytes_max == kAnswerBytesMax);
}

TEST_CASE("where the conversion failed the docx is fetched, under its own ending") {
    Files files;
    files.got.replace(files.got.find("false"), 5, "true");
    files.file = [](const net::Request& request) {
        return answered(200, request.url.reveal().find("download.json") != std::string::npos
                                 ? std::string("PK\x03\x04") + "bytes"
                                 : "%PDF-1.7");
    };
    const auto file = files.fetch();
    REQUIRE(file.ok());
    CHECK(file->name == "Act 2026-001.docx");
}

TEST_CASE("what is no file is an error: pages, JSON, other bytes, nothing; the link is in none") {
    const std::pair<net::Response, Code> rows[] = {
        {answered(200, "<html>login</html>"), Code::Malformed},
        {answered(200, R"({"error":"expired_token","error_description":"s3cretlink"})"),
         Code::Malformed},
        {answered(200, ""), Code::Malformed},
        {answered(200, "PK\x03\x04"), Code::Malformed},
        {answered(401, R"({"error":"expired_token"})"), Code::Remote},
        {answered(404, "not found"), Code::Remote},
        {answered(502, "<html>"), Code::Remote},
        {lost("Exceeded the maximum allowed file size"), Code::Remote},
    };
    for (const auto& [response, code] : rows) {
        Files files;
        files.file = [&](const net::Request&) { return response; };
        const auto file = files.fetch();
        INFO(response.status << " " << response.body);
        REQUIRE_FALSE(file.ok());
        CHECK(file.error().code == code);
    }
}

TEST_CASE(
    "redirects of a download are followed three times, encrypted, and never to this machine") {
    Files files;
    files.file = [](const net::Request& request) {
        const std::string& url = request.url.reveal();
        if (url.find("/rest/") != std::string::npos) return to("/storage/1?key=s3cretlink");
        if (url.find("portal.example") != std::string::npos)
            return to("https://files.example/1.pdf?key=s3cretlink");
        return answered(200, "%PDF-1.4");
    };
    REQUIRE(files.fetch().ok());
    CHECK(files.app.seen.back().url.reveal() == "https://files.example/1.pdf?key=s3cretlink");
    for (const char* location :
         {"http://files.example/1.pdf?s3cretlink", "https://127.0.0.1/1.pdf?s3cretlink",
          "http://localhost:8080/s3cretlink", "https://[::1]/s3cretlink", "ftp://x/s3cretlink", "",
          "file:///etc/passwd"}) {
        Files bad;
        bad.file = [&](const net::Request& request) {
            CHECK(request.url.reveal().find("portal.example") != std::string::npos);
            return to(location);
        };
        INFO(location);
        CHECK_FALSE(bad.fetch().ok());
    }
    Files loop;
    int hops = 0;
    loop.file = [&](const net::Request&) {
        ++hops;
        return to("/again?s3cretlink");
    };
    CHECK_FALSE(loop.fetch().ok());
    CHECK(hops == 4);
}

TEST_CASE("a file's name is the document's title, without what file systems can't have") {
    const std::pair<const char*, const char*> names[] = {
        {R"("../../etc/passwd")", "document-61.pdf"},
        {R"("Акт № 7/2026")", "Акт № 7-2026.pdf"},
        {R"("a\u0000b\nc:d")", nullptr},
        {R"("")", "2026-001.pdf"},
        {"null", "2026-001.pdf"},
    };
    for (const auto& [title, name] : names) {
        Files files;
        const std::string old = R"("title":"Act 2026-001")";
        files.got.replace(files.got.find(old), old.size(), std::string(R"("title":)") + title);
        const auto file = files.fetch();
        INFO(title);
        REQUIRE(file.ok());
        if (name != nullptr) CHECK(file->name == name);
        CHECK(file->name.find_first_of("/\\:\n") == std::string::npos);
    }
}

TEST_CASE("the documentation's own documents are made, read and found") {
    for (const char* name : {"add", "get", "list"}) {
        const std::string method = "crm.documentgenerator.document." + std::string(name);
        const auto sample = samples::load(method);
        Rig rig([&](const Seen&) { return answered(200, sample.root()["response"].dump()); });
        WriteOp op = document();
        op.fields = R"({"entityTypeId":2,"entityId":"101","templateId":"39"})";
        if (std::string(name) == "add") CHECK(rig.portal->write(op).id == "61");
        if (std::string(name) == "get") CHECK(rig.portal->read_document("61")->pdf_ready);
        if (std::string(name) == "list")
            CHECK(*rig.portal->find(op) == std::vector<std::string>{"59", "61"});
    }
}
