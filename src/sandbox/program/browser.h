#pragma once

#include <string>

// The web pages and calls of this machine, as a browser asks for them.
namespace hb::sandbox {

struct WebPage {
    int status = 0; // 0: nobody answered
    std::string body;
};
WebPage get_page(const std::string& url);
WebPage post_page(const std::string& url, const std::string& type, const std::string& body);

} // namespace hb::sandbox
