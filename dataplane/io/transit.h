// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>

#include "common/base/endpoint.h"
#include "common/base/fd.h"
#include "common/base/result.h"
#include "dataplane/io/headers.h"

namespace rtpengine::io {

// What one socket has received with its last system call; SteeredSocket's.
struct Arrivals {
    static constexpr std::size_t capacity = 64;
    // Where a datagram begins: an odd number of cache lines each, so that those of a batch don't share a few sets of the
    // cache. Longer ones go on in memory that nothing else touches.
    static constexpr std::size_t short_size = 27 * 64, max_datagram = 65536;

    struct alignas(64) Short {
        std::uint8_t bytes[short_size];
    };
    // With room in front, so that a long datagram can be made whole: on the page that the kernel has begun to write to.
    struct alignas(4096) Long {
        std::uint8_t bytes[max_datagram];
    };
    static_assert(short_size < 4096);
    struct Control {
        alignas(cmsghdr) std::uint8_t bytes[96];
    };

    Short shorts[capacity];
    mmsghdr messages[capacity]; // msg_len 0: nothing was received there, or it is handled
    iovec parts[capacity][2];
    sockaddr_in6 sources[capacity]; // or sockaddr_in
    Control controls[capacity];
    // Last, as there is memory for it only where the kernel puts a datagram that is so long; where there is none, the kernel
    // drops it. Nobody else writes there before.
    Long longs[capacity];
};

// What waits to be sent from one source address, headers and all; RawSocket's.
struct Departures {
    static constexpr unsigned capacity = 256;
    static constexpr std::size_t max_payload = 1500 - 28; // what passes nearly every link whole

    struct Message {
        sockaddr_in6 to; // or a sockaddr_in
        iovec part;
        // Headers and payload in one piece: cheaper for the kernel to take than two, even with the copy.
        std::uint8_t bytes[Headers::max_size + max_payload];
    };

    Address source; // not known: free
    std::uint32_t count;
    mmsghdr headers[capacity]; // msg_len 0: not sent yet
    Message messages[capacity];
};

// What a worker has taken and not yet sent, in memory that outlives it: who is killed in the middle of a batch leaves the
// rest of it to the successor. The kernel itself writes there what it has received and sent, so that nothing is lost and
// nothing goes twice; only what was being handled in userspace at that moment is counted twice. Pointers in it belong to
// the process that wrote them: its users set their own. Memory is reserved before it is touched.
class Transit {
  public:
    enum class Stage : std::uint32_t {
        idle,    // what was taken has left
        taken,   // arrivals are being received and handled; departures are made of them
        leaving, // arrivals are done with; departures are being sent
    };
    static constexpr std::size_t max_sockets = 2, max_sources = 32;

    // `file`: of any content, ours from now on; none: memory that goes with this process. What a predecessor left is there:
    // in arrivals what nobody has handled, in departures what can go at once. Other versions' content is dropped. Errors: no
    // memory.
    static Result<std::unique_ptr<Transit>> open(Fd file);

    Stage stage() const { return layout_->stage.load(std::memory_order_relaxed); }
    // What was written before is there for whoever sees the stage.
    void enter(Stage stage) { layout_->stage.store(stage, std::memory_order_release); }

    Arrivals& arrivals(std::size_t socket) { return layout_->arrivals[socket]; } // < max_sockets
    // More than max_sources, and those for which no memory is left, have some that goes with this process.
    Departures& departures(const Address& source);
    std::vector<Address> sources() const; // that have departures

  private:
    struct Layout {
        std::uint64_t version; // `version` below; 0: a new file
        std::atomic<Stage> stage;
        std::atomic<std::uint32_t> sources; // departures that have memory, the first ones
        Arrivals arrivals[max_sockets];
        Departures departures[max_sources];
    };
    static_assert(std::atomic<Stage>::is_always_lock_free);
    static constexpr std::uint64_t version = 0x7472616e'00000002 + (sizeof(Layout) << 8);
    struct Unmap {
        void operator()(Layout* layout) const;
    };

    Transit(Fd file, Layout* layout) : file_(std::move(file)), layout_(layout) {}
    std::span<Departures> departures() const;
    Status reserve(const void* from, const void* end);
    void drop_unfinished();

    const Fd file_; // none: the memory is ours alone
    const std::unique_ptr<Layout, Unmap> layout_;
    std::map<Address, std::unique_ptr<Departures>> further_;
};

} // namespace rtpengine::io
