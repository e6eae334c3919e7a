#include "sandbox/program/browser.h"

#include <httplib.h>

namespace hb::sandbox {
namespace {

// "http://127.0.0.1:8480" and the path behind it.
std::size_t path_of(const std::string& url) {
    const auto path = url.find('/', url.find("//") + 2);
    return path == std::string::npos ? url.size() : path;
}

WebPage page_of(const httplib::Result& result) {
    return result ? WebPage{result->status, result->body} : WebPage{};
}

} // namespace

WebPage get_page(const std::string& url) {
    httplib::Client client(url.substr(0, path_of(url)));
    return page_of(client.Get(url.substr(path_of(url))));
}

WebPage post_page(const std::string& url, const std::string& type, const std::string& body) {
    httplib::Client client(url.substr(0, path_of(url)));
    return page_of(client.Post(url.substr(path_of(url)), body, type));
}

} // namespace hb::sandbox
