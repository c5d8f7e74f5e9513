// SPDX-License-Identifier: Apache-2.0
// The program at real devices: by tcx, as a tc filter, and where there is no link header.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <new>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "supervisor/bpf/filter.h"
#include "supervisor/bpf/hook.h"
#include "world.h"

using namespace rtpengine;
using namespace rtpengine::test;
using supervisor::bpf::Device;
using supervisor::bpf::Filter;
using supervisor::bpf::Hook;
using supervisor::bpf::LinkHeader;

namespace {

constexpr std::uint32_t handle = 0x1234;

int index_of(const char* device) { return static_cast<int>(if_nametoindex(device)); }

std::string output(const std::string& command) {
    std::string text;
    auto* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe);
    std::array<char, 4096> part;
    while (const auto size = fread(part.data(), 1, part.size(), pipe))
        text.append(part.data(), size);
    pclose(pipe);
    return text;
}

std::string filters() { return output("tc filter show dev out ingress"); }
bool has_clsact() { return output("tc qdisc show dev out").find("clsact") != std::string::npos; }

// A packet that arrives at "out" leaves there again, rewritten.
void check_forwards(World& world, Wire& wire) {
    const Packet packet{world.callee, world.port, rtp_of(1)};
    wire.send(packet);
    const auto sent = wire.next();
    REQUIRE(sent);
    CHECK(sent->from == world.exit);
    CHECK(sent->to == world.callee);
    CHECK(sent->payload == packet.payload);
}

class Tun {
  public:
    Tun() : fd_(open("/dev/net/tun", O_RDWR | O_NONBLOCK)) {
        ifreq request{};
        std::strcpy(request.ifr_name, "tunnel");
        request.ifr_flags = IFF_TUN | IFF_NO_PI;
        REQUIRE(ioctl(fd_.get(), TUNSETIFF, &request) == 0);
        REQUIRE(std::system("ip link set tunnel up mtu 1500 && ip addr add 172.16.0.1/24 dev tunnel") == 0);
    }
    void send(const Packet& packet) const {
        const auto frame = frame_of(packet);
        REQUIRE(write(fd_.get(), frame.data() + 14, frame.size() - 14) == static_cast<ssize_t>(frame.size()) - 14);
    }
    std::optional<Packet> next() const {
        pollfd readable{fd_.get(), POLLIN, 0};
        while (poll(&readable, 1, 1000) > 0) {
            Bytes frame(2048);
            const auto length = ::read(fd_.get(), frame.data() + 14, frame.size() - 14);
            frame.resize(14 + static_cast<std::size_t>(length));
            if (const auto packet = test::read(frame); packet && packet->to.port) return packet;
        }
        return std::nullopt;
    }

  private:
    Fd fd_;
};

} // namespace

TEST_CASE("at a device's ingress, as long as the hook lives") {
    World world;
    Wire wire;
    REQUIRE(world.bpf.push(world.rule(), {}));
    {
        const auto hook = Hook::attach({index_of("out"), "out", LinkHeader::ethernet}, world.program, handle);
        REQUIRE(hook);
        check_forwards(world, wire);
        CHECK(world.bpf.get(world.rule().key)->in.packets == 1);
    }
    wire.send({world.callee, world.port, rtp_of(2)});
    CHECK_FALSE(wire.next());
    CHECK(world.bpf.get(world.rule().key)->in.packets == 1);
    CHECK_FALSE(has_clsact());
    const auto unknown = Hook::attach({index_of("out"), "out", LinkHeader::other}, world.program, handle);
    CHECK_FALSE(unknown);
    CHECK_FALSE(Hook::attach({99999, "gone", LinkHeader::ethernet}, world.program, handle));
}

TEST_CASE("a checksum that is left to a device, in all four ways between IPv4 and IPv6") {
    World world;
    Wire wire;
    wire.complete_sums();
    const auto hook = Hook::attach({index_of("out"), "out", LinkHeader::ethernet}, world.program, handle);
    REQUIRE(hook);
    for (const auto& in : {std::pair{world.port, world.callee}, std::pair{world.port6, world.callee6}})
        for (const auto& out : {std::pair{world.exit, world.callee}, std::pair{world.exit6, world.callee6}}) {
            CAPTURE(in.first.str());
            CAPTURE(out.second.str());
            const auto &[local, peer] = in;
            const auto &[from, to] = out;
            auto rule = world.rule(local, from, to);
            auto more = rule.destinations[0]; // a copy first, which changes the packet too
            more.from = world.exit6, more.to = world.callee6;
            rule.destinations.push_back(more);
            REQUIRE(world.bpf.push(rule, {}));
            for (const std::size_t size : {172u, 173u}) {
                wire.send_partial({peer, local, rtp_of(1, 1, 8, size)});
                for (const auto& destination : {more.to, to}) {
                    const auto sent = wire.next();
                    REQUIRE(sent);
                    CHECK(sent->to == destination);
                    CHECK(sent->checksum);
                    CHECK(sent->payload == rtp_of(1, 1, 8, size));
                }
            }
            REQUIRE(world.bpf.withdraw(rule.key));
        }
}

