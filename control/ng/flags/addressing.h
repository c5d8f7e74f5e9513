// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/endpoint.h"

namespace rtpengine::ng {

// Interfaces, addresses and ports.
struct AddressingFlags {
    Family address_family = Family::none;
    std::optional<Address> media_address;
    std::vector<std::string> direction; // [towards S, towards R]; "" where not given
    std::string interface;
    // "peer" keys: take the local interface that routes to this address instead of a name.
    std::optional<Address> peer, inbound_peer, outbound_peer;
    std::optional<Address> received_from;
    bool sip_source_address = false; // after configuration default, trust-address and SIP-source-address in order
    bool port_latching = false, no_port_latching = false;
    int tos = 256; // 0-255 set, negative leave, 256 configured default

    bool operator==(const AddressingFlags&) const = default;
};

} // namespace rtpengine::ng
