#include "base/base64.h"
#include "base/digest.h"
#include "base/text.h"
#include "connector/manifest/caller.h"
#include "json/writer.h"

// How a request is put together: members of the manifest, of the access and of its own, then the
// credentials over all of it.
namespace hb::connector::manifest {

Names setting_names(const Manifest& manifest, const PlannerOptions& options) {
    Names names;
    for (const auto& [name, setting] : manifest.settings) {
        const auto given = options.settings.find(name);
        const bool there = given != options.settings.end() && !given->second.empty();
        names.set("settings." + name, there ? given->second.reveal() : setting.otherwise);
    }
    return names;
}

const Access* choose_access(const Manifest& manifest, const Names& names) {
    for (const Access& access : manifest.access) {
        bool all = true;
        for (const auto& name : access.when) all = all && names.find("settings." + name) != nullptr;
        if (all) return &access;
    }
    return nullptr;
}

std::string encode_query(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == ',' ? "," : percent_encode(std::string_view(&c, 1));
    return out;
}

namespace {

const Template& first_path(const Ask& own, const Access* access, const Ask& common) {
    if (!own.path.empty()) return own.path;
    if (access != nullptr && !access->request.path.empty()) return access->request.path;
    return common.path;
}

Method first_method(const Ask& own, const Access* access, const Ask& common) {
    if (own.method != Method::None) return own.method;
    if (access != nullptr && access->request.method != Method::None) return access->request.method;
    return common.method == Method::None ? Method::Get : common.method;
}

ParamsIn first_params(const Ask& own, const Access* access, const Ask& common) {
    if (own.params_in != ParamsIn::None) return own.params_in;
    if (access != nullptr && access->request.params_in != ParamsIn::None)
        return access->request.params_in;
    return common.params_in == ParamsIn::None ? ParamsIn::Query : common.params_in;
}

net::Verb verb_of(Method method) {
    switch (method) {
    case Method::Post:
        return net::Verb::Post;
    case Method::Put:
        return net::Verb::Put;
    case Method::Patch:
        return net::Verb::Patch;
    case Method::Delete:
        return net::Verb::Delete;
    default:
        return net::Verb::Get;
    }
}

void add_members(const Members& members, const Names& names, std::vector<std::string>& out) {
    for (const auto& [name, value] : members)
        if (const auto text = value.fill(names))
            out.push_back(encode_query(name) + "=" + encode_query(*text));
}

void add_headers(const Members& members, const Names& names, net::Request& request) {
    for (const auto& [name, value] : members) {
        const auto text = value.fill(names);
        // A line end in a value would begin a header of its own.
        if (text && text->find_first_of("\r\n") == std::string::npos)
            request.headers.emplace_back(name, *text);
    }
}

std::string json_of(const Members& params, const Names& names) {
    if (params.empty()) return "";
    json::Writer out;
    out.begin_object();
    for (const auto& [name, value] : params)
        if (const auto text = value.fill(names)) out.member(name, *text);
    return out.end_object().take();
}

} // namespace

std::string Caller::query_of(const Ask& ask, const Names& names, bool with_params) const {
    std::vector<std::string> parts;
    add_members(manifest_.request.query, names, parts);
    if (access_ != nullptr) add_members(access_->request.query, names, parts);
    add_members(ask.query, names, parts);
    if (with_params) add_members(ask.params, names, parts);
    return join(parts, "&");
}

std::string Caller::sign(const Signature& signature, const Names& names) {
    const std::string message = signature.message.fill_all(names);
    return hex(signature.keyed ? hmac(signature.hash, signature.key.fill_all(names), message)
                               : digest(signature.hash, message));
}

Caller::Built Caller::build(const Ask& ask, Names names, const std::string& token,
                            const std::string* url) {
    Built out;
    const Ask& common = manifest_.request;
    const auto path = first_path(ask, access_, common).fill_path(names);
    if (!path && url == nullptr) {
        out.trouble = "a part of its address is empty";
        return out;
    }
    net::Request& request = out.request;
    request.verb = verb_of(first_method(ask, access_, common));
    request.timeouts = options_.timeouts;
    names.set("action", ask.action);
    names.set("now", std::to_string(to_epoch_seconds(clock_.now())));
    names.set("token", token);
    const ParamsIn params = first_params(ask, access_, common);

    if (ask.json) request.body = ask.json->fill(names);
    if (!ask.json && params == ParamsIn::Json && request.verb != net::Verb::Get)
        request.body = json_of(ask.params, names);
    std::vector<std::string> form;
    add_members(ask.form, names, form);
    if (params == ParamsIn::Form) add_members(ask.params, names, form);
    if (!form.empty()) request.body = join(form, "&");
    const bool has_form = !form.empty();

    // The query is signed in the very bytes in which it is sent. What is signed comes first, the
    // members that carry the signature after it.
    std::string query;
    if (url == nullptr) {
        Names unsigned_names = names;
        query = query_of(ask, unsigned_names, params == ParamsIn::Query);
        names.set("query", query);
        names.set("body", request.body);
    }
    if (access_ != nullptr && access_->sign) {
        names.set("signature", sign(*access_->sign, names));
        std::vector<std::string> carried;
        for (const auto& [name, value] : access_->request.query)
            if (value.names().count("signature") > 0) add_members({{name, value}}, names, carried);
        for (const auto& part : carried) query += (query.empty() ? "" : "&") + part;
    }
    add_headers(common.headers, names, request);
    if (access_ != nullptr) add_headers(access_->request.headers, names, request);
    add_headers(ask.headers, names, request);
    if (access_ != nullptr && access_->basic)
        request.headers.emplace_back("Authorization",
                                     "Basic " + base64(access_->basic->first.fill_all(names) + ":" +
                                                       access_->basic->second.fill_all(names)));
    request.headers.emplace_back("Accept", "application/json");
    if (!request.body.empty())
        request.headers.emplace_back("Content-Type", has_form ? "application/x-www-form-urlencoded"
                                                              : "application/json; charset=utf-8");
    const net::Site& site = sites_[ask.host.empty() ? home_ : hosts_.at(ask.host)];
    std::string address = url != nullptr ? *url : site.origin() + site.path + *path;
    if (!query.empty()) address += (address.find('?') == std::string::npos ? "?" : "&") + query;
    request.url = Secret(std::move(address));
    return out;
}

} // namespace hb::connector::manifest
