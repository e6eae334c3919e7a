#include "base/text.h"
#include "sandbox/core.h"
#include "sandbox/documents.h"
#include "sandbox/form.h"

// What a plain GET gets: files behind signed links, and HTML where a person's session is wanted.
namespace hb::sandbox {

namespace {

HttpAnswer page(std::string body) {
    HttpAnswer out;
    out.content_type = "text/html; charset=UTF-8";
    out.body = std::move(body);
    return out;
}

HttpAnswer login_page() {
    return page("<!DOCTYPE html>\n<html><head><title>Authorization</title></head><body>"
                "<form name=\"form_auth\" method=\"post\">Login <input name=\"USER_LOGIN\"> "
                "Password <input type=\"password\" name=\"USER_PASSWORD\"></form></body></html>\n");
}

HttpAnswer bytes(std::string body, const char* type, const std::string& name) {
    HttpAnswer out;
    out.content_type = type;
    out.body = std::move(body);
    out.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + name + "\"");
    return out;
}

HttpAnswer no_file() {
    return failure_answer(fail("ERROR_NOT_FOUND", "File not found", 404));
}

const char* type_of_name(const std::string& name) {
    if (name.ends_with(".pdf")) return "application/pdf";
    if (name.ends_with(".png")) return "image/png";
    if (name.ends_with(".csv")) return "text/csv";
    return "application/octet-stream";
}

} // namespace

std::string PortalState::base_url() const {
    if (!options.base_url.empty()) return options.base_url;
    return "http://" + (host.empty() ? std::string{"127.0.0.1:1"} : host);
}

std::optional<HttpAnswer> PortalState::file_or_page(const HttpRequest& request) const {
    if (request.path.starts_with("/bitrix/")) return login_page();
    if (request.path.starts_with("/~")) {
        const auto id = parse_integer(std::string_view{request.path}.substr(2));
        const Document* document = id ? state.documents.find(*id) : nullptr;
        if (document == nullptr || !document->is_public) return no_file();
        return page("<html><body>" + html_escape(document->title) + "</body></html>\n");
    }
    if (!request.path.starts_with("/rest/crm.")) return std::nullopt;
    const Tree query = read_form(request.query);
    const Tree* token = query.find("token");
    if (token == nullptr) return std::nullopt;
    const auto target = read_link(token->str());
    if (!target) return failure_answer(fail("NO_AUTH_FOUND", "Wrong authorization data", 401));
    if (now() >= target->expires)
        return failure_answer(fail("expired_token", "The access token provided has expired", 401));
    if (target->kind == "file") {
        const StoredFile* file = state.files.find(target->id);
        if (file == nullptr) return no_file();
        return bytes(file->bytes, type_of_name(file->name), "file-" + std::to_string(file->id));
    }
    const Document* document = state.documents.find(target->id);
    if (target->kind == "template" || document == nullptr) return no_file();
    const std::string name = "document-" + std::to_string(document->id);
    if (target->kind == "docx")
        return bytes(write_docx(*document),
                     "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                     name + ".docx");
    if (conversion(*document, options, now()) != Conversion::Done || target->kind != "pdf")
        return no_file();
    return bytes(write_pdf(*document), "application/pdf", name + ".pdf");
}

} // namespace hb::sandbox
