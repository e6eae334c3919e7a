#include "app/config_shown.h"

#include <algorithm>
#include <array>

#include "json/writer.h"

namespace hb::app {
namespace {

using json::Value;

// Below these every text is hidden but those of the second list.
constexpr std::array kClosed = {"remotes", "notify", "secret_key"};
constexpr std::array kOpen = {"connector", "client_id", "portal",    "oauth_url", "base_url",
                              "manifest",  "mapping",   "time_zone", "at",        "reconcile_at",
                              "on",        "to",        "chat_id",   "api_url",   "locale"};

class Shown {
public:
    explicit Shown(const Value& schema) : schema_(schema) {}

    std::string text(const Value& file) {
        object(file, schema_, false);
        return writer_.take();
    }

private:
    Value followed(const Value& node) const {
        const auto reference = node["$ref"].text_view();
        return reference ? schema_.pointer(reference->substr(1)) : node;
    }

    static bool is(const auto& names, std::string_view name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    }

    void object(const Value& file, const Value& node, bool closed) {
        writer_.begin_object();
        for (const Value known : node["properties"]) {
            const std::string_view name = known.key();
            if (name == "$schema") continue;
            member(name, file[name], followed(known), known, closed || is(kClosed, name));
        }
        const Value others = followed(node["additionalProperties"]);
        if (others.is_object())
            for (const Value given : file)
                if (node["properties"][given.key()].missing())
                    member(given.key(), given, others, others, closed);
        writer_.end_object();
    }

    void member(std::string_view name, const Value& given, const Value& node, const Value& known,
                bool closed) {
        const bool group = node["properties"].is_object();
        if (!given.missing()) {
            writer_.key(name);
            if (given.is_object() && (group || node["additionalProperties"].is_object()))
                return object(given, node, closed);
            return value(given, followed(node["items"]), closed && !is(kOpen, name));
        }
        if (!known["default"].missing()) {
            writer_.key(name).value(known["default"]);
        } else if (group && !closed && has_default(node)) {
            writer_.key(name);
            object({}, node, closed);
        }
    }

    // A group that says nothing is still in force where it has defaults; one that has none is off.
    bool has_default(const Value& node) const {
        if (!node["required"].missing() || node["properties"]["folder"].is_object()) return false;
        for (const Value each : node["properties"])
            if (!each["default"].missing() || each["properties"].is_object()) return true;
        return false;
    }

    void value(const Value& given, const Value& items, bool hidden) {
        if (given.is_array()) {
            writer_.begin_array();
            for (const Value each : given) {
                if (each.is_object() && items["properties"].is_object())
                    object(each, items, true);
                else
                    value(each, {}, hidden);
            }
            writer_.end_array();
        } else if (given.is_string() && hidden) {
            writer_.string("***");
        } else {
            writer_.value(given);
        }
    }

    const Value schema_;
    json::Writer writer_{2};
};

} // namespace

std::string shown_config(const json::Value& file, const json::Value& schema) {
    return Shown(schema).text(file);
}

} // namespace hb::app
