#include "mapping/carry.h"

#include <algorithm>

#include "json/writer.h"

namespace hb::mapping {
namespace {

// Those that begin with the key, without it.
std::vector<Place> below(const std::vector<Place>& places, std::string_view key) {
    std::vector<Place> out;
    for (const Place& place : places)
        if (place.front() == key && place.size() > 1)
            out.emplace_back(place.begin() + 1, place.end());
    return out;
}

class Carrier {
public:
    void write(const json::Value& told, const json::Value& known,
               const std::vector<Place>& places) {
        if (!told.is_object() || places.empty()) {
            out_.value(told);
            return;
        }
        out_.begin_object();
        for (const json::Value& member : told) {
            out_.key(member.key());
            write(member, known[member.key()], below(places, member.key()));
        }
        std::vector<std::string> carried;
        for (const Place& place : places) {
            const std::string& key = place.front();
            if (!told[key].missing() || known[key].missing()) continue;
            if (std::find(carried.begin(), carried.end(), key) != carried.end()) continue;
            carried.push_back(key);
            out_.key(key).value(known[key]);
        }
        out_.end_object();
    }
    std::string take() { return out_.take(); }

private:
    json::Writer out_;
};

void write_what_holds(json::Writer& out, const json::Value& value, int levels) {
    if (!value.is_object() || levels == 0) {
        out.value(value);
        return;
    }
    out.begin_object();
    for (const json::Value& member : value) {
        if (member.nothing()) continue;
        out.key(member.key());
        write_what_holds(out, member, levels - 1);
    }
    out.end_object();
}

} // namespace

std::string without_empty(std::string_view text) {
    const auto document = json::Document::parse(text);
    if (!document || !document->root().is_object()) return std::string(text);
    json::Writer out;
    write_what_holds(out, document->root(), 2);
    return out.take();
}

std::string carry_members(const json::Value& told, const json::Value& known,
                          const std::vector<Place>& places) {
    Carrier carrier;
    carrier.write(told, known, places);
    return carrier.take();
}

} // namespace hb::mapping
