// SPDX-License-Identifier: Apache-2.0
// Which indices of one SSRC were used: roll-over counter, highest sequence number and replay window of RFC 3711 section 3.3.
#pragma once

#include <atomic>
#include <cstdint>

#include "common/state/record.h"

namespace rtpengine::srtp {

using state::Counter;

// The last 128 are known one by one, what is older counts as used. It lies in memory that outlives who writes it, and he may be
// killed between any two stores: what is there then says of each index that was used that it was. Perhaps of some more. All zero:
// none was used.
struct Window {
    static constexpr std::uint64_t size = 128;

    Counter next;    // the highest one plus 1; 0: none
    Counter used[2]; // a ring: index i is bit place(i)
};

// Read from the highest one's place on, to the left and round: bit n is `highest - n`, as the kernel module has it.
constexpr unsigned place(std::uint64_t index) { return ~index & (Window::size - 1); }

inline bool was_used(const Window& window, std::uint64_t index) {
    const auto next = window.next.get();
    if (index >= next) return false;
    return next - index > Window::size || (window.used[place(index) / 64].get() >> place(index) % 64 & 1);
}

namespace detail {

// What was stored before is there for whoever finds what is stored after.
inline void then() { std::atomic_thread_fence(std::memory_order_release); }

inline void mark(Window& window, std::uint64_t index) {
    auto& word = window.used[place(index) / 64];
    word.set(word.get() | std::uint64_t{1} << place(index) % 64);
}
inline void clear(Window& window, std::uint64_t index) {
    auto& word = window.used[place(index) / 64];
    word.set(word.get() & ~(std::uint64_t{1} << place(index) % 64));
}

} // namespace detail

// At each moment too much is marked rather than too little: the new one, in the place of one that is about to leave the window;
// then the window moves, and has marks of indices that left it; at last these go.
inline void use(Window& window, std::uint64_t index) {
    const auto next = window.next.get();
    if (next > index && next - index > Window::size) return; // it counts as used
    detail::mark(window, index);
    if (index < next) return;
    detail::then();
    window.next.set(index + 1);
    detail::then();
    const auto oldest = index < Window::size ? 0 : index - Window::size + 1;
    for (auto unused = next > oldest ? next : oldest; unused < index; ++unused) detail::clear(window, unused);
}

inline void copy(Window& to, const Window& from) {
    to.used[0].set(from.used[0].get());
    to.used[1].set(from.used[1].get());
    to.next.set(from.next.get());
}

// As it was when somebody looked.
struct Used {
    std::uint64_t next = 0, used[2] = {};
};
inline Used load(const Window& window) { return {window.next.get(), {window.used[0].get(), window.used[1].get()}}; }
inline void store(Window& window, const Used& value) {
    window.used[0].set(value.used[0]);
    window.used[1].set(value.used[1]);
    window.next.set(value.next);
}

// The other way to say it, the kernel module's: bit n of 128 is `highest - n`, whose own is set.
struct Marks {
    std::uint64_t highest;
    std::uint64_t used[2];
};

namespace detail {

struct Bits {
    std::uint64_t low, high;
};
constexpr Bits turn_right(Bits bits, unsigned by) {
    if (by & 64) bits = {bits.high, bits.low};
    by &= 63;
    if (!by) return bits;
    return {bits.low >> by | bits.high << (64 - by), bits.high >> by | bits.low << (64 - by)};
}

} // namespace detail

// Of a window in which something was used.
inline Marks marks(const Window& window) {
    const auto highest = window.next.get() - 1;
    const auto bits = detail::turn_right({window.used[0].get(), window.used[1].get()}, place(highest));
    return {highest, {bits.low | 1, bits.high}};
}
// Whoever is killed in here has left it as it was, or with more marks.
inline void set(Window& window, const Marks& marks) {
    const auto bits = detail::turn_right({marks.used[0] | 1, marks.used[1]}, (Window::size - place(marks.highest)) % Window::size);
    for (auto& word : window.used) word.set(~std::uint64_t{0});
    detail::then();
    window.next.set(marks.highest + 1);
    detail::then();
    window.used[0].set(bits.low);
    window.used[1].set(bits.high);
}

constexpr std::uint64_t last_rtp_index = (std::uint64_t{1} << 48) - 1; // ROC << 16 | SEQ
constexpr std::uint64_t last_rtcp_index = (std::uint64_t{1} << 31) - 1;

// Section 3.3.1: the index that a sequence number stands for. More than last_rtp_index: they are used up.
inline std::uint64_t guess(const Window& window, std::uint16_t sequence) {
    const auto next = window.next.get();
    if (!next) return sequence;
    const auto highest = next - 1;
    auto roc = highest >> 16;
    const int last = static_cast<int>(highest & 0xffff);
    if (last < 0x8000) {
        if (sequence - last > 0x8000 && roc > 0) --roc; // nothing was before the first turn
    } else if (last - 0x8000 > sequence) {
        ++roc;
    }
    return roc << 16 | sequence;
}

} // namespace rtpengine::srtp
