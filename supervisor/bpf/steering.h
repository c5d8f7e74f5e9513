// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "common/base/endpoint.h"
#include "common/base/fd.h"
#include "common/base/result.h"
#include "link.pb.h"
#include "supervisor/media/range.h"

struct steer_bpf;

namespace rtpengine::supervisor::bpf {

// The program that hands the datagrams of open media ports to one socket of the worker that has them, with its
// sockets and its map of open ports (bpf/steer.h). Steers in the network namespace we are in, as long as it lives.
class Steering {
  public:
    // Needs CAP_BPF and CAP_NET_ADMIN, and Linux 5.9; the error says what is missing. At most STEER_MAX_ADDRESSES
    // different addresses.
    static Result<Steering> open(const std::vector<Address>& addresses);
    // Nobody but a worker binds to a port of these ranges in this network namespace from now on. Needs cgroup2 and Linux 5.14; what is
    // in the way is an error, and then everything else is as it would be without.
    Status guard(const std::vector<media::Range>& ranges);
    // Goes on with what an earlier execution held; add_worker() can't be used then.
    static Steering resume(std::vector<Fd> held);

    // A socket for each family that `locals` has, ours for good: a worker's successor gets the same, with what
    // waits in it. `worker` < STEER_MAX_WORKERS; `locals` are among open()'s addresses.
    Result<link::Steering> add_worker(std::uint32_t worker, const std::vector<Address>& locals);
    const std::vector<Fd>& held() const { return held_; }

  private:
    Steering() = default;
    Status load();
    std::uint32_t first_pass() const; // in the map of ports
    Status name_addresses(steer_bpf& program) const;
    Status attach(steer_bpf& program);
    Status attach_guard(const steer_bpf& program, int cgroup);
    Result<int> hold(Fd fd, std::string_view what);
    Result<int> add_socket(std::uint32_t worker, Family family);

    std::map<Address, std::uint32_t> addresses_; // their places in the map of ports
    std::vector<Fd> held_;                       // everything that must stay open
    int ports_ = -1, receivers_ = -1;            // of `held_`: the map of open ports, that of the sockets
};

} // namespace rtpengine::supervisor::bpf
