#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "desk/floor.h"
#include "store/people.h"

// Who may use the pages for staff and the API: users with their roles, and programs' tokens.
// Each takes its own step and commits it; none calls a remote. Safe from any thread that holds no
// step. An Error leaves the books as they were.
namespace hb::desk {

// In the order in which they are shown.
inline constexpr std::string_view kRoles[] = {"owner", "admin", "manager", "office", "viewer"};
bool is_role(std::string_view name);
// Owners, admins and managers show a second factor at each sign-in.
bool needs_factor(const std::vector<std::string>& roles);

struct NewUser {
    std::string login, name;           // name "": the login
    std::optional<std::string> portal; // bitrix24:user:7
    std::vector<std::string> roles;
};
// A one-time code, shown once and good for an hour: with it the person sets a password.
struct Invited {
    store::UserRow user;
    std::string code;
    Instant expires{};
};
Result<Invited> add_user(Books& books, const NewUser& user, const Actor& actor);
// The whole set. Conflict: nobody would be owner any longer. Sessions end.
Result<store::UserRow> set_roles(Books& books, std::string_view login,
                                 const std::vector<std::string>& roles, const Actor& actor);
Result<store::UserRow> disable_user(Books& books, std::string_view login, const Actor& actor);
Result<store::UserRow> enable_user(Books& books, std::string_view login, const Actor& actor);
// Password and second factor anew; sessions end.
Result<Invited> reset_user(Books& books, std::string_view login, const Actor& actor);

struct NewToken {
    std::string token; // shown once
    std::string name;
    std::vector<std::string> roles;
};
Result<NewToken> add_token(Books& books, const std::string& name,
                           const std::vector<std::string>& roles, const Actor& actor);
Status revoke_token(Books& books, std::string_view name, const Actor& actor);

} // namespace hb::desk
