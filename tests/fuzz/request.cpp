#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "web/form.h"
#include "web/head.h"

// What a stranger sends: the head of a request, and a form (the first line is "f"). A head is
// judged by its own bytes alone, whatever follows it; a value that came twice is none.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    if (text.substr(0, 2) == "f\n") {
        const auto form = hb::web::parse_form(text.substr(2));
        for (const auto& [name, value] : form) {
            std::size_t times = 0;
            for (const auto& other : form) times += other.first == name ? 1 : 0;
            const auto only = hb::web::only_value(form, name);
            if (times == 1 ? only != value : !only.empty()) std::abort();
        }
        return 0;
    }
    const auto head = hb::web::read_head(text);
    if (!head) return 0;
    if (head->size > size) std::abort();
    if (head->refused_with != 0 && head->refused_with != 400 && head->refused_with != 431)
        std::abort();
    if (head->size == 0) return 0; // refused before its end
    const auto again = hb::web::read_head(std::string(text.substr(0, head->size)) + "GET / x");
    if (!again || again->size != head->size || again->body != head->body ||
        again->refused_with != head->refused_with)
        std::abort();
    return 0;
}
