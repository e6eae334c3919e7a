#include "mapping/fields.h"

namespace hb::mapping {

namespace {

using namespace domain;

template <class> struct Member;
template <class Owner, class Type> struct Member<Type Owner::*> {
    using owner = Owner;
    using type = Type;
};
template <class Type> struct Bare { using type = Type; };
template <class Type> struct Bare<std::optional<Type>> { using type = Type; };

template <auto member> void put(Fact& fact, Product&& product) {
    using Of = Member<decltype(member)>;
    std::get<typename Of::owner>(fact).*member =
        std::get<typename Bare<typename Of::type>::type>(std::move(product));
}
template <class Source> Fact make() {
    return Source();
}

constexpr bool kNeeded = true;
constexpr bool kMayLack = false;

} // namespace

const std::vector<StreamFields>& all_streams() {
    static const std::vector<StreamFields> streams{
        {"users",
         make<SourcePerson>,
         {{"id", Gives::Text, kNeeded, put<&SourcePerson::id>},
          {"name", Gives::Text, kMayLack, put<&SourcePerson::name>},
          {"active", Gives::Flag, kMayLack, put<&SourcePerson::active>}}},
        {"groups",
         make<SourceProject>,
         {{"id", Gives::Text, kNeeded, put<&SourceProject::id>},
          {"name", Gives::Text, kMayLack, put<&SourceProject::name>},
          {"closed", Gives::Flag, kMayLack, put<&SourceProject::closed>}}},
        {"companies",
         make<SourceCompany>,
         {{"id", Gives::Text, kNeeded, put<&SourceCompany::id>},
          {"name", Gives::Text, kMayLack, put<&SourceCompany::name>},
          {"own", Gives::Flag, kMayLack, put<&SourceCompany::own>}}},
        {"deals",
         make<SourceDeal>,
         {{"id", Gives::Text, kNeeded, put<&SourceDeal::id>},
          {"title", Gives::Text, kMayLack, put<&SourceDeal::title>},
          {"company", Gives::Text, kMayLack, put<&SourceDeal::company>},
          {"stage", Gives::Text, kMayLack, put<&SourceDeal::stage>},
          {"origin_id", Gives::Text, kMayLack, put<&SourceDeal::origin_id>}}},
        {"tasks",
         make<SourceTask>,
         {{"id", Gives::Text, kNeeded, put<&SourceTask::id>},
          {"title", Gives::Text, kMayLack, put<&SourceTask::title>},
          {"parent", Gives::Text, kMayLack, put<&SourceTask::parent>},
          {"project", Gives::Text, kMayLack, put<&SourceTask::project>},
          {"responsible", Gives::Text, kMayLack, put<&SourceTask::responsible>},
          {"status", Gives::Status, kMayLack, put<&SourceTask::status>},
          {"tags", Gives::Tags, kMayLack, put<&SourceTask::tags>},
          {"links", Gives::Links, kMayLack, put<&SourceTask::links>},
          {"created", Gives::Instant, kMayLack, put<&SourceTask::created>},
          {"closed", Gives::Instant, kMayLack, put<&SourceTask::closed>},
          {"deadline", Gives::Instant, kMayLack, put<&SourceTask::deadline>},
          {"seconds_total", Gives::Number, kMayLack, put<&SourceTask::seconds_total>},
          {"paid_mark", Gives::Text, kMayLack, put<&SourceTask::paid_mark>},
          {"report_mark", Gives::Text, kMayLack, put<&SourceTask::report_mark>}}},
        {"entries",
         make<SourceEntry>,
         {{"id", Gives::Text, kNeeded, put<&SourceEntry::id>},
          {"task", Gives::Text, kMayLack, put<&SourceEntry::task>},
          {"person", Gives::Text, kNeeded, put<&SourceEntry::person>},
          {"seconds", Gives::Number, kNeeded, put<&SourceEntry::seconds>},
          {"at", Gives::Instant, kMayLack, put<&SourceEntry::at>},
          {"day", Gives::Day, kMayLack, put<&SourceEntry::day>},
          {"text", Gives::Text, kMayLack, put<&SourceEntry::text>},
          {"money", Gives::Text, kMayLack, put<&SourceEntry::money>},
          {"billable", Gives::Flag, kMayLack, put<&SourceEntry::billable>},
          {"billed_elsewhere", Gives::Flag, kMayLack, put<&SourceEntry::billed_elsewhere>},
          {"tags", Gives::Tags, kMayLack, put<&SourceEntry::tags>},
          {"project", Gives::Text, kMayLack, put<&SourceEntry::project>}}},
    };
    return streams;
}

const StreamFields* find_stream(std::string_view name) {
    for (const StreamFields& stream : all_streams())
        if (stream.name == name) return &stream;
    return nullptr;
}

const Field* find_field(const StreamFields& stream, std::string_view name) {
    for (const Field& field : stream.fields)
        if (field.name == name) return &field;
    return nullptr;
}

std::string lacks(const Fact& fact) {
    const auto* entry = std::get_if<SourceEntry>(&fact);
    if (entry == nullptr || entry->at || entry->day) return "";
    return "the record has neither a time (\"at\") nor a date (\"day\") of the work";
}

const std::string& id_of(const Fact& fact) {
    return std::visit([](const auto& source) -> const std::string& { return source.id; }, fact);
}

} // namespace hb::mapping
