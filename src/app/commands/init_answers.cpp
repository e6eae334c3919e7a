#include "app/commands/init_answers.h"

#include <algorithm>
#include <functional>
#include <iostream>

#include <termios.h>
#include <unistd.h>

#include "app/config_places.h"
#include "base/text.h"
#include "base/time.h"
#include "domain/locales.h"

namespace hb::app {
namespace {

constexpr const char* kDefaultEnv = "HOURBRIDGE_BITRIX24_WEBHOOK";

Error wrong(std::string message, std::string hint) {
    return Error{Code::Usage, std::move(message), "", std::move(hint)};
}

Status judge_env(const std::string& name) {
    const auto letter = [](char c) {
        return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    };
    const bool good = !name.empty() && letter(name.front()) &&
                      std::all_of(name.begin(), name.end(),
                                  [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
    if (good) return {};
    return wrong("\"" + shorten(name, 60) + "\" is no name of an environment variable",
                 std::string("use letters, digits and _, such as ") + kDefaultEnv);
}

Status judge_public_url(const std::string& url) {
    const auto parts = split_url(url);
    if (parts &&
        (parts->scheme == "https" || (parts->scheme == "http" && is_loopback(parts->host))))
        return {};
    return wrong("clients can't reach their pages at \"" + shorten(url, 100) + "\"",
                 "write the https address of your proxy, such as https://reports.example.com");
}

Status judge_listen(const std::string& listen) {
    const ListenCheck checked = check_listen(listen);
    if (checked.wrong.empty() && !checked.direct) return {};
    const std::string what = checked.wrong.empty()
                                 ? "other machines reach it without a proxy that speaks https"
                                 : checked.wrong;
    return wrong(what + ": " + shorten(listen, 100),
                 "write 127.0.0.1:8480 or unix:/run/hourbridge/http.sock");
}

Status judge_zone(const std::string& name) {
    const auto zone = Zone::find(name);
    if (zone) return {};
    return zone.error();
}

Status judge_locale(const std::string& locale) {
    if (domain::is_staff_locale(locale)) return {};
    return wrong("there are no texts in the language \"" + shorten(locale, 60) + "\"",
                 "shipped are " + domain::staff_locales());
}

Status judge_webhook(const std::string& url) {
    const std::string what = wrong_webhook(url);
    if (url.empty() || what.empty()) return {};
    return wrong("the webhook's address " + what,
                 "copy it from Bitrix24: Developer resources > Other > Inbound webhook; it looks "
                 "like https://PORTAL/rest/USER/TOKEN/");
}

Status judge_yes(const std::string& answer) {
    const std::string word = fold_case(answer);
    if (word == "yes" || word == "no" || word == "y" || word == "n") return {};
    return wrong("\"" + shorten(answer, 60) + "\" is neither yes nor no", "type yes or no");
}

// While it lives nothing that is typed is shown.
class Hidden {
public:
    Hidden() {
        if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        changed_ = tcsetattr(STDIN_FILENO, TCSANOW, &quiet) == 0;
    }
    ~Hidden() {
        if (changed_) tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    }
    Hidden(const Hidden&) = delete;
    Hidden& operator=(const Hidden&) = delete;

private:
    termios before_{};
    bool changed_ = false;
};

using Judge = Status (*)(const std::string&);

// nullopt: nobody is there any longer.
std::optional<std::string> typed() {
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    return std::string(trim(line));
}

// Until the answer is good. What was answered before is kept, whatever is wrong with this one.
Result<std::string> ask(const Session& session, const std::string& question,
                        const std::string& otherwise, Judge judge, bool secret = false) {
    std::optional<Error> last;
    std::optional<Hidden> hidden;
    if (secret) hidden.emplace(); // before the question is seen
    for (;;) {
        session.out.note(question + (otherwise.empty() ? "" : " [" + otherwise + "]"));
        const auto line = typed();
        if (!line) {
            if (last) return *last;
            return otherwise;
        }
        const std::string answer = line->empty() ? otherwise : *line;
        const auto good = judge(answer);
        if (good) return answer;
        last = good.error();
        session.out.note("  " + last->message + (last->hint.empty() ? "" : ". " + last->hint));
    }
}

struct Question {
    std::string* answer;
    const char* text; // "" is not asked
    const char* otherwise;
    const char* option;
    Judge judge;
};

std::vector<Question> questions(InitAnswers& answers) {
    return {{&answers.webhook_url_env, "", kDefaultEnv, "--webhook-url-env", judge_env},
            {&answers.public_url, "How do clients reach your pages (https address of the proxy)?",
             "https://reports.example.com", "--public-url", judge_public_url},
            {&answers.time_zone, "Whose calendar counts (time zone)?", "Europe/Minsk",
             "--time-zone", judge_zone},
            {&answers.locale, "Which language do colleagues read (en, ru)?", "ru", "--locale",
             judge_locale},
            {&answers.listen, "", "127.0.0.1:8480", "--listen", judge_listen}};
}

Status judge_options(InitAnswers& answers) {
    std::vector<std::string> messages, hints;
    for (const auto& each : questions(answers)) {
        if (each.answer->empty()) continue;
        const auto good = each.judge(*each.answer);
        if (good) continue;
        messages.push_back(std::string(each.option) + ": " + good.error().message);
        hints.push_back(good.error().hint);
    }
    if (messages.empty()) return {};
    return wrong(join(messages, "; "), join(hints, "; "));
}

Status ask_for_webhook(const Session& session, InitAnswers& answers) {
    auto url = ask(session,
                   "The address of the inbound webhook (it is not shown; left empty, you enter it "
                   "later):",
                   "", judge_webhook, true);
    if (!url) return url.error();
    if (url->empty()) return {};
    const auto keep =
        ask(session, "Keep it in secrets.env beside the configuration, for you alone (yes, no)?",
            "yes", judge_yes);
    if (!keep) return keep.error();
    answers.keep = fold_case(*keep).front() == 'y';
    answers.webhook = Secret(std::move(*url));
    return {};
}

} // namespace

Status ask_init(const Session& session, InitAnswers& answers) {
    if (auto good = judge_options(answers); !good) return good.error();
    const bool asks_webhook = session.terminal_in && answers.webhook_url_env.empty();
    if (asks_webhook)
        if (auto asked = ask_for_webhook(session, answers); !asked) return asked.error();
    for (const auto& each : questions(answers)) {
        if (!each.answer->empty()) continue;
        *each.answer = each.otherwise;
        if (!session.terminal_in || *each.text == '\0') continue;
        auto answer = ask(session, each.text, each.otherwise, each.judge);
        if (!answer) return answer.error();
        *each.answer = std::move(*answer);
    }
    if (answers.data_dir.empty()) answers.data_dir = "data";
    return {};
}

std::string init_line(const InitAnswers& answers) {
    return "hourbridge init --webhook-url-env " + answers.webhook_url_env + " --public-url " +
           answers.public_url + " --time-zone " + answers.time_zone + " --locale " +
           answers.locale + " --data-dir " + answers.data_dir + " --listen " + answers.listen;
}

std::string with_variable(const std::string& text, const std::string& name,
                          const std::string& value) {
    std::string out;
    for (const auto line : split(text, '\n'))
        if (!line.empty() && line.rfind(name + "=", 0) != 0) out += std::string(line) + "\n";
    return out + name + "=" + value + "\n";
}

} // namespace hb::app
