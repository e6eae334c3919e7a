#include "support.h"

#include "base/text.h"
#include "base/time.h"

using namespace hb;
using namespace hb::domain;

namespace {

std::string show_source(const SourcePerson& p) {
    return "person " + p.id + " \"" + p.name + "\"" + (p.active ? "" : " dismissed");
}
std::string show_source(const SourceProject& p) {
    return "project " + p.id + " \"" + p.name + "\"" + (p.closed ? " closed" : "");
}
std::string show_source(const SourceCompany& c) {
    return "company " + c.id + " \"" + c.name + "\"" + (c.own ? " own" : "");
}
std::string show_source(const SourceDeal& d) {
    std::string out = "deal " + d.id + " \"" + d.title + "\"";
    if (!d.company.empty()) out += " company=" + d.company;
    if (!d.stage.empty()) out += " stage=" + d.stage;
    if (!d.origin_id.empty()) out += " origin=" + d.origin_id;
    return out;
}
std::string show_source(const SourceTask& t) {
    std::string out = "task " + t.id + " \"" + t.title + "\"";
    if (!t.parent.empty()) out += " parent=" + t.parent;
    if (!t.project.empty()) out += " project=" + t.project;
    if (!t.responsible.empty()) out += " responsible=" + t.responsible;
    out += " status=" + std::to_string(static_cast<int>(t.status));
    if (!t.tags.empty()) out += " tags=" + join(t.tags, "|");
    for (const CrmLink& link : t.links) out += " " + link.kind + "=" + link.id;
    if (t.created) out += " created=" + format_instant(*t.created);
    if (t.closed) out += " closed=" + format_instant(*t.closed);
    if (t.deadline) out += " deadline=" + format_instant(*t.deadline);
    if (t.seconds_total) out += " total=" + std::to_string(*t.seconds_total);
    if (!t.paid_mark.empty()) out += " paid=" + t.paid_mark;
    if (!t.report_mark.empty()) out += " report=" + t.report_mark;
    return out;
}
std::string show_source(const SourceEntry& e) {
    std::string out = "entry " + e.id;
    if (!e.task.empty()) out += " task=" + e.task;
    out += " person=" + e.person + " seconds=" + std::to_string(e.seconds);
    if (e.at) out += " at=" + format_instant(*e.at);
    if (e.day) out += " day=" + format_day(*e.day);
    return out + " \"" + e.text + "\"";
}

} // namespace

std::string show(const Fact& fact) {
    return std::visit([](const auto& source) { return show_source(source); }, fact);
}

std::string show(const mapping::Mapped& mapped) {
    if (mapped.fact.has_value() != mapped.problems.empty())
        return "HALF-MAPPED: " + join(mapped.problems, " | ");
    return mapped.fact ? show(*mapped.fact) : join(mapped.problems, " | ");
}

std::string map_row(std::string_view stream, std::string_view row) {
    return show(shipped().apply({std::string(stream), "", std::string(row), ""}));
}

std::string show(const std::vector<mapping::FileProblem>& problems) {
    std::string out;
    for (const mapping::FileProblem& each : problems) out += to_string(each) + "\n";
    return out;
}
