#include "base/hash.h"

#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/ensure.h"

namespace hb {

namespace {

const EVP_MD* method_of(Hash hash) {
    switch (hash) {
    case Hash::Md5:
        return EVP_md5();
    case Hash::Sha1:
        return EVP_sha1();
    case Hash::Sha256:
        return EVP_sha256();
    }
    fail_invariant("a hash that does not exist");
}

// A null pointer would mean "no key" or "no data" to OpenSSL; an empty text is neither.
const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.empty() ? "" : text.data());
}

using Buffer = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string text_of(const Buffer& bytes, unsigned length) {
    return std::string(reinterpret_cast<const char*>(bytes.data()), length);
}

} // namespace

std::optional<Hash> parse_hash(std::string_view name) {
    if (name == "md5") return Hash::Md5;
    if (name == "sha1") return Hash::Sha1;
    if (name == "sha256") return Hash::Sha256;
    return std::nullopt;
}

std::string digest(Hash hash, std::string_view bytes) {
    Buffer out{};
    unsigned length = 0;
    const int done =
        EVP_Digest(bytes_of(bytes), bytes.size(), out.data(), &length, method_of(hash), nullptr);
    ensure(done == 1, "a digest failed");
    return text_of(out, length);
}

std::string hmac(Hash hash, std::string_view key, std::string_view bytes) {
    Buffer out{};
    unsigned length = 0;
    const unsigned char* done = HMAC(method_of(hash), bytes_of(key), static_cast<int>(key.size()),
                                     bytes_of(bytes), bytes.size(), out.data(), &length);
    ensure(done != nullptr, "an HMAC failed");
    return text_of(out, length);
}

} // namespace hb
