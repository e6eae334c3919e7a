#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/parts.h"
#include "mapping/files.h"

// The texts that are written into a CRM, by name and language.
namespace hb::mapping {

class Templates {
public:
    // Problems go to `file`: names that are unknown or lacking, {names} that a text can't use.
    static Templates read(EditedFile& file, const json::Value& templates);

    // values["locale"] chooses the language ("ru-BY" falls back to "ru", then "en"). Values are
    // cleaned for the CRM and never read for {names} again; only {why}, a text of ours, keeps its
    // lines.
    // REQUIRES: a known name, and a value for every {name} of its text
    std::string fill(std::string_view name, const std::map<std::string, std::string>& values) const;
    // With pieces that only the moment of sending knows where `later` has one.
    domain::Parts fill_parts(std::string_view name,
                             const std::map<std::string, std::string>& values,
                             const std::map<std::string, domain::Part>& later) const;

private:
    std::map<std::string, std::map<std::string, std::string>, std::less<>> texts_;
};

// Every template's name with the {names} that it may use.
const std::map<std::string, std::vector<std::string>, std::less<>>& template_names();

} // namespace hb::mapping
