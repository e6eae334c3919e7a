#include "web/api/spec.h"

#include "base/ensure.h"
#include "base/text.h"

namespace hb::web::embedded {
extern const std::string_view kOpenApi;
}

namespace hb::web::api {
namespace {

std::string text_of(const json::Value& value) {
    return std::string(value.text_view().value_or(""));
}

std::string upper(std::string_view method) {
    std::string out(method);
    for (char& c : out) c = static_cast<char>(c - 'a' + 'A');
    return out;
}

void read_parameters(Operation& out, const json::Value& list) {
    for (const auto each : list) {
        const std::string where = text_of(each["in"]);
        Parameter one{text_of(each["name"]), each["schema"], each["required"].flag().value()};
        if (where == "query") out.query.push_back(std::move(one));
        if (where == "path") out.places.push_back(std::move(one));
        if (where == "header" && text_of(each["name"]) == "If-Match") out.if_match = true;
        if (where == "header" && text_of(each["name"]) == "Idempotency-Key") out.idempotent = true;
    }
}

Operation read_operation(std::string_view path, const json::Value& node) {
    Operation out;
    out.id = text_of(node["operationId"]);
    out.method = upper(node.key());
    out.path = path;
    for (const auto part : split(path.substr(1), '/')) out.segments.emplace_back(part);
    for (const auto role : node["x-hb-roles"]) out.roles.push_back(text_of(role));
    ensure(!out.roles.empty(), "each operation of the API says who may do it");
    const auto yes = [&](const char* name) {
        return !node[name].missing() && node[name].flag().value();
    };
    out.fresh = yes("x-hb-fresh");
    out.costly = yes("x-hb-costly");
    if (!node["x-hb-body-bytes"].missing())
        out.body_bytes = static_cast<std::size_t>(node["x-hb-body-bytes"].integer().value());
    out.body = node["requestBody"]["content"]["application/json"]["schema"];
    read_parameters(out, node["parameters"]);
    return out;
}

const json::Document& document() {
    static const json::Document read = [] {
        auto parsed = json::Document::parse(embedded::kOpenApi);
        ensure(parsed.ok(), "the OpenAPI file is JSON");
        return std::move(*parsed);
    }();
    return read;
}

// What stands at the {places}; nullopt: another path.
std::optional<std::vector<std::string>> match(const Operation& operation,
                                              const std::vector<std::string_view>& given) {
    if (operation.segments.size() != given.size()) return std::nullopt;
    std::vector<std::string> out;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const auto& wanted = operation.segments[i];
        if (wanted.starts_with('{')) {
            if (given[i].empty()) return std::nullopt;
            out.emplace_back(given[i]);
        } else if (wanted != given[i]) {
            return std::nullopt;
        }
    }
    return out;
}

} // namespace

std::string_view spec_text() {
    return embedded::kOpenApi;
}

const std::vector<Operation>& operations() {
    static const std::vector<Operation> all = [] {
        std::vector<Operation> out;
        for (const auto path : document().root()["paths"])
            for (const auto operation : path) out.push_back(read_operation(path.key(), operation));
        return out;
    }();
    return all;
}

const Operation* find_operation(std::string_view id) {
    for (const auto& operation : operations())
        if (operation.id == id) return &operation;
    return nullptr;
}

Found find_operation(std::string_view method, std::string_view path) {
    Found out;
    if (!path.starts_with('/')) return out;
    const auto given = split(path.substr(1), '/');
    const Operation* best = nullptr;
    for (const auto& operation : operations()) {
        auto places = match(operation, given);
        if (!places) continue;
        if (operation.method != method) {
            out.allowed.push_back(operation.method);
            continue;
        }
        // "/reports/batch" goes before "/reports/{id}".
        if (best != nullptr && best->places.size() <= operation.places.size()) continue;
        best = &operation;
        out.places = std::move(*places);
    }
    out.operation = best;
    return out;
}

} // namespace hb::web::api
