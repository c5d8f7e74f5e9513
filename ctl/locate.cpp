// SPDX-License-Identifier: Apache-2.0
#include "ctl/locate.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "common/base/fd.h"

namespace rtpengine::ctl {

namespace {

namespace fs = std::filesystem;

// Whether somebody listens there. A socket file alone may be what a killed process left behind.
int probe(const std::string& directory) {
    const auto path = directory + "/supervisor.sock";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return ENAMETOOLONG;
    path.copy(address.sun_path, path.size());
    const Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) return errno;
    const auto* to = reinterpret_cast<const sockaddr*>(&address);
    return ::connect(fd.get(), to, sizeof address) == 0 ? 0 : errno;
}

// By its lock: between two programs, and before it is ready, a supervisor listens to nobody.
bool has_supervisor(const std::string& directory) {
    struct stat lock {};
    if (stat((directory + "/lock").c_str(), &lock) < 0) return false;
    const auto inode = ":" + std::to_string(lock.st_ino);
    std::ifstream locks("/proc/locks"); // "1: FLOCK  ADVISORY  WRITE 4711 00:1a:42 0 EOF"
    for (std::string line; std::getline(locks, line);) {
        std::istringstream words(line);
        std::string number, kind, mode, access, pid, file;
        if (words >> number >> kind >> mode >> access >> pid >> file && kind == "FLOCK" && file.ends_with(inode)) return true;
    }
    return false;
}

std::vector<std::string> candidates(const std::string& base) {
    std::vector<std::string> found{base};
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(base, error))
        if (entry.is_directory(error)) found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace

Result<std::vector<std::string>> running_supervisors(const std::string& base) {
    std::vector<std::string> running;
    std::string denied;
    for (const auto& directory : candidates(base)) {
        const int failure = probe(directory);
        const bool denial = failure == EACCES || failure == EPERM;
        if (failure == 0 || (!denial && has_supervisor(directory))) running.push_back(directory);
        if (denial) denied = directory;
    }
    if (running.empty() && !denied.empty())
        return Error{"not allowed to talk to the supervisor in " + denied +
                         "; run this as root or as its user",
                     EACCES};
    if (running.empty())
        return Error{"no rtpengine is running in " + base + " (--runtime-dir looks elsewhere)", ENOENT};
    return running;
}

} // namespace rtpengine::ctl
