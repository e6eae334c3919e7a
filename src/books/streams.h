#pragma once

#include <string>
#include <string_view>

#include "domain/facts.h"
#include "domain/link_rules.h"
#include "store/sources.h"

// How streams of records and kinds of references go together: the only place where that is known.
namespace hb::books {

// "entry" -> "entries"; a workgroup, a project or a kind that no other stream has: "groups".
const char* stream_of(std::string_view kind);
const char* stream_of(domain::LinkRule::What what);
// "entries" -> "entry"; of "groups" what this remote calls them: workgroups in Bitrix24, projects
// elsewhere (G45).
const char* kind_of(const store::Remote& remote, std::string_view stream);
domain::Ref ref_of(const store::Remote& remote, std::string_view stream, std::string_view id);

} // namespace hb::books
