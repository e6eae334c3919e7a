#include <algorithm>

#include "base/text.h"
#include "sandbox/control.h"
#include "sandbox/form.h"
#include "sandbox/planner_edits.h"

// The control calls of a planner, as those of the portal: under /sandbox/, JSON, no key, no limit.
namespace hb::sandbox {

namespace {

HttpAnswer made_row(const std::string& id) {
    json::Writer out;
    out.begin_object().member("id", id).end_object();
    return json_answer(out.take());
}

std::string list_names(const Book& book) {
    std::string out;
    for (const auto& list : book.lists) out += (out.empty() ? "" : ", ") + list.name;
    return out;
}

bool knows_id(const RowList& list, const std::string& id) {
    return std::any_of(list.rows.begin(), list.rows.end(),
                       [&](const Row& row) { return id_of(list, row) == id; });
}

std::size_t index_of(const Book& book, const RowList& list) {
    return static_cast<std::size_t>(&list - book.lists.data());
}

} // namespace

// Control calls of one planner.
struct PlannerControl {
    Planner::Impl& its;

    HttpAnswer show_state() const {
        json::Writer out;
        out.begin_object().member("planner", its.book.name);
        out.member("now", write_moment(its.now(), 0));
        out.key("rows").begin_object();
        for (const auto& list : its.book.lists)
            out.member(list.name, static_cast<std::int64_t>(list.rows.size()));
        out.end_object().key("settings").begin_object();
        for (const auto& [name, value] : its.book.settings) out.member(name, value);
        out.end_object().end_object();
        return json_answer(out.take());
    }

    HttpAnswer show_rows(const Parts& path) {
        if (path.size() < 2) return trouble(404, "rows of what? There are " + list_names(its.book));
        const RowList* list = its.book.find(path[1]);
        if (list == nullptr)
            return trouble(404, "no such list: " + path[1] + "; there are " + list_names(its.book));
        json::Writer out;
        out.begin_object().key("rows").begin_array();
        bool any = false;
        for (const auto& row : list->rows) {
            if (path.size() > 2 && id_of(*list, row) != path[2]) continue;
            row.row.write(out);
            any = true;
        }
        if (path.size() > 2 && !any) return trouble(404, "no such row: " + path[2]);
        out.end_array().end_object();
        return json_answer(out.take());
    }

    HttpAnswer show_log() const {
        json::Writer out;
        out.begin_object().member("requests_in_all", its.requests).key("requests").begin_array();
        for (const auto& line : its.log) {
            out.begin_object().member("number", line.number);
            out.member("at", write_moment(line.at, 0)).member("method", line.method);
            out.member("path", line.path).member("query", line.query);
            out.member("name", line.name).member("status", line.status).end_object();
        }
        out.end_array().end_object();
        return json_answer(out.take());
    }

    HttpAnswer show_faults() const {
        json::Writer out;
        out.begin_object().key("faults").begin_array();
        for (const auto& one : its.faults.all()) {
            out.begin_object().member("id", one.id).member("kind", to_string(one.fault.kind));
            out.member("method", one.fault.method).member("left", one.fault.count);
            out.member("hits", one.hits).end_object();
        }
        out.end_array().end_object();
        return json_answer(out.take());
    }

    HttpAnswer add_row(RowList& list, const Tree& sent) {
        Row row;
        if (const Tree* whole = sent.find("row")) {
            row.row = *whole;
        } else {
            const std::string like = text(sent, "like");
            const auto from = std::find_if(list.rows.begin(), list.rows.end(), [&](const Row& one) {
                return like.empty() || id_of(list, one) == like;
            });
            if (from == list.rows.end())
                return trouble(like.empty() ? 409 : 404,
                               like.empty()
                                   ? "there is no row to take as a pattern: send a whole \"row\""
                                   : "no such row: " + like);
            row = *from;
            row.left = false;
        }
        const std::string id = text(sent, "id").empty() ? next_id(list) : text(sent, "id");
        if (sent.find("row") == nullptr || !text(sent, "id").empty()) {
            if (knows_id(list, id)) return trouble(409, "that row exists: " + id);
            Tree* own = at_pointer(row.row, list.id);
            put_pointer(row.row, list.id, write_id(own == nullptr ? Tree{} : *own, id));
        }
        if (const std::string wrong = edit_row(list, row, sent); !wrong.empty())
            return trouble(400, wrong);
        if (knows_id(list, id_of(list, row)) || id_of(list, row).empty())
            return trouble(409, "a row needs an id of its own at " + list.id);
        its.touch(list, row);
        const std::string made = id_of(list, row);
        list.rows.push_back(std::move(row));
        return made_row(made);
    }

