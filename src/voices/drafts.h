#pragma once

#include "voices/text.h"

// What people are told about drafts: why one is not made, not changed, not sent.
namespace hb::voices::drafts {

inline constexpr Text kUnknownReport =
    text({"report.unknown", "there is no report {report}", "отчёта {report} нет", "", "",
          "hourbridge report list shows them"});
inline constexpr Text kSomebodyWasFirst =
    text({"report.somebody_was_first", "another report took some of this time a moment ago",
          "только что другой отчёт занял часть этого времени",
          "make the report again; what the other one holds will be listed",
          "создайте отчёт ещё раз: будет видно, что занял другой"});
inline constexpr Text kNoTime =
    text({"report.no_time", "No report created: no matching unbilled time",
          "Отчёт не создан: подходящего времени нет"});
inline constexpr Text kTimeHeld =
    text({"report.time_held", "No report created: report {report} holds the matching time",
          "Отчёт не создан: подходящее время уже в отчёте {report}"});
inline constexpr Text kNoContract =
    text({"terms.none", "{client} has no contract", "{client}: условия не заданы",
          "ask your administrator to enter the client's terms",
          "попросите администратора внести условия клиента",
          "write its terms to a file and run: hourbridge contract apply FILE"});
inline constexpr Text kBeforeContract =
    text({"terms.before_first", "the contract of {client} begins on {day}, after this period",
          "{client}: условия действуют с {day}, позже этого периода",
          "time before the first contract is billed elsewhere; choose a later period",
          "время до первых условий выставляется не здесь; выберите более поздний период"});
inline constexpr Text kTermsChange =
    text({"terms.change_inside", "new terms of {client} begin inside the period, on {day}",
          "{client}: внутри периода, с {day}, начинаются новые условия",
          "make two reports: {from} to {before} and {day} to {to}",
          "создайте два отчёта: {from} – {before} и {day} – {to}"});
inline constexpr Text kPeriodEnds = text(
    {"filter.period", "the period ends before it begins", "период кончается раньше, чем начинается",
     "exchange its days", "поменяйте даты местами", "--from must not be after --to"});
inline constexpr Text kUnknownWorkType =
    text({"filter.work_type", "no work type \"{type}\" is known", "вид работ «{type}» неизвестен",
          "known: {known}", "известны: {known}"});
inline constexpr Text kNoWorkTypes = text(
    {"filter.no_work_types", "no work type \"{type}\" is known", "вид работ «{type}» неизвестен",
     "the terms of {client} name no work types", "в условиях {client} видов работ нет"});
inline constexpr Text kFilterStays =
    text({"filter.sent", "the filter of a report that is {state} stays as it was sent",
          "отчёт: {state}, его фильтр уже не изменить", "recall it first, or make another report",
          "сначала отзовите отчёт или создайте другой"});
inline constexpr Text kClientStays =
    text({"filter.client", "a draft stays with its client", "у черновика нельзя сменить клиента",
          "cancel it and make another report", "отмените его и создайте другой отчёт"});
inline constexpr Text kOnlyDrafts =
    text({"draft.only", "only a draft can be changed; this report is {state}",
          "менять можно только черновик, а отчёт: {state}", "recall it first, or cancel it",
          "сначала отзовите или отмените его"});
inline constexpr Text kExcludeReason =
    text({"exclude.reason", "taking time out needs a reason", "чтобы убрать время, укажите причину",
          "", "", "add --reason TEXT"});
inline constexpr Text kNotExcluded =
    text({"include.not_excluded", "{what} was not taken out of this report",
          "{what} из этого отчёта не убирали", "nothing is left to do", "делать ничего не нужно",
          "nothing is left to do; hourbridge report show {report} lists what is out"});
inline constexpr Text kOverrideReason =
    text({"override.reason", "an override needs a reason", "укажите причину решения", "", "",
          "add --reason TEXT"});
inline constexpr Text kOnAnother =
    text({"entry.on_another", "{entry} is on report {report}", "{entry} уже в отчёте {report}",
          "name that report", "укажите тот отчёт"});
inline constexpr Text kCancelReason =
    text({"cancel.reason", "cancelling needs a reason", "укажите причину отмены", "", "",
          "hourbridge report cancel {report} --reason TEXT"});
inline constexpr Text kOnlyAgreedInvoiced =
    text({"invoice.only_agreed", "report {report} is {state}: only an agreed report is invoiced",
          "отчёт {report}: {state}, а счёт выставляется только по согласованному",
          "send it and have it agreed first", "сначала отправьте его и получите согласие"});
inline constexpr Text kSentNotAgreed =
    text({"invoice.sent", "report {report} is sent: only an agreed report is invoiced",
          "отчёт {report} отправлен, но ещё не согласован", "the client agrees on the page",
          "согласие даёт клиент на странице отчёта",
          "the client agrees on the page, or: hourbridge report agree {report}"});
inline constexpr Text kNoLink =
    text({"link.draft", "a draft has no link; the client sees a report once it is sent",
          "у черновика нет ссылки: клиент увидит отчёт после отправки", "send it first",
          "сначала отправьте его", "hourbridge report send {report}"});
inline constexpr Text kNoPreview = text(
    {"link.sent", "report {report} is {state}; a preview shows a draft",
     "отчёт {report} уже не черновик ({state}), предпросмотр показывает черновик",
     "look at the client's page", "смотрите страницу клиента", "hourbridge report link {report}"});
inline constexpr Text kNoSuchLink =
    text({"link.unknown", "report {report} has no link {link}",
          "у отчёта {report} нет ссылки {link}", "choose one of those that are listed",
          "выберите одну из перечисленных", "hourbridge report link {report} --list"});
inline constexpr Text kChangedBefore = text(
    {"send.changed",
     "time on this report changed in its planner since the draft was made: it was {was}, it is "
     "{now}",
     "время в этом отчёте изменилось в планировщике: было {was}, стало {now}",
     "look at it again and send once more", "проверьте отчёт и отправьте ещё раз",
     "look at it again (hourbridge report show {report}) and send once more"});
inline constexpr Text kMovedBefore =
    text({"send.moved",
          "time on this report changed in its planner since the draft was made: the total is still "
          "{was}, but days, tasks, people or texts differ",
          "время в этом отчёте изменилось в планировщике: сумма прежняя, {was}, но изменились дни, "
          "задачи, люди или описания",
          "look at it again and send once more", "проверьте отчёт и отправьте ещё раз",
          "look at it again (hourbridge report show {report}) and send once more"});
inline constexpr Text kStrict =
    text({"send.strict", "not sent, because there are warnings: {warnings}",
          "не отправлен, есть предупреждения: {warnings}", "", "",
          "send without --strict to accept them"});
inline constexpr Text kAcceptOther =
    text({"accept.figure", "report {report} now comes to {now}, not {figure}",
          "отчёт {report}: теперь {now}, а не {figure}", "look at it again",
          "проверьте его ещё раз", "look at it again: hourbridge report show {report}"});
inline constexpr Text kAcceptNone =
    text({"accept.none", "report {report} asks for no decision named \"{name}\"",
          "отчёт {report} не ждёт решения «{name}»", "", "",
          "hourbridge report show {report} lists its warnings"});
inline constexpr Text kRemoteGone =
    text({"reread.no_remote", "remote {remote} is no longer configured",
          "источник {remote} больше не настроен",
          "its time cannot be re-checked; ask your administrator",
          "его время нельзя перепроверить; сообщите администратору",
          "so its time cannot be re-checked"});
inline constexpr Text kRemoteBusy = text(
    {"reread.busy", "another command is reading {remote}", "{remote} сейчас читает другая команда",
     "try again when it has ended", "повторите, когда она закончит"});

} // namespace hb::voices::drafts
