#include <algorithm>

#include "base/text.h"
#include "base/time.h"
#include "sandbox/control.h"
#include "sandbox/planner_core.h"

// Lists of a planner: which rows a request asks for, which page of them, and how it is written.
namespace hb::sandbox {

namespace {

bool has(const Captures& captures, const char* name) {
    const auto at = captures.find(name);
    return at != captures.end() && !at->second.empty();
}

// One of "183,184".
bool among(const std::string& list, const std::string& id) {
    for (const auto one : split(list, ','))
        if (bare_id(trim(one)) == id) return true;
    return false;
}

const Tree* time_of(const RowList& list, const Row& row) {
    const std::string written = list.facts->written;
    const std::string pointer = written.empty() ? list.facts->at : written;
    const Tree* at = pointer.empty() ? nullptr : at_pointer(row.row, pointer);
    // Paymo keeps time either from one moment to another, or on a day.
    return at == nullptr || at->nothing() ? at_pointer(row.row, "/date") : at;
}

bool is_day(const std::string& sent) {
    return sent.size() == 10 && !parse_integer(sent);
}

bool in_window(const RowList& list, const Row& row, const Captures& captures) {
    const Tree* at = time_of(list, row);
    if (at == nullptr) return true;
    for (const char* name : {"window.from", "window.to", "window.end"}) {
        if (!has(captures, name)) continue;
        const std::string& sent = captures.at(name);
        const auto edge = read_sent_time(sent);
        if (!edge) continue;
        const Seconds when = is_day(sent) ? to_epoch_days(*parse_day(read_day(*at))) * 86400
                                          : read_time(*at).value_or(0);
        if (name == std::string_view{"window.from"} ? when < *edge
            : name == std::string_view{"window.to"} ? when > *edge
                                                    : when >= *edge)
            return false;
    }
    return true;
}

// Closed rows come only when the request says so, where the vendor has it that way.
bool comes_when_closed(const RowList& list, const Row& row, const Sent& sent) {
    const ListFacts& facts = *list.facts;
    if (std::string_view{facts.closed_if}.empty()) return true;
    const Tree* value = at_pointer(row.row, facts.closed);
    const bool closed = value != nullptr && value->dump() == facts.closed_value;
    std::string asked;
    for (const auto& [name, text] : sent.query)
        if (name == facts.closed_if) asked += "|" + text;
    const bool all = asked == "|*";
    if (closed) return all || asked.find(facts.closed_word) != std::string::npos;
    // Redmine, Jira and Kaiten take the words of those that are wanted: "5" alone is the closed
    // ones.
    const std::string_view member = facts.closed_if;
    const bool words = member == "status" || member == "condition";
    const std::string open = facts.open_value;
    return asked.empty() || all || !words || asked.find('1') != std::string::npos ||
           asked.find("live") != std::string::npos || asked.find(open) != std::string::npos;
}

std::size_t number_of(const Captures& captures, const char* name, std::int64_t otherwise) {
    const auto at = captures.find(name);
    const auto number = at == captures.end() ? std::nullopt : parse_integer(at->second);
    return static_cast<std::size_t>(std::max<std::int64_t>(0, number.value_or(otherwise)));
}

std::string query_without(const Sent& sent, std::string_view name) {
    std::vector<std::string> kept;
    for (const auto part : split(sent.raw_query, '&'))
        if (!part.empty() && !part.starts_with(std::string{name} + "=")) kept.emplace_back(part);
    return join(kept, "&");
}

// The numbers beside the rows that every list of the kind tells.
void put_counts(Tree& body, std::size_t from, std::size_t count, std::size_t total) {
    for (auto [name, value] : {std::pair{"offset", from},
                               {"startAt", from},
                               {"count", count},
                               {"total", total},
                               {"total_count", total},
                               {"total_entries", total}}) {
        Tree* member = body.find_mutable(name);
        if (member != nullptr && member->kind() == Tree::Kind::Number)
            *member = Tree::number(static_cast<std::int64_t>(value));
    }
}

// Rows in their groups: neighbours in one shell stand together.
Tree grouped(const RowList& list, const std::vector<std::pair<const Row*, Tree>>& rows) {
    Tree out = Tree::list();
    const Tree* shell = nullptr;
    for (const auto& [row, written] : rows) {
        if (list.groups.empty() || row->shell.kind() == Tree::Kind::Null) {
            out.append(written);
            continue;
        }
        if (shell == nullptr || !(*shell == row->shell)) {
            out.append(row->shell);
            shell = &row->shell;
        }
        at_pointer(*out.at_mutable(out.size() - 1), list.groups)->append(written);
    }
    return out;
}

Tree with_types_swapped(const Tree& row) {
    Tree out = row;
    for (std::size_t i = 0; i < out.size(); ++i) {
        Tree& member = *out.at_mutable(i);
        if (member.kind() == Tree::Kind::Number)
            member = Tree::text(member.str());
        else if (const auto number = member.integer(); member.kind() == Tree::Kind::Text && number)
            member = Tree::number(*number);
    }
    return out;
}

bool hit(const std::vector<Fault>& hits, Fault::Kind kind) {
    return std::any_of(hits.begin(), hits.end(),
                       [&](const Fault& fault) { return fault.kind == kind; });
}

} // namespace

std::vector<const Row*> Planner::Impl::chosen(const Ask& ask, const Sent& sent,
                                              const Captures& captures) {
    const RowList& list = book.lists[ask.list];
    const auto parent_of = [&](const Row& row) {
        if (ask.parent == "users") return person_of(list, row);
        if (ask.parent == "tasks") return bare_id(text_at(row.row, list.facts->task));
        return project_of(list, row);
    };
    const bool names_no_parent =
        ask.parent == "groups" && *list.facts->project == '\0' && *list.facts->task == '\0';
    const auto since = has(captures, "since") ? read_sent_time(captures.at("since")) : std::nullopt;
    std::vector<const Row*> out;
    for (const auto& row : list.rows) {
        if (row.left && ask.kind == AskKind::List) continue;
        if (!visible(list, row)) continue;
        if (since && row.updated < *since) continue;
        if (!in_window(list, row, captures)) continue;
        // A row that names no parent is listed under each (Kaiten's cards: one space is played).
        if (has(captures, "parent.id") && !names_no_parent &&
            parent_of(row) != captures.at("parent.id"))
            continue;
        if (has(captures, "parents") && !among(captures.at("parents"), parent_of(row))) continue;
        if (ask.kind == AskKind::ByIds && !among(captures.at("ids"), id_of(list, row))) continue;
        if (!comes_when_closed(list, row, sent)) continue;
        out.push_back(&row);
    }
    if (list.facts->by_change)
        std::stable_sort(out.begin(), out.end(),
                         [](const Row* a, const Row* b) { return a->updated < b->updated; });
    return out;
}

// Nothing for a page token that is not known, or not any longer.
std::optional<PageSlice> Planner::Impl::page_of(const Ask& ask, const Sent& sent,
                                                const Captures& captures,
                                                std::vector<const Row*> rows) {
    PageSlice out;
    out.total = rows.size();
    const Paging& pages = ask.pages;
    std::size_t asked = number_of(captures, "size", pages.size);
    if (asked == 0 || pages.kind == "none") asked = std::max<std::size_t>(1, rows.size());
    std::size_t size = asked;
    if (options.page_rows > 0 && pages.kind != "none")
        size = std::min(asked, static_cast<std::size_t>(options.page_rows));
    const std::string* link = sent.find("cursor");
    if (pages.kind == "page")
        out.from =
            (number_of(captures, "page", pages.first) - static_cast<std::size_t>(pages.first)) *
            size;
    if (pages.kind == "offset") out.from = number_of(captures, "offset", 0);
    if (pages.kind == "headers")
        for (const auto& [name, header] : pages.take)
            out.from = number_of(captures, ("next." + name).c_str(), 1) - 1;
    const bool token = pages.kind == "cursor" && has(captures, "page");
    if (token || (pages.kind == "link" && link != nullptr)) {
        const auto known = cursors.find(token ? captures.at("page") : *link);
        if (known == cursors.end()) return std::nullopt;
        out.from = known->second;
    }
    out.from = std::min(out.from, rows.size());
    const std::size_t end = std::min(rows.size(), out.from + size);
    out.rows.assign(rows.begin() + static_cast<std::ptrdiff_t>(out.from),
                    rows.begin() + static_cast<std::ptrdiff_t>(end));
    out.more = end < rows.size();
    return out;
}

namespace {

// What tells the client how the list goes on.
void put_next(HttpAnswer& answer, Tree& body, const Ask& ask, const Sent& sent,
              const PageSlice& page, const std::string& cursor) {
    const Paging& pages = ask.pages;
    const std::string query = query_without(sent, "cursor");
    const std::string url = "http://" + sent.host + sent.path + "?" + query +
                            (query.empty() ? "" : "&") + "cursor=" + cursor;
    if (pages.kind == "cursor" && page.more) put_pointer(body, pages.at, Tree::text(cursor));
    if (pages.kind == "link" && pages.header.empty()) {
        if (page.more)
            put_pointer(body, pages.at, Tree::text(url));
        else if (Tree* next = at_pointer(body, pages.at))
            *next = Tree{};
    }
    if (pages.kind == "link" && !pages.header.empty())
        answer.headers.emplace_back(pages.header, page.more ? "<" + url + ">; rel=\"next\"" : "");
    for (const auto& [name, header] : pages.take)
        if (page.more)
            answer.headers.emplace_back(header, std::to_string(page.from + page.rows.size() + 1));
    if (pages.end == "total")
        put_pointer(body, pages.at, Tree::number(static_cast<std::int64_t>(page.total)));
}

void put_flag(HttpAnswer& answer, Tree& body, const Paging& pages, bool more) {
    if (pages.end != "flag") return;
    const std::string at = text_at(pages.last, "/at");
    const Tree* last = pages.last.find("equals");
    if (last == nullptr) return;
    if (at.starts_with("header:")) {
        answer.headers.emplace_back(at.substr(7), more ? "false" : "true");
        return;
    }
    put_pointer(body, at,
                last->kind() == Tree::Kind::Bool ? Tree::flag(last->truthy() != more) : *last);
}

void put_pages(HttpAnswer& answer, const Paging& pages, std::size_t total, std::size_t size) {
    if (pages.end != "pages") return;
    const std::size_t count = size == 0 ? 1 : (total + size - 1) / size;
    answer.headers.emplace_back(pages.header, std::to_string(std::max<std::size_t>(1, count)));
}

Tree empty_body(const Ask& ask) {
    Tree out = ask.rows.empty() ? Tree::list() : Tree::map();
    if (!ask.rows.empty()) put_pointer(out, ask.rows, Tree::list());
    return out;
}

} // namespace

HttpAnswer Planner::Impl::list_answer(const Ask& ask, const Sent& sent, const Captures& captures,
                                      const std::vector<Fault>& hits) {
    RowList& list = book.lists[ask.list];
    const std::vector<Row> stubs =
        ask.kind == AskKind::Deleted ? deleted_stubs(ask) : std::vector<Row>{};
    std::vector<const Row*> rows;
    const auto since = has(captures, "since") ? read_sent_time(captures.at("since")) : std::nullopt;
    if (ask.kind == AskKind::Deleted) {
        for (const auto& stub : stubs)
            if (!since || stub.updated >= *since) rows.push_back(&stub);
    } else {
        rows = chosen(ask, sent, captures);
    }
    auto page = page_of(ask, sent, captures, std::move(rows));
    if (!page) return planner_trouble(400, "The page token is not valid any longer");
    if (hit(hits, Fault::Kind::ShortPage)) page->rows.resize(page->rows.size() / 2);
    if (hit(hits, Fault::Kind::EmptyList)) page->rows.clear(), page->more = false;

    std::vector<std::pair<const Row*, Tree>> written;
    const bool ids_only = !list.ids_first.empty() && ask.kind == AskKind::List;
    for (const Row* row : page->rows) {
        Tree one = ids_only ? list.stub : spoilt(list, *row, hits);
        if (ids_only) {
            put_pointer(one, list.ids_first,
                        write_id(*at_pointer(one, list.ids_first), id_of(list, *row)));
            if (Tree* at = one.find_mutable("updatedTime")) *at = write_time(*at, row->updated);
        }
        if (hit(hits, Fault::Kind::WrongTypes)) one = with_types_swapped(one);
        written.emplace_back(row, std::move(one));
    }

    const auto& sample = page->more && ask.more ? ask.more : ask.last ? ask.last : ask.more;
    Tree body = sample && sample->has_body ? sample->body : empty_body(ask);
    HttpAnswer out;
    const Tree array = grouped(list, written);
    if (array.size() > 0 || at_pointer(body, ask.rows) != nullptr)
        put_pointer(body, ask.rows, array);
    const std::string cursor = "c" + std::to_string(next_cursor);
    if (page->more) cursors[cursor] = page->from + page->rows.size(), ++next_cursor;
    if (body.kind() == Tree::Kind::Map)
        put_counts(body, page->from, page->rows.size(), page->total);
    put_next(out, body, ask, sent, *page, cursor);
    put_flag(out, body, ask.pages, page->more);
    const std::size_t size = number_of(captures, "size", ask.pages.size);
    put_pages(out, ask.pages, page->total,
              options.page_rows > 0 ? std::min(size, static_cast<std::size_t>(options.page_rows))
                                    : size);
    for (const auto& fault : hits)
        if (spoils_members(fault) && fault.pick.what == "envelope") spoil_member(body, fault);
    if (hit(hits, Fault::Kind::NoTotal) && ask.pages.end == "total")
        body.erase(std::string_view{ask.pages.at}.substr(1));
    out.body = body.dump();
    return out;
}

std::vector<Row> Planner::Impl::deleted_stubs(const Ask& ask) {
    const RowList& list = book.lists[ask.list];
    std::vector<Row> out;
    for (const auto& gone : deleted) {
        if (gone.list != ask.list) continue;
        Row row{list.stub.kind() == Tree::Kind::Null ? Tree::map() : list.stub, Tree{}, gone.at};
        const Tree* id = at_pointer(row.row, ask.id);
        put_pointer(row.row, ask.id, write_id(id == nullptr ? Tree::number(0) : *id, gone.id));
        if (Tree* at = row.row.find_mutable("updatedTime")) *at = write_time(*at, gone.at);
        out.push_back(std::move(row));
    }
    return out;
}

} // namespace hb::sandbox
