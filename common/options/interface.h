// SPDX-License-Identifier: Apache-2.0
// Local media interfaces: what is written (pure), and what it means on this host.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/endpoint.h"
#include "common/base/result.h"
#include "common/options/host.h"
#include "common/options/keyfile.h"

namespace rtpengine::options {

struct InterfaceSpec {
    std::string name = "default"; // logical; of an alias: the alias
    std::string alias_of;         // not empty: an alias, and nothing below is set
    std::string local, advertised;
    std::uint16_t port_min = 0, port_max = 0; // 0: the global value
    std::vector<std::uint16_t> exclude_ports;
    std::string source; // as written, for messages

    bool operator==(const InterfaceSpec&) const = default;
};

// "[NAME/]LOCAL[!ADVERTISED]" or "ALIAS=NAME".
Result<InterfaceSpec> parse_interface(std::string_view text);

// A section of the file; its name without `prefix` and the dash is the default name.
Result<InterfaceSpec> parse_interface(const Section& section, std::string_view prefix);

struct LocalEntry {
    Address address, advertised; // the same where nothing else is advertised
};

// LOCAL: a literal, a system interface (all its addresses), "any", a DNS name; in this order. Not an alias.
Result<std::vector<LocalEntry>> resolve(const InterfaceSpec& spec, const Host& host);

} // namespace rtpengine::options
