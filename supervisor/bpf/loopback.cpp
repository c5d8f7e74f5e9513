// SPDX-License-Identifier: Apache-2.0
#include "supervisor/bpf/loopback.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

#include <fcntl.h>
#include <unistd.h>

#include "common/base/fd.h"

namespace rtpengine::supervisor::bpf {

namespace {

// From linux/ipv6_route.h.
constexpr unsigned long route_default = 0x00010000, route_addrconf = 0x00040000;

std::string read_file(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

int write_file(const std::string& path, char digit) {
    const Fd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
    return file && write(file.get(), &digit, 1) == 1 ? 0 : errno;
}

} // namespace

bool has_advertised_router(std::string_view routes) {
    std::istringstream lines{std::string(routes)};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string word, flags, device; // destination, source, next hop, metric, counters, flags, device
        for (int column = 0; column < 8; ++column)
            words >> word;
        if (!(words >> flags >> device)) continue;
        const auto value = std::strtoul(flags.c_str(), nullptr, 16);
        if ((value & route_default) && (value & route_addrconf)) return true;
    }
    return false;
}

std::string LoopbackForwarding::path() const {
    return std::string("/proc/sys/net/") + (family_ == Family::ipv4 ? "ipv4" : "ipv6") + "/conf/lo/forwarding";
}

Status LoopbackForwarding::ensure() {
    const auto now = read_file(path());
    if (now.starts_with('1')) return {};
    const std::string name = path().substr(std::strlen("/proc/sys/"));
    if (now.empty()) return Error{"there is no " + name, ENOENT};
    if (family_ == Family::ipv6 && has_advertised_router(read_file("/proc/net/ipv6_route")))
        return Error{name + " is 0, and setting it would make the kernel forget the routers that it knows from their "
                            "advertisements: set it before the network comes up (sysctl.d)",
                     EBUSY};
    if (const int code = write_file(path(), '1'))
        return Error{"cannot set " + name + ": " + std::strerror(code) + "; have it set to 1 from outside", code};
    changed_ = true;
    return {};
}

LoopbackForwarding::~LoopbackForwarding() {
    if (changed_) (void)write_file(path(), '0');
}

} // namespace rtpengine::supervisor::bpf
