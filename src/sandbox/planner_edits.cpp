#include "sandbox/planner_edits.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/time.h"

namespace hb::sandbox {

namespace {

constexpr std::array<std::string_view, 12> kWords{"id",   "like",    "row", "person",
                                                  "task", "project", "day", "seconds",
                                                  "name", "closed",  "set", "left"};

Tree* place(Row& row, const char* pointer) {
    if (*pointer == '\0') return nullptr;
    Tree* own = at_pointer(row.row, pointer);
    return own == nullptr ? at_pointer(row.shell, pointer) : own;
}

// Both ends of the work move together.
std::string move_to_day(const RowList& list, Row& row, const std::string& day) {
    const auto wanted = parse_day(day);
    if (!wanted) return "day has to be YYYY-MM-DD: " + day;
    Tree* at = place(row, list.facts->at);
    if (at == nullptr) at = place(row, "/date");
    if (at == nullptr) return list.name + " have no day";
    const auto was = parse_day(read_day(*at));
    if (!was) return "the day that stands there can't be read";
    const Seconds by = (*wanted - *was).count() * Seconds{86400};
    for (Tree* one : {at, place(row, list.facts->end)})
        if (one != nullptr)
            if (const auto moment = read_time(*one)) *one = write_time(*one, *moment + by);
    return {};
}

std::string set_seconds(const RowList& list, Row& row, std::int64_t seconds) {
    Tree* worked = place(row, list.facts->seconds);
    if (worked == nullptr) return list.name + " have no duration";
    *worked = write_duration(*worked, list.facts->unit, seconds);
    const Tree* at = place(row, list.facts->at);
    Tree* end = place(row, list.facts->end);
    const auto start = at == nullptr ? std::nullopt : read_time(*at);
    if (end != nullptr && start) *end = write_time(*end, *start + seconds);
    return {};
}

std::string set_closed(const RowList& list, Row& row, bool closed) {
    const ListFacts& facts = *list.facts;
    if (*facts.closed == '\0') return list.name + " can't be closed";
    const auto value = json::Document::parse(closed ? facts.closed_value : facts.open_value);
    put_pointer(row.row, facts.closed, Tree::from(value->root()));
    return {};
}

std::string set_reference(const RowList& list, Row& row, const char* pointer, std::string_view word,
                          const std::string& id) {
    Tree* there = place(row, pointer);
    if (there == nullptr) return list.name + " have no " + std::string{word};
    *there = write_id(*there, id);
    return {};
}

std::string set_members(Row& row, const Tree& set) {
    for (std::size_t i = 0; i < set.size(); ++i) {
        if (!set.key(i).starts_with('/')) return "set takes pointers such as /hours: " + set.key(i);
        put_pointer(row.row, set.key(i), *set.at(i));
    }
    return {};
}

std::string unknown_word(const Tree& sent) {
    if (sent.kind() != Tree::Kind::Map) return "a row is edited by an object";
    for (std::size_t i = 0; i < sent.size(); ++i)
        if (std::find(kWords.begin(), kWords.end(), sent.key(i)) == kWords.end())
            return "unknown word: " + sent.key(i);
    return {};
}

} // namespace

std::string edit_row(const RowList& list, Row& row, const Tree& sent) {
    std::string wrong = unknown_word(sent);
    const ListFacts& facts = *list.facts;
    for (auto [word, pointer] :
         {std::pair{"person", facts.person}, {"task", facts.task}, {"project", facts.project}})
        if (const Tree* id = sent.find(word); id != nullptr && wrong.empty())
            wrong = set_reference(list, row, pointer, word, id->str());
    if (const Tree* day = sent.find("day"); day != nullptr && wrong.empty())
        wrong = move_to_day(list, row, day->str());
    if (const Tree* seconds = sent.find("seconds"); seconds != nullptr && wrong.empty()) {
        const auto whole = seconds->integer();
        wrong = whole && *whole >= 0 ? set_seconds(list, row, *whole)
                                     : "seconds has to be a whole number, 0 at least";
    }
    if (const Tree* name = sent.find("name"); name != nullptr && wrong.empty()) {
        if (*facts.name == '\0')
            wrong = list.name + " have no name";
        else
            put_pointer(row.row, facts.name, *name);
    }
    if (const Tree* closed = sent.find("closed"); closed != nullptr && wrong.empty())
        wrong = set_closed(list, row, closed->truthy());
    if (const Tree* left = sent.find("left")) row.left = left->truthy();
    if (const Tree* set = sent.find("set"); set != nullptr && wrong.empty())
        wrong = set_members(row, *set);
    return wrong;
}

std::string next_id(const RowList& list) {
    std::string before;
    std::int64_t largest = 0;
    std::size_t width = 0;
    for (const auto& row : list.rows) {
        const std::string id = id_of(list, row);
        const std::size_t letters = id.find_last_not_of("0123456789");
        const std::size_t from = letters == std::string::npos ? 0 : letters + 1;
        const auto number = parse_integer(id.substr(from));
        if (!number || *number < largest) continue;
        largest = *number;
        before = id.substr(0, from);
        width = id.size() - from;
    }
    std::string digits = std::to_string(largest + 1);
    if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
    return before + digits;
}

} // namespace hb::sandbox
