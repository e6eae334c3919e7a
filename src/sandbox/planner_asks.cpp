#include "sandbox/planner_book.h"

#include <algorithm>

#include "base/text.h"

// The manifest's part of a book: requests, pages, and which of them share their rows.
namespace hb::sandbox {

namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

const Tree* member(const Tree& tree, std::string_view name) {
    return tree.find(name);
}

std::string text_of(const Tree& tree, std::string_view name) {
    const Tree* found = member(tree, name);
    return found == nullptr ? std::string{} : found->str();
}

// Reads the requests of one manifest into a book.
class AskReader {
public:
    AskReader(Book& book, const Manifest& manifest)
        : book_(book), root_(manifest.root), access_(manifest.access) {}

    void read() {
        for (const char* stream : {"users", "groups", "tasks", "entries"})
            if (const Tree* sent = at_pointer(root_, std::string{"/streams/"} + stream))
                read_stream(stream, *sent);
        if (const Tree* mark = member(root_, "mark")) read_mark(*mark);
    }

private:
    void fill_pairs(Pairs& to, const Tree* from) {
        for (std::size_t i = 0; from != nullptr && i < from->size(); ++i)
            for (const auto& value : from->at(i)->strings())
                to.emplace_back(from->key(i), fill_settings(value, book_.settings));
    }

    Tree filled(Tree tree) {
        tree.each_text(
            [&](Tree& leaf) { leaf = Tree::text(fill_settings(leaf.str(), book_.settings)); });
        return tree;
    }

    Ask request(AskKind kind, std::string name, const Tree& sent) {
        Ask out;
        out.kind = kind;
        out.name = std::move(name);
        out.method = text_of(sent, "method");
        if (out.method.empty()) out.method = text_of(access_, "method");
        if (out.method.empty()) out.method = "GET";
        out.path = text_of(sent, "path").empty() ? text_of(access_, "path") : text_of(sent, "path");
        out.path = fill_settings(out.path, book_.settings);
        out.action = text_of(sent, "action");
        fill_pairs(out.query, member(sent, "query"));
        fill_pairs(out.params, member(sent, "params"));
        if (const Tree* json = member(sent, "json")) out.json = filled(*json), out.has_json = true;
        if (const Tree* rows = member(sent, "rows")) out.rows = rows->str();
        return out;
    }

    Paging pages(const Tree& stream) {
        Paging out;
        const Tree* sent = member(stream, "pages");
        if (sent == nullptr) return out;
        out.kind = text_of(*sent, "kind");
        if (const Tree* first = member(*sent, "first")) out.first = first->integer().value_or(1);
        if (const Tree* size = member(*sent, "size")) out.size = size->integer().value_or(0);
        out.at = text_of(*sent, "at");
        out.header = text_of(*sent, "header");
        out.end = text_of(*sent, "end");
        if (const Tree* last = member(*sent, "last")) out.last = *last;
        fill_pairs(out.take, member(*sent, "take"));
        return out;
    }

    // A pointer to the id in the row itself; members that the client adds lead to where they come
    // from.
    std::string id_pointer(const Tree& stream) {
        std::string out;
        const Tree* id = member(stream, "id");
        for (const auto& pointer : id == nullptr ? std::vector<std::string>{} : id->strings()) {
            std::string from = pointer;
            const Tree* add = member(stream, "add");
            for (std::size_t i = 0; add != nullptr && i < add->size(); ++i)
                if ("/" + text_of(*add->at(i), "to") == pointer)
                    from = text_of(*add->at(i), "from");
            if (!from.empty() && !from.starts_with("/hb_")) out = from;
        }
        return out;
    }

    static bool is_pair(const Tree& stream) {
        const Tree* id = member(stream, "id");
        return id != nullptr && id->size() > 1 && !id->at(0)->str().starts_with("/hb_");
    }

