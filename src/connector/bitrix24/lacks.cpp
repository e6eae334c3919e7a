#include "connector/bitrix24/lacks.h"

#include <algorithm>

#include "connector/optional_methods.h"

namespace hb::connector::bitrix24 {
namespace {

using domain::Lack;
using domain::LackWhy;

constexpr std::chrono::hours kNotAskedFor{24};
constexpr const char* kSeeCheck = "hourbridge check says what is different without it";

const Optional* optional_of(std::string_view method, std::string_view about) {
    for (const auto& each : optional_methods())
        if (each.method == method && (each.about.empty() || each.about == about)) return &each;
    return nullptr;
}

LackWhy why_of(const Trouble& trouble) {
    if (trouble.nature == Nature::Scope) return LackWhy::Scope;
    if (trouble.nature != Nature::Denied) return LackWhy::Method;
    return is_by_plan(trouble.code) ? LackWhy::Plan : LackWhy::Right;
}

Nature nature_of(LackWhy why) {
    switch (why) {
    case LackWhy::Method:
        return Nature::NoMethod;
    case LackWhy::Scope:
        return Nature::Scope;
    case LackWhy::Right:
    case LackWhy::Plan:
        return Nature::Denied;
    }
    return Nature::Denied;
}

// The main job calls methods of these scopes all the time: they are there.
bool is_of_main_job(std::string_view scope) {
    return scope == "crm" || scope == "task" || scope == "user" || scope == "sonet_group";
}

std::string for_objects(std::string_view about) {
    if (about == "card") return " for report cards";
    return about.empty() ? "" : " for " + std::string(about) + "s";
}

std::string refused_words(const Optional& of, std::string_view about, LackWhy why,
                          const std::string& caller) {
    const std::string method(of.method);
    switch (why) {
    case LackWhy::Method:
        return "this portal has no " + method;
    case LackWhy::Scope:
        return "the " + caller + " lacks the scope " + std::string(scope_of(method)) + " for " +
               method;
    case LackWhy::Right:
        return "the " + caller + "'s owner may not use " + method + for_objects(about);
    case LackWhy::Plan:
        return "the portal's plan does not include " + method;
    }
    return method;
}

std::string tick(std::string_view scope, const std::string& caller) {
    return "open the " + caller + " in Bitrix24 under Developer resources and tick \"" +
           std::string(scope_title(scope)) + "\" (scope " + std::string(scope) + ")";
}

std::string hint_of(const Optional& of, LackWhy why, const std::string& caller) {
    const std::string_view scope = scope_of(of.method);
    switch (why) {
    case LackWhy::Method:
        return is_of_main_job(scope) ? std::string(of.hint)
                                     : tick(scope, caller) + ", or " + std::string(of.hint);
    case LackWhy::Scope:
        return tick(scope, caller);
    case LackWhy::Right:
        return "give the " + caller + "'s owner the right " + std::string(of.right) +
               ", or let a portal administrator make the " + caller + " anew";
    case LackWhy::Plan:
        return std::string(of.hint);
    }
    return "";
}

} // namespace

const std::vector<Optional>& optional_methods() {
    static const std::vector<Optional> all = {
        {"crm.item.payment.list", "", true,
         "payments in the CRM are not seen; reports become paid by a won deal, a paid invoice, or "
         "a payment that is recorded here",
         "when that is enough, leave \"payment\" out of payment.evidence",
         "to see the payments of deals and invoices in the CRM"},
        {"crm.documentgenerator.document.add", "", false, "no documents are created",
         "leave crm.documents.templates empty, or ask for a plan with documents",
         "to create documents in the CRM (Document generator: create documents)"},
        {"crm.documentgenerator.document.get", "", false,
         "documents are created, but their files are not stored here or on cards", "",
         "to view documents in the CRM (Document generator: view documents)"},
        {"crm.documentgenerator.document.list", "", false,
         "a document whose answer was lost can't be looked up, and waits", "",
         "to view documents in the CRM (Document generator: view documents)"},
        {"im.notify.system.add", "", false, "nobody is told in Bitrix24",
         "name another place under \"notify\"", "to send notifications"},
        {"crm.stagehistory.list", "", true,
         "a deal, invoice or card that was moved is noticed when it is next read, up to a quarter "
         "of an hour later",
         "", "to read these objects in the CRM"},
        {"crm.status.list", "", false, "the deal of a cancelled report stays in its stage", "",
         "to read the CRM's stages"},
        {"crm.timeline.comment.add", "", false, "deals and cards get no comments", "",
         "to change deals and report cards in the CRM"},
        {"crm.timeline.comment.list", "", false,
         "a comment whose answer was lost can't be looked up, and waits", "",
         "to read deals and report cards in the CRM"},
        {"tasks.task.update", "", false, "tasks do not show what is paid", "",
         "to edit the tasks of all projects"},
        {"task.item.userfield.add", "", false, "tasks get no fields that show what is paid", "",
         "to create custom fields of tasks, which only an administrator has"},
        {"crm.item.list", "card", true,
         "report cards that somebody creates or moves are not noticed", "",
         "to read report cards (the smart process \"Hour report\")"},
        {"crm.item.get", "card", false, "a report card that was moved is not looked at", "",
         "to read report cards (the smart process \"Hour report\")"},
        {"crm.item.add", "card", false, "reports get no cards", "",
         "to add report cards (the smart process \"Hour report\")"},
        {"crm.item.update", "card", false, "report cards do not show how their reports stand", "",
         "to change report cards (the smart process \"Hour report\")"},
    };
    return all;
}

void Lacks::note(std::string_view method, std::string_view about, std::optional<Trouble>& trouble,
                 bool application, Instant now) {
    const Optional* of = optional_of(method, about);
    if (of == nullptr || (trouble && !refused_for_good(*trouble))) return;
    if (trouble) {
        refused(*of, about, *trouble, application, now);
        // Ticking a scope that is there helps nobody.
        if (trouble->nature == Nature::NoMethod) trouble->hint = kSeeCheck;
        return;
    }
    for (const auto of_what : {std::string_view(), about})
        changes_ +=
            static_cast<std::int64_t>(known_.erase({std::string(method), std::string(of_what)}));
}

void Lacks::refused(const Optional& of, std::string_view about, const Trouble& trouble,
                    bool application, Instant now) {
    const LackWhy why = why_of(trouble);
    const std::string caller = application ? "application" : "webhook";
    const std::string_view of_what = why == LackWhy::Right ? about : std::string_view(of.about);
    auto& lack = known_[{std::string(of.method), std::string(of_what)}];
    if (lack.method.empty()) lack.since = now;
    lack.method = of.method;
    lack.about = of_what;
    lack.why = why;
    lack.what = refused_words(of, of_what, why, caller) + ": " + std::string(of.without);
    lack.hint = hint_of(of, why, caller);
    const bool alike = why != LackWhy::Right || of.alike;
    lack.again = alike ? now + kNotAskedFor : now;
    ++changes_;
}

std::optional<Trouble> Lacks::refusal(std::string_view method, std::string_view about,
                                      Instant now) const {
    for (const auto of_what : {about, std::string_view()}) {
        const auto found = known_.find({std::string(method), std::string(of_what)});
        if (found == known_.end() || now >= found->second.again) continue;
        Trouble trouble;
        trouble.nature = nature_of(found->second.why);
        trouble.method = std::string(method);
        trouble.text = "refused at " + format_instant(found->second.since) + "; tried again at " +
                       format_instant(found->second.again);
        trouble.hint = found->second.hint.empty() ? kSeeCheck : found->second.hint;
        return trouble;
    }
    return std::nullopt;
}

void Lacks::use(std::vector<Lack> known) {
    known_.clear();
    for (auto& lack : known) {
        Key key{lack.method, lack.about};
        known_.insert_or_assign(std::move(key), std::move(lack));
    }
}

void Lacks::try_anew(Instant now) {
    for (auto& [key, lack] : known_) {
        if (lack.again <= now) continue;
        lack.again = now;
        ++changes_;
    }
}

std::vector<Lack> Lacks::all() const {
    std::vector<Lack> out;
    for (const auto& [key, lack] : known_) out.push_back(lack);
    return out;
}

} // namespace hb::connector::bitrix24

namespace hb::connector {

std::vector<OptionalMethod> optional_methods_of(domain::OpKind kind) {
    using domain::OpKind;
    switch (kind) {
    case OpKind::CardCreate:
        return {{"crm.item.add", bitrix24::kCardItems}};
    case OpKind::CardAdopt:
    case OpKind::CardUpdate:
    case OpKind::CardFiles:
        return {{"crm.item.update", bitrix24::kCardItems}};
    case OpKind::CommentCreate:
        return {{"crm.timeline.comment.add", ""}};
    case OpKind::DocumentCreate:
        return {{"crm.documentgenerator.document.add", ""}};
    case OpKind::DealStage:
    case OpKind::InvoiceStage:
        return {{"crm.status.list", ""}};
    case OpKind::TaskField:
        return {{"task.item.userfield.add", ""}};
    case OpKind::TaskMark:
        return {{"tasks.task.update", ""}, {"task.item.userfield.add", ""}};
    case OpKind::NoticeSend:
        return {{"im.notify.system.add", ""}};
    default:
        return {};
    }
}

} // namespace hb::connector
