// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/port_table.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <sys/mman.h>

#include "bpf/steer.h"

namespace rtpengine::io {

namespace {

std::atomic_ref<std::uint8_t> cell(std::uint8_t& owner) { return std::atomic_ref(owner); }

} // namespace

PortTable::PortTable(std::uint8_t* owners, std::size_t size, std::uint8_t owner)
    : owners_(owners), size_(size), owner_(owner) {}

PortTable::PortTable(PortTable&& other) noexcept
    : owners_(std::exchange(other.owners_, nullptr)), size_(other.size_), owner_(other.owner_) {}

PortTable::~PortTable() {
    if (owners_) munmap(owners_, size_);
}

Result<PortTable> PortTable::map(const Fd& fd, std::uint32_t addresses, std::uint8_t owner) {
    const std::size_t size = static_cast<std::size_t>(addresses) * STEER_PORTS + STEER_PASSES * sizeof(std::uint64_t);
    void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
    if (memory == MAP_FAILED)
        return Error{std::string("cannot map the table of media ports: ") + std::strerror(errno), errno};
    return PortTable(static_cast<std::uint8_t*>(memory), size, owner);
}

bool PortTable::is_ours(std::uint32_t place) const { return cell(owners_[place]).load() == owner_; }
bool PortTable::is_free(std::uint32_t place) const { return cell(owners_[place]).load() == 0; }
void PortTable::open(std::uint32_t place) { cell(owners_[place]).store(owner_); }
void PortTable::close(std::uint32_t place) { cell(owners_[place]).store(0); }

std::uint64_t& PortTable::pass(std::uint64_t cookie) const {
    return reinterpret_cast<std::uint64_t*>(owners_ + size_)[-STEER_PASSES + static_cast<std::ptrdiff_t>(cookie % STEER_PASSES)];
}

bool PortTable::lay_pass(std::uint64_t cookie) {
    std::uint64_t nobody = 0;
    return std::atomic_ref(pass(cookie)).compare_exchange_strong(nobody, cookie);
}

void PortTable::replace_pass(std::uint64_t cookie) { std::atomic_ref(pass(cookie)).store(cookie); }

// Another worker's may have replaced it.
void PortTable::take_pass(std::uint64_t cookie) {
    std::atomic_ref(pass(cookie)).compare_exchange_strong(cookie, 0);
}

} // namespace rtpengine::io
