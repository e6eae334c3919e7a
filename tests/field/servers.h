#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "net/http.h"
#include "json/value.h"

// Planners with one person, a few projects and tasks, and the time records of a case.
namespace field {

using namespace hb;

struct Account {
    std::string planner;
    std::vector<std::string> entries; // as the planner answers them
    int page = 0;                     // rows of a page, whatever is asked for; 0 as asked
    std::string next_timestamp = "1"; // Toggl: what the header X-Next-Timestamp says
    std::map<std::string, std::string> settings;
    // Looks at a request first; a status of 0 leaves it to the account.
    std::function<net::Response(const std::string& url)> first;

    net::Response answer(const net::Request& request);
    std::vector<std::string> asked;

private:
    net::Response list(const std::string& url);
    std::optional<net::Response> one(const std::string& url) const;
    net::Response toggl_report(const std::string& body) const;
    std::string rows_of(const std::vector<std::string>& rows, std::size_t from,
                        std::size_t count) const;
};

// The settings that the planner's manifest needs.
std::map<std::string, std::string> settings_of(const std::string& planner);
net::Response answered(int status, std::string body,
                       std::vector<std::pair<std::string, std::string>> headers = {});

} // namespace field
