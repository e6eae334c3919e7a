#include "app/control_door.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/control_wire.h"
#include "app/environment.h"
#include "base/files.h"

namespace hb::app {
namespace {

constexpr mode_t kFolderMode = 0750;
constexpr mode_t kSocketMode = 0660;

std::optional<gid_t> find_group(const std::string& name) {
    std::vector<char> space(1u << 16);
    group entry{};
    group* found = nullptr;
    if (getgrnam_r(name.c_str(), &entry, space.data(), space.size(), &found) != 0 || !found)
        return std::nullopt;
    return found->gr_gid;
}

Error unfit(const std::string& what, const std::string& path, int why, const std::string& hint) {
    return Error{Code::Machine, what,
                 path + (why != 0 ? std::string(": ") + std::strerror(why) : ""), hint};
}

std::string by_hand(const std::string& group, const std::string& folder) {
    return "chgrp " + group + " " + folder + " && chmod 0750 " + folder +
           "; the service's user has to be in that group";
}

// Ours may be given to the group; root's own folders are left as they are: it might be /run.
Status fit_folder(const std::string& folder, const std::string& group, gid_t gid) {
    struct stat about {};
    bool fresh = false;
    if (::stat(folder.c_str(), &about) != 0) {
        if (auto made = make_folder(folder, kFolderMode); !made) return made;
        if (::stat(folder.c_str(), &about) != 0)
            return unfit("can't make the folder of the control socket", folder, errno, "");
        fresh = true;
    }
    const bool ours = about.st_uid == ::geteuid() && (fresh || ::geteuid() != 0);
    const bool fits = about.st_gid == gid && (about.st_mode & 07777) == kFolderMode;
    if (fits) return {};
    if (!ours)
        return unfit("the folder of the control socket is not the group's alone", folder, 0,
                     by_hand(group, folder));
    const gid_t owner = about.st_gid == gid ? static_cast<gid_t>(-1) : gid;
    if ((owner != static_cast<gid_t>(-1) &&
         ::chown(folder.c_str(), static_cast<uid_t>(-1), owner) != 0) ||
        ::chmod(folder.c_str(), kFolderMode) != 0)
        return unfit("can't give the folder of the control socket to the group " + group, folder,
                     errno, by_hand(group, folder));
    return {};
}

Result<int> listen_at(const std::string& path) {
    unlink(path.c_str()); // of a service that was killed; ours is the lock
    const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const SocketAddress address(path);
    const mode_t before = umask(0177); // 0600 from the first moment on
    const bool bound = listener >= 0 && bind(listener, address.raw(), sizeof(address.name)) == 0;
    const int why = errno;
    umask(before);
    if (bound && listen(listener, 16) == 0) return listener;
    if (listener >= 0) close(listener);
    return unfit("can't listen for commands", path, bound ? errno : why,
                 "its folder must be on a local disk, and the service's user may write there");
}

// The socket's own group may be right already: new files get the service's.
Status open_to_group(const std::string& path, const std::string& group, gid_t gid) {
    struct stat about {};
    if (::lstat(path.c_str(), &about) != 0 || !S_ISSOCK(about.st_mode) ||
        (about.st_gid != gid && ::lchown(path.c_str(), static_cast<uid_t>(-1), gid) != 0) ||
        ::chmod(path.c_str(), kSocketMode) != 0)
        return unfit("can't give the control socket to the group " + group, path, errno,
                     "the service's user has to be in that group");
    return {};
}

bool in_group(int connection, const ucred& who, gid_t gid) {
    if (who.gid == gid) return true;
    std::vector<gid_t> groups(1024);
    for (int tries = 0; tries < 2; ++tries) {
        auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
        if (getsockopt(connection, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) == 0) {
            groups.resize(size / sizeof(gid_t));
            return std::find(groups.begin(), groups.end(), gid) != groups.end();
        }
        if (errno != ERANGE) return false;
        groups.resize(size / sizeof(gid_t));
    }
    return false;
}

} // namespace

Result<int> open_door(const std::string& path, const std::string& group) {
    if (group.empty()) return listen_at(path);
    const auto gid = find_group(group);
    if (!gid)
        return Error{Code::Usage, "this machine has no group \"" + group + "\"", "",
                     "correct /control_group, or make it: addgroup --system " + group};
    const std::string folder = std::filesystem::path(path).parent_path().string();
    if (auto fits = fit_folder(folder, group, *gid); !fits) return fits.error();
    auto listener = listen_at(path);
    if (!listener) return listener;
    if (auto opened = open_to_group(path, group, *gid); !opened) {
        close(*listener);
        unlink(path.c_str());
        return opened.error();
    }
    return listener;
}

std::optional<Asker> who_asks(int connection, const std::string& group) {
    ucred who{};
    socklen_t size = sizeof(who);
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return std::nullopt;
    Asker out;
    out.uid = who.uid;
    out.owner = who.uid == 0 || who.uid == ::geteuid();
    const auto gid = out.owner || group.empty() ? std::nullopt : find_group(group);
    out.allowed = out.owner || (gid && in_group(connection, who, *gid));
    return out;
}

std::string join_hint(const std::string& group) {
    return "ask who administers this machine: adduser USER " +
           (group.empty() ? std::string("GROUP (control_group of the configuration)") : group) +
           ", then sign in anew";
}

std::string how_to_join(const std::string& group) {
    if (group.empty())
        return "  what to do: sudo hourbridge …, or name a control_group in the configuration\n";
    return "  what to do: " + join_hint(group) + "\n";
}

} // namespace hb::app
