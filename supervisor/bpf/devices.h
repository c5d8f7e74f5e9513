// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/endpoint.h"
#include "common/base/fd.h"
#include "common/base/result.h"

namespace rtpengine::supervisor::bpf {

// What comes before the IP header of a packet that a device hands to the stack.
enum class LinkHeader { ethernet, none, other };

struct Device {
    int index = 0;
    std::string name;
    LinkHeader header = LinkHeader::other;
};

// `type`: ARPHRD_*. Pure.
LinkHeader header_of(unsigned type);

// Those that carry one of the addresses, in the network namespace we are in.
Result<std::vector<Device>> devices_with(const std::vector<Address>& addresses);

// A netlink socket of a protocol, which hears of these groups. `flags`: of socket(2). `what` is for the error: "follow ...".
Result<Fd> open_netlink(int protocol, std::uint32_t groups, int flags, const char* what);

// Becomes readable when a device or an address comes, goes or changes. Non-blocking; what it says is not needed.
Result<Fd> open_device_events();
// Reads it empty.
void take_events(const Fd& events);

} // namespace rtpengine::supervisor::bpf
