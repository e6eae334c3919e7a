#include "app/machine.h"

#include <algorithm>
#include <fstream>
#include <optional>

#include "base/text.h"

namespace hb::app {
namespace {

std::string first_line(const char* file) {
    std::string line;
    std::getline(std::ifstream(file) >> std::ws, line);
    return line;
}

struct Source {
    const char* file;
    const char* variable;
    const char* what; // as `check` names it
};

constexpr Source kMachine{"/etc/machine-id", "HOURBRIDGE_MACHINE",
                          "the machine's id (/etc/machine-id, HOURBRIDGE_MACHINE)"};
constexpr Source kBoot{"/proc/sys/kernel/random/boot_id", "HOURBRIDGE_BOOT",
                       "the id of the machine's start (/proc/sys/kernel/random/boot_id, "
                       "HOURBRIDGE_BOOT)"};

std::string read_id(const Source& source, const std::optional<std::string>& seam,
                    const std::string& handed_over) {
    if (seam) return machine_id(*seam);
    const std::string own = machine_id(first_line(source.file));
    return own.empty() ? machine_id(handed_over) : own;
}

} // namespace

std::string machine_id(std::string_view told) {
    std::string id;
    for (const char c : trim(told))
        if (c != '-') id += static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
    const bool digits = id.find_first_not_of("0123456789abcdef") == std::string::npos;
    const bool zeros = id.find_first_not_of('0') == std::string::npos;
    return id.size() == 32 && digits && !zeros ? id : "";
}

Machine read_machine(const Seams& seams, const Environment& environment, IdSource& ids) {
    Machine out;
    out.machine = read_id(kMachine, seams.machine(), environment.machine);
    out.boot = read_id(kBoot, seams.boot(), environment.boot);
    out.ran_longer = seams.ran_longer();
    for (auto [id, source] : {std::pair{&out.machine, kMachine}, std::pair{&out.boot, kBoot}}) {
        if (!id->empty()) continue;
        *id = "own-" + ids.id128();
        out.unread.emplace_back(source.what);
    }
    return out;
}

} // namespace hb::app
