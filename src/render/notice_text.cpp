#include "render/notice_text.h"

#include <array>
#include <map>

#include "domain/money.h"
#include "render/locale.h"
#include "render/placeholders.h"
#include "json/writer.h"

// A new language is one more table; every event has its two texts in each.
namespace hb::render {
namespace {

struct Text {
    std::string_view event, what, next;
};

constexpr std::array kEnglish = {
    Text{"sent", "Report {number} for {client} was sent: {period}, {hours} h, {total}.",
         "wait for the client's agreement; call when none comes within a few days."},
    Text{"agreed", "{client} agreed to report {number}: {total}.",
         "nothing by hand: deal and documents are being made."},
    Text{"invoiced", "Report {number} for {client} is in the CRM: {total}.",
         "send the client the invoice and the documents."},
    Text{"paid", "Report {number} for {client} is paid: {paid} of {total}, nothing is left to pay.",
         "print and send the documents; the tasks are marked as paid by themselves."},
    Text{"partly_paid", "{client} paid {paid} of {total} on report {number}; {due} are left.",
         "ask the client for the rest; the report closes by itself when it comes."},
    Text{"reversed",
         "A payment on report {number} for {client} went back: {paid} of {total} stand, {due} are "
         "left to pay.",
         "ask the client what happened, and send the invoice again when it was a mistake."},
    Text{"overdue",
         "Report {number} for {client} is not paid, {days} days after it was invoiced: {due} of "
         "{total} are left.",
         "remind the client, with the link to the report."},
    Text{"opened", "{client} opened report {number}: {total}.",
         "wait for the client's agreement; they have seen the figures."},
    Text{"link_asked",
         "Somebody with an old link of {client} (report {number}) asked for a new one.",
         "find out who it was, and send the client the link that works now."},
    Text{"parked", "{count} writes to {remote} could not be done: {why}",
         "tell your administrator; once the cause is put right, they are tried again."},
    Text{"asks", "Report {number} for {client} needs your decision: {why}",
         "do what the text says; the next run looks again."},
    Text{
        "stale", "{remote} has not been read for {days} min; new hours are missing since.",
        "nothing is lost, and it goes on by itself once {remote} can be read; if it stays so, tell "
        "your administrator."},
    Text{"stopped", "{remote}: {why}",
         "look in {remote} whether that is so, and tell your administrator; until "
         "somebody decides, nothing is changed."},
    Text{"backup", "The backup failed: {why}",
         "tell your administrator to look at the disk; the next one is tried at its "
         "time."},
    Text{"damaged", "The books are damaged: {why}",
         "stop the service, keep the file, restore the last good backup."},
    Text{"outage", "{remote} is not available since {since} ({why}). Writes that wait: {count}.",
         "nothing by hand: it is tried again by itself, and nothing is lost."},
    Text{"outage_over",
         "{remote} is available again; it was not from {since} to {until}. Writes that go out now: "
         "{count}.",
         "nothing by hand."},
    Text{"stuck", "{count} writes to {remote} fail again and again while others pass: {why}",
         "ask your administrator; they are tried every hour."},
    Text{"test", "This is a test: hourbridge can reach you here.", "nothing to do."},
};

constexpr std::array kRussian = {
    Text{"sent", "Отчёт {number} для {client} отправлен: {period}, {hours} ч, {total}.",
         "ждём согласия клиента; если его нет несколько дней, позвоните."},
    Text{"agreed", "{client}: отчёт {number} согласован, {total}.",
         "руками ничего: сделка и документы создаются сами."},
    Text{"invoiced", "Отчёт {number} для {client} выставлен в CRM: {total}.",
         "отправьте клиенту счёт и документы."},
    Text{"paid", "Отчёт {number} для {client} оплачен: {paid} из {total}, остатка к оплате нет.",
         "распечатайте и отправьте документы; задачи отмечаются оплаченными сами."},
    Text{"partly_paid", "{client} оплатил {paid} из {total} по отчёту {number}; осталось {due}.",
         "попросите клиента об остатке; отчёт закроется сам, когда он придёт."},
    Text{"reversed",
         "Платёж по отчёту {number} для {client} вернулся: оплачено {paid} из {total}, осталось "
         "{due}.",
         "узнайте у клиента, что случилось; если это ошибка, отправьте счёт ещё раз."},
    Text{"overdue",
         "Отчёт {number} для {client} не оплачен, прошло дней со счёта: {days}; осталось {due} из "
         "{total}.",
         "напомните клиенту и приложите ссылку на отчёт."},
    Text{"opened", "{client}: отчёт {number} открыт, {total}.",
         "ждём согласия клиента, цифры он видел."},
    Text{"link_asked", "Кто-то со старой ссылкой для {client} (отчёт {number}) просит новую.",
         "узнайте, кто это, и отправьте клиенту ссылку, которая действует сейчас."},
    Text{"parked", "Не удалось записать в {remote}, операций: {count}. {why}",
         "сообщите тому, кто отвечает за службу; когда причина устранена, запись повторяют."},
    Text{"asks", "По отчёту {number} для {client} нужно ваше решение: {why}",
         "сделайте то, что сказано; следующий проход посмотрит снова."},
    Text{"stale", "{remote} не читается {days} мин; новых часов с тех пор нет.",
         "ничего не потеряно, чтение продолжится само, как только {remote} ответит; если это "
         "надолго, сообщите тому, кто отвечает за службу."},
    Text{"stopped", "{remote}: {why}",
         "посмотрите в {remote}, так ли это, и сообщите тому, кто отвечает за службу; до решения "
         "ничего не меняется."},
    Text{"backup", "Резервная копия не создана: {why}",
         "попросите того, кто отвечает за службу, проверить диск; следующая попытка в своё "
         "время."},
    Text{"damaged", "База повреждена: {why}",
         "остановите службу, сохраните файл, восстановите последнюю хорошую копию."},
    Text{"outage", "{remote} недоступен с {since} ({why}). Ждут записи: {count}.",
         "руками ничего: попытки идут сами, ничего не потеряно."},
    Text{"outage_over",
         "{remote} снова доступен; не отвечал с {since} до {until}. Сейчас уходит записей: "
         "{count}.",
         "руками ничего."},
    Text{"stuck", "{remote}: {count} записей не проходят раз за разом, хотя другие проходят. {why}",
         "спросите того, кто отвечает за службу; попытки идут каждый час."},
    Text{"test", "Это проверка: hourbridge может писать вам сюда.", "ничего делать не нужно."},
};

Values values_of(const NoticeFacts& facts, const Words& words) {
    const auto money = [&](std::int64_t minor) {
        return shown_money(words, minor, facts.currency);
    };
    return {{"number", facts.number.empty() ? "–" : facts.number},
            {"client", facts.client},
            {"period", facts.number.empty() ? "" : shown_period(words, facts.period)},
            {"hours", shown_time(facts.billed_seconds)},
            {"total", money(facts.total)},
            {"paid", money(facts.paid)},
            {"due", money(facts.due)},
            {"days", std::to_string(facts.days)},
            {"count", std::to_string(facts.count)},
            {"remote", facts.remote},
            {"since", facts.since},
            {"until", facts.until},
            {"why", facts.why},
            {"hint", facts.hint}};
}

const Text& text_of(std::string_view event, bool russian) {
    const auto& table = russian ? kRussian : kEnglish;
    for (const auto& text : table)
        if (text.event == event) return text;
    return table.back();
}

bool about_report(const NoticeFacts& facts) {
    return !facts.number.empty();
}

} // namespace

std::string notice_text(const NoticeFacts& facts, std::string_view locale) {
    const Words& words = words_for(locale);
    const bool russian = words.language == "ru";
    const Text& text = text_of(facts.event, russian);
    const Values values = values_of(facts, words);
    std::string out = with_values(text.what, values);
    const std::string next = with_values(text.next, values);
    if (!next.empty()) out += (russian ? "\nДальше: " : "\nNext: ") + next;
    if (!facts.link.empty()) out += "\n" + facts.link;
    return out;
}

std::string notice_json(const NoticeFacts& facts, std::string_view at, std::string_view text) {
    const auto money = [&](std::int64_t minor) {
        return domain::format_amount(minor, facts.currency);
    };
    json::Writer json;
    json.begin_object();
    json.member("type", (about_report(facts) ? "report." : "service.") + facts.event);
    json.member("timestamp", at).key("data").begin_object();
    if (about_report(facts)) {
        json.member("number", facts.number).member("client", facts.client);
        json.member("from", format_day(facts.period.from))
            .member("to", format_day(facts.period.to));
        json.member("currency", facts.currency.code).member("total", money(facts.total));
        json.member("paid", money(facts.paid)).member("due", money(facts.due));
        json.member("billed_seconds", facts.billed_seconds);
    }
    if (!facts.remote.empty()) json.member("remote", facts.remote);
    if (!facts.since.empty()) json.member("since", facts.since).member("waiting", facts.count);
    if (!facts.until.empty()) json.member("until", facts.until);
    if (!facts.why.empty()) json.member("why", facts.why);
    if (!facts.hint.empty()) json.member("what_to_do", facts.hint);
    if (!facts.link.empty() || facts.has_page) json.member("link", facts.link);
    return json.member("text", text).end_object().end_object().take();
}

} // namespace hb::render
