#pragma once

#include "voices/text.h"

// What a manager is told on the report's card, as a comment (G36).
namespace hb::voices::cards {

inline constexpr Text kNoProject =
    text({"card.no_project", "no project \"{name}\" is known", "проект «{name}» не найден",
          "write its number, or its name as the planner shows it",
          "укажите его номер или название, как в планировщике"});
inline constexpr Text kNoClient =
    text({"card.no_client", "the card has no client", "на карточке не выбран клиент",
          "choose the company on the card", "выберите компанию на карточке"});
inline constexpr Text kNoLastDay =
    text({"card.no_last_day", "the period has no last day", "не указан последний день периода",
          "fill in its last day", "заполните последний день"});
inline constexpr Text kPaidByMove = text(
    {"card.paid_by_move", "moving the card does not mark a report as paid; this one is: {state}",
     "переносом карточки отчёт не становится оплаченным; сейчас он: {state}",
     "mark the invoice or the deal as paid, or have the payment recorded by your administrator",
     "отметьте оплаченным счёт или сделку либо попросите администратора записать оплату"});
inline constexpr Text kNoState =
    text({"card.no_state", "this stage does not belong to a report status",
          "эта стадия не относится к статусам отчёта",
          "use one of the stages of reports; your administrator can repair them",
          "используйте стадии отчётов; восстановить их может администратор"});
inline constexpr Text kAgreeDraft =
    text({"card.agree_draft", "a draft can't be agreed to", "черновик согласовать нельзя",
          "send it first", "сначала отправьте его"});
inline constexpr Text kInvoiceFirst =
    text({"card.invoice_first", "only an agreed report is invoiced; this one is: {state}",
          "счёт выставляется только по согласованному отчёту; сейчас он: {state}",
          "have it agreed first", "сначала получите согласие"});
inline constexpr Text kNoSuchMove =
    text({"card.no_such_move", "a report can't go from \"{from}\" to \"{to}\"",
          "отчёт нельзя перевести из «{from}» в «{to}»",
          "cancel it and make another one when it is wrong",
          "если отчёт неверный, отмените его и создайте новый"});
inline constexpr Text kReadFirst =
    text({"card.read_first", "please review before sending:\n{warnings}\n",
          "проверьте перед отправкой:\n{warnings}\n", "Move the card again to send anyway",
          "Перенесите карточку ещё раз, чтобы отправить"});
inline constexpr Text kFieldsFought = text(
    {"card.fields_fought",
     "something on this portal changes what the service writes here, several times an hour; it "
     "is left as it is",
     "что-то на портале по нескольку раз в час меняет то, что здесь пишет служба; пусть "
     "остаётся как есть"});

} // namespace hb::voices::cards
