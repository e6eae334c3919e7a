#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "mapping/mapping.h"

namespace hb::app {

enum class Stream { Out, Err };
// Where a command's words go: this process' streams, or the socket of the one who asked.
using Sink = std::function<void(Stream, std::string_view)>;

// What a command says. With --json standard output carries exactly one JSON document and people
// are told on standard error. What is said while the thread holds the books (base/held.h) waits
// until it does not: the reader may stop. Progress said then is left out.
class Output {
public:
    Output(Sink sink, bool json, bool terminal)
        : sink_(std::move(sink)), json_(json), terminal_(terminal) {}
    ~Output() { give({}); }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    bool json() const { return json_; }
    // For a person; a missing line end is added.
    void text(std::string_view text) const;
    // Beside the answer, always on standard error: warnings, what to do next.
    void note(std::string_view text) const;
    // Overwritten by the next one; nothing is said unless a person watches.
    void progress(std::string_view line);
    void end_progress();
    // The document; without --json nothing. REQUIRES: once at most.
    void document(std::string_view json);
    bool documented() const { return documented_; }
    // A finished text with its own line ends, for exports without --json.
    void bytes(std::string_view bytes) const;
    // A file that is no text, as it is.
    void file(std::string_view bytes) const;

    // What was held back, once the thread no longer holds the books; the destructor does it too.
    void hand_over() const { give({}); }

    // Each tells its trouble and returns the exit code.
    int fail(const Error& error);
    int fail(const std::vector<mapping::FileProblem>& problems, const std::string& summary);

private:
    struct Piece {
        Stream stream = Stream::Out;
        std::string bytes;
    };
    void give(Piece piece) const;

    Sink sink_;
    mutable std::vector<Piece> held_;
    bool json_;
    bool terminal_;
    bool documented_ = false;
    bool progress_shown_ = false;
};

} // namespace hb::app
