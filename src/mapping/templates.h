#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/files.h"

// The texts that are written into a CRM, by name and language.
namespace hb::mapping {

class Templates {
public:
    // Problems go to `file`: names that are unknown or lacking, {names} that a text can't use.
    static Templates read(EditedFile& file, const json::Value& templates);

    // values["locale"] chooses the language ("ru-BY" falls back to "ru", then "en"). Values are put
    // in as they are and never read for {names} again.
    // REQUIRES: a known name, and a value for every {name} of its text
    std::string fill(std::string_view name, const std::map<std::string, std::string>& values) const;

private:
    std::map<std::string, std::map<std::string, std::string>, std::less<>> texts_;
};

// Every template's name with the {names} that it may use.
const std::map<std::string, std::vector<std::string>, std::less<>>& template_names();

} // namespace hb::mapping
