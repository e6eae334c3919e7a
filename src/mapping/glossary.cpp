#include "mapping/glossary.h"

#include "domain/locales.h"

namespace hb::mapping {

namespace {

bool stands_elsewhere(const json::Value& value) {
    return !value["env"].missing() || !value["file"].missing();
}

domain::Wording wording_of(EditedFile& file, const json::Value& value, const TextOf& text_of) {
    domain::Wording out;
    if (!value.is_object() || stands_elsewhere(value)) {
        if (auto text = text_of(value); !text.empty()) out[""] = std::move(text);
        return out;
    }
    for (const json::Value& each : value) {
        if (!domain::is_shipped_locale(each.key()))
            file.problem(each, "pages are not made in this language",
                         "shipped are " + domain::shipped_locales());
        else if (auto text = text_of(each); !text.empty())
            out[std::string(each.key())] = std::move(text);
    }
    return out;
}

} // namespace

domain::Glossary read_glossary(EditedFile& file, const json::Value& words, const TextOf& text_of) {
    domain::Glossary out;
    for (const json::Value& each : words["reasons"])
        out.reasons[std::string(each.key())] = wording_of(file, each, text_of);
    for (const json::Value& each : words["types"])
        out.types[std::string(each.key())] = wording_of(file, each, text_of);
    return out;
}

} // namespace hb::mapping
