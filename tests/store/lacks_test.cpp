#include <catch2/catch.hpp>

#include "books.h"
#include "store/lacks.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace {

domain::Lack lack(const std::string& method, const std::string& about = "") {
    return {method, about, domain::LackWhy::Right, "may not " + method, "allow it", at(10), at(90)};
}

} // namespace

TEST_CASE("what remotes lack is kept by remote, method and what it is called for (G55)") {
    Books books;
    Lacks lacks(*books.db);
    Tx tx(*books.db);
    const auto other = books.sources.add_remote("other", "bitrix24", "other.example", at(1)).id;
    const std::vector<domain::Lack> three = {lack("a"), lack("a", "card"), lack("b")};
    lacks.put(books.remote, three);
    lacks.put(other, {lack("a")});
    CHECK((lacks.of(books.remote) == three));
    lacks.put(books.remote, {lack("b")}); // these and no others
    CHECK(lacks.of(books.remote).size() == 1);
    CHECK(lacks.of(other).size() == 1);
    lacks.try_anew(other, at(50));
    CHECK(lacks.of(other)[0].again == at(50));
    lacks.try_anew(other, at(70)); // it is due already
    CHECK(lacks.of(other)[0].again == at(50));
    CHECK(lacks.of(books.remote)[0].again == at(90));
    lacks.put(other, {});
    CHECK(lacks.all().size() == 1);
    tx.commit();
}
