// SPDX-License-Identifier: Apache-2.0
#include "dataplane/flow/sequence.h"

namespace rtpengine::flow {

namespace {

void restart(Sequence& sequence, std::uint16_t number) {
    // A smaller number after a restart opens the next cycle, so that `highest` never goes back.
    const auto cycle = sequence.highest & ~std::uint64_t{0xffff};
    const bool wraps = number < (sequence.highest & 0xffff);
    sequence.highest = cycle + (wraps ? 0x10000 : 0) + number;
    sequence.window = ~std::uint64_t{0}; // nothing before it is missed
}

void forward(Sequence& sequence, unsigned steps) {
    sequence.highest += steps;
    sequence.lost += steps - 1;
    sequence.window = (steps < 64 ? sequence.window << steps : 0) | 1;
}

void late(Sequence& sequence, unsigned steps) {
    if (steps >= 64) return; // too old to say
    const auto bit = std::uint64_t{1} << steps;
    if (sequence.window & bit)
        ++sequence.duplicates;
    else if (sequence.lost)
        --sequence.lost;
    sequence.window |= bit;
}

} // namespace

void advance(Sequence& sequence, std::uint16_t number) {
    const auto step = static_cast<std::int16_t>(number - static_cast<std::uint16_t>(sequence.highest));
    if (!sequence.window || step >= sequence_restart || step <= -sequence_restart)
        restart(sequence, number);
    else if (step > 0)
        forward(sequence, static_cast<unsigned>(step));
    else
        late(sequence, static_cast<unsigned>(-step));
}

} // namespace rtpengine::flow
