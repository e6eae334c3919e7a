#include "domain/exchange.h"

#include <algorithm>

#include "base/text.h"

namespace hb::domain {
namespace {

const std::vector<std::string>& kinds() {
    static const std::vector<std::string> all{"company", "contact", "user",     "group",
                                              "project", "task",    "entry",    "deal",
                                              "invoice", "card",    "document", "payment"};
    return all;
}

Error ref_error(std::string_view text, const std::string& what) {
    return {Code::Usage, "\"" + std::string(text) + "\" is not a reference: " + what, "",
            "write REMOTE:KIND:ID, for example bitrix24:task:691"};
}

// White space and control characters in a name are slips of a paste.
bool is_plain(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) > ' ' && c != '\x7f';
    });
}

} // namespace

std::string to_string(const Ref& ref) {
    return ref.remote + ":" + ref.kind + ":" + ref.id;
}

Result<Ref> parse_ref(std::string_view text) {
    const std::size_t first = text.find(':');
    const std::size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
    if (second == std::string_view::npos) return ref_error(text, "it needs two colons");
    const Ref ref{std::string(text.substr(0, first)),
                  std::string(text.substr(first + 1, second - first - 1)),
                  std::string(text.substr(second + 1))};
    if (!is_plain(ref.remote)) return ref_error(text, "the remote has no name");
    if (!is_plain(ref.id)) return ref_error(text, "the id is missing");
    if (std::find(kinds().begin(), kinds().end(), ref.kind) != kinds().end()) return ref;
    const auto meant = nearest(ref.kind, kinds());
    return ref_error(text, "there is no kind \"" + ref.kind + "\"" +
                               (meant ? ", did you mean " + *meant + "?" : ""));
}

} // namespace hb::domain
