#include "app/shell_completion.h"

#include <functional>

// Both shells read the same three functions, which are the table of commands; only what they do
// with the answers differs:
//   _hourbridge_is_command 'hourbridge report send'
//   _hourbridge_words 'hourbridge report'            lines "send:Read its time once more, …"
//   _hourbridge_values 'hourbridge restore <argument>'    "<file>", "<text>", or the words to
//   choose from
namespace hb::app {
namespace {

std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

void each_command(const CommandWords& command,
                  const std::function<void(const CommandWords&)>& run) {
    run(command);
    for (const auto& below : command.below) each_command(below, run);
}

// One line of a list: a colon ends the word, so what explains it may hold colons of its own.
std::string entry(const std::string& word, const std::string& about) {
    return " " + quoted(word + ":" + about);
}

std::string words_after(const CommandWords& command) {
    std::string out;
    for (const auto& below : command.below) out += entry(below.name(), below.about);
    for (const auto& option : command.options) {
        if (!option.by_place) out += entry(option.names.back(), option.about);
        if (option.by_place)
            for (const auto& choice : option.choices) out += entry(choice, option.about);
    }
    return out + entry("--json", kEverywhereJson) + entry("--config", kEverywhereConfig);
}

std::string values_of(const OptionWords& option) {
    if (option.choices.empty()) return option.takes_file() ? " '<file>'" : " '<text>'";
    std::string out;
    for (const auto& choice : option.choices) out += " " + quoted(choice);
    return out;
}

std::string function(const std::string& name, const std::string& cases) {
    return name + "() {\n    case \"$1\" in\n" + cases + "    esac\n}\n\n";
}

std::string case_line(const std::string& pattern, const std::string& values) {
    return "    " + pattern + ") printf '%s\\n'" + values + " ;;\n";
}

std::string value_cases(const CommandWords& root) {
    std::string out = case_line("*' --config'", " '<file>'");
    each_command(root, [&out](const CommandWords& command) {
        for (const auto& option : command.options) {
            if (option.by_place && option.takes_file())
                out += case_line(quoted(command.path + " <argument>"), values_of(option));
            if (option.by_place || option.value.empty()) continue;
            for (const auto& name : option.names)
                out += case_line(quoted(command.path + " " + name), values_of(option));
        }
    });
    return out;
}

std::string table(const CommandWords& root) {
    std::string known, words;
    each_command(root, [&](const CommandWords& command) {
        known += (known.empty() ? "" : " | ") + quoted(command.path);
        words += case_line(quoted(command.path), words_after(command));
    });
    return function("_hourbridge_is_command",
                    "    " + known + ") return 0 ;;\n    *) return 1 ;;\n") +
           function("_hourbridge_words", words) + function("_hourbridge_values", value_cases(root));
}

constexpr const char* kBash = R"sh(_hourbridge() {
    local IFS=$'\n' word=${COMP_WORDS[COMP_CWORD]} command='hourbridge' values i
    for ((i = 1; i < COMP_CWORD; i++)); do
        [[ ${COMP_WORDS[i - 1]} == --config ]] && continue
        _hourbridge_is_command "$command ${COMP_WORDS[i]}" && command+=" ${COMP_WORDS[i]}"
    done
    values=$(_hourbridge_values "$command ${COMP_WORDS[COMP_CWORD - 1]}")
    [[ -z $values && $word != -* ]] && values=$(_hourbridge_values "$command <argument>")
    COMPREPLY=()
    case $values in
    '<file>')
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "$word"))
        ;;
    '<text>') ;;
    '') COMPREPLY=($(compgen -W "$(_hourbridge_words "$command" | sed 's/:.*//')" -- "$word")) ;;
    *) COMPREPLY=($(compgen -W "$values" -- "$word")) ;;
    esac
}
complete -F _hourbridge 'hourbridge'
)sh";

constexpr const char* kZsh = R"sh(_hourbridge() {
    local command='hourbridge' values i
    local -a found
    for ((i = 2; i < CURRENT; i++)); do
        [[ ${words[i-1]} == --config ]] && continue
        _hourbridge_is_command "$command ${words[i]}" && command+=" ${words[i]}"
    done
    values=$(_hourbridge_values "$command ${words[CURRENT-1]}")
    [[ -z $values && ${words[CURRENT]} != -* ]] && values=$(_hourbridge_values "$command <argument>")
    case $values in
    '<file>') _files ;;
    '<text>') ;;
    '')
        found=("${(@f)$(_hourbridge_words "$command")}")
        _describe -t commands 'hourbridge' found
        ;;
    *)
        found=("${(@f)values}")
        _describe -t values value found
        ;;
    esac
}
if [[ ${funcstack[1]} == _hourbridge ]]; then
    _hourbridge "$@"
else
    compdef _hourbridge 'hourbridge'
fi
)sh";

} // namespace

std::string bash_completion(const CommandWords& root) {
    return "# Written by: hourbridge completion bash\n" + table(root) + kBash;
}

std::string zsh_completion(const CommandWords& root) {
    return "#compdef hourbridge\n# Written by: hourbridge completion zsh\n" + table(root) + kZsh;
}

} // namespace hb::app
