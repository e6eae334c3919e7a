#include "app/owner.h"

#include <cerrno>
#include <cstring>

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/environment.h"

namespace hb::app {
namespace {

Error stays_root(const struct stat& folder, const std::string& data_dir) {
    const std::string user = user_name(folder.st_uid);
    return Error{Code::Machine,
                 "root can't work as " + user + ", to whom the data directory belongs",
                 data_dir + ": " + std::strerror(errno), "runuser -u " + user + " -- hourbridge …"};
}

} // namespace

Status become_owner(const std::string& data_dir) {
    struct stat folder {};
    // A link to it is followed: it is the configuration that names it.
    if (geteuid() != 0 || stat(data_dir.c_str(), &folder) != 0 || folder.st_uid == 0) return {};
    const std::string user = user_name(folder.st_uid);
    const passwd* entry = getpwuid(folder.st_uid); // before there is a second thread
    const gid_t group = entry != nullptr ? entry->pw_gid : folder.st_gid;
    const bool groups =
        entry != nullptr ? initgroups(user.c_str(), group) == 0 : setgroups(0, nullptr) == 0;
    if (!groups || setgid(group) != 0 || setuid(folder.st_uid) != 0 || setuid(0) == 0)
        return stays_root(folder, data_dir);
    return {};
}

} // namespace hb::app
