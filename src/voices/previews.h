#pragma once

#include "voices/text.h"

// What a manager reads above the preview of a draft.
namespace hb::voices::previews {

inline constexpr Text kTitle = text({"preview.title", "Draft: the client has not seen this page",
                                     "Черновик: клиент этой страницы не видел"});
inline constexpr Text kExplained =
    text({"preview.explained",
          "The client will see it like this once the report is sent. Figures follow the time until "
          "then, and the buttons do nothing here.",
          "Так страницу увидит клиент, когда отчёт будет отправлен. До этого цифры меняются вместе "
          "с временем, а кнопки здесь не действуют."});
inline constexpr Text kWarnings =
    text({"preview.warnings", "Before you send it", "Что проверить перед отправкой"});
inline constexpr Text kLate = text({"preview.late", "Late time that waits for your decision",
                                    "Позднее время, которое ждёт вашего решения"});
inline constexpr Text kLateRow = text(
    {"preview.late_row", "{task}, {day}: {hours} h. {why}", "{task}, {day}: {hours} ч. {why}"});
inline constexpr Text kLatePaid =
    text({"preview.late_paid", "Its task was paid before", "Задача уже была оплачена"});
inline constexpr Text kLateSent =
    text({"preview.late_sent", "Its period was sent before", "Её период уже был отправлен"});
inline constexpr Text kLateEarlier = text(
    {"preview.late_earlier", "It is from before this period", "Время до начала этого периода"});
inline constexpr Text kLateChanged = text({"preview.late_changed", "Billed time that changed later",
                                           "Выставленное время изменилось позже"});

} // namespace hb::voices::previews
