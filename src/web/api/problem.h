#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "web/exchange.h"

namespace hb::web::api {

// A refusal as programs read it (RFC 9457); `code` is one of openapi.json's list. Thrown by anyone
// who refuses, answered in one place.
struct Refusal {
    int status = 400;
    std::string code, message, hint = {};
    std::vector<std::pair<std::string, std::string>> errors = {}; // path, message
    int retry_after = 0;                                          // seconds; 0 not said
    std::vector<std::pair<std::string, std::string>> headers = {};
};

Refusal refusal_of(const Error& error);
// By the word that the command's error carries.
Refusal refusal_of(std::string_view code_word, std::string message, std::string hint);
std::string problem_json(const Refusal& refusal, std::string_view request_id);
Answer problem(const Refusal& refusal, std::string_view request_id);

} // namespace hb::web::api
