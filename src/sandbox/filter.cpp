#include "sandbox/filter.h"

#include "base/text.h"

namespace hb::sandbox {

namespace {

Op op_of(std::string_view prefix) {
    if (prefix == "!" || prefix == "!=" || prefix == "!@") return Op::NotEqual;
    if (prefix == ">=") return Op::GreaterEqual;
    if (prefix == "<=") return Op::LessEqual;
    if (prefix == ">") return Op::Greater;
    if (prefix == "<") return Op::Less;
    if (prefix == "><") return Op::Between;
    if (prefix == "%") return Op::Contains;
    if (prefix == "!%") return Op::NotContains;
    if (prefix == "=%" || prefix == "%=") return Op::Like;
    if (prefix == "!=%" || prefix == "!%=") return Op::NotLike;
    return Op::Equal;
}

std::optional<std::int64_t> number_of(const std::string& text, FieldType type, int offset) {
    switch (type) {
    case FieldType::Amount:
        return read_decimal(text);
    case FieldType::Moment:
        return read_moment(text, offset);
    case FieldType::Date:
        return read_date(text, offset);
    case FieldType::Flag:
        if (text == "Y" || text == "y" || text == "1" || text == "true") return 1;
        if (text == "N" || text == "n" || text == "0" || text == "false") return 0;
        return std::nullopt;
    default:
        return parse_integer(trim(text));
    }
}

bool is_text(FieldType type) {
    return type == FieldType::Text || type == FieldType::TextList;
}

bool is_comparison(Op op) {
    return op == Op::Less || op == Op::LessEqual || op == Op::Greater || op == Op::GreaterEqual;
}

// False when a value can't be what the field holds.
bool take_values(Condition& condition, const Tree& sent, int offset) {
    auto values = sent.strings();
    if (!sent.is_branch() && values.empty()) values.emplace_back();
    for (auto& value : values) {
        if (value.empty()) {
            // "ID": false and "FLAG": false are both the empty text here; only flags mean it.
            if (condition.field.type == FieldType::Flag && sent.kind() == Tree::Kind::Bool)
                condition.numbers.push_back(0);
            else
                condition.or_empty = true;
        } else if (is_text(condition.field.type)) {
            condition.texts.push_back(fold_case(value));
        } else {
            const auto number = number_of(value, condition.field.type, offset);
            if (!number) return false;
            condition.numbers.push_back(*number);
        }
    }
    return true;
}

// '%' is any text, '_' any one character (of bytes: good enough for a pattern).
bool like(std::string_view text, std::string_view pattern) {
    std::size_t t = 0;
    std::size_t p = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_t = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '%') {
            star = p++;
            star_t = t;
        } else if (p < pattern.size() && (pattern[p] == text[t] || pattern[p] == '_')) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++star_t;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '%') ++p;
    return p == pattern.size();
}

bool text_holds(const Condition& condition, std::string_view raw) {
    if (raw.empty() && condition.or_empty) return true;
    const std::string text = fold_case(raw);
    return std::any_of(condition.texts.begin(), condition.texts.end(), [&](const auto& wanted) {
        switch (condition.op) {
        case Op::Less:
            return text < wanted;
        case Op::LessEqual:
            return text <= wanted;
        case Op::Greater:
            return text > wanted;
        case Op::GreaterEqual:
            return text >= wanted;
        case Op::Contains:
        case Op::NotContains:
            return text.find(wanted) != std::string::npos;
        case Op::Like:
        case Op::NotLike:
            return like(text, wanted);
        default:
            return text == wanted;
        }
    });
}

bool number_holds(const Condition& condition, std::int64_t value) {
    if (condition.op == Op::Between)
        return condition.numbers.size() == 2 && value >= condition.numbers[0] &&
               value <= condition.numbers[1];
    if (value == 0 && condition.or_empty) return true;
    return std::any_of(condition.numbers.begin(), condition.numbers.end(), [&](auto wanted) {
        switch (condition.op) {
        case Op::Less:
            return value < wanted;
        case Op::LessEqual:
            return value <= wanted;
        case Op::Greater:
            return value > wanted;
        case Op::GreaterEqual:
            return value >= wanted;
        default:
            return value == wanted;
        }
    });
}

bool positive(const Condition& condition, const Cell& cell) {
    if (const auto* number = std::get_if<std::int64_t>(&cell))
        return number_holds(condition, *number);
    if (const auto* text = std::get_if<std::string_view>(&cell))
        return text_holds(condition, *text);
    if (const auto* numbers = std::get_if<const std::vector<std::int64_t>*>(&cell))
        return ((*numbers)->empty() && condition.or_empty) ||
               std::any_of((*numbers)->begin(), (*numbers)->end(),
                           [&](auto n) { return number_holds(condition, n); });
    if (const auto* texts = std::get_if<const std::vector<std::string>*>(&cell))
        return ((*texts)->empty() && condition.or_empty) ||
               std::any_of((*texts)->begin(), (*texts)->end(),
                           [&](const auto& t) { return text_holds(condition, t); });
    return condition.or_empty;
}

struct Reader {
    const FilterDialect& dialect;
    ReadFilter out{};

