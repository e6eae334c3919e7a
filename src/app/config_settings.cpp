#include "app/config_settings.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/limits.h"
#include "base/text.h"
#include "json/writer.h"

namespace hb::app {

namespace {

using json::Value;

// A secret, a name or an address; a longer file must be another one than was meant.
constexpr std::size_t kTextFileBytesMax = 64u << 10;

bool is_variable_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

} // namespace

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
    std::error_code trouble;
    if (std::filesystem::is_directory(path, trouble))
        return Error{Code::Usage, "it is a directory", "", ""};
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    std::string bytes(bytes_max + 1, '\0');
    if (in) in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!in.is_open() || in.bad())
        return Error{Code::Usage, errno != 0 ? std::strerror(errno) : "it can't be read", "", ""};
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > bytes_max)
        return Error{Code::Usage, "it is larger than " + std::to_string(bytes_max) + " bytes", "",
                     ""};
    return bytes;
}

std::string Settings::path_of(const std::string& path) const {
    return (std::filesystem::path(folder_) / path).lexically_normal().string();
}

std::optional<std::string> Settings::find_text(const Value& value) {
    if (value.is_string()) return *value.string();
    if (!value.is_object() || file_.told_at(value.path())) return std::nullopt;
    const bool env = value["env"].is_string();
    const bool file = value["file"].is_string();
    if (!env && !file && value.size() > 0)
        return std::nullopt; // the schema told what else it holds
    if (env != file) return env ? from_environment(value["env"]) : from_file(value["file"]);
    problem(value, "expected exactly one of \"env\" and \"file\"",
            R"(write {"env": "NAME"} or {"file": "PATH"})");
    return std::nullopt;
}

// The name is quoted only when it can be one: somebody may have put the secret itself there.
std::optional<std::string> Settings::from_environment(const Value& place) {
    const std::string name = *place.string();
    if (!is_variable_name(name)) {
        problem(place, "this is not the name of an environment variable",
                "letters, digits and _ only; the value itself is in the variable");
        return std::nullopt;
    }
    const char* found = std::getenv(name.c_str());
    if (found != nullptr && *found != '\0') return std::string(found);
    missing(place,
            "the environment variable " + name + (found == nullptr ? " is not set" : " is empty"),
            "set it where hourbridge is started (for systemd: EnvironmentFile), or leave this "
            "setting out");
    return std::nullopt;
}

std::optional<std::string> Settings::from_file(const Value& place) {
    const std::string path = *place.string();
    if (path.find("://") != std::string::npos) {
        problem(place, "this is an address, not the path of a file",
                "\"file\" names a file in which the value stands");
        return std::nullopt;
    }
    const auto bytes = read_file(path_of(path), kTextFileBytesMax);
    if (!bytes) {
        missing(place, "can't read the file " + path_of(path) + ": " + bytes.error().message,
                "relative paths begin where the configuration stands");
        return std::nullopt;
    }
    const std::string text(trim(*bytes));
    if (!text.empty() && is_utf8(text)) return text;
    problem(place, "the file " + path_of(path) + (text.empty() ? " is empty" : " is not text"));
    return std::nullopt;
}

// `place` is the name within {"env"} or {"file"}; what lacks is the value around it.
void Settings::missing(const Value& place, std::string message, std::string hint) {
    if (!may_lack_ || owner_.empty()) return problem(place, std::move(message), std::move(hint));
    const std::string path = place.path();
    lacking_at_.insert(path.substr(0, path.rfind('/')));
    lacking_.push_back(
        {{file_.name(), file_.document().line_of(place), path, std::move(message), std::move(hint)},
         owner_,
         for_calls_});
}

std::vector<mapping::FileProblem> Settings::lacking_of(const std::string& owner) const {
    std::vector<mapping::FileProblem> out;
    for (const auto& each : lacking_)
        if (each.owner == owner && each.for_calls) out.push_back(each.problem);
    return out;
}

std::string Settings::text(const Value& value, std::string otherwise) {
    return find_text(value).value_or(std::move(otherwise));
}

Secret Settings::secret(const Value& value) {
    if (value.is_string() && !value.text_view().value_or("").empty()) holds_secrets_ = true;
    return Secret(text(value));
}

std::string Settings::shown(const Value& value, const std::string& text) {
    if (!value.is_object()) return json::quote(shorten(text, 60));
    return value["env"].is_string() ? "the value of " + *value["env"].string()
                                    : "the content of " + *value["file"].string();
}

std::string Settings::choice(const Value& value, const std::vector<std::string>& words,
                             std::string otherwise) {
    const auto word = find_text(value);
    if (!word) return otherwise;
    if (std::find(words.begin(), words.end(), *word) != words.end()) return *word;
    // The schema reported a word that is in the file itself.
    problem(value, "expected one of " + join(words, ", ") + "; got " + shown(value, *word));
    return otherwise;
}

int Settings::number(const Value& value, int otherwise) {
    const auto number = value.is_number() ? value.integer() : value.expected("a number");
    return number && std::abs(*number) < 1'000'000'000 ? static_cast<int>(*number) : otherwise;
}

double Settings::decimal(const Value& value, double otherwise) {
    const auto text = value.text_view();
    if (!value.is_number() || !text) return otherwise;
    double number = otherwise;
    std::from_chars(text->data(), text->data() + text->size(), number);
    return number;
}

bool Settings::flag(const Value& value, bool otherwise) {
    const auto flag = value.boolean();
    return flag ? *flag : otherwise;
}

} // namespace hb::app
