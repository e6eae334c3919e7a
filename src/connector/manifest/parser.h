#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connector/manifest.h"
#include "connector/manifest/vocabulary.h"

// Reads a manifest's file. The schema judges its form; this class what the words refer to.
namespace hb::connector::manifest {

using Allowed = std::set<std::string>;

class Parser {
public:
    Parser(std::string file, std::vector<ManifestProblem>& problems)
        : file_(std::move(file)), problems_(problems), first_(problems.size()) {}

    // nullopt when there is a problem.
    std::optional<Manifest> run(std::string_view text);

private:
    using Value = json::Value;

    bool read(std::string_view text);
    void problem(const Value& place, std::string message, std::string hint = "");
    void missing(const Value& owner, const std::string& key, std::string hint = "");

    // parser.cpp
    void settings(const Value& value);
    void hosts(const Value& root);
    void access(const Value& value);
    void pace(const Value& root);

    void tables(const Value& value);
    void check_call(const Value& value);

    // parser_requests.cpp
    static std::string text(const Value& value, std::string otherwise = "");
    static int number(const Value& value, int otherwise);
    static bool truth(const Value& value);
    static std::vector<std::string> texts(const Value& value);
    Template templ(const Value& value, const Allowed& allowed);
    std::vector<OutcomeRule> rules(const Value& value);
    Members members(const Value& value, const Allowed& allowed);
    void check_names(const Value& place, const std::set<std::string>& names,
                     const Allowed& allowed);
    Allowed plus(std::initializer_list<const char*> more) const;
    Ask ask(const Value& value, const Allowed& allowed);
    Test test(const Value& value, const Allowed& allowed);
    Pages pages(const Value& value, Allowed& next_names);
    void setting_named(const Value& place, const std::string& name);
    TimeForm time_form(const Value& value, TimeForm otherwise) const;

    // parser_streams.cpp
    void streams(const Value& value);
    Stream stream(const Value& value, const std::string& name);
    Read reading(const Value& value);
    Addition addition(const Value& value);
    static Counted counted(const Value& value);
    void check_proof(const Value& value, const Stream& out);
    void ways(const Value& value, Stream& out, const Allowed& allowed);

    // parser_writes.cpp
    void mark(const Value& value);
    SetupStep setup_step(const Value& value, const Allowed& names);
    Addition value_place(const Value& value, const Allowed& allowed);
    void webhook(const Value& value);
    EventCheck event_check(const Value& value);

    std::string file_;
    std::vector<ManifestProblem>& problems_;
    std::size_t first_;
    json::Document document_;
    std::set<std::string> blamed_;
    Manifest out_;
    Allowed everywhere_; // settings and the base
};

} // namespace hb::connector::manifest
