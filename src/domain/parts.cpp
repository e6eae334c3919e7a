#include "domain/parts.h"

#include "domain/json_text.h"

namespace hb::domain {
namespace {

std::string one(const std::string& text) {
    return JsonObject().add("text", json_string(text)).text();
}
std::string one(const LinkPart& link) {
    JsonObject inner;
    inner.add("report", json_number(link.report)).add("n", json_number(link.n));
    if (link.preview) inner.add("preview", json_number(1));
    return JsonObject().add("link", inner.text()).text();
}
std::string one(const OpPart& part) {
    return JsonObject().add("op", json_number(part.op)).text();
}
std::string one(const FailedStagePart& stage) {
    JsonObject inner;
    inner.add("of", json_string(stage.of == StageOf::Deal ? "deal" : "invoice"));
    inner.add("semantics", json_string("F"));
    if (stage.of == StageOf::Deal) inner.add("category", json_string(stage.category));
    return JsonObject().add("stage", inner.text()).text();
}

} // namespace

std::string parts_text(const Parts& parts) {
    std::vector<std::string> out;
    for (const Part& part : parts)
        out.push_back(std::visit([](const auto& its) { return one(its); }, part));
    return json_array(out);
}

std::string needs_text(const std::vector<Need>& needs) {
    std::vector<std::string> out;
    for (const Need& need : needs)
        out.push_back(JsonObject()
                          .add("path", json_string(need.path))
                          .add("parts", parts_text(need.parts))
                          .text());
    return json_array(out);
}

} // namespace hb::domain
