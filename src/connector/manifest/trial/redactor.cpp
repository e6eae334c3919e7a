#include "connector/manifest/trial/redactor.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "connector/manifest/vocabulary.h"
#include "net/sites.h"

namespace hb::connector::trial {
namespace {

constexpr const char* kHost = "planner.example";

// Members that hold names of people and things, by their name without '_' and in lower case.
const std::set<std::string>& name_keys() {
    static const std::set<std::string> keys{
        "name",     "fullname", "displayname", "firstname",
        "lastname", "username", "login",       "title",
        "initials", "company",  "fullpath",    "pathwithnamespace",
        "position", "address",  "phone",       "namewithnamespace",
        "email",    "slug",     "alias",       "nickname",
        "realname", "display"};
    return keys;
}
const std::set<std::string>& text_keys() {
    static const std::set<std::string> keys{"subject", "summary",  "description", "comment",
                                            "text",    "comments", "textcontent", "note",
                                            "notes",   "raw",      "html",        "content"};
    return keys;
}

std::string plain_key(std::string_view key) {
    std::string out = fold_case(key);
    out.erase(std::remove(out.begin(), out.end(), '_'), out.end());
    return out;
}

bool is_picture(std::string_view plain) {
    for (const char* part : {"avatar", "picture", "photo", "image"})
        if (plain.find(part) != std::string_view::npos) return true;
    return false;
}

bool address_letter(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_' || c == '+';
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    if (from.empty()) return text;
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

} // namespace

Redactor::Redactor(const LiveTrial& trial, std::string_view keep) : keep_(keep) {
    const manifest::Manifest& manifest = trial.plan.get();
    if (const auto site = net::parse_site(trial.options.base_url)) {
        base_url_ = std::string("https://") + kHost + site->path;
        fixed_.emplace_back(site->origin(), std::string("https://") + kHost);
        if (!site->loopback) fixed_.emplace_back(site->host, kHost);
    }
    for (const auto& [name, value] : trial.options.settings) {
        const auto setting = manifest.settings.find(name);
        if (setting == manifest.settings.end() || value.empty()) continue;
        const std::string& real = value.reveal();
        if (setting->second.kind == manifest::SettingKind::Secret) {
            settings_[name] = name + "-of-the-story";
            if (real.size() >= 4) fixed_.emplace_back(real, settings_[name]);
            if (real.size() >= 4) fixed_.emplace_back(percent_encode(real), settings_[name]);
        } else if (setting->second.kind == manifest::SettingKind::Host) {
            settings_[name] = kHost;
            fixed_.emplace_back(real, kHost);
        }
    }
    // Longer ones first: a host may be a part of an address.
    std::sort(fixed_.begin(), fixed_.end(),
              [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
    for (const auto& [name, value] : trial.options.settings)
        if (settings_.count(name) == 0) {
            settings_[name] = text(value.reveal());
            keep_ += "\"" + settings_[name] + "\""; // tags and fields that are looked for by name
        }
}

bool Redactor::stays(const std::string& value) const {
    return value.empty() || parse_integer(value).has_value() ||
           keep_.find("\"" + value + "\"") != std::string::npos;
}

void Redactor::learn_word(std::string_view key, const std::string& value) {
    const std::string plain = plain_key(key);
    const bool is_text = text_keys().count(plain) > 0;
    if (!is_text && name_keys().count(plain) == 0) return;
    if (stays(value) || value.find('@') != std::string::npos || words_.count(value) > 0) return;
    words_[value] = (is_text ? "text " : "name ") + std::to_string(words_.size() + 1);
}

void Redactor::learn(const json::Value& value) {
    if (value.is_string()) return learn_word(value.key(), *value.string());
    for (const json::Value& child : value) learn(child);
}

std::string Redactor::without_addresses(std::string_view text) {
    std::string out;
    std::size_t done = 0;
    for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
        std::size_t from = at, to = at + 1;
        while (from > done && address_letter(text[from - 1])) --from;
        while (to < text.size() && address_letter(text[to])) ++to;
        if (from == at || to == at + 1) continue;
        const std::string address(text.substr(from, to - from));
        auto known = addresses_.find(address);
        if (known == addresses_.end())
            known = addresses_
                        .emplace(address,
                                 "person" + std::to_string(addresses_.size() + 1) + "@example.com")
                        .first;
        out += std::string(text.substr(done, from - done)) + known->second;
        done = to;
    }
    return out + std::string(text.substr(done));
}

std::string Redactor::text(std::string_view value) {
    if (const auto word = words_.find(std::string(value)); word != words_.end())
        return word->second;
    std::string out(value);
    for (const auto& [from, to] : fixed_) out = replaced(std::move(out), from, to);
    return without_addresses(out);
}

void Redactor::write(const json::Value& value, std::string_view key, json::Writer& out) {
    if (value.is_string()) {
        out.string(is_picture(plain_key(key)) ? "" : text(*value.string()));
        return;
    }
    if (value.is_array()) {
        out.begin_array();
        for (const json::Value& child : value) write(child, key, out);
        out.end_array();
        return;
    }
    if (!value.is_object()) {
        out.raw(value.dump());
        return;
    }
    out.begin_object();
    for (const json::Value& child : value) {
        out.key(text(child.key()));
        write(child, child.key(), out);
    }
    out.end_object();
}

std::string Redactor::json(const json::Value& value) {
    json::Writer out;
    write(value, "", out);
    return out.take();
}

} // namespace hb::connector::trial
