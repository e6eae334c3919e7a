#pragma once

#include <map>
#include <string>
#include <string_view>

#include "connector/live_trial.h"
#include "json/value.h"
#include "json/writer.h"

// Takes out of answers what belongs to people: the same thing becomes the same word everywhere.
namespace hb::connector::trial {

class Redactor {
public:
    Redactor(const LiveTrial& trial, std::string_view keep);

    // First all answers are looked through for names and texts,
    void learn(const json::Value& value);
    // then each is written anew.
    std::string json(const json::Value& value);
    // One text: a value that was learned, or one with secrets, hosts and addresses in it.
    std::string text(std::string_view value);
    // Settings as the story has them.
    const std::map<std::string, std::string>& settings() const { return settings_; }
    std::string base_url() const { return base_url_; } // "" the manifest's own

private:
    void learn_word(std::string_view key, const std::string& value);
    bool stays(const std::string& value) const;
    std::string without_addresses(std::string_view text);
    void write(const json::Value& value, std::string_view key, json::Writer& out);

    std::string keep_;
    std::vector<std::pair<std::string, std::string>> fixed_; // secrets and hosts
    std::map<std::string, std::string> words_;
    std::map<std::string, std::string> addresses_;
    std::map<std::string, std::string> settings_;
    std::string base_url_;
};

} // namespace hb::connector::trial
