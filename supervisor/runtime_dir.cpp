// SPDX-License-Identifier: Apache-2.0
#include "supervisor/runtime_dir.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "common/base/file_id.h"
#include "common/base/log.h"

namespace rtpengine::supervisor {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view base = "/run/rtpengine";
constexpr std::string_view lock_name = "lock", longest_socket = "/supervisor.sock";

Error unusable(const std::string& path, int code) {
    return {"cannot use the runtime directory " + path + ": " + std::strerror(code) +
                "; start as root or name a writable one with --runtime-dir",
            code};
}

bool ours(const std::string& name) {
    return name == lock_name || name.ends_with(".sock") || name.starts_with("calls") || name.starts_with("state-") || name.starts_with("relay-");
}

// A supervisor has been at work there: its socket, and a lock with the number of its process, are left of no other program.
bool was_used(const std::string& path) {
    std::ifstream lock(path + "/" + std::string(lock_name));
    pid_t process = 0;
    return fs::is_socket(path + std::string(longest_socket)) && lock >> process && process > 0;
}

// Where an operator named a directory that holds other things, we'd better not take it over. What another version has left in one of
// ours is left alone: we don't know what it is, and need nothing of it.
Status check_contents(const std::string& path) {
    std::error_code error;
    const bool known = path.starts_with(std::string(base) + "/") || was_used(path);
    for (const auto& entry : fs::directory_iterator(path, error)) {
        const auto name = entry.path().filename().string();
        if (ours(name)) continue;
        if (!known) return Error{path + " is no runtime directory: it holds " + name + "; name another one with --runtime-dir"};
        log::warning("{} holds {}, perhaps of another version: it is left there and not used", path, name);
    }
    if (error) return unusable(path, error.value());
    return {};
}

Status make_base() {
    if (mkdir(std::string(base).c_str(), 0755) == 0) {
        if (chmod(std::string(base).c_str(), 0755) < 0)
            return unusable(std::string(base), errno); // whatever the umask
        return {};
    }
    if (errno != EEXIST) return unusable(std::string(base), errno);
    return {};
}

// The file may have been removed by a supervisor that was just leaving.
bool still_there(int fd, const std::string& path) {
    const auto open_file = FileId::open(fd);
    return open_file != FileId{} && open_file == FileId::at(path);
}

std::string holder(int fd) {
    std::array<char, 16> text{};
    const auto length = pread(fd, text.data(), text.size() - 1, 0);
    const std::string pid(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    return pid.substr(0, pid.find('\n'));
}

std::string namespace_suffix() {
    struct stat own {
    }, init{};
    if (stat("/proc/self/ns/net", &own) < 0) return {};
    // Unreadable (not root): we can't tell, and then our own inode is never wrong.
    if (stat("/proc/1/ns/net", &init) == 0 && own.st_ino == init.st_ino) return {};
    return "@" + std::to_string(own.st_ino);
}

} // namespace

std::string default_runtime_dir(const std::string& first_listener) {
    return std::string(base) + "/" + first_listener + namespace_suffix();
}

Result<RuntimeDirectory> RuntimeDirectory::open(const std::string& path) {
    if (path.size() + longest_socket.size() >= sizeof(sockaddr_un::sun_path))
        return Error{"the runtime directory " + path +
                     " is too long a name for sockets; name another with --runtime-dir"};
    if (path.starts_with(std::string(base) + "/"))
        if (auto made = make_base(); !made) return made.error();
    const bool made = mkdir(path.c_str(), 0700) == 0;
    if (!made && errno != EEXIST) return unusable(path, errno);
    RuntimeDirectory directory(path, made || path.starts_with(base));
    if (!made)
        if (auto checked = check_contents(path); !checked) return checked.error();
    if (auto locked = directory.lock(); !locked) return locked.error();
    if (chmod(path.c_str(), 0700) < 0) return unusable(path, errno);
    directory.clean();
    return directory;
}

Result<bool> RuntimeDirectory::renew() {
    if (still_there(lock_.get(), path_ + "/" + std::string(lock_name))) return false;
    if (path_.starts_with(std::string(base) + "/"))
        if (auto made = make_base(); !made) return made.error();
    if (mkdir(path_.c_str(), 0700) < 0 && errno != EEXIST) return unusable(path_, errno);
    if (auto locked = lock(); !locked) return locked.error();
    return true;
}

RuntimeDirectory RuntimeDirectory::resume(const handover::RuntimeDirectory& from) {
    RuntimeDirectory directory(from.path(), from.remove());
    directory.lock_.reset(from.lock_fd());
    return directory;
}

handover::RuntimeDirectory RuntimeDirectory::hand_over() const {
    handover::RuntimeDirectory to;
    to.set_path(path_);
    to.set_remove(remove_);
    to.set_lock_fd(lock_.get());
    return to;
}

RuntimeDirectory::RuntimeDirectory(RuntimeDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      remove_(std::exchange(other.remove_, false)),
      lock_(std::move(other.lock_)) {}

RuntimeDirectory::~RuntimeDirectory() {
    if (path_.empty() || !lock_) return;
    clean();
    unlink((path_ + "/" + std::string(lock_name))
               .c_str()); // the lock last: whoever takes it finds a clean place
    if (remove_) rmdir(path_.c_str());
}

Status RuntimeDirectory::lock() {
    const auto file = path_ + "/" + std::string(lock_name);
    for (;;) {
        Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!fd) return unusable(path_, errno);
        if (flock(fd.get(), LOCK_EX | LOCK_NB) < 0) {
            if (errno != EWOULDBLOCK) return unusable(path_, errno);
            return Error{"another rtpengine (process " + holder(fd.get()) +
                             ") is running with the runtime directory " + path_ +
                             "; stop it, or give this one another --listen-ng or --runtime-dir",
                         EWOULDBLOCK};
        }
        if (!still_there(fd.get(), file)) continue;
        const auto pid = std::to_string(getpid()) + "\n";
        if (ftruncate(fd.get(), 0) < 0 || pwrite(fd.get(), pid.data(), pid.size(), 0) < 0)
            return unusable(path_, errno);
        lock_ = std::move(fd);
        return {};
    }
}

// Sockets and state of a predecessor that was killed; nobody uses them while we hold the lock.
void RuntimeDirectory::clean() const {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(path_, ignored)) {
        const std::string name = entry.path().filename();
        if (ours(name) && name != lock_name) unlink(entry.path().c_str());
    }
}

Status RuntimeDirectory::give_to(const std::string& user) const {
    if (user.empty()) return {};
    errno = 0;
    const passwd* entry = getpwnam(user.c_str());
    if (!entry) return Error{"there is no user '" + user + "'", errno};
    std::error_code error;
    const auto give = [&](const std::string& path) -> Status {
        // A user that this user namespace doesn't map can't own it; the children stay who we are then, too.
        if (lchown(path.c_str(), entry->pw_uid, entry->pw_gid) == 0 || errno == EINVAL || errno == EPERM)
            return {};
        return unusable(path, errno);
    };
    for (const auto& file : fs::directory_iterator(path_, error))
        if (const std::string name = file.path().filename(); ours(name) && name != lock_name)
            if (auto given = give(file.path()); !given) return given;
    if (error) return unusable(path_, error.value());
    return give(path_);
}

} // namespace rtpengine::supervisor
