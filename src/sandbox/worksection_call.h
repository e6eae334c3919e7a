#pragma once

#include <string>
#include <string_view>

#include "base/text.h"
#include "sandbox/tree.h"
#include "sandbox/worksection.h"

// Inner header of the fake Worksection account.
namespace hb::sandbox {

// One call: its name and parameters, wherever they stood.
struct Worksection::Call {
    std::string action;
    Tree params;
    std::string get(std::string_view name) const {
        const Tree* found = params.find(name);
        return found == nullptr ? "" : found->str();
    }
    bool has_extra(std::string_view word) const {
        const std::string extra = get("extra");
        for (const auto each : split(extra, ','))
            if (trim(each) == word) return true;
        return false;
    }
};

// Errors come with HTTP 200 (connectors/worksection/quirks.md).
std::string worksection_trouble(int code, std::string_view message, std::string_view details = "");

} // namespace hb::sandbox
