// SPDX-License-Identifier: Apache-2.0
#include "bench/common/topology.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace rtpengine::bench {
namespace {

Status write_file(const char* path, const char* text) {
    const Fd file(::open(path, O_WRONLY | O_CLOEXEC));
    if (!file || ::write(file.get(), text, std::strlen(text)) < 0)
        return Error{fmt::format("{}: {}", path, std::strerror(errno)), errno};
    return {};
}

// Packets from a stream's address come in over a link that the reverse route doesn't name.
Status allow_any_source(const Netns& host) {
    return host.within([] {
        if (auto all = write_file("/proc/sys/net/ipv4/conf/all/rp_filter", "0"); !all) return all;
        return write_file("/proc/sys/net/ipv4/conf/default/rp_filter", "0");
    });
}

std::string links(const Netns& proxy, const Netns& callee) {
    return fmt::format("link set lo up\n"
                       "link add toproxy type veth peer name tocaller netns {}\n"
                       "link add direct type veth peer name direct netns {}\n",
                       proxy.path(), callee.path());
}

std::string host(const char* number, const char* other_number, const char* direct, const char* direct_peer) {
    return fmt::format("link set lo up\n"
                       "address add 10.{0}0.0.2/24 dev toproxy\n"
                       "link set toproxy up\n"
                       "address add {2}/24 dev direct\n"
                       "link set direct up\n"
                       "route add default via 10.{0}0.0.1\n"
                       "route add local 10.{0}1.0.0/16 dev lo\n"
                       "route add 10.{1}1.0.0/16 via {3}\n",
                       number, other_number, direct, direct_peer);
}

constexpr const char* proxy_commands = "link set lo up\n"
                                       "address add 10.10.0.1/24 dev tocaller\n"
                                       "address add 10.20.0.1/24 dev tocallee\n"
                                       "link set tocaller up\n"
                                       "link set tocallee up\n"
                                       "route add 10.11.0.0/16 via 10.10.0.2\n"
                                       "route add 10.21.0.0/16 via 10.20.0.2\n";

Status join(const Topology& hosts) {
    for (const Netns* each : {&hosts.caller, &hosts.proxy, &hosts.callee})
        if (auto done = allow_any_source(*each); !done) return done;
    if (auto done = hosts.caller.ip(links(hosts.proxy, hosts.callee)); !done) return done;
    const auto second =
        fmt::format("link add toproxy type veth peer name tocallee netns {}\n", hosts.proxy.path());
    if (auto done = hosts.callee.ip(second); !done) return done;
    // The far ends must be up before a route can point at them.
    if (auto done = hosts.proxy.ip(proxy_commands); !done) return done;
    if (auto done = hosts.caller.ip(host("1", "2", "10.30.0.1", "10.30.0.2")); !done) return done;
    return hosts.callee.ip(host("2", "1", "10.30.0.2", "10.30.0.1"));
}

} // namespace

Result<Topology> Topology::create() {
    auto caller = Netns::create();
    if (!caller) return caller.error();
    auto proxy = Netns::create();
    if (!proxy) return proxy.error();
    auto callee = Netns::create();
    if (!callee) return callee.error();
    Topology made{std::move(*caller), std::move(*proxy), std::move(*callee)};
    if (auto joined = join(made); !joined) return joined.error();
    return made;
}

in_addr party_address(Side side, std::uint32_t call) {
    const std::uint32_t network = side == Side::caller ? 0x0a0b0000 : 0x0a150000; // 10.11/16, 10.21/16
    return in_addr{htonl(network + call + 1)};
}

const char* proxy_address(Side side) {
    return side == Side::caller ? "10.10.0.1" : "10.20.0.1";
}

Result<Fd> party_socket(Side side, std::uint32_t call, const sockaddr_in& to) {
    Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const sockaddr_in from{AF_INET, htons(media_port), party_address(side, call), {}};
    const timeval patience{.tv_sec = 0, .tv_usec = 200'000};
    const int on = 1;
    if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0 ||
        ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 ||
        ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0)
        return Error{fmt::format("a party's socket: {}", std::strerror(errno)), errno};
    return socket;
}

} // namespace rtpengine::bench
