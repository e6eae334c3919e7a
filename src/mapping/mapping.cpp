#include "mapping/mapping.h"

#include "base/digest.h"
#include "base/text.h"
#include "mapping/carry.h"
#include "mapping/files.h"
#include "mapping/rules.h"
#include "mapping/templates.h"
#include "json/writer.h"

namespace hb::mapping {

namespace embedded {
extern const std::string_view kMappingSchema;
}

struct Mapping::Impl {
    std::map<std::string, StreamRules, std::less<>> streams;
    Templates templates;
    std::string digest;
};

Mapping::Mapping() : impl_(std::make_unique<Impl>()) {}
Mapping::Mapping(Mapping&&) noexcept = default;
Mapping& Mapping::operator=(Mapping&&) noexcept = default;
Mapping::~Mapping() = default;

std::optional<Mapping> Mapping::parse(std::string_view text, const std::string& file,
                                      std::vector<FileProblem>& problems) {
    EditedFile edited(file, problems);
    if (!edited.read(text, embedded::kMappingSchema)) return std::nullopt;
    Mapping out;
    for (const json::Value& rules : edited.root()["streams"])
        if (const StreamFields* fields = find_stream(rules.key()))
            out.impl_->streams.emplace(fields->name, StreamRules::read(edited, *fields, rules));
    // Only a CRM is written texts to.
    const json::Value templates = edited.root()["templates"];
    if (templates.missing() && edited.root()["connector"].text_view() == "bitrix24")
        edited.problem_at("", "missing key \"templates\"", "copy them from the shipped mapping");
    out.impl_->templates = Templates::read(edited, templates);
    if (!edited.finish()) return std::nullopt;
    out.impl_->digest = sha256_hex(text);
    return out;
}

Mapped Mapping::apply(const domain::SourceRecord& record) const {
    const auto rules = impl_->streams.find(record.stream);
    if (rules == impl_->streams.end())
        return {std::nullopt,
                {"the mapping has no rules for the stream " + json::quote(record.stream)},
                "",
                {},
                {}};
    const auto document = json::Document::parse(record.text);
    if (!document) return {std::nullopt, {"not JSON: " + document.error().message}, "", {}, {}};
    const json::Value row = document->root();
    if (!row.is_object()) return {std::nullopt, {row.expected("an object").message}, "", {}, {}};
    return rules->second.apply(row, record.id);
}

std::vector<std::string> Mapping::unread(const domain::SourceRecord& record) const {
    const auto rules = impl_->streams.find(record.stream);
    const auto document = json::Document::parse(record.text);
    if (rules == impl_->streams.end() || !document) return {};
    return rules->second.unread(document->root());
}

std::string Mapping::with_known(const domain::SourceRecord& record, std::string_view known,
                                const std::vector<std::string>& fields) const {
    const auto rules = impl_->streams.find(record.stream);
    const auto told = json::Document::parse(record.text);
    const auto older = json::Document::parse(known);
    if (rules == impl_->streams.end() || !told || !older) return record.text;
    return carry_members(told->root(), older->root(), rules->second.places(fields));
}

const std::string& Mapping::digest() const {
    return impl_->digest;
}

bool Mapping::subtracts() const {
    const auto rules = impl_->streams.find("entries");
    return rules != impl_->streams.end() && rules->second.reads_as(As::SignedSeconds);
}

std::string Mapping::fill(std::string_view name,
                          const std::map<std::string, std::string>& values) const {
    return impl_->templates.fill(name, values);
}

domain::Parts Mapping::fill_parts(std::string_view name,
                                  const std::map<std::string, std::string>& values,
                                  const std::map<std::string, domain::Part>& later) const {
    return impl_->templates.fill_parts(name, values, later);
}

} // namespace hb::mapping
