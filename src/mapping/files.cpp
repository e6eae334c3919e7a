#include "mapping/files.h"

#include <algorithm>

#include "base/ensure.h"
#include "base/text.h"
#include "json/schema.h"
#include "json/syntax.h"

namespace hb::mapping {

namespace {

FileProblem syntax_problem(const std::string& file, const json::SyntaxFault& fault) {
    return {file, fault.line, "", "column " + std::to_string(fault.column) + ": " + fault.what,
            fault.key_twice ? "leave one of them out"
                            : "look at this line and the end of the one before"};
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
        const auto fault = json::find_syntax_fault(text, options);
        ensure(fault.has_value(), "what can't be read has a fault");
        tell(syntax_problem(file_, *fault));
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
