#include "app/commands/check_machine.h"

#include <spdlog/spdlog.h>

#include "base/clean.h"
#include "base/text.h"
#include "books/settings_names.h"

namespace hb::app {
namespace {

constexpr const char* kAdvice =
    "under systemd as in the shipped unit: Environment=HOURBRIDGE_BOOT=%b HOURBRIDGE_MACHINE=%m; "
    "in a container give it the ids of its host";

mapping::FileProblem warning(const Config& config, const std::string& who,
                             const std::string& what) {
    return {config.file, 0, "",
            who + " can't read " + what +
                ": a deal whose answer was lost is created again only by a process that lives "
                "longer than \"settle_seconds\"",
            kAdvice};
}

} // namespace

std::vector<mapping::FileProblem> machine_warnings(const Config& config, store::Database* db,
                                                   const Machine& machine) {
    std::vector<mapping::FileProblem> out;
    if (!machine.unread.empty())
        out.push_back(warning(config, "this process", join(machine.unread, " and ")));
    if (db == nullptr) return out;
    if (const auto hidden = store::Settings(*db).get(0, books::kept::kMachineUnread))
        out.push_back(warning(config, "the service", *hidden));
    return out;
}

void note_machine(World& world, const Machine& machine) {
    auto& books = *world.books;
    const std::string unread = join(machine.unread, " and ");
    books::Step step = books.begin();
    if (unread.empty()) {
        step->kept.erase(0, books::kept::kMachineUnread);
    } else {
        step->kept.put(0, books::kept::kMachineUnread, unread, step.now());
        spdlog::warn("machine unread={} what_to_do={}", log_value(unread), log_value(kAdvice));
    }
    step.done();
}

} // namespace hb::app
