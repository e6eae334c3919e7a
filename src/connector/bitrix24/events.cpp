#include "connector/bitrix24/events.h"

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "base/text.h"
#include "connector/bitrix24/address.h"

namespace hb::connector::bitrix24 {
namespace {

using domain::EventHint;

// The largest sample has 40 fields; a new user's record may have a hundred.
constexpr std::size_t kFieldsMax = 1000;
constexpr std::size_t kNameMax = 100;
constexpr std::size_t kTokenMax = 1000;

using Field = std::pair<std::string, std::string>;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                            hex_digit(text[i + 2]) >= 0;
        if (escape) {
            out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

// A body as a flat list of names ("data[FIELDS][ID]") and values. What we look for has a fixed
// name, so PHP's nesting needs no tree and has no depth.
class Form {
public:
    static Result<Form> parse(std::string_view body) {
        const Error wrong{Code::Malformed, "this is no event", "", ""};
        if (body.empty() || body.size() > kWebhookBytesMax) return wrong;
        Form form;
        for (const auto part : split(body, '&')) {
            if (part.empty()) continue;
            if (form.fields_.size() == kFieldsMax) return wrong;
            const auto equals = part.find('=');
            if (equals == std::string_view::npos) continue;
            form.fields_.emplace_back(decoded(part.substr(0, equals)),
                                      decoded(part.substr(equals + 1)));
        }
        return form;
    }

    // "" when missing, or given more than once: two answers are none.
    std::string only(std::string_view name) const {
        const std::string* found = nullptr;
        for (const auto& [key, value] : fields_) {
            if (key != name) continue;
            if (found != nullptr) return "";
            found = &value;
        }
        return found == nullptr ? "" : *found;
    }

private:
    std::vector<Field> fields_;
};

bool is_word(std::string_view text, std::size_t max) {
    return !text.empty() && text.size() <= max && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               c == '_';
    });
}

// One visible word, as tokens, hosts and stamps are.
std::string visible(std::string text, std::size_t max) {
    const bool good = text.size() <= max && std::all_of(text.begin(), text.end(),
                                                        [](char c) { return c > ' ' && c < 0x7F; });
    return good ? text : "";
}

// "" for 0, "undefined" and everything else that is no id.
std::string id_in(const Form& form, std::string_view name) {
    const std::string text = form.only(name);
    const auto number = parse_integer(text);
    return number && *number > 0 ? std::to_string(*number) : "";
}

// Where an event tells the id of what changed. The names are the portal's (protocol section 20.3).
constexpr std::string_view kFieldsId = "data[FIELDS][ID]";
constexpr std::string_view kAfterId = "data[FIELDS_AFTER][ID]";
constexpr std::string_view kBeforeId = "data[FIELDS_BEFORE][ID]";
constexpr std::string_view kAfterTask = "data[FIELDS_AFTER][TASK_ID]";
constexpr std::string_view kBeforeTask = "data[FIELDS_BEFORE][TASK_ID]";
constexpr std::string_view kDataId = "data[ID]";

struct Row {
    std::string_view event; // upper case; without the verb when `verbs`
    bool verbs;             // ADD UPDATE DELETE follow
    std::string_view kind;
    std::array<std::string_view, 2> ids; // the first that is there
};

constexpr std::array kEvents = {
    Row{"ONTASKCOMMENT", true, "task", {kAfterTask, kBeforeTask}},
    Row{"ONTASK", true, "task", {kAfterId, kBeforeId}},
    Row{"ONCRMDEALMOVETOCATEGORY", false, "deal", {kFieldsId, kDataId}},
    Row{"ONCRMDEAL", true, "deal", {kFieldsId, ""}},
    Row{"ONCRMCOMPANY", true, "company", {kFieldsId, ""}},
    Row{"ONCRMCONTACT", true, "contact", {kFieldsId, ""}},
    Row{"ONSONETGROUP", true, "group", {kFieldsId, kDataId}},
    Row{"ONUSERADD", false, "user", {kDataId, kFieldsId}},
    Row{"ONPAYMENTENTITYSAVED", false, "payment", {kFieldsId, ""}},
    Row{"ONPAYMENTDELETED", false, "payment", {kFieldsId, ""}},
};

constexpr std::string_view kItem = "ONCRMDYNAMICITEM";
constexpr std::string_view kDocument = "ONCRMDOCUMENTGENERATORDOCUMENT";

// Cut out of an event: a literal that begins like a statement of SQL belongs to store alone.
constexpr std::string_view kChanged = std::string_view("ONTASKUPDATE").substr(6);

bool is_verb(std::string_view text) {
    return text == "ADD" || text == kChanged || text == "DELETE";
}

// "ONCRMDYNAMICITEMUPDATE_147" is the same event, asked for one type only.
std::string_view verb_after(std::string_view event, std::string_view stem) {
    if (event.substr(0, stem.size()) != stem) return "";
    std::string_view rest = event.substr(stem.size());
    if (const auto line = rest.find('_'); line != std::string_view::npos)
        rest = parse_integer(rest.substr(line + 1)) ? rest.substr(0, line) : "";
    return is_verb(rest) ? rest : "";
}

// What an item of this type is to us; smart processes are numbered from 128 on.
std::string_view kind_of_type(std::string_view entity_type, int card_type) {
    const auto type = parse_integer(entity_type);
    if (!type) return "";
    if (*type == 2) return "deal";
    if (*type == 3) return "contact";
    if (*type == 4) return "company";
    if (*type == 31) return "invoice";
    return *type >= 128 && (card_type == 0 || *type == card_type) ? "card" : "";
}

class Reader {
public:
    Reader(const Form& form, const std::string& remote, int card_type, EventHint& hint)
        : form_(form), remote_(remote), card_type_(card_type), hint_(hint) {}

