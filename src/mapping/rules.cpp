#include "mapping/rules.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/limits.h"
#include "base/text.h"
#include "json/writer.h"

namespace hb::mapping {

namespace {

using json::Value;

// Shorter first: most keys of a record differ from ours by their length already.
bool before(std::string_view a, std::string_view b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
}

std::string unescape(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] == '~' && i + 1 < token.size())
            out += token[++i] == '0' ? '~' : '/';
        else
            out += token[i];
    }
    return out;
}

std::vector<std::string> pointers_of(const Value& from) {
    std::vector<std::string> pointers;
    const auto take = [&pointers](const Value& value) {
        const auto text = value.string();
        if (text && text->size() > 1 && text->front() == '/') pointers.push_back(*text);
    };
    take(from);
    if (from.is_array())
        for (const Value& each : from) take(each);
    return pointers;
}

std::string listed(const std::vector<std::string>& words) {
    return join(words, ", ");
}

void read_statuses(EditedFile& file, const Value& table, Converter& converter) {
    for (const Value& row : table) {
        const auto word = row.string();
        if (!word) continue;
        const auto status = parse_status_word(*word);
        if (status) {
            converter.statuses.emplace(row.key(), *status);
            continue;
        }
        const auto meant = nearest(*word, status_words());
        file.problem(row, "there is no status " + json::quote(*word),
                     meant ? "did you mean " + json::quote(*meant) + "?"
                           : "it is one of " + listed(status_words()));
    }
}

void read_links(EditedFile& file, const Value& table, Converter& converter) {
    for (const Value& row : table) {
        const auto kind = row.string();
        if (!kind) continue;
        if (*kind == "company" || *kind == "deal")
            converter.links.emplace_back(fold_case(row.key()), *kind);
        else
            file.problem(row, "links of kind " + json::quote(*kind) + " decide nothing",
                         "write company or deal");
    }
}

void read_table(EditedFile& file, const Value& rule, Converter& converter) {
    const Value table = rule["table"];
    const bool wanted = converter.as == As::Status || converter.as == As::CrmLinks;
    if (wanted && table.missing())
        return file.problem(rule, "this converter needs a \"table\"",
                            converter.as == As::Status
                                ? "for example {\"5\": \"completed\"}"
                                : "for example {\"CO\": \"company\", \"D\": \"deal\"}");
    if (!wanted && !table.missing())
        return file.problem(table, "only \"status\" and \"crm_links\" read a table",
                            "leave it out");
    if (converter.as == As::Status) read_statuses(file, table, converter);
    if (converter.as == As::CrmLinks) read_links(file, table, converter);
}

// How long a day and a week of work are, and how long one record may be.
void read_lengths(EditedFile& file, const Value& rule, Converter& converter) {
    const auto whole = [](const Value& value, std::int64_t otherwise) {
        const auto number = value.integer();
        return number && *number > 0 ? *number : otherwise; // the schema reports all else
    };
    for (const char* key : {"hours_per_day", "days_per_week"})
        if (!rule[key].missing() && converter.as != As::WorkDuration)
            file.problem(rule[key], "only \"work_duration\" knows days and weeks of work",
                         "leave it out");
    converter.work.hours_per_day = whole(rule["hours_per_day"], converter.work.hours_per_day);
    converter.work.days_per_week = whole(rule["days_per_week"], converter.work.days_per_week);
    if (rule["longest_hours"].missing()) return;
    if (rule["to"].text_view() != "seconds")
        file.problem(rule["longest_hours"], "only \"seconds\" are that long", "leave it out");
    converter.longest = whole(rule["longest_hours"], kEntrySecondsLongest / 3600) * 3600;
}

// What a problem of convert() says without its place, which the file's line tells.
std::string without_place(const std::string& message) {
    const std::size_t cut = message.find(": ");
    return cut == std::string::npos ? message : message.substr(cut + 2);
}

Product read_else(EditedFile& file, const Value& rule, const Converter& converter) {
    const Value value = rule["else"];
    if (value.missing()) return {};
    // A status is named in our words, since the table may give several codes one meaning.
    if (converter.as == As::Status) {
        const auto status = parse_status_word(value.text_view().value_or(""));
        if (status) return Product(*status);
        file.problem(value, "there is no status " + value.dump(),
                     "it is one of " + listed(status_words()));
        return {};
    }
    auto product = convert(converter, value);
    if (product) return std::move(*product);
    file.problem(value, without_place(product.error().message));
    return {};
}

std::string nothing_at(const std::vector<std::string>& pointers, std::string_view field) {
    return "nothing at " + join(pointers, " or ") + ", but \"" + std::string(field) +
           "\" must have a value";
}

} // namespace

StreamRules StreamRules::read(EditedFile& file, const StreamFields& fields, const Value& rules) {
    StreamRules out;
    out.fields_ = &fields;
    for (const Value& rule : rules)
        if (rule.is_object()) out.rules_.push_back(out.read_rule(file, rule));
    if (rules.is_array()) out.check_whole(file, rules);
    std::sort(out.slots_.begin(), out.slots_.end(),
              [](const auto& a, const auto& b) { return before(a.first, b.first); });
    return out;
}

