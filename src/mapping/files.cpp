#include "mapping/files.h"

#include <algorithm>

#include "base/ensure.h"
#include "base/text.h"
#include "json/schema.h"

namespace hb::mapping {

namespace {

// Document::parse says "line 3, column 7: what"; the line has its own place in a FileProblem.
FileProblem syntax_problem(const std::string& file, const Error& error) {
    FileProblem problem{file, 0, "", error.message,
                        "look at this line and the end of the one before"};
    if (error.message.find("stands twice") != std::string::npos)
        problem.hint = "leave one of them out";
    const std::size_t comma = error.message.find(", ");
    if (error.message.rfind("line ", 0) != 0 || comma == std::string::npos) return problem;
    const auto line = parse_integer(error.message.substr(5, comma - 5));
    if (!line) return problem;
    problem.line = static_cast<int>(*line);
    problem.message = error.message.substr(comma + 2);
    return problem;
}

// A regular expression helps nobody who has a hint to read.
void speak_plainly(json::SchemaProblem& problem) {
    const std::size_t got = problem.message.rfind("; got ");
    if (problem.hint.empty() || got == std::string::npos) return;
    if (problem.message.rfind("expected text like ^", 0) == 0)
        problem.message = "wrong form" + problem.message.substr(got);
}

} // namespace

std::string to_string(const FileProblem& problem) {
    std::string out = problem.file;
    if (problem.line > 0) out += ":" + std::to_string(problem.line);
    out += ": ";
    if (!problem.path.empty()) out += problem.path + ": ";
    out += problem.message;
    if (!problem.hint.empty()) out += ". " + problem.hint;
    return out;
}

bool EditedFile::read(std::string_view text, std::string_view schema) {
    json::ParseOptions options;
    options.comments = true;
    options.unique_keys = true;
    auto document = json::Document::parse(text, options);
    if (!document) {
        tell(syntax_problem(file_, document.error()));
        return false;
    }
    document_ = std::move(*document);
    const auto rules = json::Document::parse(schema);
    ensure(rules.ok(), "a schema of ours is not JSON");
    for (json::SchemaProblem& each : json::check_schema(document_, rules->root())) {
        blamed_.insert(each.path);
        speak_plainly(each);
        tell({file_, each.line, std::move(each.path), std::move(each.message),
              std::move(each.hint)});
    }
    return true;
}

void EditedFile::problem(const json::Value& place, std::string message, std::string hint) {
    problem_at(place.path(), std::move(message), std::move(hint));
}

void EditedFile::problem_at(const std::string& pointer, std::string message, std::string hint) {
    if (blamed_.count(pointer) > 0) return;
    if (told() >= kProblemsMax) {
        more_ = true;
        return;
    }
    std::string near = pointer;
    while (!near.empty() && root().pointer(near).missing()) near.erase(near.rfind('/'));
    tell({file_, document_.line_of(root().pointer(near)), pointer, std::move(message),
          std::move(hint)});
}

bool EditedFile::finish() {
    std::stable_sort(problems_.begin() + static_cast<std::ptrdiff_t>(first_), problems_.end(),
                     [](const auto& a, const auto& b) { return a.line < b.line; });
    const bool good = told() == 0;
    if (more_ || told() >= kProblemsMax)
        problems_.push_back({file_, 0, "", "there may be more", "correct these first"});
    return good;
}

void EditedFile::tell(FileProblem problem) {
    places_.insert(problem.path);
    problems_.push_back(std::move(problem));
}

} // namespace hb::mapping