    void read(const Tree& sent, Filter& into) {
        for (std::size_t i = 0; i < sent.size() && out.ok(); ++i) {
            const Tree& value = *sent.at(i);
            const bool numbered = parse_integer(sent.key(i)).has_value();
            if (numbered && dialect.groups && value.is_branch())
                read_group(value, into);
            else
                read_condition(sent.key(i), value, into);
        }
    }

    void read_group(const Tree& sent, Filter& into) {
        const Tree* logic = sent.find_word("logic");
        const bool is_or = logic != nullptr && same_word(logic->str(), "or");
        std::vector<Filter> group;
        for (std::size_t i = 0; i < sent.size() && out.ok(); ++i) {
            if (same_word(sent.key(i), "logic")) continue;
            Filter one;
            if (parse_integer(sent.key(i)) && sent.at(i)->is_branch())
                read(*sent.at(i), one);
            else
                read_condition(sent.key(i), *sent.at(i), one);
            group.push_back(std::move(one));
        }
        if (is_or)
            into.any.push_back(std::move(group));
        else
            for (auto& one : group) into.any.push_back({std::move(one)});
    }

    void read_condition(const std::string& key, const Tree& value, Filter& into) {
        std::string_view prefix;
        for (const auto allowed : dialect.prefixes)
            if (prefix.empty() && key.starts_with(allowed)) prefix = allowed;
        const auto field = dialect.lookup(std::string_view{key}.substr(prefix.size()));
        if (!field) {
            out.bad_key = key;
            return;
        }
        Condition condition{*field, op_of(prefix), {}, {}, false};
        if (!take_values(condition, value, dialect.offset_minutes)) {
            out.bad_value = key;
            return;
        }
        // `>ID=` with nothing after it is no condition at all: a chain whose reference is empty
        // starts again from the first row.
        if (condition.or_empty && is_comparison(condition.op) && condition.numbers.empty() &&
            condition.texts.empty())
            return;
        into.all.push_back(std::move(condition));
    }
};

void narrow(IdWindow& window, const Condition& condition) {
    if (condition.numbers.empty() || condition.or_empty) {
        window.exact = false;
        return;
    }
    const std::int64_t first = condition.numbers.front();
    const bool one = condition.numbers.size() == 1;
    if (condition.op == Op::Equal) {
        auto ids = condition.numbers;
        std::sort(ids.begin(), ids.end());
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        if (window.only) window.exact = false;
        if (!window.only) window.only = std::move(ids);
    } else if (condition.op == Op::Between && condition.numbers.size() == 2) {
        window.from = std::max(window.from, first);
        window.to = std::min(window.to, condition.numbers[1]);
    } else if (one && condition.op == Op::Greater) {
        window.from = std::max(window.from, first + 1);
    } else if (one && condition.op == Op::GreaterEqual) {
        window.from = std::max(window.from, first);
    } else if (one && condition.op == Op::Less) {
        window.to = std::min(window.to, first - 1);
    } else if (one && condition.op == Op::LessEqual) {
        window.to = std::min(window.to, first);
    } else {
        window.exact = false;
    }
}

} // namespace

const std::vector<std::string_view>& crm_prefixes() {
    static const std::vector<std::string_view> prefixes{
        "!=%", "!%=", "=%", "%=", "!=", "!@", "!%", ">=", "<=", "><", "!", "=", ">", "<", "@", "%"};
    return prefixes;
}

const std::vector<std::string_view>& task_prefixes() {
    static const std::vector<std::string_view> prefixes{">=", "<=", "!", ">", "<"};
    return prefixes;
}

ReadFilter read_filter(const Tree* sent, const FilterDialect& dialect) {
    Reader reader{dialect};
    if (sent != nullptr) reader.read(*sent, reader.out.filter);
    return std::move(reader.out);
}

bool holds(const Condition& condition, const Cell& cell) {
    const bool negated = condition.op == Op::NotEqual || condition.op == Op::NotContains ||
                         condition.op == Op::NotLike;
    return positive(condition, cell) != negated;
}

IdWindow id_window(const Filter& filter, int id_field) {
    IdWindow window;
    window.exact = filter.any.empty();
    for (const auto& condition : filter.all) {
        if (condition.field.id == id_field)
            narrow(window, condition);
        else
            window.exact = false;
    }
    return window;
}

ReadOrder read_order(const Tree* sent, const FieldLookup& lookup) {
    ReadOrder out;
    if (sent == nullptr) return out;
    for (std::size_t i = 0; i < sent->size() && out.ok(); ++i) {
        const auto field = lookup(sent->key(i));
        const std::string direction = lower(sent->at(i)->str());
        if (!field)
            out.bad_key = sent->key(i);
        else if (!direction.starts_with("asc") && !direction.starts_with("desc"))
            out.bad_direction = direction;
        else
            out.keys.push_back({*field, direction.starts_with("desc")});
    }
    return out;
}

int compare(const Cell& a, const Cell& b) {
    if (a.index() != b.index()) return a.index() < b.index() ? -1 : 1;
    if (const auto* number = std::get_if<std::int64_t>(&a)) {
        const auto other = std::get<std::int64_t>(b);
        return *number < other ? -1 : *number > other ? 1 : 0;
    }
    if (const auto* text = std::get_if<std::string_view>(&a)) {
        const int order = text->compare(std::get<std::string_view>(b));
        return order < 0 ? -1 : order > 0 ? 1 : 0;
    }
    return 0;
}

} // namespace hb::sandbox
