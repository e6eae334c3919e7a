
#include "app/commands/commands.h"
#include "app/commands/presets.h"
#include "app/exit_code.h"
#include "base/text.h"
#include "desk/reports.h"
#include "render/columns.h"
#include "json/writer.h"

// preset save|list
namespace hb::app {
namespace {

struct Word {
    const char* name;
    std::string FilterOptions::*value;
};
constexpr Word kWords[] = {{"company", &FilterOptions::company},
                           {"from", &FilterOptions::from},
                           {"to", &FilterOptions::to},
                           {"period", &FilterOptions::period},
                           {"type", &FilterOptions::type},
                           {"status", &FilterOptions::status},
                           {"percent_paid", &FilterOptions::percent_paid}};
struct Words {
    const char* name;
    std::vector<std::string> FilterOptions::*values;
};
constexpr Words kLists[] = {{"projects", &FilterOptions::projects},
                            {"task_dates", &FilterOptions::task_dates}};

std::string text_of(const FilterOptions& options) {
    json::Writer json;
    json.begin_object();
    for (const auto& word : kWords)
        if (!(options.*word.value).empty()) json.member(word.name, options.*word.value);
    for (const auto& list : kLists) {
        if ((options.*list.values).empty()) continue;
        json.key(list.name).begin_array();
        for (const auto& each : options.*list.values) json.string(each);
        json.end_array();
    }
    return json.end_object().text();
}

FilterOptions options_of(std::string_view text) {
    FilterOptions out;
    const auto document = json::Document::parse(text);
    if (!document) return out;
    for (const auto& word : kWords)
        out.*word.value = std::string(document->root()[word.name].text_view().value_or(""));
    for (const auto& list : kLists)
        for (const auto each : document->root()[list.name])
            (out.*list.values).emplace_back(each.text_view().value_or(""));
    return out;
}

std::string words_of(const FilterOptions& options) {
    std::vector<std::string> parts;
    const auto add = [&](std::string name, const std::string& value) {
        std::replace(name.begin(), name.end(), '_', '-');
        if (!value.empty()) parts.push_back("--" + name + " " + value);
    };
    for (const auto& word : kWords) add(word.name, options.*word.value);
    for (const auto& each : options.projects) add("project", each);
    for (const auto& each : options.task_dates) add("task-dates", each);
    return join(parts, " ");
}

int save(Session& session, const std::string& name, FilterOptions options) {
    // Saved words must mean something; an end of the period may come at use.
    FilterOptions trial = options;
    if (trial.period.empty() && trial.to.empty()) trial.to = "2100-12-31";
    if (trial.company.empty()) {
        return session.out.fail(
            Error{Code::Usage, "--company is missing", "",
                  "name the client, for example --company bitrix24:company:12"});
    }
    const auto filter = read_filter(session, trial);
    if (!filter) return session.out.fail(filter.error());
    const auto known = [&] {
        const books::View view = session.books().view();
        return books::Lookup(view).check_filter(*filter);
    }();
    if (!known) return session.out.fail(known.error());
    // Names are for typing; what is kept is the reference.
    options.company = to_string(filter->company);
    options.projects.clear();
    for (const auto& project : filter->projects) options.projects.push_back(to_string(project));
    desk::save_preset(session.books(), name, text_of(options), session.actor());
    session.out.text("Saved: " + name + " = " + words_of(options));
    json::Writer json;
    json.begin_object().member("name", name).key("filter").raw(text_of(options)).end_object();
    session.out.document(json.text());
    return kDone;
}

int list(Session& session) {
    render::Columns table({{"NAME"}, {"FILTERS"}});
    json::Writer json;
    json.begin_object().key("presets").begin_array();
    for (const auto& [name, text] : session.books().read()->reports.presets()) {
        table.add({name, words_of(options_of(text))});
        json.begin_object().member("name", name).key("filter").raw(text).end_object();
    }
    session.out.text(table.empty() ? "No presets." : table.text());
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

} // namespace

Result<FilterOptions> find_preset(const Session& session, const std::string& name) {
    std::vector<std::string> names;
    for (const auto& [each, text] : session.books().read()->reports.presets()) {
        if (each == name) return options_of(text);
        names.push_back(each);
    }
    const auto meant = nearest(name, names);
    return Error{Code::NotFound, "there is no preset \"" + name + "\"", "",
                 meant ? "did you mean " + *meant + "?" : "hourbridge preset list shows them"};
}

FilterOptions merge(FilterOptions saved, const FilterOptions& given) {
    if (!given.period.empty()) saved.from = saved.to = "";
    if (!given.from.empty() || !given.to.empty()) saved.period = "";
    for (const auto& word : kWords)
        if (!(given.*word.value).empty()) saved.*word.value = given.*word.value;
    for (const auto& list : kLists)
        if (!(given.*list.values).empty()) saved.*list.values = given.*list.values;
    return saved;
}

void add_preset(Commands& commands) {
    Syntax group = commands.group("preset", "Saved filters for report create --preset");
    const auto name = std::make_shared<std::string>();
    const auto options = std::make_shared<FilterOptions>();
    Syntax app = commands.add(
        group, "save", "Save filters under a name",
        "preset save acme --company bitrix24:company:12 --period last-month", Needs::Writes,
        [name, options](Session& session) { return save(session, *name, *options); });
    app.add_option("NAME", *name, "yours to choose; an existing one is replaced").required();
    add_filter_options(app, *options);
    commands.add(group, "list", "All presets", "preset list", Needs::Reads, list);
}

} // namespace hb::app
