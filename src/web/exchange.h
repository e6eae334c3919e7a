#pragma once

#include <string>
#include <utility>
#include <vector>

#include "books/books.h"
#include "lanes/watch.h"
#include "render/page.h"
#include "web/form.h"
#include "web/page_cache.h"

// A request and its answer as routes see them: values, without the server's library.
namespace hb::web {

struct Asked {
    std::string method; // GET POST; HEAD is asked as GET
    std::string path;   // decoded, without the query
    std::string body;
    std::string address; // of the client, as far as it can be known; see address.h
    std::string request_id;
    std::vector<std::string> captured; // what stood at the {places} of the route's pattern
    std::vector<std::pair<std::string, std::string>> headers{}; // of calls that carry events
    bool by_metrics = false; // it came to the address of metrics_listen
    Form query{};            // behind the "?"
    bool head = false;       // asked as HEAD
    std::string cookies{};   // the header as it came
    std::string origin{};    // of a form, as the browser says; "" not told
    std::string host{};      // as the browser knows this place
    bool by_browser = false; // somebody looks: no robot, no page fetched ahead
    bool passed_on = false; // by a proxy that does not say for whom as ours does: never a neighbour
};

struct Answer {
    int status = 200;
    std::string type;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers; // besides kEveryAnswer
    Page page = nullptr; // instead of a body: sent as it is kept, or unpacked
};

class Hooks;
class MissLimiter;

// What routes work with. Whatever only reads goes through an books::View; whatever writes is a
// step of the books.
struct Site {
    books::Books& books;
    MissLimiter& misses;
    Hooks& hooks;
    PageCache& pages;
    lanes::Watch* watch = nullptr; // none: /readyz and /metrics do not exist
    std::string_view version = {}; // of the program
    bool metrics_apart = false;    // /metrics has an address of its own
};

Answer html(int status, std::string body);
Answer plain(int status, std::string body);
Answer json(int status, std::string body);
Answer packed(int status, std::string type, Page page);
// Style sheet and icon of a page that is no client's own.
render::PageOptions plain_options();
// Of the configuration: what is read where no client is known.
std::string own_locale(const Site& site);
// The one page for a link that is unknown, expired or revoked, and for every other unknown path:
// equal to the byte, so that nothing is learnt from it.
Answer not_found(const Site& site);
Answer not_found(books::Books& books); // the same

} // namespace hb::web
