// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "common/base/result.h"
#include "link.pb.h"

struct forward_bpf;

namespace rtpengine::supervisor::bpf {

// The forwarding program and its maps (bpf/forward.h), loaded. Not attached to anything.
class Program {
  public:
    // Room for `streams`, of `workers` workers. Needs CAP_BPF, CAP_NET_ADMIN and Linux 5.11.
    static Result<Program> load(std::uint32_t streams, std::uint32_t workers);
    ~Program();
    Program(Program&&) noexcept;
    Program& operator=(Program&&) noexcept;

    int for_ethernet() const; // descriptors of the programs
    int for_ip() const;
    link::BpfForwarding descriptors() const; // what a worker inherits

  private:
    struct Destroy {
        void operator()(forward_bpf* program) const;
    };
    explicit Program(forward_bpf* program);
    std::unique_ptr<forward_bpf, Destroy> program_;
};

} // namespace rtpengine::supervisor::bpf
