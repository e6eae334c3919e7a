#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/exchange.h"
#include "domain/parts.h"
#include "domain/sources.h"

// Raw record -> fact, by an editable file (mappings/NAME.json). Pure.
namespace hb::mapping {

struct FileProblem {
    std::string file;
    int line = 0;
    std::string path;
    std::string message;
    std::string hint;
};
std::string to_string(const FileProblem& problem); // "file:line: /path: message. hint"

struct Mapped {
    std::optional<domain::Fact>
        fact; // absent when anything required is missing or wrong: never half-mapped
    std::vector<std::string>
        problems; // "at /SECONDS: expected a whole number of seconds, got \"1.5h\""
    // Of a task or a time record, also where the rest can't be read: whose client it concerns.
    std::string task{};
    // Of a time record whose rest can't be read: its length, where that can.
    std::optional<std::int64_t> seconds{};
    // Fields that decide money and whose members the record does not have, though it should (G46).
    std::vector<std::string> not_told{};
};

class Mapping {
public:
    // All problems of the file at once. `file` is for messages.
    static std::optional<Mapping> parse(std::string_view text, const std::string& file,
                                        std::vector<FileProblem>& problems);
    Mapping(Mapping&&) noexcept;
    Mapping& operator=(Mapping&&) noexcept;
    ~Mapping();

    // Safe to call from several threads. A stream without rules is a problem of the record, never a
    // crash.
    Mapped apply(const domain::SourceRecord& record) const;

    // `record` with the members that the rules of these fields read and that it lacks, as `known`,
    // an older text of the same record, has them: what a planner does not tell is no change (G46).
    std::string with_known(const domain::SourceRecord& record, std::string_view known,
                           const std::vector<std::string>& fields) const;

    // Members of this record that no rule reads: "/billable", "/task/name".
    std::vector<std::string> unread(const domain::SourceRecord& record) const;
    // Equal for equal texts of the file.
    const std::string& digest() const;

    // Can a time record be negative and take time off others?
    bool subtracts() const;

    // The text templates of what we write: "deal.title", "deal.row", "comment.sent" …
    // (mappings/README.md lists them all, templates.h has them as data), with {names} from a closed
    // list. An unknown template name is a broken invariant (parse refuses files that lack one).
    std::string fill(std::string_view name, const std::map<std::string, std::string>& values) const;
    // With pieces that only the moment of sending knows.
    domain::Parts fill_parts(std::string_view name,
                             const std::map<std::string, std::string>& values,
                             const std::map<std::string, domain::Part>& later) const;

private:
    Mapping();
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace hb::mapping
