#pragma once

#include <algorithm>
#include <map>
#include <set>

#include "wire.h"

// A table of ids behind batches of list calls: filters by id, pages of 50, both orders, and
// `$result[…]` references. Written from the protocol sheet, for walks only.
namespace wire {

struct StubList {
    std::set<std::int64_t> ids;
    std::string wrap; // "tasks": rows stand under this member
    std::string id_name = "ID";
    bool totals = false;                        // as task.elapseditem.getlist: counts each filter
    std::map<std::int64_t, std::int64_t> owner; // entry -> task
    // What goes wrong: called with the number of the call since the start.
    std::function<std::string(int call)> error_of;
    std::function<std::size_t(int call)> page_of; // rows in a page, 50 unless told
    int calls = 0;

    net::Response operator()(const Seen& seen) {
        BatchAnswer answer;
        std::map<std::string, std::vector<std::int64_t>> given;
        for (const auto& call : calls_of(seen)) {
            const int number = calls++;
            const std::string error = error_of ? error_of(number) : "";
            if (!error.empty()) {
                answer.errors[call.key] =
                    R"({"error":)" + json::quote(error) + R"(,"error_description":"stub"})";
                continue;
            }
            const auto all = matching(call.query, given);
            const std::size_t page = page_of ? page_of(number) : 50;
            const std::vector<std::int64_t> rows(
                all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(page, all.size())));
            given[call.key] = rows;
            answer.results[call.key] = render(rows);
            if (totals) answer.totals[call.key] = static_cast<std::int64_t>(all.size());
        }
        return answer.response();
    }

    std::vector<std::int64_t>
    matching(const std::string& query,
             const std::map<std::string, std::vector<std::int64_t>>& given) const {
        std::int64_t above = -1;
        std::int64_t up_to = INT64_MAX;
        std::set<std::int64_t> only;
        std::int64_t task = 0;
        bool newest = false;
        for (const auto part : split(query, '&')) {
            const auto equal =
                part.find('=', part.find(']') == std::string_view::npos ? 0 : part.rfind("]="));
            const std::string name(part.substr(0, equal));
            const std::string value(part.substr(equal + 1));
            if (ends(name, "[>ID]")) above = reference(value, given);
            if (ends(name, "[<=ID]")) up_to = std::stoll(value);
            if (name.find("[ID][") != std::string::npos || name.find("[@ID][") != std::string::npos)
                only.insert(std::stoll(value));
            if (ends(name, "[TASK_ID]")) task = std::stoll(value);
            if (value == "DESC") newest = true;
        }
        std::vector<std::int64_t> out;
        for (const auto id : ids) {
            const bool named = only.empty() || only.count(id) > 0;
            const bool of_task = task == 0 || (owner.count(id) > 0 && owner.at(id) == task);
            if (id > above && id <= up_to && named && of_task) out.push_back(id);
        }
        if (newest) std::reverse(out.begin(), out.end());
        return out;
    }

    std::string render(const std::vector<std::int64_t>& rows) const {
        json::Writer out;
        if (!wrap.empty()) out.begin_object().key(wrap);
        out.begin_array();
        for (const auto id : rows) {
            out.begin_object().member(id_name, std::to_string(id));
            if (owner.count(id) > 0) out.member("TASK_ID", std::to_string(owner.at(id)));
            out.end_object();
        }
        out.end_array();
        if (!wrap.empty()) out.end_object();
        return out.take();
    }

private:
    static bool ends(const std::string& text, std::string_view tail) {
        return text.size() >= tail.size() &&
               text.compare(text.size() - tail.size(), tail.size(), tail) == 0;
    }
    // A reference to a row that is not there is empty, and an empty bound is no bound.
    static std::int64_t reference(const std::string& value,
                                  const std::map<std::string, std::vector<std::int64_t>>& given) {
        if (value.empty()) return -1;
        if (value[0] != '$') return std::stoll(value);
        const auto open = value.find('[');
        const std::string key = value.substr(open + 1, value.find(']') - open - 1);
        const auto found = given.find(key);
        if (found == given.end() || found->second.size() < 50) return -1;
        return found->second[49];
    }
};

// Reads a stream to the end of its walk; the connector is made anew before every page, so that
// nothing but the cursor carries the walk.
struct Walked {
    std::vector<std::int64_t> ids; // as they came
    std::string cursor;
    int requests = 0;
    std::vector<std::size_t> pages;
};

inline Walked walk(Rig& rig, domain::ReadRequest request, bool restart = true) {
    Walked out;
    for (int page = 0; page < 5000; ++page) {
        if (restart) rig.connect();
        rig.wait();
        const auto got = rig.portal->read(request);
        if (!got) throw std::runtime_error(to_string(got.error()));
        for (const auto& record : got->records) out.ids.push_back(std::stoll(record.id));
        out.requests += got->requests;
        out.pages.push_back(got->records.size());
        out.cursor = got->cursor;
        if (got->complete) return out;
        request.cursor = got->cursor;
    }
    throw std::runtime_error("the walk does not end");
}

inline bool same_ids(std::vector<std::int64_t> read, const std::set<std::int64_t>& there) {
    std::sort(read.begin(), read.end());
    read.erase(std::unique(read.begin(), read.end()), read.end());
    return std::equal(read.begin(), read.end(), there.begin(), there.end());
}

} // namespace wire
