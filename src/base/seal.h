#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/secret.h"

namespace hb {

// `text` as it may lie in a database: AES-256-GCM with a key made of `key` (G23) and a new
// nonce. `about` says what it is; it is not stored, and what was sealed about one thing does not
// open as another.
std::string seal(const Secret& key, std::string_view about, const Secret& text, IdSource& ids);
// nullopt: another key, about something else, or not as it was sealed.
std::optional<Secret> unseal(const Secret& key, std::string_view about, std::string_view sealed);

} // namespace hb