    void read() {
        const std::string_view event = hint_.event;
        if (!verb_after(event, kItem).empty()) return add(owner_kind(), kFieldsId);
        if (!verb_after(event, kDocument).empty()) {
            add("document", kFieldsId);
            return add(owner_kind(), "data[FIELDS][ENTITY_ID]");
        }
        for (const auto& row : kEvents) {
            if (row.verbs ? verb_after(event, row.event).empty() : event != row.event) continue;
            for (const auto name : row.ids)
                if (hint_.refs.empty() && !name.empty()) add(row.kind, name);
            return;
        }
    }

private:
    std::string_view owner_kind() const {
        return kind_of_type(form_.only("data[FIELDS][ENTITY_TYPE_ID]"), card_type_);
    }
    void add(std::string_view kind, std::string_view name) {
        std::string id = id_in(form_, name);
        if (kind.empty() || id.empty()) return;
        hint_.refs.push_back({remote_, std::string(kind), std::move(id)});
    }

    const Form& form_;
    const std::string& remote_;
    const int card_type_;
    EventHint& hint_;
};

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

Error install_lacks(const char* what) {
    return Error{Code::Malformed, std::string("the installation was told without ") + what, "",
                 "install it as a local application that uses only the API (script only)"};
}

} // namespace

Result<EventHint> decode_event_body(std::string_view body, const std::string& remote,
                                    int card_type) {
    const auto form = Form::parse(body);
    if (!form) return form.error();
    EventHint hint;
    hint.event = upper(form->only("event"));
    if (!is_word(hint.event, kNameMax))
        return Error{Code::Malformed, "this is no event: it has no name", "", ""};
    hint.deleted = ends_with(hint.event, "DELETE") || ends_with(hint.event, "DELETED") ||
                   hint.event.find("DELETE_") != std::string::npos;
    hint.application_token = Secret(visible(form->only("auth[application_token]"), kTokenMax));
    hint.member_id = visible(form->only("auth[member_id]"), kNameMax);
    hint.domain = fold_case(visible(form->only("auth[domain]"), 255));
    hint.at = visible(form->only("ts"), 40);
    Reader(*form, remote, card_type, hint).read();
    return hint;
}

Result<AppTokens> decode_app_install(std::string_view body, Instant now) {
    const auto form = Form::parse(body);
    if (!form) return form.error();
    if (upper(form->only("event")) != "ONAPPINSTALL") return install_lacks("its event");
    const auto part = [&](const char* name) {
        return visible(form->only("auth[" + std::string(name) + "]"), kTokenMax);
    };
    AppTokens tokens;
    tokens.access = Secret(part("access_token"));
    tokens.refresh = Secret(part("refresh_token"));
    tokens.member_id = part("member_id");
    tokens.scope = part("scope");
    tokens.portal = site_of(part("client_endpoint"));
    if (tokens.portal.empty()) tokens.portal = site_of("https://" + part("domain"));
    tokens.server = site_of(part("server_endpoint"));
    // Only a portal on this machine may have its tokens renewed without TLS.
    if (tokens.server.substr(0, 5) == "http:" && tokens.portal.substr(0, 5) != "http:")
        tokens.server.clear();
    if (tokens.access.empty() || tokens.refresh.empty()) return install_lacks("tokens");
    if (!is_word(tokens.member_id, kNameMax)) return install_lacks("member_id");
    if (tokens.portal.empty()) return install_lacks("the portal's address");
    const auto life = parse_integer(form->only("auth[expires_in]"));
    const bool told = life && *life > 0 && *life <= 86400;
    tokens.expires = now + std::chrono::seconds{told ? *life : 3600};
    tokens.renewed = now;
    return tokens;
}

} // namespace hb::connector::bitrix24
