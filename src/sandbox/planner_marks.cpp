#include <algorithm>

#include "base/text.h"
#include "sandbox/control.h"
#include "sandbox/planner_core.h"

// One row by its id, control sums, marks, and what is only replayed.
namespace hb::sandbox {

namespace {

HttpAnswer written(const Sample& sample, const Tree& body) {
    HttpAnswer out;
    out.status = sample.status;
    if (sample.has_body) out.body = body.dump();
    return out;
}

// {"issue": {…}} is about the issue, whatever it is wrapped in.
const Tree& unwrapped(const Tree& body, const Tree& row) {
    const bool wraps = body.kind() == Tree::Kind::Map && body.size() == 1 &&
                       body.at(0)->kind() == Tree::Kind::Map && row.find(body.key(0)) == nullptr;
    return wraps ? *body.at(0) : body;
}

// A list of {"id", "value"}: each takes the place of its namesake.
void merge_list(Tree& to, const Tree& sent) {
    for (std::size_t i = 0; i < sent.size(); ++i) {
        const std::string id = text_at(*sent.at(i), "/id");
        Tree* known = nullptr;
        for (std::size_t k = 0; k < to.size(); ++k)
            if (!id.empty() && text_at(*to.at(k), "/id") == id) known = to.at_mutable(k);
        if (known == nullptr) known = &to.append(Tree::map());
        for (std::size_t k = 0; k < sent.at(i)->size(); ++k)
            known->put(sent.at(i)->key(k), *sent.at(i)->at(k));
    }
}

// What was sent goes into the members that the row has.
void merge(Tree& row, const Tree& sent) {
    for (std::size_t i = 0; i < sent.size(); ++i) {
        Tree* member = row.find_mutable(sent.key(i));
        if (member == nullptr) continue;
        if (member->kind() == Tree::Kind::List && sent.at(i)->kind() == Tree::Kind::List &&
            sent.at(i)->size() > 0 && sent.at(i)->at(0)->kind() == Tree::Kind::Map)
            merge_list(*member, *sent.at(i));
        else if (!member->is_branch())
            *member = *sent.at(i);
    }
    if (Tree* version = row.find_mutable("lockVersion"))
        *version = Tree::number(version->integer().value_or(0) + 1);
}

bool holds(const Tree& element, const std::string& word) {
    return element.str() == word || text_at(element, "/name") == word;
}

// Tags: texts, maps with a name, or a map from id to name.
void set_word(Tree& row, const MarkFacts& mark, bool there) {
    Tree* list = at_pointer(row, mark.from);
    if (list == nullptr) list = &put_pointer(row, mark.from, Tree::list());
    const bool by_id = list->kind() == Tree::Kind::Map;
    Tree kept = by_id ? Tree::map() : Tree::list();
    const bool maps = list->size() > 0 && list->at(0)->kind() == Tree::Kind::Map;
    for (std::size_t i = 0; i < list->size(); ++i)
        if (!holds(*list->at(i), mark.contains))
            by_id ? kept.put(list->key(i), *list->at(i)) : kept.append(*list->at(i));
    if (there && by_id) {
        kept.put("999001", Tree::text(mark.contains));
    } else if (there && (maps || mark.from == "/tags")) {
        Tree one = Tree::map();
        one.put("name", Tree::text(mark.contains));
        kept.append(std::move(one));
    } else if (there) {
        kept.append(Tree::text(mark.contains));
    }
    *list = std::move(kept);
}

// "before.project" and "before.iid" are members of the row: "project_id" and "iid".
bool fits_before(const Row& row, const Captures& captures) {
    bool any = false;
    for (const auto& [name, value] : captures) {
        if (!name.starts_with("before.")) continue;
        const std::string word = name.substr(7);
        const Tree* own = row.row.find(word);
        if (own == nullptr) own = row.row.find(word + "_id");
        if (own == nullptr || own->str() != value) return false;
        any = true;
    }
    return any;
}

std::string month_of(const std::string& day) {
    return day.substr(0, 7);
}

} // namespace

// The envelope of a recorded answer with the row that stands for the recorded one.
HttpAnswer Planner::Impl::one_answer(const Ask& ask, const Captures& captures,
                                     const std::vector<Fault>& hits) {
    const auto asked =
        captures.find("id") == captures.end() ? captures.find("target") : captures.find("id");
    RowList& list = book.lists[ask.list];
    const Row* row = asked == captures.end() ? nullptr : find_row(ask.list, asked->second);
    // OpenProject says "not found" of what a key may not see, the others that it may not.
    if (row != nullptr && closed_to_key(list, *row) && book.name != "openproject")
        return planner_trouble(403, "Forbidden");
    if (row == nullptr || !visible(list, *row)) return planner_gone(book, ask);
    const Tree written_row = spoilt(list, *row, hits);
    Tree body = Tree::map();
    if (!ask.rows.empty()) return planner_body((put_pointer(body, ask.rows, written_row), body));
    for (const auto& one : book.exchanges) {
        Sent recorded;
        recorded.method = one.method, recorded.path = one.path, recorded.query = one.query;
        recorded.body = one.body;
        const Found found = find_ask(book, recorded);
        if (found.ask != &ask || !one.answer.has_body) continue;
        if (const auto holder = find_holder(one.answer.body, list.id, [&] {
                const auto id = found.captures.find("id");
                return id == found.captures.end() ? found.captures.at("target") : id->second;
            }())) {
            body = one.answer.body;
            put_pointer(body, *holder, written_row);
            return planner_body(body);
        }
    }
    return planner_body(written_row);
}

HttpAnswer Planner::Impl::mark_answer(const Ask& ask, const Sent& sent, const Captures& captures) {
    RowList& list = book.lists[ask.list];
    const auto target = captures.find("target");
    Row* row = target == captures.end() ? nullptr : find_row(ask.list, target->second);
    for (auto& one : list.rows)
        if (target == captures.end() && fits_before(one, captures)) row = &one;
    if (row == nullptr || !visible(list, *row)) return planner_gone(book, ask);
    const std::string id = id_of(list, *row);
    if (ask.kind != AskKind::Read) {
        const Tree& fields = unwrapped(sent.body, row->row);
        const Tree* version = fields.find("lockVersion");
        if (version != nullptr && version->str() != text_at(row->row, "/lockVersion"))
            return planner_trouble(409, "The work package was changed meanwhile");
        if (book.mark.from.empty())
            merge(row->row, fields);
        else
            set_word(row->row, book.mark, ask.kind == AskKind::Set);
        touch(list, *row);
        marked[id] = ask.kind == AskKind::Set ? "paid" : "open";
    }
    for (const auto& one : book.exchanges) {
        Sent recorded;
        recorded.method = one.method, recorded.path = one.path, recorded.query = one.query;
        recorded.body = one.body;
        const Found found = find_ask(book, recorded);
        if (found.ask != &ask || one.answer.status >= 400) continue;
        const bool states = ask.kind == AskKind::Read && !one.in.empty();
        if (states && one.in != marked[id]) continue;
        Tree body = one.answer.body;
        const auto recorded_id = found.captures.find("target");
        const auto holder = recorded_id == found.captures.end()
                                ? std::nullopt
                                : find_holder(body, list.id, recorded_id->second);
        if (holder) {
            Tree& place = *at_pointer(body, *holder);
            if (ask.kind == AskKind::Read) place = Tree::map();
            for (std::size_t i = 0; i < row->row.size(); ++i)
                place.put(row->row.key(i), *row->row.at(i));
        }
        return written(one.answer, body);
    }
    return planner_body(row->row);
}

// By project and month, in the form that the sums of the list's planner have.
HttpAnswer Planner::Impl::sums_answer(const Ask& ask, const Sent& sent, const Captures& captures) {
    const RowList& list = book.lists[ask.list];
    std::map<std::string, std::map<std::string, std::int64_t>> sums;
    std::int64_t total = 0;
    for (const Row* row : chosen(ask, sent, captures)) {
        const Tree* at = at_pointer(row->row, list.facts->at);
        const Tree* worked = at_pointer(row->row, list.facts->seconds);
        if (at == nullptr || worked == nullptr) continue;
        const auto seconds = read_duration(*worked, list.facts->unit).value_or(0);
        sums[project_of(list, *row)][month_of(read_day(*at))] += seconds;
        total += seconds;
    }
    const auto told = [](std::int64_t seconds) {
        Tree out = Tree::map();
        out.put("time", write_duration(Tree::text(""), "clock", seconds));
        return out;
    };
    Tree projects = Tree::map();
    for (const auto& [project, months] : sums) {
        Tree one = Tree::map(), monthly = Tree::map();
        one.put("id", Tree::text(project));
        for (const auto& [month, seconds] : months) monthly.put(month, told(seconds));
        put_pointer(one, text_at(book.sums, "/months"), std::move(monthly));
        projects.put(project, std::move(one));
    }
    Tree body = Tree::map();
    body.put("status", Tree::text("ok"));
    put_pointer(body, text_at(book.sums, "/rows"), std::move(projects));
    body.put("total", told(total));
    return planner_body(body);
}

HttpAnswer Planner::Impl::replay(const Sent& sent) {
    const Exchange* one = find_exchange(book, sent, story);
    if (one == nullptr) return planner_trouble(404, "Nothing is recorded for this request");
    if (!one->then.empty()) story = one->then;
    HttpAnswer out = written(one->answer, one->answer.body);
    for (const auto& [name, value] : one->answer.headers)
        if (!same_word(name, "Content-Type")) out.headers.emplace_back(name, value);
    return out;
}

} // namespace hb::sandbox
