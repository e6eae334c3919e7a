#pragma once

#include "voices/text.h"

// The states of a report, as a word and in a sentence, and why one does not follow another.
namespace hb::voices::states {

inline constexpr Text kDraft = text({"state.draft", "draft", "черновик"});
inline constexpr Text kSent = text({"state.sent", "sent", "отправлен"});
inline constexpr Text kAgreed = text({"state.agreed", "agreed", "согласован"});
inline constexpr Text kInvoiced = text({"state.invoiced", "invoiced", "выставлен счёт"});
inline constexpr Text kPartlyPaid = text({"state.partly_paid", "partly paid", "оплачен частично"});
inline constexpr Text kPaid = text({"state.paid", "paid", "оплачен"});
inline constexpr Text kCancelled = text({"state.cancelled", "cancelled", "отменён"});
inline constexpr Text kCredited = text({"state.credited", "credited", "сторнирован"});

// How a sentence calls a report in this state.
inline constexpr Text kIsDraft =
    text({"state.is_draft", "the report is still a draft", "отчёт ещё черновик"});
inline constexpr Text kIs = text({"state.is", "the report is {state}", "отчёт: {state}"});

// sending
inline constexpr Text kSentAlready =
    text({"send.sent_already", "the report has been sent already", "отчёт уже отправлен",
          "recall it to change it", "чтобы изменить его, сначала отзовите"});
inline constexpr Text kSendEnded =
    text({"send.ended", "{called} and cannot be sent", "{called}, отправить его нельзя",
          "make a new report", "создайте новый отчёт"});
inline constexpr Text kSendAgain =
    text({"send.again", "{called} and cannot be sent again",
          "{called}, ещё раз отправить его нельзя", "cancel it and make a new report",
          "отмените его и создайте новый", "cancel it with --reason and make a new report"});
inline constexpr Text kSendEmpty =
    text({"send.empty", "there is nothing on the report", "в отчёте нет ни одной записи",
          "widen its filter, include what was excluded, or cancel it",
          "расширьте фильтр, верните исключённое или отмените отчёт"});
inline constexpr Text kSendBlocked = text(
    {"send.blocked", "the report cannot be sent yet; {why}", "отчёт пока нельзя отправить: {why}"});
inline constexpr Text kSendNegative =
    text({"send.negative", "the total of the report is negative", "итог отчёта отрицательный",
          "wait until there is more to bill; its corrections stay open",
          "дождитесь новой работы: корректировки остаются открытыми"});

// recalling
inline constexpr Text kRecallDraft = text(
    {"recall.draft", "the report is still a draft", "отчёт ещё черновик",
     "change it as it is; nobody has seen it", "измените его как есть: его ещё никто не видел"});
inline constexpr Text kRecallAgreed =
    text({"recall.agreed", "{called}, and only a sent report can be recalled",
          "{called}, а отозвать можно только отправленный", "cancel it and make a new report",
          "отмените его и создайте новый", "cancel it with --reason and make a new report"});
inline constexpr Text kRecallPaid =
    text({"recall.paid", "{called}, and only a sent report can be recalled",
          "{called}, а отозвать можно только отправленный",
          "reverse the payment first, or bill the difference with the next report",
          "сначала отмените оплату или выставьте разницу в следующем отчёте"});
inline constexpr Text kRecallEnded =
    text({"recall.ended", "{called} and stays so", "{called}, это уже не изменить",
          "make a new report", "создайте новый отчёт"});

// agreeing
inline constexpr Text kAgreeDraft =
    text({"agree.draft", "the report is a draft, and a draft cannot be agreed to",
          "это черновик, а черновик согласовать нельзя",
          "send it first; the client agrees to what is sent",
          "сначала отправьте его: клиент согласовывает отправленное"});
inline constexpr Text kAgreeEnded =
    text({"agree.ended", "{called} and cannot be agreed to", "{called}, согласовать его нельзя",
          "make a new report", "создайте новый отчёт"});
inline constexpr Text kAgreedAlready =
    text({"agree.already", "the report has been agreed to already", "отчёт уже согласован",
          "nothing is left to do here", "делать больше ничего не нужно"});
inline constexpr Text kAgreeStale =
    text({"agree.stale", "the report has changed since this page was shown",
          "отчёт изменился после того, как страница была показана",
          "open the link again and agree to the new figures",
          "откройте ссылку ещё раз и согласуйте новые суммы"});

// invoicing
inline constexpr Text kInvoiceBefore = text(
    {"invoice.not_agreed", "{called} and has not been agreed to", "{called}, он ещё не согласован",
     "the client, or the manager for the client, agrees first",
     "сначала согласие: клиента или менеджера за клиента"});
inline constexpr Text kInvoiceEnded =
    text({"invoice.ended", "{called} and cannot be invoiced", "{called}, счёт по нему не выставить",
          "make a new report", "создайте новый отчёт"});
inline constexpr Text kInvoicedAlready =
    text({"invoice.already", "the report has been invoiced already", "счёт по отчёту уже выставлен",
          "nothing is left to do here", "делать больше ничего не нужно"});

// cancelling
inline constexpr Text kCancelEnded =
    text({"cancel.ended", "{called} already", "{called}, и это окончательно",
          "nothing is left to do here", "делать больше ничего не нужно"});
inline constexpr Text kCancelPaid =
    text({"cancel.paid", "there is money on the report, so it cannot be cancelled",
          "по отчёту есть оплата, поэтому отменить его нельзя",
          "reverse the payment first, or bill the difference with the next report",
          "сначала отмените оплату или выставьте разницу в следующем отчёте"});
inline constexpr Text kCancelCorrected =
    text({"cancel.corrected", "corrections of the report are part of {reports}",
          "корректировки этого отчёта вошли в {reports}",
          "cancel that first, or take the corrections out of it",
          "сначала отмените его или уберите из него корректировки"});

// paying
inline constexpr Text kPayBefore =
    text({"pay.not_agreed", "{called}, and only an agreed report can be paid",
          "{called}, а оплатить можно только согласованный",
          "keep the payment and record it after the client has agreed",
          "запишите оплату после согласия клиента"});
inline constexpr Text kPayEnded =
    text({"pay.ended", "{called}, and nothing is due on it", "{called}, платить по нему нечего",
          "record the payment on another report of the client",
          "запишите оплату на другой отчёт клиента"});

} // namespace hb::voices::states
