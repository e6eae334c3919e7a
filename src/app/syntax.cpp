#include "app/syntax.h"

#include <CLI/CLI.hpp>

namespace hb::app {

Option& Option::required() {
    option_->required();
    return *this;
}

Option& Option::type_name(const std::string& name) {
    option_->type_name(name);
    return *this;
}

Option& Option::one_of(const std::vector<std::string>& words) {
    option_->check(CLI::IsMember(words));
    return *this;
}

Option& Option::range(std::int64_t from, std::int64_t to) {
    option_->check(CLI::Range(from, to));
    return *this;
}

Option& Option::needs(const Option& other) {
    option_->needs(other.option_);
    return *this;
}

Option& Option::one_each() {
    option_->allow_extra_args(false);
    return *this;
}

Option Syntax::add_option(const std::string& name, std::string& value, const std::string& about) {
    return Option(app_->add_option(name, value, about));
}

Option Syntax::add_option(const std::string& name, std::optional<std::string>& value,
                          const std::string& about) {
    return Option(app_->add_option(name, value, about));
}

Option Syntax::add_option(const std::string& name, std::vector<std::string>& values,
                          const std::string& about) {
    return Option(app_->add_option(name, values, about));
}

Option Syntax::add_option(const std::string& name, int& value, const std::string& about) {
    return Option(app_->add_option(name, value, about));
}

Option Syntax::add_option(const std::string& name, std::int64_t& value, const std::string& about) {
    return Option(app_->add_option(name, value, about));
}

Option Syntax::add_option(const std::string& name, std::vector<std::int64_t>& values,
                          const std::string& about) {
    return Option(app_->add_option(name, values, about));
}

Option Syntax::add_option(const std::string& name, std::optional<int>& value,
                          const std::string& about) {
    return Option(app_->add_option(name, value, about));
}

Option Syntax::add_option(const std::string& name, std::optional<std::int64_t>& value,
                          const std::string& about) {
    return Option(app_->add_option(name, value, about));
}

Option Syntax::add_list(const std::string& name, bool& given, std::vector<std::string>& values,
                        const std::string& about) {
    const auto take = [&given, &values](const std::vector<std::string>& told) {
        given = true;
        for (const auto& value : told)
            if (!value.empty()) values.push_back(value);
    };
    auto* option = app_->add_option_function<std::vector<std::string>>(name, take, about);
    option->expected(0, -1);
    return Option(option);
}

Option Syntax::add_flag(const std::string& name, bool& value, const std::string& about) {
    return Option(app_->add_flag(name, value, about));
}

void Syntax::leaves_words() {
    app_->allow_extras();
}

bool Syntax::parsed() const {
    return app_->parsed();
}

} // namespace hb::app
