#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

// The OpenAPI file, read: the one table of what there is, who may do it and what it takes. Read
// once; safe to share.
namespace hb::web::api {

struct Parameter {
    std::string name;
    json::Value schema;
    bool required = false;
};

struct Operation {
    std::string id, method, path; // path below /api/v1, with {places}
    std::vector<std::string> segments;
    std::vector<std::string> roles; // "public", "signed-in", or roles
    bool fresh = false, costly = false, if_match = false, idempotent = false;
    std::size_t body_bytes = 0; // 0: takes no body
    json::Value body;           // its schema
    std::vector<Parameter> query;
    std::vector<Parameter> places;
    bool is_public() const { return roles.front() == "public"; }
    bool for_anybody() const { return roles.front() == "signed-in"; }
};

inline constexpr std::string_view kBase = "/api/v1";

std::string_view spec_text();
const std::vector<Operation>& operations();
const Operation* find_operation(std::string_view id);

struct Found {
    const Operation* operation = nullptr;
    std::vector<std::string> places;
    std::vector<std::string> allowed; // methods of the path, when this one is not among them
};
// `path` below kBase, decoded.
Found find_operation(std::string_view method, std::string_view path);

} // namespace hb::web::api
