#include "render/question_text.h"

#include <array>

#include "base/ensure.h"
#include "render/locale.h"
#include "render/placeholders.h"
#include "json/writer.h"

// A new language is one more column; every kind has its text in each.
namespace hb::render {
namespace {

using domain::QuestionKind;

struct Text {
    QuestionKind kind;
    std::string_view english, russian;
};

constexpr std::array<Text, domain::kQuestionKinds> kTexts = {{
    {QuestionKind::Other, "{text}", "{text}"},
    {QuestionKind::WriteRefused, "{op} was refused: {message}",
     "запись в CRM отклонена ({op}): {message}"},
    {QuestionKind::FoundTwice,
     "the CRM shows {count} objects with key {key}; {kept} is kept, remove the others by hand",
     "в CRM найдено объектов с ключом {key}: {count}; учитывается {kept}, остальные удалите "
     "вручную"},
    {QuestionKind::Gone,
     "its {what} {id} is gone from the CRM; restore it there, or cancel the report",
     "{what} {id} больше нет в CRM; восстановите или отмените отчёт"},
    {QuestionKind::AmountDiffers,
     "{what} {id} says {now}, the client agreed to {was}; put the amount right in the {what}",
     "{what} {id}: сумма {now}, клиент согласовал {was}; исправьте сумму в CRM"},
    {QuestionKind::RowsDiffer,
     "the product rows of {what} {id} add up to {now}, the client agreed to {was}; put the rows "
     "right in the {what}",
     "{what} {id}: товарные позиции дают {now}, клиент согласовал {was}; исправьте позиции в CRM"},
    {QuestionKind::RowUnreadable,
     "the product rows of {what} {id} can't be added up: row \"{row}\" has price {price} and "
     "quantity {quantity}; put the row right in the {what}",
     "{what} {id}: позиции не складываются: у «{row}» цена {price} и количество {quantity}; "
     "исправьте позицию в CRM"},
    {QuestionKind::Lost, "{what} {id} is in a failed stage", "{what} {id}: стадия отказа"},
    {QuestionKind::PaymentCurrency,
     "a payment is in {now}, another currency than the report's {was}",
     "платёж в валюте {now}, а отчёт в {was}"},
    {QuestionKind::PaymentsShort,
     "the deal is won, but payments of {now} do not reach the {was} due",
     "сделка выиграна, но оплачено {now} из {was}"},
    {QuestionKind::ClosedInCurrency, "the {what} is {closed}, but in {now} instead of {was}",
     "{what}: закрыто в валюте {now} вместо {was}"},
    {QuestionKind::ClosedWithAmount,
     "the {what} is {closed}, but carries {now} instead of the {was} due",
     "{what}: закрыто с суммой {now} вместо {was} к оплате"},
    {QuestionKind::CurrencyDiffers,
     "{what} {id} is in {now}, the client agreed to {was}; put the currency right in the {what}",
     "{what} {id}: валюта {now}, клиент согласовал {was}; исправьте валюту в CRM"},
    {QuestionKind::CompanyDiffers,
     "{what} {id} belongs to company {now}, company {was} agreed; put the company right in the "
     "{what}",
     "{what} {id}: компания {now}, согласовала компания {was}; исправьте компанию в CRM"},
}};
// Of older books: of one of the two.
constexpr Text kLostOne = {QuestionKind::Lost, "the deal or invoice is in a failed stage",
                           "сделка или счёт в стадии отказа"};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kTexts.size(); ++i)
        if (kTexts[i].kind != static_cast<QuestionKind>(i)) return false;
    return true;
}
static_assert(in_order(), "a text for each kind of question, in the order of their numbers");

// Names of things are values too; in Russian they come first and keep their first case.
std::string word_of(const std::string& what, bool russian) {
    if (!russian) return what;
    return what == "invoice" ? "счёт" : what == "deal" ? "сделка" : what;
}

} // namespace

std::string question_text(const domain::Question& question, std::string_view locale) {
    const bool russian = words_for(locale).language == "ru";
    Values values;
    for (const auto& [name, value] : question.args) values[name] = value;
    if (const auto what = question.args.find("what"); what != question.args.end()) {
        values["closed"] = what->second == "invoice" ? "paid" : "won";
        values["what"] = word_of(what->second, russian);
    }
    const bool lost_one = question.kind == QuestionKind::Lost && question.args.empty();
    const auto& text = lost_one ? kLostOne : kTexts.at(static_cast<std::size_t>(question.kind));
    return with_values(russian ? text.russian : text.english, values);
}

std::string question_in_shell(const domain::Question& question) {
    std::string out = question_text(question, "en");
    const auto hint = question.args.find("hint");
    if (hint != question.args.end() && !hint->second.empty()) out += ". " + hint->second;
    return out;
}

std::string questions_in_shell(const std::vector<domain::AskedQuestion>& questions) {
    std::string out;
    for (const auto& each : questions)
        out += (out.empty() ? "" : "; ") + question_in_shell(each.asked);
    return out;
}

void write_question(json::Writer& out, const domain::AskedQuestion& question) {
    const auto& asked = question.asked;
    out.begin_object().member("code", domain::to_string(asked.kind)).member("about", asked.about);
    out.key("args").begin_object();
    for (const auto& [name, value] : asked.args) out.member(name, value);
    out.end_object();
    out.member("asked_at", format_instant(question.asked_at));
    out.member("message", question_in_shell(asked)).end_object();
}

} // namespace hb::render
