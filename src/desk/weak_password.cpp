#include "desk/weak_password.h"

#include <algorithm>
#include <vector>

#include "base/password.h"
#include "base/text.h"
#include "desk/signing_in.h"

namespace hb::desk::embedded {
extern const std::string_view kCommonPasswords;
} // namespace hb::desk::embedded

namespace hb::desk {
namespace {

constexpr std::size_t kCommonMin = 4;
constexpr int kCommonParts = 2;
constexpr int kOtherBytes = 4;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// Of the file, which is sorted.
const std::vector<std::string_view>& common() {
    static const std::vector<std::string_view> all = [] {
        std::vector<std::string_view> out;
        for (const auto line : split(embedded::kCommonPasswords, '\n'))
            if (!line.empty() && !line.starts_with("# ")) out.push_back(line);
        return out;
    }();
    return all;
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80U;
}

// Nothing but this many common ones, and digits or signs before, between and after them.
bool made_of(std::string_view rest, int parts, int others) {
    if (rest.empty()) return true;
    for (std::size_t size = kCommonMin; parts > 0 && size <= rest.size(); ++size)
        if (std::binary_search(common().begin(), common().end(), rest.substr(0, size)) &&
            made_of(rest.substr(size), parts - 1, others))
            return true;
    return others > 0 && !is_letter(rest.front()) && made_of(rest.substr(1), parts, others - 1);
}

} // namespace

bool is_weak(std::string_view login, const std::string& password) {
    if (password.size() < kStaffPasswordMin || password.size() > kPasswordBytesMax) return true;
    const std::string low = lower(password);
    if (low.find_first_not_of(low.front()) == std::string::npos) return true;
    for (const char* word : {"hourbridge", "password", "qwertyuiop", "1234567890", "123456789012",
                             "abcdefghijkl", "iloveyou", "administrator", "letmein", "bitrix24"})
        if (low.starts_with(word)) return true;
    if (made_of(low, kCommonParts, kOtherBytes)) return true;
    return login.size() > 3 && low.find(login) != std::string::npos;
}

} // namespace hb::desk
