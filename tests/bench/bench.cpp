#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

#include "bench/goals.h"
#include "bench/measure.h"
#include "bench/roles.h"

// hourbridge_bench [--short|--long|--huge] [--only PART] [--json FILE] [--folder FOLDER]
//                  [--program HOURBRIDGE]
// Every figure stands beside a floor or a peer of the same run. Nothing fails because of a time.
namespace hb::bench {
namespace {

using Role = int (*)(const std::vector<std::string>&);
const std::map<std::string, Role> kRoles{
    {"portal", role_portal},   {"requests", role_requests}, {"pull", role_pull},
    {"open", role_open},       {"commits", role_commits},   {"reports", role_reports},
    {"seed", role_seed},       {"agency", role_agency},     {"sums", role_sums},
    {"verify", role_verify},   {"batch", role_batch},       {"writer", role_writer},
    {"mixed", role_mixed},     {"service", role_service},   {"clock", role_clock},
    {"mapping", role_mapping}, {"hooks", role_hooks},       {"standby", role_standby},
    {"watch", role_watch},     {"holds", role_holds}};

void books_of_all_sizes(Run& run) {
    judge_books(run, run.long_form ? 1'000'000 : 100'000);
    if (run.huge) judge_books(run, 10'000'000);
}

// In the order in which they are run.
const std::vector<std::pair<std::string, void (*)(Run&)>> kParts{
    {"requests", count_requests}, {"clock", judge_clock},   {"peer", compare_with_peer},
    {"commits", judge_commits},   {"pull", judge_big_pull}, {"books", books_of_all_sizes},
    {"mapping", judge_mappings},  {"hooks", judge_hooks},   {"fresh", judge_freshness},
    {"standby", judge_standby},   {"watch", judge_watch}};

struct Options {
    bool long_form = false;
    bool huge = false;
    std::string only; // "": all parts
    std::string json_file;
    std::string folder = "."; // on the disk that is measured; a folder of ours is made in it
    std::string program = HB_BENCH_BINARY;
};

Options read_options(const std::vector<std::string>& words) {
    Options out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto value = [&]() -> const std::string& {
            if (i + 1 >= words.size()) throw std::runtime_error(words[i] + " wants a value");
            return words[++i];
        };
        if (words[i] == "--long")
            out.long_form = true;
        else if (words[i] == "--short")
            out.long_form = false;
        else if (words[i] == "--huge")
            out.long_form = out.huge = true;
        else if (words[i] == "--only")
            out.only = value();
        else if (words[i] == "--json")
            out.json_file = value();
        else if (words[i] == "--folder")
            out.folder = value();
        else if (words[i] == "--program")
            out.program = value();
        else
            throw std::runtime_error("unknown option " + words[i] +
                                     "; known: --short --long --huge --only PART --json FILE "
                                     "--folder FOLDER --program HOURBRIDGE");
    }
    std::string parts;
    bool known = out.only.empty();
    for (const auto& [name, part] : kParts) {
        known = known || name == out.only;
        parts += " " + name;
    }
    if (!known) throw std::runtime_error("--only knows these parts:" + parts);
    return out;
}

int bench(const std::vector<std::string>& words) {
    const auto options = read_options(words);
    const auto folder = std::filesystem::absolute(options.folder) / "hourbridge-bench";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    Table table;
    Run run{table, folder.string(), options.program, options.long_form, options.huge};
    const double began = seconds_now();
    for (const auto& [name, part] : kParts)
        if (options.only.empty() || options.only == name) part(run);
    table.print_missed();
    std::printf("took %s s\n", plain(seconds_now() - began).c_str());
    if (!options.json_file.empty()) std::ofstream(options.json_file) << table.json(run.long_form);
    std::filesystem::remove_all(folder);
    return 0;
}

} // namespace
} // namespace hb::bench

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    try {
        const auto role =
            words.empty() ? hb::bench::kRoles.end() : hb::bench::kRoles.find(words.front());
        if (role != hb::bench::kRoles.end()) return role->second(words);
        return hb::bench::bench(words);
    } catch (const std::exception& trouble) {
        std::fprintf(stderr, "hourbridge_bench: %s\n", trouble.what());
        return 1;
    }
}