bool StreamRules::reads_as(As as) const {
    return std::any_of(rules_.begin(), rules_.end(),
                       [as](const Rule& rule) { return rule.converter.as == as; });
}

StreamRules::Rule StreamRules::read_rule(EditedFile& file, const Value& value) {
    Rule rule;
    const std::string to = value["to"].string().ok() ? *value["to"].string() : "";
    rule.field = find_field(*fields_, to); // the schema reports a wrong one
    const auto as = parse_as(value["as"].text_view().value_or(""));
    for (const std::string& pointer : pointers_of(value["from"]))
        rule.sources.push_back(read_source(pointer));
    const auto required = value["required"].boolean();
    rule.required = (required && *required) || (rule.field != nullptr && rule.field->needed);
    if (rule.field == nullptr || !as) return rule;

    rule.converter.as = *as;
    if (gives(*as) != rule.field->gives)
        file.problem(value["as"],
                     "\"" + to + "\" takes " + std::string(to_string(rule.field->gives)) +
                         ", but this converter gives " + std::string(to_string(gives(*as))));
    read_table(file, value, rule.converter);
    read_lengths(file, value, rule.converter);
    rule.absent_is_empty = value["absent"].text_view() == "empty";
    rule.otherwise = read_else(file, value, rule.converter);
    if (rule.field->needed && !value["else"].missing())
        file.problem(value["else"], "\"" + to + "\" can't be made up",
                     "leave \"else\" out: a record without it is shown as a problem");
    return rule;
}

StreamRules::Source StreamRules::read_source(std::string_view pointer) {
    Source source;
    source.pointer = pointer;
    const auto tokens = split(pointer.substr(1), '/');
    const std::string first = unescape(tokens.front());
    source.first = first;
    for (std::size_t i = 1; i < tokens.size(); ++i) source.tail.push_back(unescape(tokens[i]));
    const auto known = std::find_if(slots_.begin(), slots_.end(),
                                    [&](const auto& slot) { return slot.first == first; });
    source.slot = known == slots_.end() ? slots_.size() : known->second;
    if (known == slots_.end()) slots_.emplace_back(first, source.slot);
    return source;
}

void StreamRules::check_whole(EditedFile& file, const Value& rules) const {
    std::set<std::string_view> filled;
    std::size_t at = 0;
    for (const Value& value : rules) {
        if (!value.is_object()) continue;
        const Field* field = rules_[at++].field;
        if (field != nullptr && !filled.insert(field->name).second)
            file.problem(value["to"], "a second rule for \"" + std::string(field->name) + "\"",
                         "give one rule a list in \"from\"");
    }
    for (const Field& field : fields_->fields)
        if (field.needed && filled.count(field.name) == 0)
            file.problem(rules, "no rule fills \"" + std::string(field.name) + "\"");
    if (fields_->name == "entries" && filled.count("at") + filled.count("day") == 0)
        file.problem(rules, "no rule fills \"at\" or \"day\"",
                     "a time record needs the moment or the date of its work");
}

std::vector<Value> StreamRules::pick(const Value& record) const {
    std::vector<Value> slots(slots_.size());
    for (const Value& member : record) {
        const std::string_view key = member.key();
        const auto found = std::lower_bound(
            slots_.begin(), slots_.end(), key,
            [](const auto& slot, std::string_view k) { return before(slot.first, k); });
        if (found != slots_.end() && found->first == key) slots[found->second] = member;
    }
    return slots;
}

Value StreamRules::look(const Source& source, const std::vector<Value>& slots) {
    Value value = slots[source.slot];
    for (const std::string& token : source.tail) {
        const auto index = value.is_array() ? parse_integer(token) : std::nullopt;
        value = index && *index >= 0 ? value[static_cast<std::size_t>(*index)] : value[token];
    }
    return value;
}

Result<Product> StreamRules::produce(const Rule& rule, const std::vector<Value>& slots) {
    if (rule.converter.as == As::Name) return join_names(rule, slots);
    const bool flag = rule.converter.as == As::Flag || rule.converter.as == As::NotFlag;
    for (const Source& source : rule.sources) {
        const Value value = look(source, slots);
        if (flag ? !value.nothing() : holds_something(value)) return convert(rule.converter, value);
    }
    return Product();
}

Result<Product> StreamRules::join_names(const Rule& rule, const std::vector<Value>& slots) {
    std::string name;
    for (const Source& source : rule.sources) {
        auto part = convert(rule.converter, look(source, slots));
        if (!part) return part.error();
        const auto* text = std::get_if<std::string>(&*part);
        const std::string_view trimmed = text != nullptr ? trim(*text) : std::string_view();
        if (!name.empty() && !trimmed.empty()) name += ' ';
        name += trimmed;
    }
    return name.empty() ? Product() : Product(std::move(name));
}

