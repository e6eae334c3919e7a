#include "kit.h"
#include "sandbox/form.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

namespace {

std::string form(std::string_view text) {
    return read_form(text).dump();
}

} // namespace

TEST_CASE("bracket forms become the tree that they were made from") {
    CHECK(form("fields[TITLE]=My%20company&fields[PHONE][0][VALUE]=112233&"
               "fields[PHONE][0][VALUE_TYPE]=WORK&fields[PHONE][1][VALUE]=555888112&"
               "fields[PHONE][1][VALUE_TYPE]=OTHER") ==
          R"({"fields":{"TITLE":"My company","PHONE":[{"VALUE":"112233","VALUE_TYPE":"WORK"},)"
          R"({"VALUE":"555888112","VALUE_TYPE":"OTHER"}]}})");
    CHECK(form("select[]=ID&select[]=NAME") == R"({"select":["ID","NAME"]})");
    CHECK(form("a%5Bb%5D%5Bc%5D=v") == form("a[b][c]=v"));
    CHECK(form("a=x+y%2Bz&b=%D0%91") == R"({"a":"x y+z","b":"Б"})");
    CHECK(form("filter[%3E%3DID]=5&filter[!STATUS]=6") ==
          R"({"filter":{">=ID":"5","!STATUS":"6"}})");
    // The first '=' ends the key, wherever it stands: PHP makes rubbish of this one as well.
    CHECK(form("filter[>=ID]=5") == R"({"filter_>":"ID]=5"})");
    CHECK(form("a[5]=x&a[]=y") == R"({"a":{"5":"x","6":"y"}})");
    CHECK(form("empty=&flag") == R"({"empty":"","flag":""})");
}

TEST_CASE("a form keeps the order of its keys, by which positional methods bind") {
    const Tree tree = read_form("TASKID=123&ORDER[ID]=desc&FILTER[>ID]=7");
    REQUIRE(tree.size() == 3);
    CHECK(tree.key(0) == "TASKID");
    CHECK(tree.at(1)->dump() == R"({"ID":"desc"})");
    const Tree indexed = read_form("0=123&1[POST_MESSAGE]=test");
    CHECK(indexed.at(0)->str() == "123");
    CHECK(indexed.at(1)->find("POST_MESSAGE")->str() == "test");
}

TEST_CASE("multipart fields are read like form fields") {
    const std::string body =
        "--XX\r\nContent-Disposition: form-data; name=\"fields[TITLE]\"\r\n\r\n"
        "Сделка\r\n--XX\r\nContent-Disposition: form-data; "
        "name=\"fields[COMPANY_ID]\"\r\n\r\n5\r\n--XX--\r\n";
    CHECK(read_multipart(body, "multipart/form-data; boundary=XX").dump() ==
          R"({"fields":{"TITLE":"Сделка","COMPANY_ID":"5"}})");
}

TEST_CASE("JSON, form and multipart mean the same call") {
    AgencyKit kit;
    kit.portal.change_options([](PortalOptions& options) { options.time_form = TimeForm::None; });
    const std::string json = kit.raw("crm.company.get", R"({"id":5})").body;
    CHECK(json.find("Белый аист") != std::string::npos);
    CHECK(
        kit.raw("crm.company.get", "id=5", "1/sandbox", "application/x-www-form-urlencoded").body ==
        json);
    CHECK(kit.raw("CRM.Company.GET.json/", "ID=5", "1/sandbox", "application/x-www-form-urlencoded")
              .body == json);
    CHECK(kit.raw("crm.company.get",
                  "--b\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n5\r\n--b--\r\n",
                  "1/sandbox", "multipart/form-data; boundary=b")
              .body == json);
}

TEST_CASE("a command of a form-sent batch is encoded twice") {
    AgencyKit kit;
    const std::string sent = "cmd[0]=crm.deal.add%3Ffields%5BTITLE%5D%3DJohn%2526Martin";
    const auto answer = kit.raw("batch", sent, "1/sandbox", "application/x-www-form-urlencoded");
    CHECK(answer.status == 200);
    const auto writes = kit.portal.writes();
    REQUIRE(writes.size() == 1);
    CHECK(writes[0].params == R"({"fields":{"TITLE":"John&Martin"}})");
}

TEST_CASE("malformed JSON is refused loudly") {
    AgencyKit kit;
    CHECK(kit.failure("profile", "{\"a\":").starts_with("400 \"INVALID_REQUEST\""));
}
