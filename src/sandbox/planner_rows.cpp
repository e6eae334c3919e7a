#include "sandbox/planner_book.h"

#include <algorithm>

#include "base/text.h"

// The transcripts' part of a book: the rows that were seen, and what answers look like.
namespace hb::sandbox {

namespace {

std::string header_of(const Pairs& headers, std::string_view name) {
    for (const auto& [key, value] : headers)
        if (same_word(key, name)) return value;
    return {};
}

bool flag_says_last(const Tree& test, const Sample& answer) {
    const std::string at = text_at(test, "/at");
    const Tree* wanted = test.find("equals");
    const std::string found = at.starts_with("header:") ? header_of(answer.headers, at.substr(7))
                                                        : text_at(answer.body, at);
    return wanted != nullptr && found == wanted->str();
}

Sent as_sent(const Exchange& one) {
    Sent out;
    out.method = one.method;
    out.path = one.path;
    out.query = one.query;
    out.body = one.body;
    return out;
}

void keep(RowList& list, Tree row, Tree shell) {
    Row kept{std::move(row), std::move(shell)};
    if (const Tree* at = at_pointer(kept.row, list.facts->updated); *list.facts->updated != '\0')
        if (at != nullptr) kept.updated = read_time(*at).value_or(0);
    const std::string id = id_of(list, kept);
    const bool known = std::any_of(list.rows.begin(), list.rows.end(),
                                   [&](const Row& one) { return id_of(list, one) == id; });
    if (!known) list.rows.push_back(std::move(kept));
}

void take_rows(RowList& list, const Tree& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Tree& row = *rows.at(i);
        const Tree* children = list.groups.empty() ? nullptr : at_pointer(row, list.groups);
        if (children == nullptr) {
            keep(list, row, Tree{});
            continue;
        }
        Tree shell = row;
        put_pointer(shell, list.groups, Tree::list());
        for (std::size_t k = 0; k < children->size(); ++k) keep(list, *children->at(k), shell);
    }
}

Sample without_rows(const Ask& ask, Sample answer) {
    if (answer.has_body && at_pointer(answer.body, ask.rows) != nullptr)
        put_pointer(answer.body, ask.rows, Tree::list());
    return answer;
}

void take_list(Ask& ask, RowList& list, const Exchange& one) {
    const Tree* rows = at_pointer(one.answer.body, ask.rows);
    if (rows != nullptr && ask.kind == AskKind::List && !list.ids_first.empty()) {
        if (rows->size() > 0) list.stub = *rows->at(0);
    } else if (rows != nullptr && ask.kind != AskKind::Deleted) {
        take_rows(list, *rows);
    }
    auto& place = has_more(ask, one.answer) ? ask.more : ask.last;
    // The fullest answer of the kind: an empty one may lack members.
    if (!place || place->body.size() < one.answer.body.size())
        place = without_rows(ask, one.answer);
}

} // namespace

std::string id_of(const RowList& list, const Row& row) {
    return bare_id(text_at(row.row, list.id));
}

bool has_more(const Ask& ask, const Sample& answer) {
    const Paging& pages = ask.pages;
    if (pages.end == "flag") return !flag_says_last(pages.last, answer);
    if (pages.kind == "cursor") return !text_at(answer.body, pages.at).empty();
    if (pages.kind == "link" && !pages.header.empty())
        return header_of(answer.headers, pages.header).find("rel=\"next\"") != std::string::npos;
    if (pages.kind == "link") return !text_at(answer.body, pages.at).empty();
    if (pages.kind == "headers" && !pages.take.empty())
        return !header_of(answer.headers, pages.take[0].second).empty();
    return false;
}

void read_rows(Book& book) {
    for (const auto& one : book.exchanges) {
        if (one.answer.status != 200 || !one.answer.has_body) continue;
        const Found found = find_ask(book, as_sent(one));
        if (found.ask == nullptr) continue;
        Ask& ask = book.asks[static_cast<std::size_t>(found.ask - book.asks.data())];
        const bool listed =
            ask.kind == AskKind::List || ask.kind == AskKind::ByIds || ask.kind == AskKind::Deleted;
        if (listed) take_list(ask, book.lists[ask.list], one);
    }
}

} // namespace hb::sandbox
