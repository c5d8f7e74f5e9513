// SPDX-License-Identifier: Apache-2.0
#include "common/state/map.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rtpengine::state {

namespace {

// Each of the parts starts on a page of its own.
constexpr std::size_t journal_offset = 4096;
constexpr std::size_t records_offset = journal_offset + sizeof(Journal);
static_assert(sizeof(Header) <= journal_offset && records_offset % 4096 == 0);

std::size_t file_size(std::uint32_t slots) {
    return records_offset + (std::size_t{slots} + Block::size - 1) / Block::size * sizeof(Block);
}

Error failed(const std::string& what, const std::string& path) {
    const int code = errno;
    return {"cannot " + what + " the state file " + path + ": " + std::strerror(code), code};
}

bool same_layout(const Header& header, std::size_t length) {
    return header.magic.get() == magic && header.version.get() == version &&
           header.record_size.get() == sizeof(StreamRecord) && header.slots.get() <= UINT32_MAX &&
           file_size(static_cast<std::uint32_t>(header.slots.get())) == length;
}

} // namespace

Status Map::create(const std::string& path, std::uint32_t slots) {
    if (auto old = open(path, true); old && old->slots() == slots) return {};
    ::unlink(path.c_str());
    const Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!fd) return failed("create", path);
    if (ftruncate(fd.get(), static_cast<off_t>(file_size(slots))) < 0) return failed("size", path);
    void* base = mmap(nullptr, records_offset, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
    if (base == MAP_FAILED) return failed("map", path);
    auto& header = *static_cast<Header*>(base); // all zero, as a new file is
    header.version.set(version);
    header.slots.set(slots);
    header.record_size.set(sizeof(StreamRecord));
    header.magic.set(magic);
    munmap(base, records_offset);
    return {};
}

Result<Map> Map::open(const std::string& path, bool writable) {
    Fd fd(::open(path.c_str(), (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC));
    if (!fd) return failed("open", path);
    struct stat info {};
    if (fstat(fd.get(), &info) < 0) return failed("read", path);
    const auto length = static_cast<std::size_t>(info.st_size);
    if (length < records_offset) return Error{"the state file " + path + " is too short", EINVAL};
    void* base = mmap(nullptr, length, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED, fd.get(), 0);
    if (base == MAP_FAILED) return failed("map", path);
    madvise(base, length, MADV_RANDOM); // off tmpfs, what is read ahead would be memory too
    Map map(std::move(fd), base, length, 0);
    if (!same_layout(map.header(), length))
        return Error{"the state file " + path + " has another layout; restart the supervisor", EINVAL};
    map.slots_ = static_cast<std::uint32_t>(map.header().slots.get());
    return map;
}

Result<Map> Map::open_writable(const std::string& path) { return open(path, true); }
Result<Map> Map::open_readonly(const std::string& path) { return open(path, false); }

Map::Map(Map&& other) noexcept
    : file_(std::move(other.file_)), base_(std::exchange(other.base_, nullptr)), length_(other.length_), slots_(other.slots_) {}

Map& Map::operator=(Map&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(base_, other.base_);
    std::swap(length_, other.length_);
    std::swap(slots_, other.slots_);
    return *this;
}

Map::~Map() {
    if (base_) munmap(base_, length_);
}

Journal& Map::journal() { return *reinterpret_cast<Journal*>(static_cast<char*>(base_) + journal_offset); }

const Block* Map::blocks() const {
    return reinterpret_cast<const Block*>(static_cast<const char*>(base_) + records_offset);
}

const StreamRecord* Map::record(std::uint32_t slot) const {
    if (slot >= slots_) return nullptr;
    return &blocks()[slot / Block::size].records[slot % Block::size];
}

StreamRecord* Map::record(std::uint32_t slot) { return const_cast<StreamRecord*>(std::as_const(*this).record(slot)); }

// A block without memory is a hole, and even reading it through the mapping would give it some. File systems that know no
// holes say that everything is data.
void Map::each_written(const std::function<void(std::uint32_t)>& visit) const {
    for (std::uint32_t first = 0; first < slots_; first += Block::size) {
        const auto begin = static_cast<off_t>(records_offset + first / Block::size * sizeof(Block));
        const auto end = begin + static_cast<off_t>(sizeof(Block::records));
        const auto data = lseek(file_.get(), begin, SEEK_DATA);
        if (data < 0 && errno == ENXIO) return; // none from here on
        if (data >= end) continue;
        const auto last = std::min(slots_, first + Block::size);
        for (auto slot = first; slot < last; ++slot) visit(slot);
    }
}

void store(WireEndpoint& to, const Endpoint& endpoint) {
    std::memcpy(to.address, endpoint.address.bytes.data(), sizeof to.address);
    to.port = endpoint.port;
    to.family = static_cast<std::uint8_t>(endpoint.address.family);
}

Endpoint load(const WireEndpoint& from) {
    Endpoint endpoint;
    std::memcpy(endpoint.address.bytes.data(), from.address, sizeof from.address);
    endpoint.address.family = from.family == 4 ? Family::ipv4 : from.family == 6 ? Family::ipv6 : Family::none;
    endpoint.port = from.port;
    return endpoint;
}

// Only the place that nobody reads is written, then the two change parts: a writer that is interrupted, or killed, at any
// point leaves a whole endpoint behind.
void store_remote(StreamRecord& record, const Endpoint& endpoint) {
    const auto next = record.sequence.get() + 1;
    std::atomic_thread_fence(std::memory_order_release); // behind the former change of parts
    store(record.remotes[next & 1], endpoint);
    std::atomic_thread_fence(std::memory_order_release);
    record.sequence.set(next);
}

Endpoint load_remote(const StreamRecord& record) {
    // Again only when the writer was faster than we; it can't be that often, but a corrupt file could.
    for (int attempt = 0; attempt < 10'000; ++attempt) {
        const auto before = record.sequence.get();
        std::atomic_thread_fence(std::memory_order_acquire);
        const auto endpoint = load(record.remotes[before & 1]);
        std::atomic_thread_fence(std::memory_order_acquire);
        if (record.sequence.get() == before) return endpoint;
    }
    return {};
}

} // namespace rtpengine::state