    HttpAnswer change_row(RowList& list, const std::string& verb, const std::string& id,
                          const Tree& sent) {
        Row* row = its.find_row(index_of(its.book, list), id);
        if (row == nullptr) return trouble(404, "no such row: " + id);
        if (verb == "DELETE") {
            its.deleted.push_back({index_of(its.book, list), id, its.now()});
            std::erase_if(list.rows, [&](const Row& one) { return id_of(list, one) == id; });
            return done();
        }
        Row changed = *row;
        if (const std::string wrong = edit_row(list, changed, sent); !wrong.empty())
            return trouble(400, wrong);
        if (id_of(list, changed) != id) return trouble(400, "an id does not change");
        *row = std::move(changed);
        its.touch(list, *row);
        return done();
    }

    HttpAnswer rows(const std::string& verb, const Parts& path, const Tree& sent) {
        RowList* list = path.size() < 2 ? nullptr : its.book.find(path[1]);
        if (list == nullptr) return trouble(404, "no such list; there are " + list_names(its.book));
        if (path.size() > 2) return change_row(*list, verb, path[2], sent);
        if (verb == "DELETE") return trouble(404, "which row?");
        return add_row(*list, sent);
    }

    // {"left":true}, {"archived":true}: short for what happens most.
    HttpAnswer person_or_project(const char* list_name, const char* word, const char* becomes,
                                 const Parts& path, const Tree& sent) {
        RowList* list = its.book.find(list_name);
        if (list == nullptr)
            return trouble(409, std::string{"this planner has no list of "} + list_name);
        if (path.size() < 2) return trouble(404, "whose? Name an id");
        const Tree* value = sent.find(word);
        if (value == nullptr || sent.size() != 1)
            return trouble(400, std::string{"send {\""} + word + "\":true} or false");
        Tree edit = Tree::map();
        edit.put(becomes, Tree::flag(value->truthy()));
        return change_row(*list, "POST", path[1], edit);
    }

    HttpAnswer change_faults(const std::string& verb, const Parts& path, const Tree& sent) {
        if (verb == "DELETE") {
            if (path.size() == 1)
                its.faults.clear();
            else if (!its.faults.remove(id_of(path)))
                return trouble(404, "no such fault");
            return done();
        }
        auto read = read_fault(sent);
        if (const auto* wrong = std::get_if<std::string>(&read)) return trouble(400, *wrong);
        Fault& fault = std::get<Fault>(read);
        if (const std::string wrong = wrong_here(fault); !wrong.empty()) return trouble(404, wrong);
        return made(its.faults.add(std::move(fault), its.now()));
    }

