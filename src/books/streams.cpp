#include "books/streams.h"

#include <array>

namespace hb::books {
namespace {

struct Pair {
    const char* stream;
    const char* kind;
};
constexpr std::array kPairs = {Pair{"entries", "entry"}, Pair{"tasks", "task"},
                               Pair{"users", "user"}, Pair{"companies", "company"},
                               Pair{"deals", "deal"}};

} // namespace

const char* stream_of(std::string_view kind) {
    for (const Pair& pair : kPairs)
        if (kind == pair.kind) return pair.stream;
    return "groups";
}

const char* stream_of(domain::LinkRule::What what) {
    switch (what) {
    case domain::LinkRule::What::Project:
        return "groups";
    case domain::LinkRule::What::Task:
        return "tasks";
    case domain::LinkRule::What::User:
        return "users";
    }
    return "";
}

const char* kind_of(const store::Remote& remote, std::string_view stream) {
    for (const Pair& pair : kPairs)
        if (stream == pair.stream) return pair.kind;
    return remote.connector == "bitrix24" ? "group" : "project";
}

domain::Ref ref_of(const store::Remote& remote, std::string_view stream, std::string_view id) {
    return {remote.name, kind_of(remote, stream), std::string(id)};
}

} // namespace hb::books
