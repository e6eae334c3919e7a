#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "sandbox/links.h"
#include "sandbox/portal.h"

// What a method of the portal gets and gives. Inner header of the room.
namespace hb::sandbox {

struct Answer {
    std::string result; // JSON
    std::optional<std::int64_t> total;
    std::optional<std::int64_t> next;
};

struct Failure {
    int status = 400;
    std::string code; // JSON: "\"ERROR_CORE\"", "0"
    std::string description;
};

using Outcome = std::variant<Answer, Failure>;

// Something that the portal tells to those who listen: an event and its data.
struct Told {
    std::string event; // "ONCRMDEALUPDATE"
    Tree data;
    std::string object; // what makes two of a kind one: "2/101"
};

enum class Change { Added, Changed, Deleted };
// "ONCRMDEALADD" of the family "ONCRMDEAL".
std::string event_name(std::string_view family, Change change);

struct App;
struct EventHub;

struct Call {
    const Tree& params;
    const Token& token;
    const User& caller;
    State& state;
    const PortalOptions& options;
    Seconds now = 0;
    std::vector<std::tuple<Thing, int, std::int64_t>> created{}; // for late visibility
    std::vector<Told> told{};
    std::string base{}; // "http://127.0.0.1:8123", what links begin with
    App* app = nullptr;
    EventHub* hub = nullptr;
    bool by_app = false;     // an access token, not a webhook
    bool by_robot = false;   // nobody acts: events carry no token
    std::string connector{}; // auth_connector of a write
    // Whether a method is missing by a fault.
    std::function<bool(std::string_view)> lacks = [](std::string_view) { return false; };

    bool admin() const { return caller.admin; }
    bool crm_admin() const {
        return caller.crm_admin.value_or(caller.admin) && token.crm == Token::CrmRights::All;
    }
    Links links() const { return {base, now + options.link_seconds}; }
    // {"FIELDS":{"ID":"5"}} and whatever else is in `more`.
    void tell(std::string_view event, int entity_type, std::int64_t id,
              std::initializer_list<std::pair<const char*, std::string>> more = {});
    void tell_task(Change change, std::int64_t id);
    const Tree* param(std::string_view name) const { return params.find_word(name); }
    std::optional<std::int64_t> integer(std::string_view name) const;
    int offset() const { return options.offset_minutes; }
    std::string moment(Seconds at) const { return write_moment(at, options.offset_minutes); }
    // Of a task: the caller's wall clock of that day, with the offset of the call behind it.
    std::string wall_clock(Seconds at) const;
    // Of a time record: the caller's clock with the offset of that very moment.
    std::string own_moment(Seconds at) const;
    bool hidden(Thing kind, int type, std::int64_t id) const {
        return state.hidden(kind, type, id, now);
    }
};

struct Method {
    std::string name;  // as documented
    std::string scope; // "" for none
    Outcome (*run)(Call&);
    bool writes = false;
};

// All methods, found without case.
class MethodTable {
public:
    MethodTable();
    const Method* find(std::string_view name) const;
    const std::vector<Method>& all() const { return methods_; }
    void add(std::string name, std::string scope, Outcome (*run)(Call&), bool writes = false);

private:
    std::vector<Method> methods_;
    std::map<std::string, std::size_t> by_name_;
};
const MethodTable& method_table();

void add_system_calls(MethodTable& to);
void add_people_calls(MethodTable& to);
void add_task_calls(MethodTable& to);
void add_entry_calls(MethodTable& to);
void add_user_field_calls(MethodTable& to);
void add_crm_classic_calls(MethodTable& to);
void add_crm_item_calls(MethodTable& to);
void add_crm_book_calls(MethodTable& to);
void add_row_calls(MethodTable& to);
void add_payment_calls(MethodTable& to);
void add_talk_calls(MethodTable& to);
void add_type_calls(MethodTable& to);
void add_stage_calls(MethodTable& to);
void add_custom_field_calls(MethodTable& to);
void add_document_calls(MethodTable& to);
void add_template_calls(MethodTable& to);
void add_event_calls(MethodTable& to);
void add_offline_calls(MethodTable& to);

Failure fail(std::string_view code, std::string_view description, int status = 400);
Failure fail_number(std::string_view description); // error 0, a number
// `start`: -1 switches the count off; other values are rounded down to a page of 50.
PageRequest read_page(const Call& call, std::string_view name = "start");
// The total and the next start for a page that `read_page` described.
// What a list says about its total with start=-1: classic methods 0, controllers and tasks nothing.
enum class Uncounted { SaysZero, SaysNothing };
void add_paging(Answer& answer, const PageRequest& request, std::size_t rows, std::int64_t total,
                Uncounted uncounted = Uncounted::SaysZero);

} // namespace hb::sandbox
