#pragma once

#include "voices/text.h"

// What is wrong with a filter, wherever it was typed: at a prompt, on a card, on a page.
namespace hb::voices::filters {

inline constexpr Text kStatus =
    text({"filter.status", "\"{text}\" is not a status", "«{text}» – не статус",
          "write one of {words}, or codes from 2 to 6 with commas, for example {example}",
          "укажите одно из {words} или коды от 2 до 6 через запятую, например {example}"});
inline constexpr Text kPercent =
    text({"filter.percent", "\"{text}\" is not a test of percent paid",
          "«{text}» – не условие на процент оплаты",
          "write one of {signs} and whole percents from 0 to 100, for example {example}",
          "укажите один из знаков {signs} и целый процент от 0 до 100, например {example}"});
inline constexpr Text kTaskDates =
    text({"filter.task_dates", "\"{text}\" is not a range of task dates: {why}",
          "«{text}» – не диапазон дат задачи: {why}",
          "write {form}, with one of {keys}, for example {example}",
          "укажите {form}, где в начале одно из {keys}, например {example}"});
inline constexpr Text kNeedsColon =
    text({"filter.needs_colon", "it needs a colon and two dots", "нужны двоеточие и две точки"});
inline constexpr Text kUnknownKey =
    text({"filter.unknown_key", "this key is unknown", "первое слово неизвестно"});
inline constexpr Text kEndsBefore =
    text({"filter.ends_before", "it ends before it begins", "кончается раньше, чем начинается"});
inline constexpr Text kNoDay = text({"filter.day", "\"{text}\" is not a day", "«{text}» – не дата",
                                     "write it as {example}", "укажите в виде {example}"});

} // namespace hb::voices::filters
