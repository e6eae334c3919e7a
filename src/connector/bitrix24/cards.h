#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crm_objects.h"
#include "json/value.h"

// The smart process "Hour report": what its cards are made of, and where that stands in one portal.
// The layout's text, as the books keep it:
//
//   {"entityTypeId":1044,"typeId":7,"category":"12",
//    "fields":{"from":"UF_CRM_7_HB_FROM",…},"states":{"draft":"DT1044_12:NEW",…}}
namespace hb::connector::bitrix24 {

inline constexpr std::string_view kCardTitle = "Hour report";

struct CardField {
    std::string_view name; // logical
    std::string_view type; // userTypeId
    int lines;             // of a text field; 1: one line
    std::string_view en, ru;
};
inline constexpr std::array kCardFields = {
    CardField{"from", "date", 1, "Period from", "Период с"},
    CardField{"to", "date", 1, "Period to", "Период по"},
    CardField{"projects", "string", 4, "Projects", "Проекты"},
    CardField{"type", "string", 1, "Work type", "Вид работ"},
    CardField{"status", "string", 1, "Task status", "Статус задач"},
    CardField{"percent_paid", "string", 1, "Percent paid", "Процент оплаты"},
    CardField{"task_dates", "string", 2, "Task dates", "Даты задач"},
    CardField{"number", "string", 1, "Report number", "Номер отчёта"},
    CardField{"hours", "string", 1, "Hours", "Часы"},
    CardField{"total", "string", 1, "Total", "Сумма"},
    CardField{"paid", "string", 1, "Paid", "Оплачено"},
    CardField{"link", "url", 1, "Report page", "Страница отчёта"},
    CardField{"files", "file", 1, "Documents", "Документы"},
    CardField{"warnings", "string", 6, "Warnings", "Предупреждения"},
};

struct CardStage {
    std::string_view state;
    std::string_view code; // of the stage that setup makes; "": one that every pipeline has
    std::string_view name;
    std::string_view color;
    char semantics; // P in work, S success, F failure
};
inline constexpr std::array kCardStages = {
    CardStage{"draft", "", "", "", 'P'},
    CardStage{"sent", "HB_SENT", "Sent", "#39A8EF", 'P'},
    CardStage{"agreed", "HB_AGREED", "Agreed", "#2FC6F6", 'P'},
    CardStage{"invoiced", "HB_INVOICED", "Invoiced", "#FFA900", 'P'},
    CardStage{"partly_paid", "HB_PARTLY", "Partly paid", "#FF7A00", 'P'},
    CardStage{"paid", "", "", "", 'S'},
    CardStage{"cancelled", "", "", "", 'F'},
    CardStage{"credited", "HB_CREDITED", "Credited", "#8A97A8", 'F'},
};

struct Cards {
    int entity_type = 0;      // 0: there are no cards
    std::int64_t type_id = 0; // its fields are called UF_CRM_{type_id}_…
    std::string category;
    std::map<std::string, std::string> fields; // logical name -> UF_…
    std::map<std::string, std::string> states; // "draft" … -> STATUS_ID

    bool there() const { return entity_type != 0; }
    std::string stage_entity() const; // ENTITY_ID of its stages
};

// "" and what is no layout of ours: no cards.
Cards parse_cards(std::string_view text);
domain::CardLayout layout_of(const Cards& cards);

// The item of crm.item.get and crm.item.list (asked with useOriginalUfNames).
// REQUIRES: nothing is wrong with it
domain::CardState card_state(const Cards& cards, const json::Value& item);
// What is wrong with an item: a member that every card has is not there, or of another kind. A
// field of the layout that does not come is not an empty one: a filter without it would bill more.
std::optional<std::string> wrong_card(const Cards& cards, const json::Value& item);
// A field's value in the words of CardState: dates YYYY-MM-DD, "" for nothing. A date comes as the
// portal's local midnight plus its offset: the day that it has in UTC is the day that was meant.
std::string card_value(std::string_view name, const json::Value& value);
// The files of a card: their names; "#77" where the portal tells none.
std::vector<std::string> card_files(const json::Value& value);

} // namespace hb::connector::bitrix24
