#include "base/text.h"
#include "connector/bitrix24/documents.h"
#include "connector/bitrix24/items.h"
#include "connector/bitrix24/write_parts.h"

namespace hb::connector::bitrix24 {
namespace {

const char* const kGet = "crm.documentgenerator.document.get";
// A front end may send a download to another of its hosts.
constexpr int kRedirectsMax = 3;
constexpr std::size_t kNameMax = 100;

struct Shown {
    domain::DocumentState state;
    Secret pdf, docx; // links with a token in them
};

Result<Shown> look(Client& client, std::string_view id) {
    if (!is_id(id))
        return Error{Code::Usage, "\"" + std::string(id) + "\" is no id of a document", "", ""};
    Shown shown;
    shown.state.id = std::string(id);
    const Reply reply = client.call(kGet, "{\"id\":" + shown.state.id + "}");
    if (reply.trouble && is_missing(*reply.trouble)) return shown;
    if (reply.trouble) return client.error(*reply.trouble);
    const json::Value document = reply.result()["document"];
    if (id_text(document["id"]) != shown.state.id)
        return client.error(strange(kGet, "the answer is about no such document"));
    shown.state.exists = true;
    shown.state.title = text_or_empty(document["title"]);
    shown.state.number = text_or_empty(document["number"]);
    const auto failed = document["isTransformationError"].flag();
    shown.state.failed = failed && *failed;
    // The links without "Machine" need a browser's session.
    shown.pdf = Secret(text_or_empty(document["pdfUrlMachine"]));
    shown.docx = Secret(text_or_empty(document["downloadUrlMachine"]));
    shown.state.pdf_ready = !shown.pdf.empty() && !shown.state.failed;
    return shown;
}

bool on_this_machine(const std::string& site) {
    return !site_of("http://" + host_of_site(site)).empty();
}

// Encrypted as the portal is, and never this machine's own services unless the portal is one.
bool may_fetch(const std::string& portal, const std::string& url) {
    const std::string site = site_of(url);
    if (site.empty()) return false;
    if (on_this_machine(site)) return on_this_machine(portal);
    return site.substr(0, 8) == "https://";
}

std::string target_of(const std::string& url, std::string_view location) {
    if (location.substr(0, 2) == "//")
        return url.substr(0, url.find(':') + 1) + std::string(location);
    if (location.substr(0, 1) == "/") return site_of(url) + std::string(location);
    return std::string(location);
}

Error no_file(const Client& client, std::string message, std::string detail, Code code) {
    return Error{code, client.options().remote + " " + std::move(message), std::move(detail),
                 "open the document in Bitrix24: does it show there?"};
}

net::Request file_request(const Client& client, const std::string& portal, std::string url) {
    net::Request request;
    request.verb = net::Verb::Get;
    request.url = Secret(std::move(url));
    // Without these some front ends answer 404 (protocol section 17).
    request.headers = {{"Accept", "*/*"},
                       {"Accept-Language", "en"},
                       {"Referer", portal + "/"},
                       {"User-Agent", client.options().user_agent}};
    request.timeouts = client.options().timeouts;
    request.answer_bytes_max = kAnswerBytesMax;
    return request;
}

Result<std::string> fetch(Client& client, const Secret& link) {
    const std::string portal = client.address().site;
    std::string url = link.reveal();
    for (int hop = 0; hop <= kRedirectsMax; ++hop) {
        if (!may_fetch(portal, url))
            return no_file(client, "names no good address for a file", "", Code::Malformed);
        const net::Response response = client.fetch(file_request(client, portal, url));
        if (response.reach != net::Reach::Answered)
            return no_file(client, "gave no whole file", response.trouble, Code::Remote);
        if (response.status >= 300 && response.status < 400) {
            url = target_of(url, trim(response.header("location")));
            continue;
        }
        if (response.status != 200)
            return no_file(client, "gave no file", "HTTP " + std::to_string(response.status),
                           Code::Remote);
        return response.body;
    }
    return no_file(client, "redirects a file from place to place", "", Code::Remote);
}

std::string file_name(const domain::DocumentState& document, const char* extension) {
    std::string name;
    const std::string& title = document.title.empty() ? document.number : document.title;
    for (const char c : to_utf8(title)) {
        const bool control = static_cast<unsigned char>(c) < ' ' || c == 0x7F;
        name +=
            control || std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos ? '-' : c;
    }
    name = shorten(trim(name), kNameMax);
    if (name.empty() || name.front() == '.') name = "document-" + document.id;
    return name + extension;
}

} // namespace

Result<domain::DocumentState> read_document_state(Client& client, std::string_view id) {
    auto shown = look(client, id);
    if (!shown) return shown.error();
    return std::move(shown->state);
}

Result<domain::DocumentFile> fetch_document(Client& client, std::string_view id) {
    const auto shown = look(client, id);
    if (!shown) return shown.error();
    const auto& state = shown->state;
    if (!state.exists)
        return Error{Code::NotFound, "the document " + state.id + " is gone", kGet,
                     "somebody deleted it in Bitrix24"};
    if (!state.pdf_ready && !state.failed)
        return Error{Code::Remote, "the PDF is not made yet", "document " + state.id,
                     "Bitrix24 makes it within a minute or so"};
    auto bytes = fetch(client, state.failed ? shown->docx : shown->pdf);
    if (!bytes) return bytes.error();
    // A login page or an error object comes with 200 as well: the first bytes tell.
    const std::string_view begin = state.failed ? "PK\x03\x04" : "%PDF";
    if (bytes->substr(0, begin.size()) != begin)
        return no_file(client,
                       std::string("gave something that is no ") + (state.failed ? "docx" : "PDF"),
                       std::to_string(bytes->size()) + " bytes", Code::Malformed);
    return domain::DocumentFile{file_name(state, state.failed ? ".docx" : ".pdf"),
                                std::move(*bytes)};
}

} // namespace hb::connector::bitrix24
