// SPDX-License-Identifier: Apache-2.0
#include "supervisor/process.h"

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>
#include <vector>

#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace rtpengine::supervisor {

namespace {

class FileActions {
  public:
    FileActions() { posix_spawn_file_actions_init(&actions_); }
    ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
    // On the same number it takes the close-on-exec mark off in the child.
    void pass(int fd, int as) { posix_spawn_file_actions_adddup2(&actions_, fd, as); }
    const posix_spawn_file_actions_t* get() const { return &actions_; }

  private:
    posix_spawn_file_actions_t actions_;
};

class Attributes {
  public:
    Attributes() {
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_init(&attributes_);
        posix_spawnattr_setflags(&attributes_,
                                 POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setpgroup(&attributes_, 0);
    }
    ~Attributes() { posix_spawnattr_destroy(&attributes_); }
    const posix_spawnattr_t* get() const { return &attributes_; }

  private:
    posix_spawnattr_t attributes_;
};

// Ours, and more freed blocks for each thread to keep than glibc's seven of a size: a request takes a few hundred and gives
// them back together. An operator's own tunables stay as they are.
class Environment {
  public:
    Environment() {
        bool tuned = false;
        for (char** each = environ; *each; ++each) {
            variables_.push_back(*each);
            tuned |= std::string_view(*each).starts_with("GLIBC_TUNABLES=");
        }
        if (!tuned) variables_.push_back(malloc_);
        variables_.push_back(nullptr);
    }
    char* const* get() const { return variables_.data(); }

  private:
    char malloc_[48] = "GLIBC_TUNABLES=glibc.malloc.tcache_count=500";
    std::vector<char*> variables_;
};

} // namespace

Result<Fd> memory_file(const std::string& bytes) {
    Fd fd(memfd_create("rtpengine-config", MFD_CLOEXEC));
    if (!fd) return cannot("make a memory file");
    for (std::size_t done = 0; done < bytes.size();) {
        const auto written = write(fd.get(), bytes.data() + done, bytes.size() - done);
        if (written < 0 && errno != EINTR) return cannot("write a memory file");
        if (written > 0) done += static_cast<std::size_t>(written);
    }
    return fd;
}

Result<pid_t> spawn(const Process& process) {
    const auto config = memory_file(process.config);
    if (!config) return config.error();
    FileActions files;
    files.pass(config->get(), config->get());
    for (const int fd : process.inherited)
        files.pass(fd, fd);
    if (process.output >= 0) {
        files.pass(process.output, STDOUT_FILENO);
        files.pass(process.output, STDERR_FILENO);
    }
    std::string executable = process.executable, option = process.option + std::to_string(config->get()),
                name = "--name=" + process.name;
    const std::array<char*, 4> argv = {executable.data(), option.data(), name.data(), nullptr};
    const Attributes attributes;
    const Environment environment;
    pid_t pid = -1;
    if (const int code =
            posix_spawn(&pid, executable.c_str(), files.get(), attributes.get(), argv.data(), environment.get()))
        return cannot("start " + executable, code);
    return pid;
}

std::string own_executable() {
    std::array<char, PATH_MAX> own;
    const auto length = readlink("/proc/self/exe", own.data(), own.size());
    return {own.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

namespace {

Result<std::string> find_executable(const std::string& name) {
    std::string beside = own_executable();
    beside.resize(beside.rfind('/') == std::string::npos ? 0 : beside.rfind('/'));
    const std::array<std::string, 2> places = {beside + "/" + name, std::string(LIBEXECDIR) + "/" + name};
    for (const auto& place : places)
        if (access(place.c_str(), X_OK) == 0) return place;
    return Error{"cannot find the program " + name + ": neither " + places[0] + " nor " + places[1] +
                 " can be executed; reinstall rtpengine"};
}

} // namespace

Result<Programs> find_programs() {
    auto control = find_executable("rtpengine-control"), worker = find_executable("rtpengine-dataplane");
    if (!control) return control.error();
    if (!worker) return worker.error();
    auto edge = find_executable("rtpengine-edge");
    return Programs{*std::move(control), *std::move(worker), edge ? *std::move(edge) : std::string()};
}

Fd open_pidfd(pid_t pid) { return Fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))); }

// proc(5).
std::uint64_t cpu_ms(pid_t pid) {
    if (pid <= 0) return 0;
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(text.substr(std::min(text.rfind(')') + 1, text.size())));
    std::string skipped;
    for (int i = 0; i < 11; ++i)
        fields >> skipped; // state to cmajflt
    std::uint64_t user = 0, system = 0;
    fields >> user >> system;
    return (user + system) * 1000 / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
}

} // namespace rtpengine::supervisor
