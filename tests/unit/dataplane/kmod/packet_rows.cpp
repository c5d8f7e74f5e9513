// SPDX-License-Identifier: Apache-2.0
// Runs tests/packets/*.rows against the module: packets arrive at a device, and leave by it or come to a
// socket.
#include <array>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>

#include "../offload/kernel_rows.h"
#include "dataplane/offload/encode.h"
#include "dataplane/offload/kmod.h"
#include "supervisor/kernel/table.h"

using namespace rtpengine;
using namespace rtpengine::test;
namespace kernel = supervisor::kernel;

namespace {

constexpr int patience_ms = 20000; // an emulated machine may be slow

// Packets of one CPU's queue are handled in their order.
void stay_on_this_cpu() {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<unsigned>(sched_getcpu()), &one);
    REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
}

kernel::Table open(kernel::Module& module) {
    auto table = kernel::Table::open(module, 0, 1);
    INFO((table ? std::string{} : table.error().message));
    REQUIRE(table);
    return *std::move(table);
}

Fd copy(int fd) {
    return Fd(fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

// A port as userspace has it open.
class Port {
  public:
    explicit Port(const Endpoint& local) {
        sockaddr_storage address;
        const auto length = local.to_sockaddr(address);
        fd_.reset(socket(address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK, 0));
        REQUIRE(bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), length) == 0);
    }

    // What is there already.
    std::optional<Packet> take() const {
        Packet packet;
        packet.payload.resize(2048);
        sockaddr_storage from;
        socklen_t length = sizeof from;
        const auto size = recvfrom(fd_.get(), packet.payload.data(), packet.payload.size(), 0,
                                   reinterpret_cast<sockaddr*>(&from), &length);
        if (size < 0) return std::nullopt;
        packet.payload.resize(static_cast<std::size_t>(size));
        packet.from = Endpoint::from_sockaddr(reinterpret_cast<sockaddr&>(from));
        return packet;
    }

  private:
    Fd fd_;
};

class Module final : public Kernel {
  public:
    Module() {
        stay_on_this_cpu();
        wire_.complete_sums();
        offload::Rule rule;
        rule.key = {9, mark_.to};
        rule.destinations.push_back({90, {mark_.to.address, 30006}, marked_, false, false, true, 0});
        REQUIRE(kmod_.push(rule, {}));
    }

    offload::Offload& offload() override { return kmod_; }

    // A packet of another stream follows: when that one has come out, this one's fate is sealed.
    Fate deliver(const Packet& packet) override {
        wire_.send(packet);
        wire_.send(mark_);
        Fate fate;
        for (auto sent = next(); sent.to != marked_; sent = next()) {
            REQUIRE_FALSE(fate.sent);
            fate.sent = sent;
        }
        fate.left = comes_up(packet);
        return fate;
    }

  private:
    Packet next() {
        const auto sent = wire_.next();
        REQUIRE(sent);
        return *sent;
    }

    bool comes_up(const Packet& packet) const {
        const auto& port = packet.to == parties_.port ? port_ : port6_;
        const auto left = port.take();
        if (!left) return false;
        CHECK(left->from == packet.from);
        CHECK(left->payload == packet.payload);
        CHECK_FALSE(port.take());
        return true;
    }

    const Parties parties_;
    const Packet mark_{parties_.peer, *Endpoint::parse("192.0.2.1:30004"), {'m', 'a', 'r', 'k'}};
    const Endpoint marked_ = *Endpoint::parse("198.51.100.11:5000");
    const Port port_{parties_.port}, port6_{parties_.port6};
    Wire wire_{patience_ms};
    kernel::ProcModule files_;
    kernel::Table table_ = open(files_);
    offload::Kmod kmod_{0, copy(table_.control()), copy(table_.list(0))};
};

} // namespace

TEST_CASE("packet tables") {
    Module module;
    check_rows(module);
}
