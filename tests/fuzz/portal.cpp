#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "connector/bitrix24/address.h"
#include "connector/bitrix24/events.h"
#include "net/sites.h"

// What a portal, an answer or somebody at the door names: the body of an event ("e" in the first
// line), or an address, as it is configured and as a redirect leads there. Two readers of one
// address see one host.
namespace {

bool is_plain_host(std::string_view host) {
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == ':' || c == '[' || c == ']' || c == '_';
    });
}

void address(std::string_view url) {
    namespace b24 = hb::connector::bitrix24;
    if (const auto site = hb::net::parse_site(url)) {
        if (!is_plain_host(site->host)) std::abort();
        const auto again = hb::net::parse_site(site->origin() + site->path);
        if (!again || !(*again == *site)) std::abort();
        if (hb::net::same_site(site->origin() + "/x", {*site}).empty()) std::abort();
    }
    if (const auto webhook = b24::parse_address(hb::Secret(std::string(url)))) {
        if (!is_plain_host(b24::host_of_site(webhook->site))) std::abort();
        const std::string leads = b24::redirect_site(*webhook, url);
        if (!leads.empty() && !b24::may_move(webhook->site, leads)) std::abort();
    }
    static const auto portal = b24::parse_address(
        hb::Secret(std::string("https://acme.bitrix24.by/rest/1/abcdefgh12345678/")));
    const std::string leads = b24::redirect_site(*portal, url);
    if (leads.empty()) return;
    // Within the vendor's cloud, by a reading of our own.
    const std::string host = b24::host_of_site(leads);
    if (!leads.starts_with("https://") || host.find(".bitrix24.") == std::string::npos ||
        !is_plain_host(host) || !b24::may_move(portal->site, leads))
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    if (text.substr(0, 2) != "e\n") {
        address(text);
        return 0;
    }
    const auto hint = hb::connector::bitrix24::decode_event_body(text.substr(2), "bitrix24");
    if (!hint) return 0;
    for (const auto& ref : hint->refs)
        if (ref.id.empty() || ref.kind.empty() || ref.remote != "bitrix24") std::abort();
    return 0;
}
