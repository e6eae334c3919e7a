#include "base/digest.h"

#include <array>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/ensure.h"

namespace hb {

namespace {

const unsigned char* bytes_of(std::string_view text) {
    // A null pointer would mean "no key" or "no data" to OpenSSL; an empty text is neither.
    return reinterpret_cast<const unsigned char*>(text.empty() ? "" : text.data());
}

std::string text_of(const unsigned char* bytes, unsigned length) {
    return std::string(reinterpret_cast<const char*>(bytes), length);
}

// Looked up once: EVP_sha256() would be looked up anew for every text.
const EVP_MD* sha256() {
    static const EVP_MD* const known = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    ensure(known != nullptr, "SHA-256 is there");
    return known;
}

} // namespace

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned length = 0;
    const int done =
        EVP_Digest(bytes_of(bytes), bytes.size(), out.data(), &length, sha256(), nullptr);
    ensure(done == 1 && length == 32, "SHA-256 failed");
    return hex(text_of(out.data(), length));
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned length = 0;
    const unsigned char* done = HMAC(sha256(), bytes_of(key), static_cast<int>(key.size()),
                                     bytes_of(bytes), bytes.size(), out.data(), &length);
    ensure(done != nullptr && length == 32, "HMAC-SHA-256 failed");
    return text_of(out.data(), length);
}

std::string hex(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += kDigits[byte >> 4U];
        out += kDigits[byte & 15U];
    }
    return out;
}

std::string base64url(std::string_view bytes) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    out.reserve((bytes.size() * 4 + 2) / 3);
    unsigned held = 0;
    unsigned bits = 0;
    for (const char c : bytes) {
        held = (held << 8U) | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 6; bits -= 6) out += kDigits[(held >> (bits - 6)) & 63U];
        held &= 63U;
    }
    if (bits > 0) out += kDigits[(held << (6 - bits)) & 63U];
    return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(bytes_of(a), bytes_of(b), a.size()) == 0;
}

} // namespace hb
