#include "app/commands/explanation.h"

#include "base/wall_clock.h"
#include "render/columns.h"
#include "json/value.h"
#include "json/writer.h"

namespace hb::app {
namespace {

void add_object(json::Writer& json, const Facts& facts) {
    json.begin_object();
    for (const auto& [name, value] : facts) json.member(name, value);
    json.end_object();
}

std::string words(std::string name) {
    for (char& c : name)
        if (c == '_') c = ' ';
    return name;
}

std::string one_text(const Facts& facts, const Zone& zone) {
    std::size_t width = 0;
    for (const auto& [name, value] : facts)
        if (!value.empty()) width = std::max(width, name.size());
    std::string out;
    for (const auto& [name, value] : facts) {
        if (value.empty()) continue;
        out += "  " + words(name) + std::string(width - name.size() + 2, ' ') +
               render::printable(in_wall_clock(value, zone)) + "\n";
    }
    return out;
}

std::string table_text(const std::vector<Facts>& rows, const Zone& zone) {
    std::vector<render::Columns::Head> heads;
    for (const auto& [name, value] : rows.front()) heads.push_back({words(name)});
    render::Columns table(heads);
    for (const auto& row : rows) {
        std::vector<std::string> cells;
        for (const auto& [name, value] : row) cells.push_back(in_wall_clock(value, zone));
        table.add(std::move(cells));
    }
    return table.text();
}

} // namespace

void Explanation::add(std::string name, std::string title, Facts facts) {
    sections.push_back({std::move(name), std::move(title), false, {std::move(facts)}, ""});
}

void Explanation::add_list(std::string name, std::string title, std::vector<Facts> rows) {
    sections.push_back({std::move(name), std::move(title), true, std::move(rows), ""});
}

std::string Explanation::text(const Zone& zone) const {
    std::string out = what + "\n";
    for (const auto& section : sections) {
        if (section.raw.empty() && section.rows.empty()) continue;
        out += "\n" + section.title + "\n";
        if (!section.raw.empty())
            out += "  " + render::printable(section.raw) + "\n";
        else
            out += section.list ? table_text(section.rows, zone)
                                : one_text(section.rows.front(), zone);
    }
    return out;
}

std::string Explanation::json() const {
    json::Writer json;
    json.begin_object().member("ref", what).member("kind", kind);
    for (const auto& section : sections) {
        json.key(section.name);
        if (!section.raw.empty()) {
            // Kept as it came, so it is JSON; what is not (it could not be read) goes as text.
            if (json::Document::parse(section.raw))
                json.raw(section.raw);
            else
                json.string(section.raw);
        } else if (section.list) {
            json.begin_array();
            for (const auto& row : section.rows) add_object(json, row);
            json.end_array();
        } else {
            add_object(json, section.rows.front());
        }
    }
    return json.end_object().take();
}

} // namespace hb::app
