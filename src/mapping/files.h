#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/mapping.h"
#include "json/value.h"

// Files that people edit: JSON with comments, checked by a schema, every problem with its line.
namespace hb::mapping {

// One file under check. Problems go to the vector given; what the schema already told about a place
// is not told again in other words.
class EditedFile {
public:
    EditedFile(std::string file, std::vector<FileProblem>& problems)
        : file_(std::move(file)), problems_(problems), first_(problems.size()) {}

    // false when the text is not JSON at all: then there is nothing more to check.
    bool read(std::string_view text, std::string_view schema);

    const std::string& name() const { return file_; }
    json::Value root() const { return document_.root(); }
    const json::Document& document() const { return document_; }
    // Problems told through this object so far, at most kProblemsMax and a line that there are
    // more, and whether one is about this very place.
    static constexpr std::size_t kProblemsMax = 100;
    std::size_t told() const { return problems_.size() - first_; }
    bool told_at(const std::string& pointer) const { return places_.count(pointer) > 0; }

    void problem(const json::Value& place, std::string message, std::string hint = "");
    // The line is that of the nearest place that exists.
    void problem_at(const std::string& pointer, std::string message, std::string hint = "");
    // Problems in the order of their lines; true when there are none.
    bool finish();

private:
    void tell(FileProblem problem);

    std::string file_;
    std::vector<FileProblem>& problems_;
    std::size_t first_; // of problems_ that is ours
    json::Document document_;
    std::set<std::string> blamed_; // places that the schema complained of
    std::set<std::string> places_; // all places told
    bool more_ = false;            // there were more than are told
};

} // namespace hb::mapping
