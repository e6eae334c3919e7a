#include "domain/report_view.h"
#include "voices/voices.h"

namespace hb::domain {

Warning warning(std::string code, Message said, bool blocking) {
    const Error worded = voices::refusal(Code::Conflict, said);
    return {std::move(code), worded.message + (worded.hint.empty() ? "" : "; " + worded.hint),
            blocking, std::move(said)};
}

} // namespace hb::domain
