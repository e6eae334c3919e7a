#include "base/seal.h"

#include <memory>

#include <openssl/evp.h>

#include "base/digest.h"
#include "base/ensure.h"

namespace hb {
namespace {

constexpr std::string_view kForm = "s1:"; // a later form of sealing begins otherwise
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* in(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.empty() ? "" : text.data());
}
unsigned char* out(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

// The key also signs links; what is sealed with it gets a key of its own.
std::string sealing_key(const Secret& key) {
    return hmac_sha256(key.reveal(), "hourbridge: what rests in the database");
}

std::optional<std::string> bytes_of(std::string_view digits) {
    const auto value = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        return -1;
    };
    if (digits.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const int high = value(digits[i]);
        const int low = value(digits[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

// Feeds key, nonce and `about`; the text is the caller's.
Context begin(bool sealing, const Secret& key, std::string_view nonce, std::string_view about) {
    Context context(EVP_CIPHER_CTX_new());
    ensure(context != nullptr, "out of memory for a cipher");
    const std::string own = sealing_key(key);
    int length = 0;
    const bool ready = EVP_CipherInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, in(own),
                                         in(nonce), sealing ? 1 : 0) == 1 &&
                       EVP_CipherUpdate(context.get(), nullptr, &length, in(about),
                                        static_cast<int>(about.size())) == 1;
    ensure(ready, "AES-256-GCM can't be used");
    return context;
}

} // namespace

std::string seal(const Secret& key, std::string_view about, const Secret& text, IdSource& ids) {
    const std::string& plain = text.reveal();
    // The last digits: a test's counting names differ in them.
    const std::string id = ids.id128();
    const auto nonce = bytes_of(std::string_view(id).substr(id.size() - 2 * kNonceBytes));
    ensure(nonce.has_value(), "a random name is hex digits");
    const Context context = begin(true, key, *nonce, about);
    std::string cipher(plain.size() + kTagBytes, '\0');
    std::string tag(kTagBytes, '\0');
    int length = 0;
    int rest = 0;
    const bool done =
        EVP_CipherUpdate(context.get(), out(cipher), &length, in(plain),
                         static_cast<int>(plain.size())) == 1 &&
        EVP_CipherFinal_ex(context.get(), out(cipher) + length, &rest) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, out(tag)) == 1;
    ensure(done, "sealing failed");
    cipher.resize(static_cast<std::size_t>(length + rest));
    return std::string(kForm) + hex(*nonce + cipher + tag);
}

std::optional<Secret> unseal(const Secret& key, std::string_view about, std::string_view sealed) {
    if (sealed.substr(0, kForm.size()) != kForm) return std::nullopt;
    const auto bytes = bytes_of(sealed.substr(kForm.size()));
    if (!bytes || bytes->size() < kNonceBytes + kTagBytes) return std::nullopt;
    const std::string_view all(*bytes);
    const auto cipher = all.substr(kNonceBytes, all.size() - kNonceBytes - kTagBytes);
    std::string tag(all.substr(all.size() - kTagBytes));
    const Context context = begin(false, key, all.substr(0, kNonceBytes), about);
    std::string plain(cipher.size() + kTagBytes, '\0');
    int length = 0;
    int rest = 0;
    const bool whole =
        EVP_CipherUpdate(context.get(), out(plain), &length, in(cipher),
                         static_cast<int>(cipher.size())) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, out(tag)) == 1 &&
        EVP_CipherFinal_ex(context.get(), out(plain) + length, &rest) == 1;
    if (!whole) return std::nullopt;
    plain.resize(static_cast<std::size_t>(length + rest));
    return Secret(std::move(plain));
}

} // namespace hb
