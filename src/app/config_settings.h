#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "mapping/files.h"

namespace hb::app {

// Whose values are read now, and whether they may be lacking: a secret is needed when its remote is
// first called, not before (config.h).
struct LackingValue {
    mapping::FileProblem problem; // names the variable or the file
    std::string owner;            // "bitrix24", "notify/0"
    bool for_calls = true;        // else it only proves events
};

// Reads single values of a configuration. A text may stand elsewhere: {"env": "NAME"} is an
// environment variable, {"file": "PATH"} a file's content without the line end behind it. What
// can't be read is told as a problem of the file, and its default is taken.
class Settings {
public:
    // `folder`: where the configuration stands; relative paths begin there (G45).
    // `may_lack`: variables and files that are not there are no problem below may_lack_for().
    Settings(mapping::EditedFile& file, std::string folder, bool may_lack = false)
        : file_(file), folder_(std::move(folder)), may_lack_(may_lack) {}

    // From here on what is read belongs to `owner`; "" it has to be there in any case.
    void may_lack_for(std::string owner, bool for_calls = true) {
        owner_ = std::move(owner);
        for_calls_ = for_calls;
    }
    // Such a value was not there; nothing more is said about it.
    bool lacks(const json::Value& value) const { return lacking_at_.count(value.path()) > 0; }
    const std::vector<LackingValue>& lacking() const { return lacking_; }
    // Of one owner, those that its calls need.
    std::vector<mapping::FileProblem> lacking_of(const std::string& owner) const;

    json::Value root() const { return file_.root(); }
    // Absolute.
    std::string path_of(const std::string& path) const;

    // nullopt when missing or told as a problem.
    std::optional<std::string> find_text(const json::Value& value);
    std::string text(const json::Value& value, std::string otherwise = "");
    Secret secret(const json::Value& value);
    // `text` as a message may show it: what stands elsewhere might be a secret by mistake.
    static std::string shown(const json::Value& value, const std::string& text);
    std::string choice(const json::Value& value, const std::vector<std::string>& words,
                       std::string otherwise);
    // Shape and bounds are the schema's.
    static int number(const json::Value& value, int otherwise);
    static double decimal(const json::Value& value, double otherwise);
    static bool flag(const json::Value& value, bool otherwise);

    void problem(const json::Value& value, std::string message, std::string hint = "") {
        if (lacks(value)) return;
        file_.problem(value, std::move(message), std::move(hint));
    }
    mapping::EditedFile& file() { return file_; }
    // A secret is in the file itself, and not in the environment or a file of its own.
    bool holds_secrets() const { return holds_secrets_; }

private:
    bool holds_secrets_ = false;
    std::optional<std::string> from_environment(const json::Value& place);
    std::optional<std::string> from_file(const json::Value& place);
    void missing(const json::Value& place, std::string message, std::string hint);

    mapping::EditedFile& file_;
    std::string folder_;
    bool may_lack_;
    std::string owner_; // "" whose values have to be there
    bool for_calls_ = true;
    std::vector<LackingValue> lacking_;
    std::set<std::string> lacking_at_;
};

// A whole file, at most `bytes_max` bytes; the error's message says why not, without the path.
Result<std::string> read_file(const std::string& path, std::size_t bytes_max);

} // namespace hb::app
