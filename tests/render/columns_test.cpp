#include <catch2/catch.hpp>

#include "render/columns.h"

using namespace hb::render;

TEST_CASE("columns are as wide as their letters, not as their bytes") {
    CHECK(width_of("Отчёт") == 5);
    CHECK(width_of("e\u0301") == 1);
    CHECK(width_of("株式会社さくら") == 14);
    CHECK(width_of("한국 ｗ \U0001F600") == 10);
    CHECK(width_of("é…—€") == 4);
    Columns table({{"NAME"}, {"TIME", Align::Right}});
    table.add({"Отчёт", "1:30"});
    table.add({"ab", "10:00"});
    CHECK(table.text() == "  NAME    TIME\n"
                          "  Отчёт   1:30\n"
                          "  ab     10:00\n");
}

TEST_CASE("a column in which no row says anything is left out, and sums stand under a line") {
    Columns table({{"A"}, {"EMPTY"}, {"N", Align::Right}});
    table.add({"x", "", "5"});
    table.add_sums({"", "", "12.00"});
    CHECK(table.text() == "  A      N\n"
                          "  x      5\n"
                          "     -----\n"
                          "     12.00\n");
}

TEST_CASE("a remote's text can not steer the terminal") {
    CHECK(printable("a\x1b[31mb\nc\x7f") == "a [31mb c ");
    CHECK(printable("\u009b31m") == " 31m");
}
