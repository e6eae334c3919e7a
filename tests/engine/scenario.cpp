#include "engine/scenario.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "desk/decisions.h"
#include "desk/reports.h"
#include "engine/asks.h"
#include "engine/pulls.h"

namespace hb::test {
namespace {

using domain::State;
using Words = std::vector<std::string>;

// Words are separated by blanks; "…" keeps blanks together.
Words words_of(const std::string& line) {
    Words words;
    std::string word;
    bool quoted = false;
    for (const char c : line) {
        if (c == '"')
            quoted = !quoted;
        else if (c == ' ' && !quoted) {
            if (!word.empty()) words.push_back(std::move(word));
            word.clear();
        } else
            word += c;
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

std::int64_t number(const std::string& word) {
    const auto value = parse_integer(word);
    INFO("a number: " << word);
    REQUIRE(value.has_value());
    return *value;
}

std::int64_t report_of(World& world, const std::string& name) {
    INFO("report " << name);
    REQUIRE(world.names.count(name) == 1);
    return world.names.at(name);
}

template <class T> void must(const Result<T>& result) {
    if (!result) UNSCOPED_INFO(to_string(result.error()));
    REQUIRE(result.ok());
}

std::int64_t deal_of(World& world, const std::string& name) {
    const auto op = world.tables->outbox.of_purpose(domain::Purpose::deal(report_of(world, name)));
    REQUIRE(op.has_value());
    return number(op->remote_id);
}

// After a crash the same line is read again: what was done already is left alone.
void make_report(World& world, const Words& w) {
    const auto filter = world.filter(number(w.at(3)), w.at(4), w.at(5));
    const auto client = world.tables->sources.find_company(filter.company);
    REQUIRE(client.has_value());
    for (const auto& row : world.tables->reports.list(std::nullopt, client->id))
        if (row.period == DayRange{*filter.from, filter.to} && domain::is_live(row.state)) {
            world.names[w.at(1)] = row.id;
            return;
        }
    world.names[w.at(1)] = world.draft(number(w.at(3)), w.at(4), w.at(5));
}

void send_report(World& world, std::int64_t report) {
    if (world.tables->reports.find(report)->state != State::Draft) return;
    const auto print = world.books->fingerprint(report);
    must(world.service->read_before_freezing(report));
    const auto sent = desk::send(*world.books, report, print, false, false, world.actor);
    must(sent);
}

using Verb = void (*)(World& world, const Words& w);

void expect_late(World& world, const Words& w) {
    std::string rows;
    for (const auto& row : world.books->late(std::nullopt, false))
        rows += (rows.empty() ? "" : "; ") + row.kind + " " + format_duration(row.seconds) + " " +
                row.amount;
    CHECK(rows == (w.size() > 2 ? w.at(2) : ""));
}

void expect_lines(World& world, const Words& w) {
    const auto row = *world.tables->reports.find(report_of(world, w.at(2)));
    std::string lines;
    for (const auto& line : world.tables->reports.lines(row.id, store::counting_revision(row)))
        lines += (lines.empty() ? "" : "; ") + line.line.kind + " " +
                 format_duration(line.line.worked_seconds) + " " +
                 domain::format_amount(line.line.amount, *domain::find_currency(row.currency));
    CHECK(lines == w.at(3));
}

const std::map<std::string, Verb>& expectations() {
    static const std::map<std::string, Verb> table{
        {"state", // expect state June paid
         [](World& world, const Words& w) {
             CHECK(world.state(report_of(world, w.at(2))) == w.at(3));
         }},
        {"total", [](World& world,
                     const Words& w) { CHECK(world.total(report_of(world, w.at(2))) == w.at(3)); }},
        {"deals", [](World& world,
                     const Words& w) { CHECK(std::to_string(world.deals().size()) == w.at(2)); }},
        {"mark", // expect mark task 1 100
         [](World& world, const Words& w) {
             CHECK(world.mark(number(w.at(3)), "UF_HB_PAID") == (w.size() > 4 ? w.at(4) : ""));
         }},
        {"number", // expect number task 1 2026-0001
         [](World& world, const Words& w) {
             CHECK(world.mark(number(w.at(3)), "UF_HB_REPORT") == (w.size() > 4 ? w.at(4) : ""));
         }},
        {"late", expect_late},
        {"lines", expect_lines},
        {"held", // expect held entry 1 June; without a report: free
         [](World& world, const Words& w) {
             const auto entry =
                 world.tables->sources.find_entry(domain::Ref{"bitrix24", "entry", w.at(3)});
             REQUIRE(entry.has_value());
             CHECK(entry->live_report ==
                   (w.size() > 4 ? std::optional(report_of(world, w.at(4))) : std::nullopt));
         }},
        {"asks", // expect asks June "words"; without words: nothing
         [](World& world, const Words& w) {
             const auto asks = asks_of(*world.books, report_of(world, w.at(2)));
             if (w.size() > 3)
                 CHECK_THAT(asks, Catch::Contains(w.at(3)));
             else
                 CHECK(asks == "");
         }},
        {"nothing", // expect nothing client 1 FROM TO
         [](World& world, const Words& w) {
             const auto created = desk::create(
                 *world.books, world.filter(number(w.at(3)), w.at(4), w.at(5)), world.actor);
             must(created);
             CHECK_FALSE(created->view.id.has_value());
         }},
    };
    return table;
}

// --- the portal

void make_task(World& world, const Words& w) { // task 1 "Title" client 1 [tag bug] [status 5]
    World::TaskMaker maker{w.at(2), {"CO_" + w.at(4)}, {}, 0, 0, 5};
    for (std::size_t i = 5; i + 1 < w.size(); i += 2) {
        if (w[i] == "tag") maker.tags.push_back(w[i + 1]);
        if (w[i] == "status") maker.status = static_cast<int>(number(w[i + 1]));
    }
    CHECK(world.task(maker) == number(w.at(1)));
}

void make_entry(World& world, const Words& w) { // entry 1 task 1 person 1 SECONDS WHEN
    CHECK(world.entry(number(w.at(3)), world.names.at("person " + w.at(5)), number(w.at(6)),
                      w.at(7)) == number(w.at(1)));
}

// fault METHOD lost|reset|html|empty|CODE [TIMES]: a code is an error of the portal, until `heal`.
void break_portal(World& world, const Words& w) {
    using Kind = sandbox::Fault::Kind;
    static const std::map<std::string, Kind> kinds{{"lost", Kind::LostAnswer},
                                                   {"reset", Kind::Reset},
                                                   {"html", Kind::Html},
                                                   {"empty", Kind::EmptyList}};
    sandbox::Fault fault;
    fault.method = w.at(1);
    const auto kind = kinds.find(w.at(2));
    if (kind != kinds.end()) {
        fault.kind = kind->second;
        fault.count = w.size() > 3 ? number(w.at(3)) : 1;
    } else {
        fault.kind = Kind::Error;
        fault.status = 400;
        fault.code = w.at(2);
        fault.count = -1;
    }
    world.portal->add_fault(fault);
}

// --- the agency

std::string terms_of(const Words& w, std::size_t at) {
    std::string terms = w.size() > at ? w.at(at) : "";
    std::replace(terms.begin(), terms.end(), '\'', '"');
    return terms;
}

void cancel_report(World& world, const Words& w) {
    const auto id = report_of(world, w.at(1));
    if (!domain::is_live(world.tables->reports.find(id)->state)) return;
    const auto done = desk::cancel(*world.books, id, "a reason", world.actor);
    must(done);
}

void recall_report(World& world, const Words& w) {
    const auto id = report_of(world, w.at(1));
    if (world.state(id) != "sent") return;
    const auto done = desk::recall(*world.books, id, world.actor);
    must(done);
}

void override_entry(World& world, const Words& w) { // override June entry 1 free|billed
    const auto done = desk::override_entry(*world.books, report_of(world, w.at(1)),
                                           {"bitrix24", "entry", w.at(3)}, w.at(4) == "billed",
                                           "a reason", world.actor);
    must(done);
}

void adopt(World& world, const Words& w) { // adopt client 1 UNTIL; unadopt client 1
    const bool undo = w.at(0) == "unadopt";
    const auto done = desk::adopt(*world.books, "bitrix24:company:" + w.at(2),
                                  *parse_day(undo ? "2026-01-01" : w.at(3)), undo, world.actor);
    if (undo && !done) return; // undone before the crash
    must(done);
}

// As `outbox retry` does: what may have run is looked up first.
void retry_parked(World& world, const Words&) {
    store::Tx tx(*world.db);
    for (auto op : world.tables->outbox.list(store::OpState::Parked, 1000)) {
        const bool may_stand = op.op.repeat == domain::Repeat::Findable && op.attempts > 0;
        op.state = may_stand ? store::OpState::Uncertain : store::OpState::Pending;
        op.attempts = op.lookups = 0;
        op.due_at = world.clock.now();
        world.tables->outbox.update(op);
    }
    tx.commit();
}

const std::map<std::string, Verb>& verbs() {
    static const std::map<std::string, Verb> table{
        {"client", [](World& world, const Words& w) { world.company(w.at(2)); }},
        {"person", [](World& world,
                      const Words& w) { world.names["person " + w.at(1)] = world.user(w.at(2)); }},
        {"task", make_task},
        {"entry", make_entry},
        {"edit",
         [](World& world, const Words& w) { world.edit_entry(number(w.at(2)), number(w.at(3))); }},
        {"delete", [](World& world, const Words& w) { world.delete_entry(number(w.at(2))); }},
        {"move", // move entry 1 task 2
         [](World& world, const Words& w) { world.move_entry(number(w.at(2)), number(w.at(4))); }},
        {"redate", // redate entry 1 WHEN
         [](World& world, const Words& w) { world.redate_entry(number(w.at(2)), w.at(3)); }},
        {"link", // link task 1 client 2
         [](World& world, const Words& w) { world.link_task(number(w.at(2)), number(w.at(4))); }},
        {"tag", // tag task 1 bug
         [](World& world, const Words& w) {
             world.tag_task(number(w.at(2)), {w.begin() + 3, w.end()});
         }},
        {"win", [](World& world, const Words& w) { world.win_deal(deal_of(world, w.at(1))); }},
        {"unwin",
         [](World& world, const Words& w) { world.win_deal(deal_of(world, w.at(1)), "NEW"); }},
        {"fault", break_portal},
        {"heal", [](World& world, const Words&) { world.portal->clear_faults(); }},
        {"days", [](World& world,
                    const Words& w) { world.advance(std::chrono::hours{24 * number(w.at(1))}); }},
        {"contract", // contract client 1 RATE ['terms']
         [](World& world, const Words& w) {
             world.contract(number(w.at(2)), w.at(3), terms_of(w, 4));
         }},
        {"terms", // terms FROM client 1 RATE ['terms']: a version that begins on that day
         [](World& world, const Words& w) {
             world.contract(number(w.at(3)), w.at(4), terms_of(w, 5), "BYN", w.at(1));
         }},
        {"pull",
         [](World& world, const Words&) {
             must(world.pull().error ? Status(*world.pull().error) : Status());
         }},
        {"reconcile", [](World& world, const Words&) { world.pull(test::nightly_pull()); }},
        {"run", [](World& world, const Words&) { world.run(std::chrono::seconds{600}); }},
        {"report", make_report},
        {"send",
         [](World& world, const Words& w) { send_report(world, report_of(world, w.at(1))); }},
        {"agree",
         [](World& world, const Words& w) {
             const auto id = report_of(world, w.at(1));
             if (world.state(id) == "sent") world.agree(id);
         }},
        {"recall", recall_report},
        {"cancel", cancel_report},
        {"override", override_entry},
        {"adopt", adopt},
        {"unadopt", adopt},
        {"retry", retry_parked},
        {"pay", // pay June 35.00 REF
         [](World& world, const Words& w) {
             const auto done = desk::add_payment(*world.books, report_of(world, w.at(1)), w.at(2),
                                                 *parse_day("2026-07-02"), w.at(3), world.actor);
             must(done);
         }},
        {"bounce", // bounce REF
         [](World& world, const Words& w) {
             for (const auto& payment : world.tables->reports.payments(std::nullopt))
                 if (payment.ref == w.at(1))
                     must(desk::reverse_payment(*world.books, payment.id, "bank", world.actor));
         }},
        {"decide", // decide next_report: everything that waits
         [](World& world, const Words& w) {
             for (const auto& row : world.books->late(std::nullopt, false)) {
                 const auto done =
                     desk::decide_late(*world.books, row.ref, w.at(1), "a reason", world.actor);
                 must(done);
             }
         }},
        {"expect",
         [](World& world, const Words& w) {
             const auto expectation = expectations().find(w.at(1));
             if (expectation == expectations().end())
                 FAIL("nobody knows how to expect " << w.at(1));
             expectation->second(world, w);
         }},
    };
    return table;
}

void play(World& world, const Words& w) {
    const auto verb = verbs().find(w.at(0));
    if (verb == verbs().end()) FAIL("no scenario knows the word " << w.at(0));
    verb->second(world, w);
}

Story read_story(const std::filesystem::path& path) {
    Story story;
    story.name = path.filename().string();
    story.setup = [](World&) {};
    std::ifstream file(path);
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        const auto text = std::string(trim(line));
        if (text.empty() || text[0] == '#') continue;
        const std::string where = story.name + ":" + std::to_string(number) + ": " + text;
        story.steps.push_back([words = words_of(text), where](World& world) {
            INFO(where);
            play(world, words);
        });
    }
    REQUIRE_FALSE(story.steps.empty());
    return story;
}

} // namespace

std::vector<Story> scenarios() {
    std::vector<std::filesystem::path> files;
    for (const auto& file : std::filesystem::directory_iterator(HB_SOURCE_DIR "/tests/scenarios"))
        if (file.path().extension() == ".scenario") files.push_back(file.path());
    std::sort(files.begin(), files.end());
    std::vector<Story> out;
    for (const auto& file : files) out.push_back(read_story(file));
    return out;
}

} // namespace hb::test
