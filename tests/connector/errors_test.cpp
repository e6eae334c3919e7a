#include <catch2/catch.hpp>

#include "base/text.h"
#include "connector/bitrix24/errors.h"
#include "connector/bitrix24/sayings.h"
#include "samples.h"

using namespace hb;
using namespace hb::connector::bitrix24;
using domain::Outcome;

namespace {

Trouble trouble(Nature nature, int status) {
    Trouble out;
    out.nature = nature;
    out.status = status;
    out.method = "crm.item.add";
    return out;
}

} // namespace

TEST_CASE("an error is judged by its code without regard to case, not by the HTTP status") {
    struct Row {
        const char* code;
        const char* text;
        int status;
        Nature nature;
    };
    const Row rows[] = {
        {"QUERY_LIMIT_EXCEEDED", "", 503, Nature::TooFast},
        {"query_limit_exceeded", "", 400, Nature::TooFast},
        {"OPERATION_TIME_LIMIT", "", 429, Nature::MethodBusy},
        {"OVERLOAD_LIMIT", "", 503, Nature::Blocked},
        {"OVERLOAD_LIMIT", "", 401, Nature::Blocked},
        {"INTERNAL_SERVER_ERROR", "", 500, Nature::Server},
        {"insufficient_scope", "", 401, Nature::Scope},
        {"insufficient_scope", "", 403, Nature::Scope},
        {"INSUFFICIENT_SCOPE", "", 403, Nature::Scope},
        {"INVALID_CREDENTIALS", "", 403, Nature::Credentials},
        {"INVALID_CREDENTIALS", "", 401, Nature::Credentials},
        {"PORTAL_DELETED", "", 500, Nature::Credentials},
        {"ERROR_METHOD_NOT_FOUND", "Method not found!", 404, Nature::NoMethod},
        {"ERROR_METHOD_NOT_FOUND", "Method not found!", 400, Nature::NoMethod},
        {"ACCESS_DENIED", "REST API is available only on commercial plans", 403,
         Nature::Credentials},
        {"ACCESS_DENIED", "REST API is available only by subscription", 401, Nature::Credentials},
        {"ACCESS_DENIED", "Access denied", 400, Nature::Denied},
        {"ERROR_CORE", "Access denied", 400, Nature::Denied},
        {"0", "Insufficient permissions", 400, Nature::Denied},
        {"0", "wrong task id", 400, Nature::Failed},
        {"", "Not found", 400, Nature::Failed},
        {"Invalid parameters.", "", 400, Nature::Failed},
        // A code of its own decides, whatever the sentence beside it says.
        {"SOMETHING_NEW", "Access denied", 400, Nature::Failed},
        {"INVALID_ARG_VALUE", "insufficient permissions", 400, Nature::Failed},
        {"QUERY_LIMIT_EXCEEDED", "Access denied, only by subscription", 503, Nature::TooFast},
        {"ACCESS_DENIED", "a subscription to news", 400, Nature::Denied},
        {"0x100002", "", 400, Nature::Denied},
        {"", "Access denied.", 400, Nature::Denied},
        {"The request requires higher privileges: required more scopes", "", 403, Nature::Scope},
        {"ERROR_CORE", "Доступ запрещён", 400, Nature::Failed}, // not in the table
        {"SOMETHING_NEW", "", 500, Nature::Server},
        {"SOMETHING_NEW", "", 502, Nature::Server},
    };
    for (const auto& row : rows) {
        INFO(row.code << " " << row.status);
        CHECK(nature_of(row.code, row.text, row.status) == row.nature);
    }
}

TEST_CASE("every documented system error, with the status of either revision, has its reaction") {
    const auto sample = samples::load("errors.system");
    int checked = 0;
    for (const auto row : sample.root()["errors"]) {
        const std::string code(*row["error"].text_view());
        const std::string text(*row["error_description"].text_view());
        std::optional<Nature> first;
        for (const char* revision : {"status_snapshot", "status_later"}) {
            const auto status = row[revision].integer();
            if (!status) continue;
            const Nature nature = nature_of(code, text, static_cast<int>(*status));
            INFO(code << " " << *status);
            if (first) CHECK(nature == *first);
            first = nature;
            ++checked;
            // None of them is a no of the method itself, but for the two of batch.
            const bool batch = code.rfind("ERROR_BATCH", 0) == 0;
            CHECK((nature == Nature::Failed) == batch);
        }
    }
    CHECK(checked >= 30);
}