    static bool same_request(const Ask& a, const Ask& b) {
        return a.method == b.method && a.path == b.path && a.action == b.action &&
               text_at(a.json, "/query") == text_at(b.json, "/query");
    }

    std::size_t list_behind(const Ask& ask) {
        for (const auto& other : book_.asks)
            if (other.kind == AskKind::List && same_request(ask, other)) return other.list;
        return kNone;
    }

    std::size_t new_list(const std::string& stream) {
        std::string name = stream;
        for (int number = 2; book_.find(name) != nullptr; ++number)
            name = stream + "-" + std::to_string(number);
        book_.lists.push_back({});
        book_.lists.back().name = name;
        return book_.lists.size() - 1;
    }

    // A stream that shares its request with an earlier one shares its rows; the one whose rows are
    // told by an id of their own names them.
    std::size_t add_list_ask(const std::string& stream, const Tree& sent) {
        const Tree* asked = member(sent, "request");
        Ask ask = request(AskKind::List, stream, asked == nullptr ? Tree::map() : *asked);
        if (asked == nullptr || member(*asked, "rows") == nullptr) ask.rows = text_of(sent, "rows");
        ask.pages = pages(sent);
        if (const Tree* each = member(sent, "each")) ask.parent = text_of(*each, "stream");
        const std::size_t shared = list_behind(ask);
        ask.list = shared == kNone ? new_list(stream) : shared;
        RowList& list = book_.lists[ask.list];
        const std::string id = id_pointer(sent);
        if (shared == kNone || (!id.empty() && !is_pair(sent) && list.id != id)) {
            list.id = id;
            if (book_.find(stream) == nullptr) list.name = stream;
        }
        for (auto [name, to] : {std::pair{"groups", &list.groups},
                                {"nested", &list.nested},
                                {"ids_first", &list.ids_first}})
            if (!text_of(sent, name).empty()) *to = text_of(sent, name);
        ask.name = list.name;
        const std::size_t place = ask.list;
        // Two streams that ask the same thing need one entry only.
        if (shared == kNone) book_.asks.push_back(std::move(ask));
        return place;
    }

    void add_by_id(const std::string& stream, const Tree& sent, std::size_t list) {
        for (auto [name, kind] : {std::pair{"one", AskKind::One},
                                  {"by_ids", AskKind::ByIds},
                                  {"deleted", AskKind::Deleted}}) {
            const Tree* asked = member(sent, name);
            if (asked == nullptr) continue;
            Ask ask = request(kind, stream + "." + name, *asked);
            ask.list = list;
            if (kind != AskKind::One && member(*asked, "rows") == nullptr)
                ask.rows = text_of(sent, "rows");
            ask.id = text_of(*asked, "id");
            if (kind == AskKind::Deleted) ask.pages = pages(sent);
            book_.asks.push_back(std::move(ask));
        }
    }

    void read_stream(const std::string& stream, const Tree& sent) {
        const std::size_t list = add_list_ask(stream, sent);
        const Tree* also = member(sent, "also");
        for (std::size_t i = 0; also != nullptr && i < also->size(); ++i)
            add_list_ask(stream, *also->at(i));
        if (const Tree* many = member(sent, "too_many")) {
            Ask ask = request(AskKind::List, book_.lists[list].name, *member(*many, "request"));
            ask.rows = text_of(sent, "rows");
            ask.list = list;
            ask.parent = text_at(*many, "/each/stream");
            book_.asks.push_back(std::move(ask));
        }
        add_by_id(book_.lists[list].name, sent, list);
        if (const Tree* sums = member(sent, "sums")) {
            Ask ask = request(AskKind::Sums, stream + ".sums", *member(*sums, "request"));
            ask.list = list;
            book_.sums = *sums;
            book_.asks.push_back(std::move(ask));
        }
    }

