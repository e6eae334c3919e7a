#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "books/books.h"
#include "web/exchange.h"

// The place for staff: the API of openapi.json, and the pages that use it. Which place a request is
// in its Host decides.
namespace hb::web::api {

// A command done for a person: `exit_code` and the document that --json gives.
struct Told {
    int exit_code = 0;
    std::string document;
};

// Path and bytes of each file of the pages.
using PageFiles = std::vector<std::pair<std::string_view, std::string_view>>;

// What the application lends.
struct Seams {
    std::string url; // scheme, host and port of this place; "" until the server listens
    // A command as the service runs it for others, in the name of `actor`. `file`: the text of the
    // one file that the words name as "file.json". Calls remotes where the command does.
    std::function<Told(const std::vector<std::string>& words, const std::string& actor,
                       const std::string* file)>
        command;
    const PageFiles* pages = nullptr; // those of the build
};

struct Request {
    std::string method; // HEAD is asked as GET
    std::string path;   // decoded, without the query
    std::vector<std::pair<std::string, std::string>> query, headers;
    std::string body, address, request_id;
    // The only value; "" when there is none or more than one. `name` in any case.
    std::string header(std::string_view name) const;
    std::string host() const { return header("Host"); }
};

class Staff {
public:
    Staff(books::Books& books, Seams seams);
    ~Staff();
    // Of the address that is listened to: clients' pages are there, too.
    void use_url(std::string url);
    // Long work that is under way is waited for, and none begins. Nobody asks any longer.
    void stop();
    // Is this request for this place?
    bool takes(const Request& request) const;
    // Never throws for what a stranger sent. `route`: the path with its {places}, for figures.
    Answer answer(const Request& request, std::string& route);

    struct Impl;

private:
    std::unique_ptr<Impl> impl_;
};

} // namespace hb::web::api
