// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "supervisor/media/range.h"

namespace rtpengine::supervisor::media {

using Ports = std::bitset<65536>;

// "8080,30000-39999", as the kernel's lists of ports; nullopt for anything else. Pure, as format_ports().
std::optional<Ports> parse_ports(std::string_view text);
std::string format_ports(const Ports& ports);

// The kernel chooses source ports for other programs' sockets (net.ipv4.ip_local_port_range). A steered port has no socket
// that would keep it from choosing one of ours, and the answers to that socket would come to us. So ours are added to
// net.ipv4.ip_local_reserved_ports of the network namespace as long as this lives; programs may still ask for them.
class ReservedPorts {
  public:
    // The error says which line to add to the host's own configuration.
    static Result<ReservedPorts> reserve(const std::vector<Range>& ranges);
    // `added`: what an earlier execution of the supervisor has added.
    static ReservedPorts resume(const std::vector<Range>& ranges, const Ports& added);
    const Ports& added() const { return state_->added; }
    ReservedPorts(ReservedPorts&&) noexcept = default;
    ReservedPorts& operator=(ReservedPorts&&) = delete;
    ~ReservedPorts(); // takes back what it added

    // Adds again what is missing: another object like this one, with the same ports of other addresses, has taken it back.
    Status renew();

  private:
    struct State {
        Ports wanted, added;
    };
    explicit ReservedPorts(const Ports& wanted) : state_(new State{wanted, {}}) {}

    std::unique_ptr<State> state_; // null: moved from
};

} // namespace rtpengine::supervisor::media
