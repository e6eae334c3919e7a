#include "domain/link_rules.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "domain/titles.h"

namespace hb::domain {
namespace {

using What = LinkRule::What;
using By = LinkRule::By;

// Keys as Jira, Redmine and OpenProject, YouTrack, Harvest and Kimai call them.
const std::vector<std::string> kKeys = {"/key",        "/identifier", "/shortName",
                                        "/idReadable", "/code",       "/number"};
const std::vector<std::string> kEmails = {"/email", "/EMAIL", "/emailAddress", "/mail"};
// Where planners keep a client's name beside a project: Clockify, Harvest, Kimai, Toggl and
// Worksection.
const std::vector<std::string> kClients = {"/clientName",  "/client/name",   "/client_name",
                                           "/parentTitle", "/customer/name", "/company"};

std::string one_spaced(std::string_view text) {
    std::string out;
    for (const char c : fold_case(text)) {
        const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!space)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

// `*` covers any text. Linear enough: one star is gone back to at a time.
bool fits(std::string_view pattern, std::string_view text) {
    std::size_t p = 0, t = 0;
    std::optional<std::size_t> star;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p, ++t;
        } else if (star) {
            p = *star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

Error wrong(const std::string& message, const std::string& hint) {
    return Error{Code::Usage, message, "", hint};
}

std::vector<std::string> looked_at(const LinkRule& rule, const LinkSubject& subject) {
    if (rule.by == By::Name) return {subject.name};
    if (rule.by == By::Tag) return subject.tags;
    const auto found = subject.values.find(values_name(rule));
    return found == subject.values.end() ? std::vector<std::string>{} : found->second;
}

} // namespace

const char* to_string(What what) {
    return what == What::Project ? "project" : what == What::Task ? "task" : "user";
}
const char* to_string(By by) {
    switch (by) {
    case By::Name:
        return "name";
    case By::Key:
        return "key";
    case By::Tag:
        return "tag";
    case By::Field:
        return "field";
    case By::Email:
        return "email";
    }
    return "";
}
std::optional<What> parse_link_what(std::string_view word) {
    for (const auto what : {What::Project, What::Task, What::User})
        if (word == to_string(what)) return what;
    return word == "group" ? std::optional(What::Project) : std::nullopt;
}
std::optional<By> parse_link_by(std::string_view word) {
    for (const auto by : {By::Name, By::Key, By::Tag, By::Field, By::Email})
        if (word == to_string(by)) return by;
    return std::nullopt;
}

Status check_link_rule(const LinkRule& rule) {
    const bool user = rule.what == What::User;
    if (rule.by == By::Tag && rule.what != What::Task)
        return wrong("only tasks have tags", "add --what task, or choose another --by");
    if (rule.by == By::Email && !user)
        return wrong("only people have an e-mail address", "add --what user");
    if (user && rule.by != By::Email && rule.by != By::Name)
        return wrong("people are joined by name or by email", "add --by email or --by name");
    const bool reads_record = rule.by == By::Key || rule.by == By::Field || rule.by == By::Email;
    if (!rule.at.empty() && !reads_record)
        return wrong(std::string("a rule by ") + to_string(rule.by) + " looks at no field",
                     "leave out --at, or add --by field");
    if (!rule.at.empty() && rule.at.front() != '/')
        return wrong("\"" + rule.at + "\" is no JSON pointer",
                     "it begins with a slash, for example --at /client/name");
    if (rule.by == By::Field && rule.what == What::Task && rule.at.empty())
        return wrong("a rule by field needs to know which",
                     "add --at POINTER; hourbridge explain TASK shows the record");
    if (rule.by == By::Key && !rule.to)
        return wrong("a key names no company by itself",
                     "say which: --match 'ACME*' --to REMOTE:company:ID");
    if (rule.to && trim(rule.pattern).empty())
        return wrong("everything would go to one company",
                     "say which with --match, for example --match 'ACME*'");
    if (!rule.to && !rule.pattern.empty() && rule.pattern.find('*') == std::string::npos)
        return wrong("--match without a * names nobody",
                     "mark where the client's name stands, like --match '* / *', or add --to");
    return {};
}

std::vector<std::string> places_of(const LinkRule& rule) {
    if (!rule.at.empty()) return {rule.at};
    if (rule.by == By::Key) return kKeys;
    if (rule.by == By::Email) return kEmails;
    return rule.by == By::Field ? kClients : std::vector<std::string>{};
}

std::string values_name(const LinkRule& rule) {
    if (!rule.at.empty()) return rule.at;
    return rule.by == By::Key     ? "key"
           : rule.by == By::Email ? "email"
           : rule.by == By::Field ? "client"
                                  : "";
}

void LinkTargets::add_company(std::int64_t id, std::string_view remote_id, std::string_view title) {
    const auto plain = plain_title(title);
    if (!plain.empty()) titles_[plain].push_back(id);
    ids_[std::string(remote_id)].push_back(id);
}

void LinkTargets::add_person(std::int64_t id, std::string_view name,
                             const std::vector<std::string>& emails) {
    const auto plain = plain_name(name);
    if (!plain.empty()) names_[plain].push_back(id);
    for (const auto& email : emails)
        if (!trim(email).empty()) emails_[fold_case(trim(email))].push_back(id);
}

std::vector<std::int64_t> LinkTargets::called(const LinkRule& rule, std::string_view text) const {
    std::vector<std::int64_t> out;
    const auto look = [&out](const Index& index, const std::string& key) {
        const auto found = index.find(key);
        if (key.empty() || found == index.end()) return;
        out.insert(out.end(), found->second.begin(), found->second.end());
    };
    if (rule.by == By::Email) {
        look(emails_, fold_case(trim(text)));
    } else if (rule.what == What::User) {
        look(names_, plain_name(text));
    } else {
        look(titles_, plain_title(text));
        if (rule.by == By::Field) look(ids_, std::string(trim(text)));
    }
    return out;
}

std::vector<std::string> covered(std::string_view pattern, std::string_view text) {
    const std::string wanted = one_spaced(pattern);
    const std::string given = one_spaced(text);
    if (wanted.empty()) return {given};
    const auto star = wanted.find('*');
    if (star == std::string::npos)
        return wanted == given ? std::vector<std::string>{given} : std::vector<std::string>{};
    const std::string_view before = std::string_view(wanted).substr(0, star);
    const std::string_view after = std::string_view(wanted).substr(star + 1);
    if (given.compare(0, before.size(), before) != 0) return {};
    std::vector<std::string> out;
    const auto rest = std::string_view(given).substr(before.size());
    for (std::size_t length = 0; length <= rest.size(); ++length)
        if (fits(after, rest.substr(length))) out.emplace_back(trim(rest.substr(0, length)));
    return out;
}

std::optional<LinkMatch> match_rule(const LinkRule& rule, const LinkSubject& subject,
                                    const LinkTargets& targets) {
    std::set<std::int64_t> found;
    LinkMatch out;
    out.rule = rule.number;
    for (const auto& value : looked_at(rule, subject)) {
        if (trim(value).empty()) continue;
        const auto names = covered(rule.pattern, value);
        const auto before = found.size();
        if (rule.to && !names.empty()) found.insert(*rule.to);
        if (!rule.to)
            for (const auto& name : names)
                for (const auto id : targets.called(rule, name)) found.insert(id);
        if (found.size() > before) out.value += (out.value.empty() ? "" : ", ") + value;
    }
    if (found.empty()) return std::nullopt;
    out.targets.assign(found.begin(), found.end());
    return out;
}

std::optional<LinkMatch> match_rules(const std::vector<LinkRule>& rules, const LinkSubject& subject,
                                     const LinkTargets& targets) {
    for (const auto& rule : rules)
        if (auto match = match_rule(rule, subject, targets)) return match;
    return std::nullopt;
}

} // namespace hb::domain