TEST_CASE("as a tc filter: the qdisc comes and goes with it") {
    World world;
    Wire wire;
    REQUIRE(world.bpf.push(world.rule(), {}));
    {
        const auto filter = Filter::attach(index_of("out"), world.program.for_ethernet(), handle);
        REQUIRE(filter);
        CHECK(filters().find("forward_etherne") != std::string::npos);
        check_forwards(world, wire);
    }
    CHECK_FALSE(has_clsact());
}

TEST_CASE("as a tc filter: those of others stay, what a former run left is replaced") {
    World world;
    Wire wire;
    REQUIRE(world.bpf.push(world.rule(), {}));
    REQUIRE(std::system("tc qdisc add dev out clsact && "
                        "tc filter add dev out ingress prio 7 bpf bytecode '1,6 0 0 0,'") == 0);
    const auto others = filters();
    {
        auto left = Filter::attach(index_of("out"), world.program.for_ethernet(), handle);
        REQUIRE(left);
        const auto with_ours = filters();
        alignas(Filter) std::byte killed[sizeof(Filter)];
        new (killed) Filter(*std::move(left)); // never destroyed, as by a process that was killed
        auto again = Filter::attach(index_of("out"), world.program.for_ethernet(), handle);
        REQUIRE(again);
        const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
        CHECK(lines(filters()) == lines(with_ours));
        auto second = Filter::attach(index_of("out"), world.program.for_ethernet(), handle + 1); // another instance
        REQUIRE(second);
        CHECK(lines(filters()) > lines(with_ours));
        check_forwards(world, wire);
    }
    CHECK(filters() == others);
    CHECK(has_clsact());
    const auto swept = Filter::attach(index_of("out"), world.program.for_ethernet(), handle);
    REQUIRE(swept);
    CHECK(swept->is_there());
    REQUIRE(std::system("tc qdisc del dev out clsact") == 0);
    CHECK_FALSE(swept->is_there());
}

TEST_CASE("a device without a link header: in, and out") {
    World world;
    Wire wire;
    const Tun tunnel;
    const auto device = index_of("tunnel");
    const auto devices = supervisor::bpf::devices_with({*Address::parse("172.16.0.1")});
    REQUIRE(devices);
    REQUIRE(devices->size() == 1);
    CHECK(devices->front().index == device);
    CHECK(devices->front().header == LinkHeader::none);
    const auto hook = Hook::attach(devices->front(), world.program, handle);
    const auto out = Hook::attach({index_of("out"), "out", LinkHeader::ethernet}, world.program, handle);
    REQUIRE(hook);
    REQUIRE(out);
    const auto far = *Endpoint::parse("172.16.0.9:7000");
    auto rule = world.rule();
    auto more = rule.destinations[0];
    more.to = *Endpoint::parse("198.51.100.11:6000");
    rule.destinations.push_back(more);
    REQUIRE(world.bpf.push(rule, {}));
    tunnel.send({far, world.port, rtp_of(1)});
    for (const auto& to : {more.to, world.callee}) {
        const auto sent = wire.next();
        REQUIRE(sent);
        CHECK(sent->to == to);
        CHECK(sent->payload == rtp_of(1));
    }
    auto back = world.rule({world.port.address, 30002}, world.port, far);
    back.key.id = 9;
    REQUIRE(world.bpf.push(back, {}));
    wire.send({world.callee, back.key.local, rtp_of(2)});
    const auto sent = tunnel.next();
    REQUIRE(sent);
    CHECK(sent->from == world.port);
    CHECK(sent->to == far);
    CHECK(sent->payload == rtp_of(2));
    rule.destinations[0].to = far; // back by where it came from
    rule.destinations.resize(1);
    REQUIRE(world.bpf.push(rule, {}));
    tunnel.send({far, world.port, rtp_of(3)});
    const auto returned = tunnel.next();
    REQUIRE(returned);
    CHECK(returned->payload == rtp_of(3));
}
