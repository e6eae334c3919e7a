#include <catch2/catch.hpp>

#include "connector/bitrix24/lacks.h"

using namespace hb;
using namespace hb::connector::bitrix24;

// What a portal lacks or refuses for good (G55), as values.
namespace {

const Instant kNow = from_epoch_seconds(1'780'000'000);
constexpr const char* kPayments = "crm.item.payment.list";
constexpr const char* kMarks = "tasks.task.update";

std::optional<Trouble> trouble(Nature nature, const std::string& code = "") {
    Trouble out;
    out.nature = nature;
    out.code = code;
    out.status = 403;
    return out;
}

void note(Lacks& lacks, std::string_view method, std::string_view about,
          std::optional<Trouble> trouble, Instant now) {
    lacks.note(method, about, trouble, false, now);
}

domain::Lack only(const Lacks& lacks) {
    REQUIRE(lacks.all().size() == 1);
    return lacks.all()[0];
}

} // namespace

TEST_CASE("what is refused is told by what it is for, and by what would allow it (G35, G55)") {
    struct Row {
        Nature nature;
        const char *code, *method, *what, *hint;
    };
    const Row rows[] = {
        {Nature::NoMethod, "ERROR_METHOD_NOT_FOUND", kPayments, "this portal has no",
         "leave \"payment\" out of payment.evidence"},
        {Nature::Denied, "ACCESS_DENIED", kPayments, "the webhook's owner may not use",
         "the right to see the payments"},
        {Nature::Denied, "ACCESS_DENIED", kMarks, "the webhook's owner may not use",
         "the right to edit the tasks"},
        {Nature::Scope, "insufficient_scope", "im.notify.system.add", "lacks the scope im for",
         "tick \"Chat and notifications\" (scope im)"},
        {Nature::NoMethod, "ERROR_METHOD_NOT_FOUND", "im.notify.system.add", "this portal has no",
         "tick \"Chat and notifications\" (scope im)"},
        {Nature::Denied, "docgen_limit_error", "crm.documentgenerator.document.add",
         "the portal's plan does not include", "ask for a plan with documents"},
        {Nature::NoMethod, "ERROR_METHOD_NOT_FOUND", "crm.stagehistory.list", "this portal has no",
         ""},
    };
    for (const Row& row : rows) {
        INFO(row.method << " " << row.code);
        Lacks lacks;
        note(lacks, row.method, "", trouble(row.nature, row.code), kNow);
        const auto lack = only(lacks);
        INFO(lack.what << " -> " << lack.hint);
        CHECK(lack.what.find(row.what) != std::string::npos);
        CHECK(lack.what.find(row.method) != std::string::npos);
        CHECK(lack.hint.find(row.hint) != std::string::npos);
        CHECK((*row.hint == '\0') == lack.hint.empty());
        CHECK(lack.hint.find("\"CRM\"") == std::string::npos); // the main job has that scope
    }
}

TEST_CASE("what would be refused alike is not called for a day; a right on one object holds up no "
          "other") {
    Lacks lacks;
    note(lacks, kPayments, "", trouble(Nature::Denied, "ACCESS_DENIED"), kNow);
    note(lacks, kMarks, "", trouble(Nature::Denied, "ACCESS_DENIED"), kNow);
    CHECK(lacks.refusal(kPayments, "", kNow + std::chrono::hours{23}));
    CHECK_FALSE(lacks.refusal(kPayments, "", kNow + std::chrono::hours{24}));
    CHECK_FALSE(lacks.refusal(kMarks, "", kNow));
    note(lacks, kMarks, "", trouble(Nature::NoMethod), kNow);
    CHECK(lacks.refusal(kMarks, "", kNow));
    CHECK(lacks.refusal(kMarks, "", kNow)->hint.find("hourbridge check") == 0);
    // A person looks.
    const auto changes = lacks.changes();
    lacks.try_anew(kNow + std::chrono::hours{1});
    CHECK(lacks.changes() > changes);
    CHECK_FALSE(lacks.refusal(kPayments, "", kNow + std::chrono::hours{1}));
    CHECK(lacks.all().size() == 2); // named until it is answered
}

TEST_CASE("since when stays, the first answer ends it, and troubles on the way say nothing") {
    Lacks lacks;
    note(lacks, kPayments, "", trouble(Nature::NoMethod), kNow);
    const auto later = kNow + std::chrono::hours{30};
    for (const auto nature : {Nature::Server, Nature::Lost, Nature::TooFast, Nature::Failed}) {
        note(lacks, kPayments, "", trouble(nature), later);
        CHECK(only(lacks).again == kNow + std::chrono::hours{24});
    }
    note(lacks, kPayments, "", trouble(Nature::NoMethod), later);
    CHECK(only(lacks).since == kNow);
    CHECK(only(lacks).again == later + std::chrono::hours{24});
    note(lacks, "crm.item.add", "deal", trouble(Nature::Denied), later); // nothing optional
    CHECK(lacks.all().size() == 1);
    note(lacks, kPayments, "", std::nullopt, later);
    CHECK(lacks.all().empty());
}

TEST_CASE("cards are apart from deals, and the history of each kind from the others'") {
    Lacks lacks;
    const auto denied = trouble(Nature::Denied, "ACCESS_DENIED");
    note(lacks, "crm.item.list", "deal", denied, kNow);
    CHECK(lacks.all().empty());
    note(lacks, "crm.item.list", "card", denied, kNow);
    CHECK(lacks.refusal("crm.item.list", "card", kNow));
    CHECK_FALSE(lacks.refusal("crm.item.list", "deal", kNow));
    note(lacks, "crm.stagehistory.list", "card", denied, kNow);
    CHECK(lacks.refusal("crm.stagehistory.list", "card", kNow));
    CHECK_FALSE(lacks.refusal("crm.stagehistory.list", "deal", kNow));
    note(lacks, "crm.stagehistory.list", "deal", std::nullopt, kNow);
    CHECK(lacks.refusal("crm.stagehistory.list", "card", kNow));
    // A method that is not there is not there for any.
    note(lacks, "crm.stagehistory.list", "deal", trouble(Nature::NoMethod), kNow);
    CHECK(lacks.refusal("crm.stagehistory.list", "invoice", kNow));
    // Handed over to the next process.
    Lacks next;
    next.use(lacks.all());
    CHECK(next.refusal("crm.stagehistory.list", "invoice", kNow));
    CHECK((next.all() == lacks.all()));
    CHECK(next.changes() == 0);
}
