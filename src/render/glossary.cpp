#include "render/glossary.h"

#include "domain/same_text.h"
#include "json/value.h"
#include "json/writer.h"

namespace hb::render {

namespace {

// The usual tags of planners, in the order of the languages below.
struct Usual {
    std::string_view word;
    std::string_view en, ru, fr, kk, uk;
};
constexpr Usual kReasons[] = {
    {"bug", "a correction of our own mistake", "исправление нашей ошибки",
     "correction de notre erreur", "өз қатемізді түзету", "виправлення нашої помилки"},
    {"internal", "our internal work", "наша внутренняя работа", "notre travail interne",
     "ішкі жұмысымыз", "наша внутрішня робота"},
    {"warranty", "under warranty", "по гарантии", "sous garantie", "кепілдік бойынша",
     "за гарантією"},
    {"gift", "a present from us", "подарок от нас", "offert", "бізден сыйлық", "подарунок від нас"},
    {"training", "our own training", "наше обучение", "notre formation", "біздің оқуымыз",
     "наше навчання"},
    {"presale", "talks before the order", "переговоры до заказа", "avant la commande",
     "тапсырысқа дейінгі келіссөздер", "перемовини до замовлення"},
};
constexpr Usual kTypes[] = {
    {"design", "design", "дизайн", "conception graphique", "дизайн", "дизайн"},
    {"development", "development", "разработка", "développement", "әзірлеу", "розробка"},
    {"testing", "testing", "тестирование", "tests", "тестілеу", "тестування"},
    {"analysis", "analysis", "аналитика", "analyse", "талдау", "аналітика"},
    {"management", "project management", "ведение проекта", "gestion de projet", "жобаны басқару",
     "ведення проєкту"},
    {"account", "account management", "ведение клиента", "suivi du client", "клиентпен жұмыс",
     "супровід клієнта"},
    {"support", "support", "поддержка", "assistance", "қолдау", "підтримка"},
    {"content", "content", "контент", "contenu", "контент", "контент"},
    {"marketing", "marketing", "маркетинг", "marketing", "маркетинг", "маркетинг"},
    {"meeting", "meetings", "встречи", "réunions", "кездесулер", "зустрічі"},
    {"bug", "corrections", "исправления", "corrections", "түзетулер", "виправлення"},
};

std::string_view language_of(std::string_view locale) {
    return locale.substr(0, locale.find('-'));
}

std::string_view in_language(const Usual& usual, std::string_view language) {
    if (language == "ru") return usual.ru;
    if (language == "fr") return usual.fr;
    if (language == "kk") return usual.kk;
    if (language == "uk") return usual.uk;
    return usual.en;
}

using Rows = std::map<std::string, domain::Wording, std::less<>>;

std::string_view worded(const Rows& rows, std::string_view word, std::string_view language) {
    for (const auto& [own, wording] : rows) {
        if (!domain::same_text(own, word)) continue;
        auto found = wording.find(language);
        if (found == wording.end()) found = wording.find("");
        if (found != wording.end()) return found->second;
    }
    return {};
}

template <std::size_t n>
std::string gloss(const std::string& word, std::string_view language, const Rows& terms,
                  const Rows& configured, const Usual (&usual)[n]) {
    for (const Rows* rows : {&terms, &configured})
        if (const auto found = worded(*rows, word, language); !found.empty())
            return std::string(found);
    for (const Usual& one : usual)
        if (domain::same_text(one.word, word)) return std::string(in_language(one, language));
    return {};
}

void note(std::map<std::string, std::string, std::less<>>& into, const std::string& word,
          std::string shown) {
    if (!shown.empty() && shown != word) into.emplace(word, std::move(shown));
}

void write_rows(json::Writer& out, std::string_view name,
                const std::map<std::string, std::string, std::less<>>& rows) {
    out.key(name).begin_object();
    for (const auto& [word, shown] : rows) out.member(word, shown);
    out.end_object();
}

} // namespace

Glosses glosses_of(const std::vector<domain::Line>& lines, std::string_view locale,
                   const domain::Glossary& terms, const domain::Glossary& configured) {
    const std::string_view language = language_of(locale);
    Glosses out;
    for (const domain::Line& line : lines) {
        if (!line.reason.empty() && line.reason != domain::kPlannerReason &&
            out.reasons.find(line.reason) == out.reasons.end())
            note(out.reasons, line.reason,
                 gloss(line.reason, language, terms.reasons, configured.reasons, kReasons));
        if (!line.work_type.empty() && out.types.find(line.work_type) == out.types.end())
            note(out.types, line.work_type,
                 gloss(line.work_type, language, terms.types, configured.types, kTypes));
    }
    return out;
}

std::string glosses_text(const Glosses& words) {
    if (words.reasons.empty() && words.types.empty()) return {};
    json::Writer out;
    out.begin_object();
    write_rows(out, "reasons", words.reasons);
    write_rows(out, "types", words.types);
    return out.end_object().take();
}

Glosses parse_glosses(std::string_view text) {
    Glosses out;
    const auto document = json::Document::parse(text);
    if (!document) return out;
    const auto read = [&](const char* name, auto& into) {
        for (const json::Value each : document->root()[name])
            if (const auto shown = each.text_view())
                into.emplace(std::string(each.key()), std::string(*shown));
    };
    read("reasons", out.reasons);
    read("types", out.types);
    return out;
}

std::string shown_type(const Glosses& words, const domain::Line& line) {
    const auto found = words.types.find(line.work_type);
    return found == words.types.end() ? line.work_type : found->second;
}

} // namespace hb::render
