#include "base/limits.h"
#include "base/text.h"
#include "sandbox/core.h"
#include "sandbox/form.h"
#include "json/writer.h"

// batch: up to 50 commands `method?query`, one after the other; later ones may quote the results of
// earlier ones as $result[key][path].
namespace hb::sandbox {

namespace {

using Entries = std::vector<std::pair<std::string, std::string>>; // key, JSON

// A PHP array: [] when empty, a list when its keys are 0..n-1, else an object.
void write_map(json::Writer& to, const Entries& entries) {
    bool is_list = true;
    for (std::size_t i = 0; i < entries.size(); ++i)
        is_list = is_list && entries[i].first == std::to_string(i);
    if (is_list) {
        to.begin_array();
        for (const auto& entry : entries) to.raw(entry.second);
        to.end_array();
        return;
    }
    to.begin_object();
    for (const auto& [key, value] : entries) to.key(key).raw(value);
    to.end_object();
}

// Results of earlier commands, parsed when they are first asked for.
class Results {
public:
    void keep(const std::string& key, const std::string& json) { json_[key] = json; }

    // What `path` leads to: the first step is the command's key.
    Tree resolve(const std::vector<std::string>& path) {
        if (path.empty()) return {};
        auto parsed = parsed_.find(path.front());
        if (parsed == parsed_.end()) {
            const auto raw = json_.find(path.front());
            if (raw == json_.end()) return {};
            auto document = json::Document::parse(raw->second);
            if (!document) return {};
            parsed = parsed_.emplace(path.front(), std::move(*document)).first;
        }
        json::Value at = parsed->second.root();
        for (std::size_t i = 1; i < path.size(); ++i) {
            const auto index = parse_integer(path[i]);
            at = index && *index >= 0 && at.is_array() ? at[static_cast<std::size_t>(*index)]
                                                       : at[std::string_view{path[i]}];
        }
        return Tree::from(at);
    }

private:
    std::map<std::string, std::string> json_;
    std::map<std::string, json::Document> parsed_;
};

// The steps after "$result" at `at`, and where they end.
std::vector<std::string> read_steps(const std::string& text, std::size_t at, std::size_t& end) {
    std::vector<std::string> steps;
    while (at < text.size() && text[at] == '[') {
        const std::size_t close = text.find(']', at);
        if (close == std::string::npos) break;
        steps.push_back(text.substr(at + 1, close - at - 1));
        at = close + 1;
    }
    end = at;
    return steps;
}

// Puts results into one text. A reference that leads nowhere inserts nothing; a text that is
// nothing but a reference to a list becomes that list.
void fill_in(Tree& leaf, Results& results) {
    static const std::string mark = "$result";
    std::string text = leaf.str();
    std::size_t at = text.find(mark);
    while (at != std::string::npos) {
        std::size_t end = 0;
        const auto steps = read_steps(text, at + mark.size(), end);
        const Tree value = results.resolve(steps);
        if (at == 0 && end == text.size() && value.is_branch()) {
            leaf = value;
            return;
        }
        text.replace(at, end - at, value.str());
        at = text.find(mark, at + value.str().size());
    }
    leaf = Tree::text(std::move(text));
}

struct Maps {
    Entries results, errors, totals, nexts, times;
};

std::string write_maps(const Maps& maps) {
    json::Writer out;
    out.begin_object();
    write_map(out.key("result"), maps.results);
    write_map(out.key("result_error"), maps.errors);
    write_map(out.key("result_total"), maps.totals);
    write_map(out.key("result_next"), maps.nexts);
    write_map(out.key("result_time"), maps.times);
    out.end_object();
    return out.take();
}

Failure not_allowed() {
    return fail("ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage", 405);
}

Failure too_long() {
    return fail("ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded");
}

} // namespace

PortalState::BatchResult PortalState::run_batch(const Caller& caller, const Tree& params) {
    BatchResult out{Failure{}};
    const Tree* commands = params.find_word("cmd");
    const Tree* halt_sent = params.find_word("halt");
    const bool halt = halt_sent != nullptr && halt_sent->truthy();
    Maps maps;
    Results results;
    const std::size_t count = commands == nullptr ? 0 : commands->size();
    for (std::size_t i = 0; i < count; ++i) {
        const std::string& key = commands->key(i);
        const std::string text = commands->at(i)->str();
        const std::size_t mark = text.find('?');
        const std::string method = text.substr(0, mark);
        Command command{too_long()};
        if (same_word(method, "batch")) {
            command.outcome = not_allowed();
        } else if (i < kBatchCommandsMax) {
            Tree arguments =
                read_form(mark == std::string::npos ? "" : std::string_view{text}.substr(mark + 1));
            if (text.find("result") != std::string::npos)
                arguments.each_text([&](Tree& leaf) { fill_in(leaf, results); });
            command = run(caller, method, arguments, true, {});
            ++out.commands;
            out.cost_ms += command.cost_ms;
            out.faults.insert(out.faults.end(), command.faults.begin(), command.faults.end());
        }
        if (const auto* failure = std::get_if<Failure>(&command.outcome)) {
            maps.errors.emplace_back(key, failure_body(*failure));
            if (halt) break;
            continue;
        }
        Answer& answer = std::get<Answer>(command.outcome);
        if (answer.total) maps.totals.emplace_back(key, std::to_string(*answer.total));
        if (answer.next) maps.nexts.emplace_back(key, std::to_string(*answer.next));
        const std::string time = time_block(command.at_ms, command.cost_ms, command.run_time);
        if (!time.empty()) maps.times.emplace_back(key, time);
        results.keep(key, answer.result);
        maps.results.emplace_back(key, std::move(answer.result));
    }
    out.outcome = Answer{write_maps(maps), {}, {}};
    return out;
}

} // namespace hb::sandbox