TEST_CASE("a write that was refused, rejected or perhaps done is told apart") {
    struct Row {
        Nature nature;
        int status;
        Outcome outcome;
    };
    const Row rows[] = {
        {Nature::NotYet, 0, Outcome::Refused},      {Nature::NotSent, 0, Outcome::Refused},
        {Nature::TooFast, 503, Outcome::Refused},   {Nature::MethodBusy, 429, Outcome::Refused},
        {Nature::Moved, 302, Outcome::Refused},     {Nature::Blocked, 503, Outcome::Refused},
        {Nature::Lost, 0, Outcome::Unknown},        {Nature::Server, 500, Outcome::Unknown},
        {Nature::Server, 502, Outcome::Unknown},    {Nature::Garbage, 200, Outcome::Unknown},
        {Nature::Failed, 200, Outcome::Unknown},    {Nature::Failed, 400, Outcome::Rejected},
        {Nature::Scope, 403, Outcome::Rejected},    {Nature::Denied, 400, Outcome::Rejected},
        {Nature::NoMethod, 404, Outcome::Rejected}, {Nature::Credentials, 401, Outcome::Refused},
    };
    for (const auto& row : rows) {
        INFO(static_cast<int>(row.nature) << " " << row.status);
        CHECK(outcome_of(trouble(row.nature, row.status)) == row.outcome);
    }
}

TEST_CASE("an error names the remote, the method, the code and what to do") {
    Trouble scope = trouble(Nature::Scope, 403);
    scope.code = "insufficient_scope";
    const Error error = read_error(scope, "our-portal");
    CHECK(error.code == Code::Forbidden);
    CHECK(error.message.find("our-portal") != std::string::npos);
    CHECK(error.message.find("crm.item.add") != std::string::npos);
    CHECK(error.detail == "HTTP 403, insufficient_scope");
    CHECK(error.hint.find("scope crm") != std::string::npos);
    CHECK(read_error(trouble(Nature::Credentials, 401), "p").hint.find("new inbound webhook") !=
          std::string::npos);
    CHECK(read_error(trouble(Nature::Moved, 302), "p").hint.find("renamed") != std::string::npos);
    CHECK(read_error(trouble(Nature::Garbage, 200), "p").code == Code::Malformed);
    CHECK(read_error(trouble(Nature::Server, 500), "p").code == Code::Remote);
}

TEST_CASE("what a remote says is quoted without tags, secrets, bad bytes and length") {
    CHECK(clean_text("no<br>tags <b>here</b>", "") == "notags here");
    CHECK(clean_text("https://p/rest/1/t0k3n/x: t0k3n", "t0k3n") == "https://p/rest/1/***/x: ***");
    CHECK(clean_text("a\nb\tc", "") == "a b c");
    CHECK(clean_text("<html", "") == "");
    CHECK(is_utf8(clean_text("\xff\xfe", "")));
    CHECK(clean_text(std::string(10'000, 'x'), "").size() <= 203);
}

TEST_CASE("what the portal says in words alone is told by one table, and only where its code says "
          "nothing") {
    struct Row {
        const char* code;
        const char* text;
        Saying saying;
    };
    const Row rows[] = {
        {"", "Not found", Saying::NotThere},
        {"0", "Document not found", Saying::NotThere},
        {"Status is not found.", "", Saying::NotThere},
        {"ERROR_CORE", "Task not found<br>", Saying::NotThere},
        {"NOT_FOUND", "Item not found", Saying::Nothing}, // the code says it
        {"CRM_FIELD_ERROR_VALUE_NOT_VALID", "the value was not found", Saying::Nothing},
        {"ERROR_CODE", "ACCESS DENIED", Saying::NoRight},
        {"0", "Insufficient permissions", Saying::NoRight},
        {"", "You do not have permissions to modify templates", Saying::NoRight},
        {"ACCESS_DENIED", "Access denied! Application context required", Saying::Nothing},
        {"ACCESS_DENIED", "REST API is available only on commercial plans", Saying::PlanNoRest},
        {"NOT_FOUND", "REST API is available only on commercial plans", Saying::Nothing},
        {"ERROR_CORE", "", Saying::Nothing},
        {"", "", Saying::Nothing},
    };
    for (const auto& row : rows) {
        INFO(row.code << ": " << row.text);
        CHECK(saying_of(row.code, row.text) == row.saying);
    }
}
