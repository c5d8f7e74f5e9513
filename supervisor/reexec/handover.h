// SPDX-License-Identifier: Apache-2.0
// Values of the supervisor as a handover has them (proto/handover.proto), and back. What owns something has its own
// resume() and hand_over().
#pragma once

#include <cstdint>
#include <vector>

#include "common/base/fd.h"
#include "common/base/result.h"
#include "common/options/settings.h"
#include "handover.pb.h"
#include "supervisor/status.h"

namespace rtpengine::supervisor {

// Goes up when an older or a newer program can't be expected to understand it. The latest knows of edge processes: what has none
// is left in the one before, which older programs understand, too.
constexpr std::uint32_t handover_format = 4, format_without_edge = 3;

handover::Netfilter handed_over(const options::Netfilter& rules);
handover::InstanceSettings handed_over(const options::InstanceSettings& settings);
handover::Settings handed_over(const options::Settings& settings);
handover::KernelStatus handed_over(const KernelStatus& status);

options::Netfilter resumed(const handover::Netfilter& rules);
options::InstanceSettings resumed(const handover::InstanceSettings& settings);
options::Settings resumed(const handover::Settings& settings);
KernelStatus resumed(const handover::KernelStatus& status);

// Every descriptor that a message names, in it or in one within it; each once.
std::vector<int> descriptors_of(const google::protobuf::Message& message);

// The owners of descriptors that an earlier execution has left, and the numbers that are left to the next one.
template <class Numbers> std::vector<Fd> own(const Numbers& numbers) {
    std::vector<Fd> owned;
    for (const int fd : numbers)
        owned.emplace_back(fd);
    return owned;
}
void leave(const std::vector<Fd>& owned, google::protobuf::RepeatedField<std::int32_t>& numbers);

// Reads what a memory file holds, from its start. Errors: it is something else, or of another format, or names a descriptor
// that isn't open, or a BPF program of another version.
Result<handover::Handover> read_handover(int fd);

} // namespace rtpengine::supervisor