    // How a row shows its mark: the same member that the client reads as hb_paid.
    void read_mark_of_rows(const std::string& stream) {
        const Tree* add = at_pointer(root_, "/streams/" + stream + "/add");
        for (std::size_t i = 0; add != nullptr && i < add->size(); ++i) {
            const Tree& one = *add->at(i);
            if (text_of(one, "to") != "hb_paid" || text_of(one, "contains").empty()) continue;
            book_.mark.from = text_of(one, "from");
            book_.mark.contains = fill_settings(text_of(one, "contains"), book_.settings);
        }
    }

    void read_mark(const Tree& mark) {
        book_.mark.of = text_of(mark, "of");
        const std::string stream = book_.mark.of == "task" ? "tasks" : "entries";
        read_mark_of_rows(stream);
        const RowList* list = book_.find(stream);
        if (list == nullptr) return;
        for (auto [name, kind] :
             {std::pair{"set", AskKind::Set}, {"clear", AskKind::Clear}, {"read", AskKind::Read}}) {
            const Tree* asked = member(mark, name);
            if (asked == nullptr) continue;
            Ask ask = request(kind, std::string{"mark."} + name, *asked);
            ask.list = static_cast<std::size_t>(list - book_.lists.data());
            book_.asks.push_back(std::move(ask));
        }
    }

    Book& book_;
    const Tree& root_;
    const Tree& access_;
};

// Whether a request fits, and how well; nothing for one that is another.
std::optional<int> score_of(const Book& book, const Ask& ask, const Sent& sent,
                            Captures& captures) {
    if (ask.method != sent.method) return std::nullopt;
    const bool path = std::any_of(book.paths.begin(), book.paths.end(), [&](const auto& before) {
        return match_pattern(before + ask.path, sent.path, captures, true) ||
               match_pattern(before + ask.path + "/", sent.path, captures, true);
    });
    if (!path) return std::nullopt;
    const std::string* action = sent.find("action");
    if (!ask.action.empty() && (action == nullptr || *action != ask.action)) return std::nullopt;
    int score = ask.path.find('{') == std::string::npos ? 1 : 0;
    for (const auto& [name, pattern] : ask.query) {
        const std::string* value = sent.find(name);
        const bool fits = value != nullptr && match_pattern(pattern, *value, captures);
        if (pattern.find('{') == std::string::npos) score += fits ? 1 : -1;
    }
    for (const auto& [name, pattern] : ask.params) {
        const std::string* value = sent.find(name);
        const Tree* in_body = sent.body.find(name);
        if (value != nullptr) match_pattern(pattern, *value, captures);
        if (in_body != nullptr) match_pattern(pattern, in_body->str(), captures);
        if (value == nullptr && in_body == nullptr) --score;
    }
    if (ask.has_json) match_body(ask.json, sent.body, captures, score);
    return score;
}

bool same_query(const Pairs& recorded, const Sent& sent) {
    return std::all_of(recorded.begin(), recorded.end(), [&](const auto& one) {
        const std::string* value = sent.find(one.first);
        return value != nullptr && match_glob(one.second, *value);
    });
}

} // namespace

void read_asks(Book& book, const Manifest& manifest) {
    AskReader{book, manifest}.read();
    for (auto& list : book.lists) list.facts = &facts_of(book.name, list.name);
}

Found find_ask(const Book& book, const Sent& sent) {
    Found best;
    int best_score = -2; // a body of another request weighs four
    for (const auto& ask : book.asks) {
        Captures captures;
        const auto score = score_of(book, ask, sent, captures);
        if (!score || *score <= best_score) continue;
        best = {&ask, std::move(captures)};
        best_score = *score;
    }
    return best;
}

const Exchange* find_exchange(const Book& book, const Sent& sent, const std::string& state) {
    for (const auto& one : book.exchanges) {
        if (one.method != sent.method || !match_glob(one.path, sent.path)) continue;
        if (!one.in.empty() && one.in != state) continue;
        if (!same_query(one.query, sent)) continue;
        if (one.has_body && !match_glob(one.body, sent.body)) continue;
        return &one;
    }
    return nullptr;
}

} // namespace hb::sandbox
