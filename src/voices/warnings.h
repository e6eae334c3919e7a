#pragma once

#include "voices/text.h"

// What to know before a report is sent (G24), for the command, the card and the page.
namespace hb::voices::warnings {

inline constexpr Text kNoRate =
    text({"warning.no_rate", "no rate for {what} on {day}", "нет ставки: {what}, {day}",
          "add a rate to the contract; a rate of 0 has to be written too",
          "добавьте ставку в условия; нулевая ставка тоже указывается явно"});
inline constexpr Text kNoRates =
    text({"warning.no_rates", "no rate for {what} on {day} and {n} more {n#day|days}",
          "нет ставки: {what}, {day} и ещё {n} {n#день|дня|дней}",
          "add a rate to the contract; a rate of 0 has to be written too",
          "добавьте ставку в условия; нулевая ставка тоже указывается явно"});

inline constexpr Text kNeverRead =
    text({"warning.never_pulled", "{remote} has never been fully synced",
          "{remote}: данные ещё ни разу не прочитаны до конца", "wait until it has been read",
          "дождитесь окончания чтения", "run: hourbridge sync {remote}"});
inline constexpr Text kStale =
    text({"warning.stale", "{remote} was last read at {at}", "{remote}: последнее чтение {at}", "",
          "", "hourbridge sync {remote} reads it now"});
inline constexpr Text kUnreadable = text(
    {"warning.unmapped",
     "{n} {n#record|records} of {remote} can't be read and will be in no report",
     "{remote}: {n} {n#запись не читается и не войдёт|записи не читаются и не войдут|записей не "
     "читаются и не войдут} ни в один отчёт",
     "", "", "hourbridge check names the reason"});
inline constexpr Text kGuardStopped =
    text({"warning.guard_stopped", "{remote}: {why}", "{remote}: чтение остановлено. {why}",
          "ask your administrator to decide", "попросите администратора принять решение",
          "What to do: {what}"});
inline constexpr Text kUnproven =
    text({"warning.unproven",
          "{n} {n#task|tasks} whose total in {remote} differs from the stored entries",
          "{remote}: {n} {n#задача, у которой|задачи, у которых|задач, у которых} сумма времени не "
          "сходится с записями",
          "", "", "hourbridge sync {remote} --full compares every entry"});
inline constexpr Text kHeld =
    text({"warning.held",
          "{n} {n#record|records} of {remote} changed in {field} since {since}, and the new values "
          "wait for a decision",
          "{remote}: {n} {n#запись изменилась|записи изменились|записей изменились} ({field}) с "
          "{since}, новые значения ждут решения",
          "ask your administrator to decide", "попросите администратора принять решение",
          "hourbridge check"});
inline constexpr Text kNotShown = text(
    {"warning.not_shown",
     "{n} {n#time entry|time entries} ({hours} h) of {remote} not shown there since {since}: "
     "{cause}; they stay on this report",
     "{remote}: {n} {n#запись|записи|записей} ({hours} ч) не показаны там с {since}: {cause}; в "
     "отчёте они остаются"});
inline constexpr Text kHiddenOwner =
    text({"hidden.owner", "its person, project or task is not shown either",
          "не показан и сотрудник, проект или задача"});
inline constexpr Text kHiddenRights =
    text({"hidden.rights", "the account's permissions changed", "изменились права учётной записи"});
inline constexpr Text kHiddenLarge =
    text({"hidden.large", "too much at once to take it for deleted unasked",
          "слишком много сразу, чтобы без вопроса считать удалённым"});
inline constexpr Text kHiddenUnproven = text(
    {"hidden.unproven", "nothing proves that it was deleted", "удаление ничем не подтверждено"});

inline constexpr Text kLong = text(
    {"warning.long_waits",
     "{n} {n#time entry|time entries} of more than a day ({hours} h) wait until somebody accepts "
     "them",
     "{n} {n#запись длиннее суток|записи длиннее суток|записей длиннее суток} ({hours} ч) ждут "
     "подтверждения",
     "check them in the planner", "проверьте их в планировщике",
     "hourbridge entry accept {first} --reason TEXT"});
inline constexpr Text kLongDay =
    text({"warning.long_day", "{person} has {hours} h on {day}: more than a day",
          "{person}: {hours} ч за {day}, больше суток"});
inline constexpr Text kNoText =
    text({"warning.no_text",
          "{n} {n#time entry has|time entries have} no description; add one in the planner",
          "{n} {n#запись|записи|записей} без описания; добавьте его в планировщике"});
inline constexpr Text kRepeated = text(
    {"warning.may_repeat",
     "{hours} h looks like a duplicate of time in another planner and stays out of drafts until "
     "resolved",
     "{hours} ч похожи на дубли времени из другого планировщика и не входят в черновики до "
     "решения",
     "", "", "hourbridge alias list"});
inline constexpr Text kLateWaits =
    text({"warning.late_waiting", "{hours} h of this period wait as late time for a decision",
          "{hours} ч этого периода ждут решения как поздние", "", "", "hourbridge late list"});
inline constexpr Text kOldDraft = text(
    {"warning.old_draft", "this draft has reserved its time since {since}; send it, or cancel it",
     "черновик удерживает время с {since}: отправьте его или отмените", "", "",
     "hourbridge report cancel {report} --reason TEXT"});
inline constexpr Text kCorrectionWaits = text(
    {"warning.correction_waits",
     "correction {id} of {amount} was made under the terms of {day}; a report that ends under "
     "those terms takes it",
     "корректировка {id} на {amount} относится к условиям с {day}; она войдёт в отчёт, который "
     "кончается при этих условиях"});
inline constexpr Text kTwoClients = text(
    {"warning.two_clients",
     "{n} {n#task is|tasks are} linked to two companies; the first one is billed",
     "{n} {n#задача связана|задачи связаны|задач связаны} с двумя компаниями; счёт получит первая",
     "", "", "Another one: hourbridge link set {first} COMPANY"});
inline constexpr Text kClosedWithoutTime = text(
    {"warning.closed_without_time",
     "{n} {n#task closed in this period has|tasks closed in this period have} no time; was it "
     "forgotten?",
     "{n} {n#задача закрыта|задачи закрыты|задач закрыты} в этом периоде без времени; не забыли "
     "его записать?"});
inline constexpr Text kCosts = text(
    {"warning.costs",
     "{n} {n#cost|costs} of {sum} in money, without time, of {remote} in this period "
     "{n#is|are} not on this report: only time is billed. Bill that beside the report",
     "{remote}: {n} {n#расход|расхода|расходов} на {sum} без времени за этот период не входят в "
     "отчёт: выставляется только время. Выставьте их отдельно",
     "", "", "hourbridge explain {first} shows the first"});
inline constexpr Text kShrunk = text(
    {"warning.shrunk",
     "{was}, now {now}: {hours} h taken away by what planners changed in {n} {n#time entry|time "
     "entries} since {day}",
     "{was}, теперь {now}: {hours} ч убыло из-за изменений в планировщике ({n} {n#запись|записи|"
     "записей}) с {day}"});
inline constexpr Text kGrown =
    text({"warning.grown",
          "{was}, now {now}: {hours} h added by what planners changed in {n} {n#time entry|time "
          "entries} since {day}",
          "{was}, теперь {now}: {hours} ч прибыло из-за изменений в планировщике ({n} {n#запись|"
          "записи|записей}) с {day}"});
inline constexpr Text kRecounted = text(
    {"warning.recounted", "this version of the program counts it anew: it was {was}, it is {now}",
     "новая версия программы пересчитала: было {was}, стало {now}"});
inline constexpr Text kDrifted =
    text({"warning.drifted", "time changed in its planner after sending",
          "время изменилось в планировщике после отправки"});

inline constexpr Text kOwnCompanySeveral = text(
    {"own_company.several", "the terms name no own company, and the CRM has several: {companies}",
     "в условиях не указана своя компания, а в CRM их несколько: {companies}",
     "name one in the terms", "укажите одну из них в условиях"});
inline constexpr Text kOwnCompanyOther =
    text({"own_company.not_own",
          "the terms bill in the name of {company}, which is not one of your own companies",
          "счета по условиям выставляет {company}, а это не ваша компания",
          "name one of these in the terms: {companies}",
          "укажите в условиях одну из своих: {companies}"});
inline constexpr Text kOwnCompanyUnmarked =
    text({"own_company.unmarked",
          "the terms bill in the name of {company}, which is not one of your own companies",
          "счета по условиям выставляет {company}, а это не ваша компания",
          "mark your own company as such in the CRM, and name it in the terms",
          "отметьте свою компанию в CRM как свою и укажите её в условиях"});
inline constexpr Text kNegativeTotal =
    text({"warning.negative_total", "the total is negative: {total}", "итог отрицательный: {total}",
          "wait until there is more to bill; its corrections stay open",
          "дождитесь новой работы: корректировки остаются открытыми"});
inline constexpr Text kUnknownCurrency =
    text({"warning.unknown_currency", "the currency {currency} is not known",
          "неизвестная валюта {currency}", "correct the currency of the contract",
          "исправьте валюту в условиях"});

} // namespace hb::voices::warnings
