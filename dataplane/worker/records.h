// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "common/state/map.h"
#include "dataplane/flow/rule.h"

namespace rtpengine::dataplane {

// The state files of all workers: our own to write, the others' to read where their streams send to.
class Records {
  public:
    // `paths` by worker index, empty for those of other instances; `own` < paths.size(). The others' are mapped when first needed.
    static Result<Records> open(std::vector<std::string> paths, std::uint32_t own);

    std::uint32_t own() const { return own_; }
    std::uint32_t slots() const { return map_.slots(); }
    state::Header& header() { return map_.header(); }
    state::Journal& journal() { return map_.journal(); }
    state::StreamRecord* record(std::uint32_t slot) { return map_.record(slot); } // nullptr: out of range
    // Of any worker; nullptr: no such worker or slot, or its file can't be mapped.
    const state::StreamRecord* exit(std::uint32_t worker, std::uint32_t slot);
    // Calls visit(slot, id) for every record of ours that has an id.
    void each_living(const std::function<void(std::uint32_t, std::uint64_t)>& visit) const { each_living(map_, visit); }
    // Ids of all streams that other workers have; nullopt: not all of their files can be mapped.
    std::optional<std::unordered_set<std::uint64_t>> elsewhere();

  private:
    static void each_living(const state::Map& map, const std::function<void(std::uint32_t, std::uint64_t)>& visit);
    Records(state::Map map, std::vector<std::string> paths, std::uint32_t own);

    state::Map map_;
    std::vector<std::string> paths_;
    std::vector<std::optional<state::Map>> others_;
    std::uint32_t own_;
};

// Between a record and the values that flow::decide() works on. `now_us`: CLOCK_BOOTTIME.
flow::Learned load_learned(const state::StreamRecord& record, std::uint64_t now_us);
void store_learned(state::StreamRecord& record, const flow::Rule& rule, const flow::Learned& learned);
void clear(state::Traffic& traffic);
// Makes a free record of it, all zero; its kernel part means nothing then.
void reset(state::StreamRecord& record);
// Its kernel part, which is made first where there is none: all zero.
state::KernelRecord& make_kernel_part(state::StreamRecord& record);

// Where a stream's peer is to be sent to; nullopt: nowhere (closed, not known, held by a zero address,
// NAT-wait).
inline std::optional<Endpoint> destination(const state::StreamRecord& record, std::uint64_t stream) {
    if (record.id.get() != stream || (record.flags.get() & state::waiting)) return std::nullopt;
    const auto remote = state::load_remote(record);
    if (!remote.known() || remote.address.is_unspecified()) return std::nullopt;
    return remote;
}

} // namespace rtpengine::dataplane
