// SPDX-License-Identifier: Apache-2.0
// What a worker knows of one SSRC under one key, in memory that outlives it, and how a successor goes on with it.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <type_traits>

#include "common/srtp/window.h"

namespace rtpengine::srtp {

enum class Half : std::uint8_t { rtp, rtcp };

// What one side did in one go: the packets that it took in, those that it made of them, and neither has left yet. Who dies in it
// leaves its packets to a successor, who does them again from where the turn began: under the same indices, since nothing was
// seen of them. So `settled` goes up before anything leaves.
struct Turn {
    std::uint64_t number = 0;  // of this one; 0: turns aren't counted, nobody does anything again
    std::uint64_t settled = 0; // what was done in turns up to this one stays so
};

// Where the numbers are kept: in the memory that the sources are in, since who loses one must lose the other.
using state::Turns;

// A process begins, at the start: turns that weren't settled are undone, each SSRC when it is met next. Nothing that was
// protected in them may leave any more.
inline Turn begin(Turns& turns) {
    turns.begun.set(turns.begun.get() + 1);
    return {turns.begun.get(), turns.settled.get()};
}
// Before something leaves, or as a successor who sends what was about to leave; the next turn.
inline Turn settle(Turns& turns) {
    turns.settled.set(turns.begun.get());
    detail::then();
    return begin(turns);
}

// One SSRC. One writer. All zero: free.
struct alignas(64) Source {
    Counter ssrc; // and a Hold; `taken` is written last
    Counter turn; // in which it changed last
    Window now[2], before[2]; // by Half; at the beginning of that turn
    Counter lent;   // RTP: indices from here on are the kernel's; 0: none are
    Counter lender; // StreamRecord::owner of whose rule has them

    bool is(std::uint32_t number) const { return ssrc.get() == (state::taken | number); }
    // By whoever.
    bool is_about(std::uint32_t number) const { return !free() && static_cast<std::uint32_t>(ssrc.get()) == number; }
    bool free() const { return ssrc.get() == 0; }
};
static_assert(sizeof(Source) == 128 && alignof(Source) == alignof(state::ProtectionRecord::Room) &&
              offsetof(Source, ssrc) == 8 * state::ProtectionRecord::Room::ssrc && offsetof(Source, lent) == 8 * state::ProtectionRecord::Room::lent &&
              offsetof(Source, now) == 8 * state::ProtectionRecord::Room::next[0] &&
              offsetof(Source, now) + sizeof(Window) == 8 * state::ProtectionRecord::Room::next[1]);

// Those of a part.
inline std::span<Source, state::ProtectionRecord::size> sources_of(state::ProtectionRecord& record) {
    static_assert(sizeof(Source) == sizeof(state::ProtectionRecord::Room) && std::is_standard_layout_v<Source>);
    return std::span<Source, state::ProtectionRecord::size>(reinterpret_cast<Source*>(record.sources), state::ProtectionRecord::size);
}
inline state::ProtectionRecord::Room& room_of(Source& source) { return reinterpret_cast<state::ProtectionRecord::Room&>(source); }
inline std::span<const Source, state::ProtectionRecord::size> sources_of(const state::ProtectionRecord& record) {
    return sources_of(const_cast<state::ProtectionRecord&>(record)); // read only
}

namespace detail {

// It was changed in a turn of somebody who died in it.
inline bool undone(const Source& source, const Turn& turn) {
    const auto last = source.turn.get();
    return last > turn.settled && last < turn.number;
}
inline void copy(Window (&to)[2], const Window (&from)[2]) {
    srtp::copy(to[0], from[0]);
    srtp::copy(to[1], from[1]);
}
// Who is killed in here is met by `undone` again, or has changed nothing that counts.
inline void enter(Source& source, const Turn& turn) {
    if (source.turn.get() == turn.number) return;
    if (undone(source, turn)) copy(source.now, source.before);
    else copy(source.before, source.now);
    then();
    source.turn.set(turn.number);
    then();
}

} // namespace detail

// What somebody else has used of it, by Half, is used. Nothing of it was sent in this turn.
using UsedHalves = std::array<Used, 2>;
inline void go_on(Source& source, const UsedHalves& used) {
    for (unsigned half = 0; half < used.size(); ++half) {
        if (used[half].next <= source.now[half].next.get()) continue;
        store(source.now[half], used[half]);
        store(source.before[half], used[half]);
    }
}

// As of this turn.
inline const Window& window(const Source& source, Half half, const Turn& turn) {
    return (detail::undone(source, turn) ? source.before : source.now)[static_cast<int>(half)];
}
inline bool is_lent(const Source& source, Half half, std::uint64_t index) {
    const auto from = source.lent.get();
    return from && half == Half::rtp && index >= from;
}
// Or by whom it isn't known.
inline bool is_lent_by(const Source& source, std::uint64_t lender) {
    const auto known = source.lender.get();
    return source.lent.get() && (!known || known == lender);
}
inline void lend(Source& source, std::uint64_t from, std::uint64_t lender) {
    source.lender.set(lender);
    detail::then();
    source.lent.set(from);
}
inline void use(Source& source, Half half, std::uint64_t index, const Turn& turn) {
    detail::enter(source, turn);
    use(source.now[static_cast<int>(half)], index);
    detail::then();
}

} // namespace rtpengine::srtp
