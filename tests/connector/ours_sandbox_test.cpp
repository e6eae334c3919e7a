#include <catch2/catch.hpp>

#include "sandbox_rig.h"

using namespace hb;
using namespace sandbox_rig;

namespace {

std::vector<connector::OwnedObject> all_of_ours(Rig& rig) {
    std::vector<connector::OwnedObject> out;
    std::string cursor;
    for (int page_n = 0; page_n < 50; ++page_n) {
        rig.wait();
        const auto page = rig.remote->read_ours(cursor);
        INFO((page ? "" : to_string(page.error())));
        REQUIRE(page.ok());
        out.insert(out.end(), page->objects.begin(), page->objects.end());
        if (page->complete) return out;
        cursor = page->cursor;
    }
    FAIL("the list has no end");
    return out;
}

} // namespace

TEST_CASE("sandbox: every deal and invoice that carries our mark is listed, page by page, no other "
          "(G18)") {
    sandbox::PortalOptions options;
    options.limits.requests = false;
    Rig rig(options);
    const auto made_item = [&rig](int type, const std::string& fields) {
        rig.made("crm.item.add",
                 R"({"entityTypeId":)" + std::to_string(type) + R"(,"fields":)" + fields + "}");
    };
    for (int i = 0; i < 60; ++i) {
        const std::string n = std::to_string(i);
        made_item(2, R"({"title":"Ours )" + n +
                         R"(","originatorId":"hourbridge","originId":"hb-d)" + n + R"("})");
        made_item(31, R"({"title":"Invoice )" + n + R"(","xmlId":"hb-i)" + n + R"("})");
    }
    made_item(2, R"({"title":"A colleague's","originatorId":"AUTOMATOR","originId":"hb-x"})");
    made_item(2, R"({"title":"By hand"})");
    made_item(31, R"({"title":"By hand","xmlId":"inv-17"})");
    const auto ours = all_of_ours(rig);
    REQUIRE(ours.size() == 120);
    CHECK(ours.front().what.kind == "deal");
    CHECK(ours.front().key == "hb-d0");
    CHECK(ours.front().title == "Ours 0");
    CHECK(ours[59].key == "hb-d59");
    CHECK(ours[60].what.kind == "invoice");
    CHECK(ours.back().key == "hb-i59");
}
