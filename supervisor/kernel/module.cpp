// SPDX-License-Identifier: Apache-2.0
#include "supervisor/kernel/module.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace rtpengine::supervisor::kernel {

namespace {

Error failed(const std::string& path, int code) {
    return {path + ": " + std::strerror(code), code};
}

Result<Fd> open_file(const std::string& path, int flags) {
    Fd fd(open(path.c_str(), flags | O_CLOEXEC));
    if (!fd) return failed(path, errno);
    return fd;
}

} // namespace

std::string ProcModule::path(int table, const char* file) const {
    return root_ + "/" + std::to_string(table) + "/" + file;
}

Status ProcModule::command(const std::string& verb, int table) const {
    const auto file = root_ + "/control";
    const auto fd = open_file(file, O_WRONLY);
    if (!fd) return fd.error();
    const auto line = verb + " " + std::to_string(table) + "\n"; // one write(2) is one command
    if (write(fd->get(), line.data(), line.size()) < 0) return failed(file, errno);
    return {};
}

Result<Fd> ProcModule::open_control(int table) {
    return open_file(path(table, "control"), O_WRONLY);
}

Result<Fd> ProcModule::open_list(int table) {
    return open_file(path(table, "blist"), O_RDONLY);
}

Result<std::string> ProcModule::status(int table) {
    const auto file = path(table, "status");
    const auto fd = open_file(file, O_RDONLY);
    if (!fd) return fd.error();
    std::array<char, 4096> text; // far longer than it is
    const auto length = read(fd->get(), text.data(), text.size());
    if (length < 0) return failed(file, errno);
    return std::string(text.data(), static_cast<std::size_t>(length));
}

Status ProcModule::hello(const Fd& control, rtpengine_hello& message) {
    if (ioctl(control.get(), RTPENGINE_CALL, &message) == 0) return {};
    return failed(root_ + ": handshake", errno);
}

} // namespace rtpengine::supervisor::kernel