// Is the member that holds it there, whatever its value? What has no place is nothing.
bool StreamRules::told(const Source& source, const std::vector<Value>& slots) {
    Value value = slots[source.slot];
    for (const std::string& token : source.tail) {
        if (value.missing()) return false;
        // "task": "0" and "task": null tell that there is no task.
        if (value.nothing() || (!value.is_object() && !value.is_array())) return true;
        const auto index = value.is_array() ? parse_integer(token) : std::nullopt;
        value = index && *index >= 0 ? value[static_cast<std::size_t>(*index)] : value[token];
    }
    return !value.missing();
}

bool StreamRules::decides_money(std::string_view field) const {
    static const std::map<std::string_view, std::set<std::string_view>> fields{
        {"tasks", {"links", "project", "tags", "status", "parent"}},
        {"entries",
         {"seconds", "at", "day", "task", "person", "billable", "billed_elsewhere", "tags"}},
        {"deals", {"company"}},
        {"companies", {"own"}}};
    const auto of = fields.find(fields_->name);
    return of != fields.end() && of->second.count(field) > 0;
}

std::vector<std::string> StreamRules::unread(const Value& record) const {
    std::vector<std::string> out;
    for (const Value& member : record) {
        const std::string key(member.key());
        if (key.rfind("hb_", 0) == 0) continue;
        std::vector<const Source*> readers;
        for (const Rule& rule : rules_)
            for (const Source& source : rule.sources)
                if (source.first == key) readers.push_back(&source);
        if (readers.empty()) {
            out.push_back("/" + key);
            continue;
        }
        const bool whole = std::any_of(readers.begin(), readers.end(),
                                       [](const Source* each) { return each->tail.empty(); });
        if (whole || !member.is_object()) continue;
        for (const Value& part : member)
            if (std::none_of(readers.begin(), readers.end(),
                             [&](const Source* each) { return each->tail.front() == part.key(); }))
                out.push_back("/" + key + "/" + std::string(part.key()));
    }
    return out;
}

std::vector<Place> StreamRules::places(const std::vector<std::string>& fields) const {
    std::vector<Place> out;
    for (const Rule& rule : rules_) {
        if (std::find(fields.begin(), fields.end(), rule.field->name) == fields.end()) continue;
        if (rule.absent_is_empty) continue; // its absence is a value
        for (const Source& source : rule.sources) {
            Place place{source.first};
            place.insert(place.end(), source.tail.begin(), source.tail.end());
            out.push_back(std::move(place));
        }
    }
    return out;
}

Product StreamRules::otherwise(const Rule& rule, std::string_view id) {
    Product product = rule.otherwise;
    auto* text = std::get_if<std::string>(&product);
    const std::size_t hole = text != nullptr ? text->find("{id}") : std::string::npos;
    if (hole != std::string::npos) text->replace(hole, 4, id);
    return product;
}

void StreamRules::fill_gap(const Rule& rule, domain::Fact& fact, Mapped& out) {
    Product product = otherwise(rule, id_of(fact));
    if (product.index() != 0) return rule.field->put(fact, std::move(product));
    if (!rule.required) return;
    std::vector<std::string> pointers;
    for (const Source& source : rule.sources) pointers.push_back(source.pointer);
    out.problems.push_back(nothing_at(pointers, rule.field->name));
}

Mapped StreamRules::apply(const Value& record, std::string_view id) const {
    Mapped out;
    const std::vector<Value> slots = pick(record);
    domain::Fact fact = fields_->make();
    std::vector<const Rule*> gaps; // filled last, since {id} may be in "else"
    for (const Rule& rule : rules_) {
        Result<Product> product = produce(rule, slots);
        if (!product)
            out.problems.push_back(product.error().message);
        else if (product->index() == 0)
            gaps.push_back(&rule);
        else {
            if (const auto* number = std::get_if<std::int64_t>(&*product);
                number != nullptr && rule.field->name == "seconds" &&
                std::holds_alternative<domain::SourceEntry>(fact))
                out.seconds = *number;
            rule.field->put(fact, std::move(*product));
        }
    }
    for (const Rule* rule : gaps) {
        const bool nothing_told =
            !rule->absent_is_empty && decides_money(rule->field->name) &&
            std::none_of(rule->sources.begin(), rule->sources.end(),
                         [&](const Source& source) { return told(source, slots); });
        if (nothing_told) out.not_told.emplace_back(rule->field->name);
        fill_gap(*rule, fact, out);
    }
    if (const auto* entry = std::get_if<domain::SourceEntry>(&fact)) out.task = entry->task;
    if (std::holds_alternative<domain::SourceTask>(fact)) out.task = std::string(id);
    if (!out.problems.empty()) return out;
    if (std::string lack = lacks(fact); !lack.empty()) out.problems.push_back(std::move(lack));
    if (!id.empty() && id_of(fact) != id)
        out.problems.push_back("the record was read as " + json::quote(id) +
                               ", but its \"id\" says " + json::quote(id_of(fact)));
    if (out.problems.empty()) out.fact = std::move(fact);
    return out;
}

} // namespace hb::mapping
