// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/common/netns.h"

#include <cstdint>

#include <netinet/in.h>

namespace rtpengine::bench {

// Three hosts; every line is a veth pair, and no packet leaves this machine.
//
//   caller host                    proxy host                    callee host
//   10.10.0.2 ------------ 10.10.0.1 | 10.20.0.1 ------------ 10.20.0.2
//   10.11.x.y:5000                                           10.21.x.y:5000
//       \______________ 10.30.0.1 ---- 10.30.0.2 _______________/
//                    (calibration: no proxy between)
//
// Every stream has an address of its own (a `local` route makes the whole network the host's), all on one
// port, so one wildcard socket receives them all.
struct Topology {
    Netns caller;
    Netns proxy;
    Netns callee;

    static Result<Topology> create();
};

enum class Side { caller = 0, callee = 1 };
inline Side other(Side side) {
    return side == Side::caller ? Side::callee : Side::caller;
}

constexpr std::uint16_t media_port = 5000;
constexpr std::uint32_t max_calls = 60000; // two bytes of address, .0.0 left out

// The address of a call's party, network order.
in_addr party_address(Side side, std::uint32_t call);
// A UDP socket at a party's address, connected, for the thread that is in its host. Its port may be somebody's who receives for all.
Result<Fd> party_socket(Side side, std::uint32_t call, const sockaddr_in& to);
// The proxy's address on the link to that side, as text.
const char* proxy_address(Side side);

} // namespace rtpengine::bench
