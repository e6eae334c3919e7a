#pragma once

#include <map>
#include <string>
#include <vector>

#include "connector/manifest/caller.h"
#include "domain/exchange.h"

// The rows of an answer as records: children and groups laid open, members added, ids made.
namespace hb::connector::manifest {

using TableRows = std::map<std::string, std::string>;

struct RowContext {
    const Stream& stream;
    const Caller& caller;
    const Names& names; // {settings.*} and {parent.*}
    const std::map<std::string, TableRows>& tables;
};

// The rows at `pointer`: an array, or an object used as a map. Code::Malformed when there is
// something else; nothing there counts as no rows only where `may_lack`.
Result<std::vector<json::Value>> rows_at(const json::Value& body, const std::string& pointer,
                                         bool may_lack);

// Code::Malformed when a row is no object or has no id: leaving it out could look like a deletion.
Result<std::vector<domain::SourceRecord>> make_records(const RowContext& context,
                                                       const std::vector<json::Value>& rows);
// The ids alone, of rows that hold nothing else.
Result<std::vector<std::string>> ids_of(const std::vector<std::string>& pointers,
                                        const std::vector<json::Value>& rows);

// The element of a list or object that is called `name` (by "name", "id", "gid", "key", "title" or
// its own key), and what stands at `take` in it.
json::Value named(const json::Value& place, std::string_view name, const std::string& take);

} // namespace hb::connector::manifest
