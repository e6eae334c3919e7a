#include "markup.h"

namespace hb::render::markup {

namespace {

// One walk over the text; what was read is handed to its caller.
struct Reader {
    std::string skeleton;
    std::string text;

    explicit Reader(std::string_view html) {
        for (std::size_t at = 0; at < html.size();) {
            if (html[at] == '<')
                at = tag(html, at);
            else
                text += html[at++];
        }
    }

    // From '<' to behind its '>': quoted values may hold anything but their quote.
    std::size_t tag(std::string_view html, std::size_t at) {
        bool value = false;
        char quote = 0;
        for (; at < html.size(); ++at) {
            const char c = html[at];
            if (quote != 0) {
                if (c == quote) quote = 0;
                continue;
            }
            if (c == '"' || c == '\'') {
                quote = c;
                continue;
            }
            if (c == '=') value = true;
            if (c == ' ' || c == '>') value = false;
            if (!value) skeleton += c;
            if (c == '>') return at + 1;
        }
        skeleton += "[not closed]";
        return at;
    }
};

} // namespace

std::string skeleton(std::string_view html) {
    return Reader(html).skeleton;
}

std::string text_of(std::string_view html) {
    return Reader(html).text;
}

} // namespace hb::render::markup
