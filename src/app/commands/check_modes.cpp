#include "app/commands/check_modes.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/config_places.h"
#include "app/secret_key.h"
#include "app/wiring.h"

namespace hb::app {
namespace {

constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
constexpr mode_t kOthersWrite = S_IWGRP | S_IWOTH;

struct Place {
    std::string path;
    mode_t refused; // bits that must not be set
    const char* what;
    const char* mode; // what it should be
};

std::string octal(mode_t mode) {
    char text[8];
    std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode & 07777U));
    return text;
}

} // namespace

std::vector<mapping::FileProblem> mode_warnings(const Config& config) {
    std::vector<mapping::FileProblem> out;
    const mode_t of_config = config.holds_secrets ? kOthers : kOthersWrite;
    for (const Place& place :
         {Place{config.file, of_config,
                config.holds_secrets ? "it contains secrets, and other users of this machine may "
                                       "open it"
                                     : "other users of this machine may change it",
                config.holds_secrets ? "600" : "644"},
          Place{config.data_dir, kOthers, "other users of this machine may look into it", "700"},
          Place{database_path(config), kOthers, "other users of this machine may open the books",
                "600"}}) {
        struct stat about {};
        if (::stat(place.path.c_str(), &about) != 0 || (about.st_mode & place.refused) == 0)
            continue;
        out.push_back({place.path, 0, "",
                       std::string(place.what) + ": its mode is " + octal(about.st_mode),
                       std::string("chmod ") + place.mode + " " + place.path});
    }
    const auto url = split_url(config.public_url);
    if (url && url->scheme == "http" && !is_loopback(url->host))
        out.push_back({config.file, 0, "/public_url",
                       "links to reports go out without TLS: anybody on the way can read them",
                       "write https://, and give the proxy a certificate"});
    return out;
}

std::vector<mapping::FileProblem> key_warnings(const Config& config) {
    if (config.secret_key_file.empty()) return {}; // below data_dir, or no file
    struct stat about {};
    std::filesystem::path place = secret_key_path(config);
    if (::stat(place.c_str(), &about) == 0 || errno != ENOENT) return {};
    do place = place.parent_path();
    while (place.has_relative_path() && ::stat(place.c_str(), &about) != 0 && errno == ENOENT);
    if (::faccessat(AT_FDCWD, place.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return {};
    return {{config.file, 0, "/secret_key",
             "the key of clients' links is not there yet, and the service's user may not make it "
             "in " +
                 place.string() + ": " + std::strerror(errno),
             R"(write "secret_key": {"file": ")" + config.data_dir + R"(/secret.key"})"}};
}

} // namespace hb::app
