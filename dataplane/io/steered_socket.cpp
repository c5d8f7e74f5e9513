// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/steered_socket.h"

#include <algorithm>
#include <cstring>
#include <new>

#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "dataplane/io/ancillary.h"

namespace rtpengine::io {

namespace {

// Where a datagram begins: an odd number of cache lines each, so that those of a batch don't share a few sets of the
// cache. Longer ones go on in memory that nothing else touches.
constexpr std::size_t short_size = 27 * 64, max_datagram = 65536;

struct alignas(64) Short {
    std::uint8_t bytes[short_size];
};
// With room in front, so that a long datagram can be made whole.
struct Long {
    std::uint8_t bytes[max_datagram];
};
struct Control {
    alignas(cmsghdr) std::uint8_t bytes[96];
};

} // namespace

// Lies in memory of its own from the system: what is not touched costs nothing.
struct SteeredSocket::Slots {
    Short shorts[capacity];
    mmsghdr messages[capacity];
    iovec parts[capacity][2];
    sockaddr_in6 sources[capacity]; // or sockaddr_in
    Control controls[capacity];
    Long longs[capacity];
};

void SteeredSocket::Free::operator()(Slots* slots) const { munmap(slots, sizeof *slots); }

SteeredSocket::SteeredSocket(Fd fd) : fd_(std::move(fd)) {
    void* memory =
        mmap(nullptr, sizeof(Slots), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    slots_.reset(static_cast<Slots*>(memory)); // all zero, which is a value of every member
    for (std::size_t i = 0; i < capacity; ++i) {
        slots_->parts[i][0] = {slots_->shorts[i].bytes, short_size};
        slots_->parts[i][1] = {slots_->longs[i].bytes + short_size, max_datagram - short_size};
        auto& header = slots_->messages[i].msg_hdr;
        header.msg_name = &slots_->sources[i];
        header.msg_iov = slots_->parts[i];
        header.msg_iovlen = 2;
        header.msg_control = slots_->controls[i].bytes;
    }
}

SteeredSocket::SteeredSocket(SteeredSocket&&) noexcept = default;
SteeredSocket::~SteeredSocket() = default;

std::size_t SteeredSocket::receive(std::size_t most) {
    const auto count = std::min(most, capacity);
    for (std::size_t i = 0; i < count; ++i) {
        slots_->messages[i].msg_hdr.msg_namelen = sizeof(sockaddr_in6);
        slots_->messages[i].msg_hdr.msg_controllen = sizeof(Control);
    }
    const int received = recvmmsg(fd_.get(), slots_->messages, static_cast<unsigned>(count), MSG_DONTWAIT, nullptr);
    return received > 0 ? static_cast<std::size_t>(received) : 0;
}

SteeredSocket::Datagram SteeredSocket::datagram(std::size_t i) {
    const auto& message = slots_->messages[i];
    const auto told = read_ancillary(message.msg_hdr);
    const auto source = Endpoint::from_sockaddr(reinterpret_cast<const sockaddr&>(slots_->sources[i]));
    const std::uint8_t* bytes = slots_->shorts[i].bytes;
    if (message.msg_len > short_size) {
        std::memcpy(slots_->longs[i].bytes, bytes, short_size);
        bytes = slots_->longs[i].bytes;
    }
    return {source, told.destination, told.tos, {bytes, message.msg_len}};
}

} // namespace rtpengine::io
