#include "sandbox/faults.h"

#include <array>

#include "sandbox/form.h"

namespace hb::sandbox {

namespace {

using Kind = Fault::Kind;

constexpr std::array<std::pair<Kind, const char*>, 14> kNames{{
    {Kind::LostAnswer, "lost_answer"},
    {Kind::Reset, "reset"},
    {Kind::Html, "html"},
    {Kind::Slow, "slow"},
    {Kind::Truncated, "truncated"},
    {Kind::Error, "error"},
    {Kind::Redirect, "redirect"},
    {Kind::EmptyList, "empty_list"},
    {Kind::EmptyResult, "empty_result"},
    {Kind::ShortPage, "short_page"},
    {Kind::NoTotal, "no_total"},
    {Kind::WrongTypes, "wrong_types"},
    {Kind::LateVisible, "late_visible"},
    {Kind::Transformation, "transformation_error"},
}};

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

std::int64_t FaultBox::add(Fault fault) {
    kept_.push_back({next_id_, std::move(fault), 0});
    return next_id_++;
}

bool FaultBox::remove(std::int64_t id) {
    return std::erase_if(kept_, [&](const Kept& one) { return one.id == id; }) > 0;
}

std::vector<Fault> FaultBox::take(std::string_view method, const Tree& params) {
    return take_if([&](const Fault& fault) {
        return (fault.method == "*" || names(fault, method)) && in_params(fault, params);
    });
}

std::vector<Fault> FaultBox::take_blocking(std::string_view command) {
    const std::size_t mark = command.find('?');
    return take_if([&](const Fault& fault) {
        if (!blocks_request(fault) || !names(fault, command.substr(0, mark))) return false;
        return fault.containing.empty() ||
               in_params(fault,
                         read_form(mark == std::string_view::npos ? std::string_view{}
                                                                  : command.substr(mark + 1)));
    });
}

std::vector<Fault> FaultBox::take_in_batch(std::string_view method, const Tree& params) {
    return take_if([&](const Fault& fault) {
        return !blocks_request(fault) && names(fault, method) && in_params(fault, params);
    });
}

template <class Fits> std::vector<Fault> FaultBox::take_if(const Fits& fits) {
    std::vector<Fault> out;
    for (auto& kept : kept_) {
        Fault& fault = kept.fault;
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

const char* to_string(Fault::Kind kind) {
    for (const auto& [value, name] : kNames)
        if (value == kind) return name;
    return "?";
}

std::optional<Fault::Kind> read_fault_kind(std::string_view name) {
    for (const auto& [value, known] : kNames)
        if (name == known) return value;
    return std::nullopt;
}

std::optional<Fault> read_fault(const Tree& sent) {
    const auto text = [&](const char* key) {
        const Tree* value = sent.find(key);
        return value == nullptr ? std::string{} : value->str();
    };
    const auto number = [&](const char* key, std::int64_t otherwise) {
        const Tree* value = sent.find(key);
        return value == nullptr ? otherwise : value->integer().value_or(otherwise);
    };
    Fault fault;
    fault.status = static_cast<int>(number("status", 0));
    const std::string kind = text("kind");
    if (kind == "503" || kind == "429" || kind == "error_200") {
        fault.kind = Kind::Error;
        fault.status = kind == "503" ? 503 : kind == "429" ? 429 : 200;
    } else if (const auto known = read_fault_kind(kind)) {
        fault.kind = *known;
    } else {
        return std::nullopt;
    }
    if (!text("method").empty()) fault.method = text("method");
    fault.count = number("count", 1);
    fault.skip = number("skip", 0);
    fault.delay_ms = number("delay_ms", 0);
    fault.seconds = number("seconds", 0);
    fault.containing = text("containing");
    fault.code = text("code");
    fault.description = text("description");
    if (fault.kind == Kind::Redirect && !text("location").empty())
        fault.description = text("location");
    const Tree* after = sent.find("after_commit");
    fault.after_commit = after != nullptr && after->truthy();
    return fault;
}

} // namespace hb::sandbox
