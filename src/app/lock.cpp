#include "app/lock.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace hb::app {

Result<std::unique_ptr<WriterLock>> WriterLock::try_take(const std::string& data_dir) {
    const std::string path = data_dir + "/lock";
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return Error{Code::Machine, "can't open the lock file", path + ": " + std::strerror(errno),
                     "may the service's user write into data_dir?"};
    if (flock(file, LOCK_EX | LOCK_NB) == 0)
        return std::unique_ptr<WriterLock>(new WriterLock(file));
    const int why = errno;
    close(file);
    if (why == EWOULDBLOCK) return std::unique_ptr<WriterLock>();
    return Error{Code::Machine, "can't lock the data directory", path + ": " + std::strerror(why),
                 "data_dir must be on a local disk"};
}

WriterLock::~WriterLock() {
    close(file_);
}

} // namespace hb::app
