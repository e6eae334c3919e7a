#include <catch2/catch.hpp>
#include <functional>
#include <set>

#include "domain/guards.h"

using namespace hb;
using namespace hb::domain;

namespace {

SourceTask task(std::vector<std::string> tags) {
    SourceTask out;
    out.id = "1";
    out.tags = std::move(tags);
    out.project = "7";
    out.status = TaskStatus::InProgress;
    out.links = {{"company", "12"}};
    return out;
}

SourceEntry entry(std::int64_t seconds, std::int64_t at_ms = 1'767'225'600'000) {
    SourceEntry out;
    out.id = "1";
    out.task = "1";
    out.person = "5";
    out.seconds = seconds;
    out.at = Instant{std::chrono::milliseconds{at_ms}};
    return out;
}

std::string words(const std::vector<ValueChange>& changes) {
    std::string out;
    for (const auto& change : changes)
        out += std::string(to_string(change.field)) + " [" + change.was + "] -> [" + change.now +
               "]\n";
    return out;
}

// The same kind of change in `count` records; `was` and `now` get the record's number.
std::vector<WaitingValue> many(int count, MoneyField field,
                               const std::function<std::string(int)>& was,
                               const std::function<std::string(int)>& now) {
    std::vector<WaitingValue> out;
    for (int i = 1; i <= count; ++i) out.push_back({i, {{field, was(i), now(i)}}});
    return out;
}

std::string kinds(const std::vector<SuspectValues>& suspects) {
    std::string out;
    for (const auto& suspect : suspects) {
        const char* names[] = {"emptied", "made equal", "scaled", "shifted"};
        out += std::string(to_string(suspect.field)) + " " + names[static_cast<int>(suspect.kind)] +
               " " + std::to_string(suspect.records.size()) + " of " +
               std::to_string(suspect.known) + "\n";
    }
    return out;
}

std::string number(int i) {
    return std::to_string(i);
}
std::function<std::string(int)> always(std::string value) {
    return [value](int) { return value; };
}

} // namespace

