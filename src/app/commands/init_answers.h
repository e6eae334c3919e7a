#pragma once

#include <string>
#include <vector>

#include "app/command.h"
#include "base/secret.h"

// What `init` has to know: taken from options, asked at a terminal, judged at once.
namespace hb::app {

struct InitAnswers {
    std::string webhook_url_env, data_dir, listen, public_url, time_zone, locale;
    Secret webhook;     // typed at a terminal; empty: entered later
    bool force = false; // replace an existing file
    bool keep = false;  // the webhook's address in secrets.env beside the configuration
};

// Judges what the options say, asks for the rest at a terminal (a wrong answer is asked again, with
// what is wrong) and fills in the defaults. All that is wrong with the options, together, where
// nobody can be asked; the error of an answer when the terminal is closed.
Status ask_init(const Session& session, InitAnswers& answers);

// The line that gives these answers again; no secret is in it.
std::string init_line(const InitAnswers& answers);

// `text` of a file of NAME=value lines with `name` set to `value`; the other lines stay.
std::string with_variable(const std::string& text, const std::string& name,
                          const std::string& value);

} // namespace hb::app
