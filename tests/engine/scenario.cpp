#include "engine/scenario.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"

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
    const auto op =
        world.core->outbox.of_purpose("report " + std::to_string(report_of(world, name)) + " deal");
    REQUIRE(op.has_value());
    return number(op->remote_id);
}

// After a crash the same line is read again: what was done already is left alone.
void make_report(World& world, const Words& w) {
    const auto filter = world.filter(number(w.at(3)), w.at(4), w.at(5));
    const auto client = world.core->sources.find_company(filter.company);
    REQUIRE(client.has_value());
    for (const auto& row : world.core->reports.list(std::nullopt, client->id))
        if (row.period == DayRange{*filter.from, filter.to} && domain::is_live(row.state)) {
            world.names[w.at(1)] = row.id;
            return;
        }
    world.names[w.at(1)] = world.draft(number(w.at(3)), w.at(4), w.at(5));
}

void send_report(World& world, std::int64_t report) {
    if (world.core->reports.find(report)->state != State::Draft) return;
    const auto print = world.books->fingerprint(report);
    must(world.service->read_before_freezing(report));
    const auto sent = world.books->send(report, print, false, false, world.actor);
    must(sent);
}

void expect(World& world, const Words& w) {
    const std::string& what = w.at(1);
    if (what == "state")
        CHECK(world.state(report_of(world, w.at(2))) == w.at(3));
    else if (what == "total")
        CHECK(world.total(report_of(world, w.at(2))) == w.at(3));
    else if (what == "deals")
        CHECK(std::to_string(world.deals().size()) == w.at(2));
    else if (what == "mark")
        CHECK(world.mark(number(w.at(3)), "UF_HB_PAID") == (w.size() > 4 ? w.at(4) : ""));
    else if (what == "late") {
        std::string rows;
        for (const auto& row : world.books->late(std::nullopt, false))
            rows += (rows.empty() ? "" : "; ") + row.kind + " " + format_duration(row.seconds) +
                    " " + row.amount;
        CHECK(rows == (w.size() > 2 ? w.at(2) : ""));
    } else if (what == "nothing") { // expect nothing client 1 FROM TO
        const auto created =
            world.books->create(world.filter(number(w.at(3)), w.at(4), w.at(5)), world.actor);
        must(created);
        CHECK_FALSE(created->view.id.has_value());
    } else if (what == "lines") {
        const auto row = *world.core->reports.find(report_of(world, w.at(2)));
        std::string lines;
        for (const auto& line : world.core->reports.lines(row.id, store::counting_revision(row)))
            lines += (lines.empty() ? "" : "; ") + line.line.kind + " " +
                     format_duration(line.line.worked_seconds) + " " +
                     domain::format_amount(line.line.amount, *domain::find_currency(row.currency));
        CHECK(lines == w.at(3));
    } else
        FAIL("nobody knows how to expect " << what);
}

void play(World& world, const Words& w) {
    const std::string& verb = w.at(0);
    if (verb == "client")
        world.company(w.at(2));
    else if (verb == "person")
        world.names["person " + w.at(1)] = world.user(w.at(2));
    else if (verb == "task") { // task 1 "Title" client 1 [tag bug] [status 5]
        World::TaskMaker maker{w.at(2), {"CO_" + w.at(4)}, {}, 0, 0, 5};
        for (std::size_t i = 5; i + 1 < w.size(); i += 2) {
            if (w[i] == "tag") maker.tags.push_back(w[i + 1]);
            if (w[i] == "status") maker.status = static_cast<int>(number(w[i + 1]));
        }
        CHECK(world.task(maker) == number(w.at(1)));
    } else if (verb == "entry") { // entry 1 task 1 person 1 SECONDS WHEN
        CHECK(world.entry(number(w.at(3)), world.names.at("person " + w.at(5)), number(w.at(6)),
                          w.at(7)) == number(w.at(1)));
    } else if (verb == "edit")
        world.edit_entry(number(w.at(2)), number(w.at(3)));
    else if (verb == "delete")
        world.delete_entry(number(w.at(2)));
    else if (verb == "move") // move entry 1 task 2
        world.move_entry(number(w.at(2)), number(w.at(4)));
    else if (verb == "redate") // redate entry 1 WHEN
        world.redate_entry(number(w.at(2)), w.at(3));
    else if (verb == "link") // link task 1 client 2
        world.link_task(number(w.at(2)), number(w.at(4)));
    else if (verb == "tag") // tag task 1 bug
        world.tag_task(number(w.at(2)), {w.begin() + 3, w.end()});
    else if (verb == "win")
        world.win_deal(deal_of(world, w.at(1)));
    else if (verb == "unwin")
        world.win_deal(deal_of(world, w.at(1)), "NEW");
    else if (verb == "days")
        world.advance(std::chrono::hours{24 * number(w.at(1))});
    else if (verb == "contract") { // contract client 1 RATE ['{terms}']
        std::string terms = w.size() > 4 ? w.at(4) : "";
        std::replace(terms.begin(), terms.end(), '\'', '"');
        world.contract(number(w.at(2)), w.at(3), terms);
    } else if (verb == "pull")
        must(world.pull().error ? Status(*world.pull().error) : Status());
    else if (verb == "reconcile")
        world.pull({false, true, false, std::nullopt, std::nullopt});
    else if (verb == "run")
        world.run(std::chrono::seconds{600});
    else if (verb == "report")
        make_report(world, w);
    else if (verb == "send")
        send_report(world, report_of(world, w.at(1)));
    else if (verb == "agree") {
        const auto id = report_of(world, w.at(1));
        if (world.state(id) == "sent") world.agree(id);
    } else if (verb == "recall") {
        const auto id = report_of(world, w.at(1));
        if (world.state(id) != "sent") return;
        const auto done = world.books->recall(id, world.actor);
        must(done);
    } else if (verb == "cancel") {
        const auto id = report_of(world, w.at(1));
        if (!domain::is_live(world.core->reports.find(id)->state)) return;
        const auto done = world.books->cancel(id, "a reason", world.actor);
        must(done);
    } else if (verb == "pay") { // pay June 35.00 REF
        const auto done = world.books->add_payment(report_of(world, w.at(1)), w.at(2),
                                                   *parse_day("2026-07-02"), w.at(3), world.actor);
        must(done);
    } else if (verb == "bounce") { // bounce REF
        for (const auto& payment : world.core->reports.payments(std::nullopt))
            if (payment.ref == w.at(1))
                must(world.books->reverse_payment(payment.id, "bank", world.actor));
    } else if (verb == "decide") { // decide next_report: everything that waits
        for (const auto& row : world.books->late(std::nullopt, false)) {
            const auto done = world.books->decide_late(row.ref, w.at(1), "a reason", world.actor);
            must(done);
        }
    } else if (verb == "expect")
        expect(world, w);
    else
        FAIL("no scenario knows the word " << verb);
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