TEST_CASE("a change of a field that decides money is named with both values (G46)") {
    auto now = task({"bug"});
    now.links.clear();
    now.title = "another title decides nothing";
    CHECK(words(money_changes(task({"design"}), now)) == "tasks.links [company 12] -> []\n"
                                                         "tasks.tags [design] -> [bug]\n");
    CHECK(money_changes(task({"Bug", "ui"}), task({"UI", "bug"})).empty());

    auto moved = entry(3600);
    moved.day = Day{std::chrono::days{20'000}};
    moved.at.reset();
    CHECK(words(money_changes(entry(3600), moved)) ==
          "entries.day [at 1767225600000] -> [day 20000]\n");
    CHECK(words(money_changes(entry(3600), entry(0))) == "entries.seconds [3600] -> []\n");
    CHECK(words(money_changes(SourceCompany{"1", "A", true}, SourceCompany{"1", "B", false})) ==
          "companies.own [yes] -> []\n");
    CHECK(words(money_changes(SourceDeal{"1", "A", "12", "NEW", ""},
                              SourceDeal{"1", "A", "", "WON", ""})) ==
          "deals.company [12] -> []\n");
}

TEST_CASE("every field that decides money has a name of its own and is read back by it (G46)") {
    std::set<std::string_view> names;
    for (const auto field : all_money_fields()) {
        CHECK(names.insert(to_string(field)).second);
        CHECK(parse_money_field(to_string(field)) == field);
        CHECK(!stream_of(field).empty());
    }
    CHECK(!parse_money_field("tasks.title"));
    CHECK(!parse_money_field(""));
}

TEST_CASE("each field that decides money is compared, and kept where it was not told (G46)") {
    SourceTask plain = task({"design"}), other = task({"bug"});
    plain.parent = "3";
    other.parent = "4";
    other.project = "8";
    other.status = TaskStatus::Completed;
    other.links = {{"company", "13"}};
    SourceEntry time = entry(3600), moved = entry(1800, 1'767'312'000'000);
    time.billable = time.billed_elsewhere = true;
    moved.billable = moved.billed_elsewhere = false;
    time.tags = {"design"};
    moved.tags = {"bug"};
    moved.task = "2";
    moved.person = "6";
    const std::pair<Fact, Fact> pairs[] = {
        {plain, other},
        {time, moved},
        {SourceDeal{"1", "A", "12", "NEW", ""}, SourceDeal{"1", "A", "13", "NEW", ""}},
        {SourceCompany{"1", "A", true}, SourceCompany{"1", "A", false}}};
    std::set<MoneyField> compared;
    for (const auto& [known, told] : pairs) {
        auto kept = told;
        for (const auto& change : money_changes(known, told)) {
            INFO(to_string(change.field));
            CHECK(compared.insert(change.field).second);
            const auto before = money_changes(known, kept).size();
            keep_value(kept, known, change.field);
            CHECK(money_changes(known, kept).size() + 1 == before); // that one, and no other
        }
        CHECK(money_changes(known, kept).empty());
    }
    const auto& all = all_money_fields();
    CHECK(compared == std::set<MoneyField>(all.begin(), all.end()));
}

TEST_CASE("a value that was not told stays as it is known, the other fields are taken (G46 a)") {
    Fact told = task({});
    std::get<SourceTask>(told).title = "new title";
    keep_value(told, task({"design"}), MoneyField::TaskTags);
    CHECK(std::get<SourceTask>(told).tags == std::vector<std::string>{"design"});
    CHECK(std::get<SourceTask>(told).title == "new title");

    Fact time = entry(0);
    keep_value(time, entry(900, 1), MoneyField::EntryDay);
    CHECK(std::get<SourceEntry>(time).at == Instant{std::chrono::milliseconds{1}});
    CHECK(std::get<SourceEntry>(time).seconds == 0);
    keep_value(time, entry(900, 1), MoneyField::EntrySeconds);
    CHECK(std::get<SourceEntry>(time).seconds == 900);
}

TEST_CASE("values that turn empty in many records are suspect, in few they are not (G46 b)") {
    const GuardLimits limits; // ten records and five percent
    const auto emptied = [&](int count, std::int64_t known) {
        return kinds(suspect_values(many(count, MoneyField::TaskTags, always("bug"), always("")),
                                    {{MoneyField::TaskTags, known}}, limits));
    };
    CHECK(emptied(10, 200) == "tasks.tags emptied 10 of 200\n");
    CHECK(emptied(9, 9) == "");    // fewer than ten
    CHECK(emptied(10, 201) == ""); // less than five percent
    CHECK(emptied(40, 800) == "tasks.tags emptied 40 of 800\n");
}

TEST_CASE("three or more different values that turn into one are suspect; one value that turns "
          "into another is ordinary work (G46 b, c)") {
    const KnownOtherwise known{{MoneyField::TaskTags, 300}, {MoneyField::TaskLinks, 300}};
    const auto turned = [&](int different) {
        return kinds(suspect_values(many(
                                        300, MoneyField::TaskTags,
                                        [&](int i) { return "tag" + number(i % different); },
                                        always("general")),
                                    known, {}));
    };
    CHECK(turned(1) == ""); // 300 tasks from one tag to another
    CHECK(turned(2) == "");
    CHECK(turned(3) == "tasks.tags made equal 300 of 300\n");
    // A project's tasks from one client to another.
    CHECK(kinds(suspect_values(
              many(120, MoneyField::TaskLinks, always("company 1"), always("company 2")), known,
              {})) == "");
}

TEST_CASE("a status is suspect only when it is empty: forty tasks closed on the last of the month "
          "are work (G46 b)") {
    const KnownOtherwise known{{MoneyField::TaskStatus, 60}};
    CHECK(kinds(suspect_values(
              many(
                  40, MoneyField::TaskStatus, [](int i) { return number(2 + i % 3); }, always("5")),
              known, {})) == "");
    CHECK(kinds(suspect_values(many(40, MoneyField::TaskStatus, always("5"), always("")), known,
                               {})) == "tasks.status emptied 40 of 60\n");
}

TEST_CASE("seconds that change by one factor and moments that move by one offset are suspect "
          "(G46 b)") {
    const KnownOtherwise known{{MoneyField::EntrySeconds, 100}, {MoneyField::EntryDay, 100}};
    const auto seconds = [](int i) { return number(600 + 60 * i); };
    CHECK(kinds(suspect_values(many(50, MoneyField::EntrySeconds, seconds,
                                    [](int i) { return number((600 + 60 * i) / 60); }),
                               known, {})) == "entries.seconds scaled 50 of 100\n");
    // Halved, and told in whole minutes.
    CHECK(kinds(suspect_values(many(50, MoneyField::EntrySeconds, seconds,
                                    [](int i) { return number((10 + i) / 2 * 60); }),
                               known, {})) == "entries.seconds scaled 50 of 100\n");
    CHECK(kinds(suspect_values(many(50, MoneyField::EntrySeconds, seconds,
                                    [](int i) { return number(600 + 60 * i + 3600); }),
                               known, {})) == "entries.seconds shifted 50 of 100\n");
    CHECK(kinds(suspect_values(many(
                                   50, MoneyField::EntryDay,
                                   [](int i) { return "at " + number(1000 * i); },
                                   [](int i) { return "at " + number(1000 * i + 3'600'000); }),
                               known, {})) == "entries.day shifted 50 of 100\n");
    // Fifty edits, each by an amount of its own.
    CHECK(kinds(suspect_values(many(50, MoneyField::EntrySeconds, seconds,
                                    [](int i) { return number(600 + 61 * i + i * i); }),
                               known, {})) == "");
    // From a moment to a day: nothing says by how much it moved.
    CHECK(kinds(suspect_values(many(
                                   50, MoneyField::EntryDay,
                                   [](int i) { return "at " + number(1000 * i); },
                                   [](int i) { return "day " + number(20'000 + i); }),
                               known, {})) == "");
}

TEST_CASE("ids that all lead elsewhere by one sum are suspect; what people moved is not (G46 b)") {
    const KnownOtherwise known{{MoneyField::EntryTask, 100}, {MoneyField::TaskProject, 100}};
    const auto id = [](int i) { return number(100 + i % 5); };
    CHECK(kinds(suspect_values(
              many(50, MoneyField::EntryTask, id, [](int i) { return number((100 + i % 5) / 2); }),
              known, {})) == "entries.task scaled 50 of 100\n");
    CHECK(kinds(suspect_values(
              many(50, MoneyField::EntryTask, id, [](int i) { return number(1107 + i % 5); }),
              known, {})) == "entries.task shifted 50 of 100\n");
    // Fifty tasks of two projects went to two others, an equal distance away by chance.
    CHECK(kinds(suspect_values(many(
                                   50, MoneyField::TaskProject,
                                   [](int i) { return number(7 + i % 2); },
                                   [](int i) { return number(12 + i % 2); }),
                               known, {})) == "");
    // Ids that are no numbers have no sum.
    CHECK(kinds(suspect_values(many(
                                   50, MoneyField::EntryTask,
                                   [](int i) { return "A-" + number(i % 5); },
                                   [](int i) { return "B-" + number(i % 5); }),
                               known, {})) == "");
}

TEST_CASE("a value that a record never had before is not suspect (G46 b)") {
    CHECK(kinds(suspect_values(many(50, MoneyField::TaskTags, always(""), always("bug")),
                               {{MoneyField::TaskTags, 50}}, {})) == "");
}
