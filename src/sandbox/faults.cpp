#include "sandbox/faults.h"

#include "sandbox/core.h"
#include "sandbox/form.h"
#include "sandbox/row_faults.h"

namespace hb::sandbox {

namespace {

using Kind = Fault::Kind;

// "*" means whole requests, so it names no method.
bool names(const Fault& fault, std::string_view method) {
    const std::string& pattern = fault.method;
    if (pattern == "*") return false;
    if (pattern.ends_with("*"))
        return lower(method).starts_with(lower(pattern.substr(0, pattern.size() - 1)));
    return same_word(pattern, method);
}

bool in_params(const Fault& fault, const Tree& params) {
    return fault.containing.empty() || params.dump().find(fault.containing) != std::string::npos;
}

bool of_rows(const Fault& fault) {
    return spoils_members(fault) || fault.kind == Kind::MoveRow;
}

// A fault of rows hits single calls, inside a batch as well as alone: those of its method, and of
// its kind of rows.
bool hits_rows(const Fault& fault, std::string_view method, const Tree& params,
               FaultBox::RowsOf rows_of) {
    if (same_word(method, "batch") || !in_params(fault, params)) return false;
    if (fault.method != "*" && !names(fault, method)) return false;
    const std::string& what = fault.pick.what;
    return what.empty() || what == "envelope" || what == rows_of(method, params);
}

Tree with_types_swapped(const Tree& tree) {
    switch (tree.kind()) {
    case Tree::Kind::Number:
        return Tree::text(tree.str());
    case Tree::Kind::Text:
        if (const auto number = tree.integer()) return Tree::number(*number);
        return tree;
    case Tree::Kind::List: {
        Tree out = Tree::list();
        for (std::size_t i = 0; i < tree.size(); ++i) out.append(with_types_swapped(*tree.at(i)));
        return out;
    }
    case Tree::Kind::Map: {
        Tree out = Tree::map();
        for (std::size_t i = 0; i < tree.size(); ++i)
            out.put(tree.key(i), with_types_swapped(*tree.at(i)));
        return out;
    }
    default:
        return tree;
    }
}

Tree first_rows(const Tree& list, std::size_t count) {
    Tree out = Tree::list();
    for (std::size_t i = 0; i < std::min(count, list.size()); ++i) out.append(*list.at(i));
    return out;
}

// Every list of rows cut to its first half, or to nothing.
std::string with_fewer_rows(const Tree& result, bool half) {
    const auto cut = [half](const Tree& list) {
        return first_rows(list, half ? list.size() / 2 : 0);
    };
    if (result.kind() != Tree::Kind::Map) return cut(result).dump();
    Tree out = Tree::map();
    for (std::size_t i = 0; i < result.size(); ++i) {
        const bool rows = result.at(i)->kind() == Tree::Kind::List;
        out.put(result.key(i), rows ? cut(*result.at(i)) : *result.at(i));
    }
    return out.dump();
}

Tree parsed(const std::string& json) {
    const auto document = json::Document::parse(json);
    return document ? Tree::from(document->root()) : Tree{};
}

} // namespace

std::int64_t FaultBox::add(Fault fault, Seconds now) {
    if (fault.for_seconds > 0) fault.until = now + fault.for_seconds;
    kept_.push_back({next_id_, std::move(fault), 0});
    return next_id_++;
}

bool FaultBox::remove(std::int64_t id) {
    return std::erase_if(kept_, [&](const Kept& one) { return one.id == id; }) > 0;
}

std::vector<Fault> FaultBox::take(std::string_view method, const Tree& params, Seconds now) {
    return take_if(now, [&](const Fault& fault) {
        if (of_rows(fault)) return hits_rows(fault, method, params, rows_of_);
        return (fault.method == "*" || names(fault, method)) && in_params(fault, params);
    });
}

std::vector<Fault> FaultBox::take_blocking(std::string_view command, Seconds now) {
    const std::size_t mark = command.find('?');
    return take_if(now, [&](const Fault& fault) {
        if (!blocks_request(fault) || !names(fault, command.substr(0, mark))) return false;
        return fault.containing.empty() ||
               in_params(fault,
                         read_form(mark == std::string_view::npos ? std::string_view{}
                                                                  : command.substr(mark + 1)));
    });
}

std::vector<Fault> FaultBox::take_in_batch(std::string_view method, const Tree& params,
                                           Seconds now) {
    return take_if(now, [&](const Fault& fault) {
        if (of_rows(fault)) return hits_rows(fault, method, params, rows_of_);
        return !blocks_request(fault) && names(fault, method) && in_params(fault, params);
    });
}

std::optional<Fault> FaultBox::take_outage(Seconds now) {
    for (auto& kept : kept_) {
        Fault& fault = kept.fault;
        if (fault.kind != Kind::Outage || fault.count == 0 || is_over(fault, now)) continue;
        if (fault.count > 0) --fault.count;
        ++kept.hits;
        return fault;
    }
    return std::nullopt;
}

bool FaultBox::lacks(std::string_view method, Seconds now) {
    for (auto& kept : kept_) {
        if (kept.fault.kind != Kind::NoMethod || is_over(kept.fault, now)) continue;
        if (!names(kept.fault, method)) continue;
        ++kept.hits;
        return true;
    }
    return false;
}

const Fault* FaultBox::narrowed(std::string_view token, Seconds now) {
    for (auto& kept : kept_) {
        const Fault& fault = kept.fault;
        if (fault.kind != Kind::Narrow || fault.token != token || is_over(fault, now)) continue;
        ++kept.hits;
        return &fault;
    }
    return nullptr;
}

template <class Fits> std::vector<Fault> FaultBox::take_if(Seconds now, const Fits& fits) {
    std::vector<Fault> out;
    for (auto& kept : kept_) {
        Fault& fault = kept.fault;
        if (stays(fault) || fault.kind == Kind::Outage || is_over(fault, now)) continue;
        if (fault.count == 0 || !fits(fault)) continue;
        if (fault.skip > 0) {
            --fault.skip;
            continue;
        }
        if (fault.count > 0) --fault.count;
        ++kept.hits;
        out.push_back(fault);
    }
    return out;
}

bool blocks_request(const Fault& fault) {
    if (fault.kind == Kind::Reset || fault.kind == Kind::Redirect) return true;
    return fault.kind == Kind::Html && !fault.after_commit;
}

bool is_over(const Fault& fault, Seconds now) {
    return fault.until != 0 && now >= fault.until;
}

bool stays(const Fault& fault) {
    return fault.kind == Kind::Hide || fault.kind == Kind::Bin || fault.kind == Kind::Narrow ||
           fault.kind == Kind::NoMethod;
}

bool spoils_members(const Fault& fault) {
    switch (fault.kind) {
    case Kind::DropMember:
    case Kind::RenameMember:
    case Kind::RetypeMember:
    case Kind::Scale:
    case Kind::Shift:
        return true;
    default:
        return false;
    }
}

bool lasts(const Fault& fault) {
    return stays(fault) || spoils_members(fault) || fault.kind == Kind::Outage;
}

bool is_transport(const Fault& fault) {
    switch (fault.kind) {
    case Kind::LostAnswer:
    case Kind::Reset:
    case Kind::Html:
    case Kind::Slow:
    case Kind::Truncated:
    case Kind::Redirect:
        return true;
    default:
        return false;
    }
}

namespace {

void spoil_by_outage(HttpAnswer& answer, const Fault& fault) {
    const int status = fault.status == 0 ? 503 : fault.status;
    if (fault.answer == "reset") {
        answer.delivery = HttpAnswer::Delivery::Drop;
    } else if (fault.answer == "json") {
        Fault told = fault;
        told.status = status;
        if (told.code.empty()) told.code = "INTERNAL_SERVER_ERROR";
        answer = failure_answer(failure_of(told));
    } else {
        answer.content_type = "text/html; charset=utf-8";
        answer.body = "<html><head><title>" + std::to_string(status) +
                      "</title></head><body>Not available</body></html>\r\n";
    }
    answer.status = status;
    if (fault.retry_after > 0)
        answer.headers.emplace_back("Retry-After", std::to_string(fault.retry_after));
}

} // namespace

Failure failure_of(const Fault& fault) {
    const int status = fault.status == 0 ? 500 : fault.status;
    std::string code = fault.code;
    std::string text = fault.description;
    if (code.empty() && status == 503) code = "QUERY_LIMIT_EXCEEDED";
    if (code.empty() && status == 429) code = "OPERATION_TIME_LIMIT";
    if (code.empty()) code = "INTERNAL_SERVER_ERROR";
    if (text.empty() && code == "QUERY_LIMIT_EXCEEDED") text = "Too many requests";
    if (text.empty() && code == "OPERATION_TIME_LIMIT")
        text = "Method is blocked due to operation time limit.";
    if (text.empty() && code == "INTERNAL_SERVER_ERROR") text = "Internal server error";
    return fail(code, text, status);
}

void spoil(Answer& answer, const Fault& fault) {
    switch (fault.kind) {
    case Kind::WrongTypes:
        answer.result = with_types_swapped(parsed(answer.result)).dump();
        return;
    case Kind::ShortPage:
        answer.result = with_fewer_rows(parsed(answer.result), true);
        return;
    case Kind::NoTotal:
        answer.total.reset();
        return;
    case Kind::EmptyList:
        answer.result = with_fewer_rows(parsed(answer.result), false);
        break;
    case Kind::EmptyResult:
        answer.result = "[]";
        break;
    default:
        return;
    }
    if (answer.total) answer.total = 0;
    answer.next.reset();
}

void spoil(HttpAnswer& answer, const Fault& fault) {
    switch (fault.kind) {
    case Kind::LostAnswer:
    case Kind::Reset:
        answer.delivery = HttpAnswer::Delivery::Drop;
        return;
    case Kind::Truncated:
        answer.delivery = HttpAnswer::Delivery::Truncate;
        return;
    case Kind::Slow:
        answer.delay_ms = fault.delay_ms;
        return;
    case Kind::Outage:
        spoil_by_outage(answer, fault);
        return;
    case Kind::Html:
        answer.status = fault.status == 0 ? 502 : fault.status;
        answer.content_type = "text/html; charset=utf-8";
        answer.body = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
                      "<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
        return;
    case Kind::Redirect:
        answer.status = 302;
        answer.content_type = "text/html; charset=utf-8";
        answer.body = "<html><body>Moved</body></html>";
        answer.headers.emplace_back("Location", fault.description);
        return;
    default:
        return;
    }
}

} // namespace hb::sandbox
