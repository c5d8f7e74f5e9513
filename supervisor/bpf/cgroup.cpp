// SPDX-License-Identifier: Apache-2.0
#include "supervisor/bpf/cgroup.h"

#include <cerrno>
#include <cstring>
#include <string>

#include <sys/mount.h>
#include <sys/socket.h>

namespace rtpengine::supervisor::bpf {

namespace {

#ifndef SO_NETNS_COOKIE
constexpr int SO_NETNS_COOKIE = 71;
#endif

Error failed(const char* what) {
    const int code = errno;
    return {std::string(what) + ": " + std::strerror(code), code};
}

} // namespace

Result<Fd> root_cgroup() {
    const Fd context(fsopen("cgroup2", FSOPEN_CLOEXEC));
    if (!context) return failed("no cgroup2 on this host");
    if (fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) < 0) return failed("cannot open cgroup2");
    Fd root(fsmount(context.get(), FSMOUNT_CLOEXEC, 0));
    if (!root) return failed("cannot open cgroup2");
    return root;
}

Result<std::uint64_t> namespace_cookie() {
    const Fd any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    std::uint64_t cookie = 0;
    socklen_t size = sizeof cookie;
    if (!any || getsockopt(any.get(), SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) < 0)
        return failed("the network namespace has no cookie (Linux 5.14)");
    return cookie;
}

} // namespace rtpengine::supervisor::bpf
