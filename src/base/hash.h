#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hb {

// What other systems sign with; our own digests are those of digest.h.
enum class Hash { Md5, Sha1, Sha256 };
std::optional<Hash> parse_hash(std::string_view name); // "md5", "sha1", "sha256"

// Raw bytes.
std::string digest(Hash hash, std::string_view bytes);
std::string hmac(Hash hash, std::string_view key, std::string_view bytes);

} // namespace hb
