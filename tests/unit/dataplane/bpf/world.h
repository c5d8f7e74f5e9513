// SPDX-License-Identifier: Apache-2.0
// The forwarding program in the kernel, in the network of ../wire. Packets are given to it by
// BPF_PROG_TEST_RUN.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "../wire/wire.h"
#include "dataplane/offload/bpf.h"
#include "supervisor/bpf/program.h"

namespace rtpengine::test {

// Makes the network; why not, if that or the program can't be had.
std::string enter();

// Of a program's run.
struct Outcome {
    int verdict; // TC_ACT_*
    Bytes frame;
};
constexpr int up = -1, dropped = 2, redirected = 7;

class World : public Parties {
  public:
    explicit World(std::uint32_t streams = 64);

    Outcome run(const Bytes& frame) const;
    Outcome run(const Packet& packet) const { return run(frame_of(packet)); }

    // Mean time of the program; each run has what the one before it made of the packet.
    std::uint32_t ns_of(const Bytes& frame, int times) const;

    // A handle of its own on the maps.
    offload::BpfMaps maps() const;

    // Everything from `port` to `callee`.
    offload::Rule rule(flow::Component component = flow::Component::rtp) const;
    offload::Rule rule(const Endpoint& local, const Endpoint& from, const Endpoint& to) const;

    alignas(8) std::array<unsigned char, 8128> message{};
    supervisor::bpf::Program program;
    offload::Bpf bpf;
};

// Every rule of the table, from the beginning.
Status list_all(offload::Bpf& bpf, const offload::Visit& visit);

} // namespace rtpengine::test
