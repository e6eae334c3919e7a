// Names of companies as different systems write them (G13: links by rule).
#include "domain/titles.h"

#include <catch2/catch.hpp>

using hb::domain::plain_name;
using hb::domain::plain_title;
using hb::domain::TitleShape;

namespace {

int alike(const char* project, const char* company) {
    return TitleShape(project).likeness(TitleShape(company));
}

} // namespace

TEST_CASE("case, spaces, quotes and legal forms do not tell companies apart (G13)") {
    const struct {
        const char *one, *other;
    } same[] = {
        {"ООО «Ромашка»", "ромашка"},
        {"ООО\"Ромашка\"", "Ромашка, ООО"},
        {"Общество с ограниченной ответственностью \"Ромашка\"", "РОМАШКА"},
        {"ИП Иванов", "Иванов"},
        {"Ёлка", "елка"},
        {"Acme, L.L.C.", "acme"},
        {"Acme Co., Ltd.", "ACME"},
        {"  Acme\t Studio ", "acme studio"},
        {"Müller GmbH & Co. KG", "müller"},
        {"Kowalski Sp. z o.o.", "kowalski"},
        {"L’Oréal S.A.", "L'ORÉAL"},
        {"Acme\u00a0Inc", "acme"},
        {"OOO Acme LLC", "acme"},
    };
    for (const auto& [one, other] : same) {
        INFO(one << " and " << other);
        CHECK(plain_title(one) == plain_title(other));
    }
}

TEST_CASE("what is left is what tells them apart, and a name never becomes nothing (G13)") {
    CHECK(plain_title("Co Working") == "co working"); // no form, where it stands
    CHECK(plain_title("LLC") == "llc");
    CHECK(plain_title("ООО ООО") == "ооо");
    CHECK(plain_title("Acme Minsk") != plain_title("Acme"));
    CHECK(plain_title("Acme-Plus") != plain_title("Acme Plus"));
    CHECK(plain_title("").empty());
    CHECK(plain_title(" «» ").empty());
    CHECK(plain_name("Petrov  Ivan") == plain_name("ivan petrov"));
    CHECK(plain_name("Ivan Petrov") != plain_name("Ivan Petrova"));
}

TEST_CASE("titles that are alike are proposed, the likest first") {
    CHECK(alike("Acme LLC", "ACME") == 100);
    CHECK(alike("Acme: site support", "Acme:") == 90); // its words are in the project's
    CHECK(alike("Website of Acme", "Acme, LLC") == 90);
    CHECK(alike("Ромашка", "Ромашки") > 70);
    CHECK(alike("Acme", "Zenith") < 30);
    CHECK(alike("Acme", "") == 0);
    CHECK(alike("", "") == 0);
    CHECK(alike("a", "b") == 0); // too short to say anything
}
