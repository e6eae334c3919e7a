#pragma once

#include <string>
#include <vector>

#include "sandbox/core.h"

// Pieces of the control calls under /sandbox/. Inner header.
namespace hb::sandbox {

// The steps of a path after "/sandbox/".
using Parts = std::vector<std::string>;

HttpAnswer json_answer(std::string body, int status = 200);
HttpAnswer trouble(int status, std::string_view text); // {"error":"text"}
HttpAnswer made(std::int64_t id);                      // {"id":1}
HttpAnswer done();                                     // {"ok":true}
std::optional<std::int64_t> number(const Tree& sent, std::string_view name);
std::string text(const Tree& sent, std::string_view name);
std::int64_t id_of(const Parts& path); // the id in /sandbox/what/ID; 0 for none

// The portal itself as a caller: every right, no limits. `by` in what was sent names the person;
// else it is the first administrator. With `robot` nobody acted.
struct System {
    System(PortalState& core, const Tree& params);
    ~System() { core.publish(call); } // what was done is told
    System(const System&) = delete;
    System& operator=(const System&) = delete;
    PortalState& core;
    Token token;
    User user;
    Call call;
};

HttpAnswer edit_crm(PortalState& core, const std::string& verb, const Parts& path, const Tree& sent,
                    int type);
// Items of smart processes: the entity type stands before the id.
HttpAnswer edit_items(PortalState& core, const std::string& verb, const Parts& path,
                      const Tree& sent);
HttpAnswer add_template(PortalState& core, const Tree& sent);
HttpAnswer edit_tasks(PortalState& core, const std::string& verb, const Parts& path,
                      const Tree& sent);
HttpAnswer edit_entries(PortalState& core, const std::string& verb, const Parts& path,
                        const Tree& sent);
HttpAnswer edit_groups(PortalState& core, const std::string& verb, const Parts& path,
                       const Tree& sent);
HttpAnswer show_app(const PortalState& core);
HttpAnswer change_app(PortalState& core, const Parts& path, const Tree& sent);
HttpAnswer show_events(const PortalState& core);
HttpAnswer change_hooks(PortalState& core, const std::string& verb, const Parts& path,
                        const Tree& sent);
HttpAnswer edit_payments(PortalState& core, const Parts& path, const Tree& sent);

} // namespace hb::sandbox
