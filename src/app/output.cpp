#include "app/output.h"

#include "app/exit_code.h"
#include "base/clean.h"
#include "base/ensure.h"
#include "base/held.h"
#include "voices/voices.h"
#include "json/writer.h"

namespace hb::app {

namespace {

void add_error(json::Writer& out, const Error& error) {
    out.key("error").begin_object();
    out.member("code", code_word(error.code)).member("message", error.message);
    if (!error.detail.empty()) out.member("detail", error.detail);
    out.member("hint", error.hint);
    if (error.said) {
        out.member("said", voices::code_of(error.said)).key("args").begin_object();
        for (const auto& [name, value] : voices::values_of(error.said)) out.member(name, value);
        out.end_object();
    }
    out.end_object();
}

// Whatever a remote has put into it is only letters to a terminal (G60).
std::string line(std::string text) {
    std::string out = std::move(text);
    if (!out.empty() && out.back() != '\n') out += '\n';
    return out;
}

} // namespace

// In their order; an empty piece only hands on what was held back.
void Output::give(Piece piece) const {
    if (Held::by_this_thread()) {
        held_.push_back(std::move(piece));
        return;
    }
    for (const Piece& each : held_) sink_(each.stream, each.bytes);
    held_.clear();
    if (!piece.bytes.empty()) sink_(piece.stream, piece.bytes);
}

void Output::text(std::string_view text) const {
    give({json_ ? Stream::Err : Stream::Out, line(for_people(text))});
}

void Output::note(std::string_view text) const {
    give({Stream::Err, line(for_people(text))});
}

void Output::bytes(std::string_view bytes) const {
    give({json_ ? Stream::Err : Stream::Out, for_export(bytes)});
}

void Output::file(std::string_view bytes) const {
    give({json_ ? Stream::Err : Stream::Out, std::string(bytes)});
}

void Output::progress(std::string_view text) {
    if (!terminal_ || Held::by_this_thread()) return;
    give({Stream::Err, "\r\x1b[K" + for_people(text, Lines::Join)});
    progress_shown_ = true;
}

void Output::end_progress() {
    if (progress_shown_) give({Stream::Err, "\r\x1b[K"});
    progress_shown_ = false;
}

void Output::document(std::string_view json) {
    if (!json_) return;
    ensure(!documented_, "one JSON document a command");
    documented_ = true;
    give({Stream::Out, line(for_people_json(json))});
}

int Output::fail(const Error& error) {
    end_progress();
    std::string told = "hourbridge: " + error.message + "\n";
    if (!error.detail.empty()) told += "  detail: " + error.detail + "\n";
    if (!error.hint.empty()) told += "  what to do: " + error.hint + "\n";
    note(told);
    if (json_ && !documented_) {
        json::Writer out;
        out.begin_object();
        add_error(out, error);
        out.end_object();
        document(out.text());
    }
    return exit_code_of(error.code);
}

int Output::fail(const std::vector<mapping::FileProblem>& problems, const std::string& summary) {
    end_progress();
    note("hourbridge: " + summary);
    for (const auto& problem : problems) note("  " + mapping::to_string(problem));
    if (json_ && !documented_) {
        json::Writer out;
        out.begin_object();
        add_error(out, Error{Code::Usage, summary, "", "put right what \"problems\" lists"});
        out.key("problems").begin_array();
        for (const auto& problem : problems)
            out.begin_object()
                .member("file", problem.file)
                .member("line", problem.line)
                .member("path", problem.path)
                .member("message", problem.message)
                .member("hint", problem.hint)
                .end_object();
        out.end_array().end_object();
        document(out.text());
    }
    return kUsage;
}

} // namespace hb::app
