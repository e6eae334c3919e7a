#include "sandbox/program/voice.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/clean.h"
#include "base/ensure.h"
#include "base/exit_code.h"
#include "json/writer.h"

namespace hb::sandbox {

void Voice::write(bool out, std::string text) {
    if (text.empty() || text.back() != '\n') text += '\n';
    std::FILE* file = out ? stdout : stderr;
    const bool written =
        std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
    // A reader may stop reading, as head(1) does; that is no trouble of ours.
    if (!written && out && errno != EPIPE && trouble_.empty()) trouble_ = std::strerror(errno);
}

void Voice::text(std::string_view text) {
    write(!json_, for_people(text));
}

void Voice::note(std::string_view text) {
    write(false, for_people(text));
}

void Voice::document(std::string_view json) {
    if (!json_) return;
    ensure(!documented_, "one JSON document a command");
    documented_ = true;
    write(true, for_people_json(json));
}

int Voice::fail(const Error& error) {
    std::string told = "hourbridge-sandbox: " + error.message + "\n";
    if (!error.detail.empty()) told += "  detail: " + error.detail + "\n";
    if (!error.hint.empty()) told += "  what to do: " + error.hint + "\n";
    note(told);
    if (json_ && !documented_) {
        json::Writer out;
        out.begin_object().key("error").begin_object();
        out.member("code", code_word(error.code)).member("message", error.message);
        if (!error.detail.empty()) out.member("detail", error.detail);
        document(out.member("hint", error.hint).end_object().end_object().text());
    }
    return exit_code_of(error.code);
}

int Voice::ended(int code) const {
    if (trouble_.empty()) return code;
    std::fprintf(stderr, "hourbridge-sandbox: standard output can't be written\n  detail: %s\n",
                 trouble_.c_str());
    return worse(code, kMachine);
}

} // namespace hb::sandbox
