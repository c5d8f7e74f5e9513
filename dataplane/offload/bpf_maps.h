// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "bpf/forward.h"
#include "common/base/fd.h"

namespace rtpengine::offload {

// The maps of the forwarding program, which the supervisor holds, and the program that seals a stream. Functions that
// return int: 0 or an errno.
class BpfMaps {
  public:
    struct Descriptors {
        Fd ports, streams, copies, seal;
    };
    explicit BpfMaps(Descriptors descriptors);

    // nullopt: there is none. ENOENT isn't an error, anything else is left in `error`.
    std::optional<forward_generation> generation(const forward_endpoint& local, int* error = nullptr) const;
    std::optional<forward_stream> stream(const forward_generation& generation, int* error = nullptr) const;
    std::optional<forward_copies> copies(const forward_generation& generation) const;

    int set_generation(const forward_endpoint& local, const forward_generation& generation);
    int add_stream(const forward_stream& stream);
    int change_stream(const forward_stream& stream); // in place, counters too: no packet may have it
    int add_copies(const forward_generation& generation, const forward_copies& copies);
    void remove_generation(const forward_endpoint& local);
    void remove_stream(const forward_generation& generation); // its copies too

    // Afterwards the stream counts no packet: what is read then is final.
    int seal(const forward_generation& generation) const;

    // Some hundred, from where the latest call stopped; `last`: the next one begins anew.
    int some_streams(bool& last, const std::function<void(const forward_stream&)>& visit);

  private:
    Descriptors fds_;
    std::vector<forward_generation> keys_; // of a batch
    std::vector<forward_stream> values_;
    bool begun_ = false;
    __u32 position_ = 0; // a bucket
};

} // namespace rtpengine::offload
