#include "app/secret_key.h"

#include <cerrno>
#include <cstring>

#include <sys/stat.h>

#include "app/config_settings.h"
#include "app/lacking.h"
#include "base/files.h"
#include "base/text.h"

namespace hb::app {
namespace {

constexpr std::size_t kKeyBytesMin = 16;
constexpr std::size_t kKeyBytesMax = 4096;

Error trouble(const std::string& path, const std::string& what, const std::string& hint) {
    return Error{Code::Machine, "the secret key can't be used: " + what, path, hint};
}

Result<Secret> make(const std::string& path, IdSource& ids) {
    const std::string key = ids.id128() + ids.id128();
    if (const auto made = write_whole_file(path, key + "\n"); !made)
        return trouble(path, made.error().detail, "may the service's user write there?");
    return Secret(key);
}

} // namespace

std::string secret_key_path(const Config& config) {
    return config.secret_key_file.empty() ? config.data_dir + "/secret.key"
                                          : config.secret_key_file;
}

Result<Secret> load_secret_key(const Config& config, bool may_make, IdSource& ids) {
    if (!config.secret_key.empty()) return config.secret_key;
    if (!config.secret_key_lacking.empty()) return lacking_key(config);
    const std::string path = secret_key_path(config);
    struct stat about {};
    if (stat(path.c_str(), &about) != 0) {
        if (errno == ENOENT && may_make) return make(path, ids);
        return trouble(
            path, errno == ENOENT ? "its file is gone" : std::strerror(errno),
            "the links that clients have were made with it: bring it back from your "
            "backup. Or give those links up: openssl rand -hex 32 > the file, chmod 600");
    }
    if ((about.st_mode & 077) != 0)
        return trouble(path, "other users of this machine may read it", "chmod 600 " + path);
    const auto text = read_file(path, kKeyBytesMax);
    if (!text) return trouble(path, text.error().message, "may the service's user read it?");
    const std::string key(trim(*text));
    if (key.size() < kKeyBytesMin)
        return trouble(path, "it is shorter than 16 characters",
                       "bring it back from your backup, or: openssl rand -hex 32 > the file");
    return Secret(key);
}

} // namespace hb::app
