#pragma once

#include <string>

namespace hb::web {

// What a browser says when it asks for a page; "" not told.
struct BrowserWords {
    std::string fetch_dest;                // Sec-Fetch-Dest
    std::string sec_purpose, purpose, moz; // Sec-Purpose, Purpose, X-Moz
    std::string agent;                     // User-Agent
};

// Does a person look at the page? No when it is fetched ahead, or as a part of another page; of a
// browser that tells neither, no when it is nameless or a program that shows previews of links.
bool is_look(const BrowserWords& words);

} // namespace hb::web