    std::string wrong_here(const Fault& fault) {
        const RowPick& pick = fault.pick;
        const RowList* list = its.book.find(pick.what);
        if (!pick.what.empty() && pick.what != "envelope" && list == nullptr)
            return "unknown kind of rows: " + pick.what + "; there are " + list_names(its.book) +
                   ", envelope";
        if (!pick.ids.empty() && list == nullptr)
            return "ids need to say what they are of: \"what\"";
        for (const auto& id : pick.ids)
            if (!knows_id(*list, id)) return "no such row of " + pick.what + ": " + id;
        const RowList* people = its.book.find("users");
        if (!pick.person.empty() && people != nullptr && !knows_id(*people, pick.person))
            return "no such person: " + pick.person;
        const RowList* projects = its.book.find("groups");
        if (!pick.project.empty() && projects != nullptr && !knows_id(*projects, pick.project))
            return "no such project: " + pick.project;
        if (fault.kind == Fault::Kind::MoveRow && list == nullptr)
            return "this fault needs to know which rows: \"what\"";
        const bool any = std::any_of(its.book.asks.begin(), its.book.asks.end(),
                                     [&](const Ask& a) { return same_word(a.name, fault.method); });
        if (fault.method != "*" && fault.method != "replay" && !fault.method.ends_with('*') && !any)
            return "no such request: " + fault.method;
        return {};
    }

    HttpAnswer set_options(const Tree& sent) {
        PlannerOptions changed = its.options;
        for (std::size_t i = 0; i < sent.size(); ++i) {
            const std::string& word = sent.key(i);
            const auto amount = sent.at(i)->integer();
            if (!amount || *amount < 0)
                return trouble(400, word + " has to be a whole number, 0 at least");
            if (word == "page_rows")
                changed.page_rows = *amount;
            else if (word == "requests_per_hour")
                changed.requests_per_hour = *amount;
            else if (word == "quota_status" && *amount >= 400 && *amount < 600)
                changed.quota_status = static_cast<int>(*amount);
            else
                return trouble(400, "unknown option: " + word +
                                        "; there are page_rows, requests_per_hour, quota_status");
        }
        its.options = changed;
        return done();
    }

    HttpAnswer access(const Tree& sent) {
        const Tree* alive = sent.find("alive");
        if (alive == nullptr || sent.size() != 1)
            return trouble(400, "send {\"alive\":false} or true");
        its.options.alive = alive->truthy();
        return done();
    }

    HttpAnswer move_clock(const Tree& sent) {
        auto* manual = dynamic_cast<ManualClock*>(&its.clock);
        if (manual == nullptr) return trouble(409, "this planner runs on the system's clock");
        const auto seconds = number(sent, "advance_seconds");
        const auto set = read_moment(text(sent, "set"), 0);
        if (!seconds && !set) return trouble(400, "send advance_seconds or set");
        if (seconds) manual->advance(std::chrono::seconds{*seconds});
        if (set) manual->set(from_epoch_seconds(*set));
        return show_state();
    }

    HttpAnswer run(const std::string& verb, const Parts& path, const Tree& sent) {
        const std::string what = path.empty() ? "state" : path[0];
        if (verb == "GET") {
            if (what == "state") return show_state();
            if (what == "rows") return show_rows(path);
            if (what == "log") return show_log();
            if (what == "faults") return show_faults();
            return trouble(404, "nothing to read here; see state, rows, log, faults");
        }
        if (what == "rows") return rows(verb, path, sent);
        if (what == "people") return person_or_project("users", "left", "left", path, sent);
        if (what == "projects")
            return person_or_project("groups", "archived", "closed", path, sent);
        if (what == "faults") return change_faults(verb, path, sent);
        if (what == "options") return set_options(sent);
        if (what == "access") return access(sent);
        if (what == "clock") return move_clock(sent);
        if (what == "cursors") return its.cursors.clear(), done();
        if (what == "log") return its.log.clear(), done();
        if (what == "reset") return its.reset(), show_state();
        return trouble(404, "unknown control call: " + what);
    }
};

HttpAnswer Planner::Impl::control(const HttpRequest& request) {
    const auto views = split(request.path, '/');
    Parts parts{views.begin(), views.end()};
    parts.erase(parts.begin(), parts.begin() + std::min<std::ptrdiff_t>(2, std::ssize(parts)));
    while (!parts.empty() && parts.back().empty()) parts.pop_back();
    const auto sent = read_parameters(request.query, request.content_type, request.body);
    if (!sent) return trouble(400, sent.error().message);
    return PlannerControl{*this}.run(request.method, parts, *sent);
}

} // namespace hb::sandbox
