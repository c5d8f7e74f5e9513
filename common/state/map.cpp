// SPDX-License-Identifier: Apache-2.0
#include "common/state/map.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/state/memory_file.h"
#include "common/state/view.h"

namespace rtpengine::state {

namespace {

// Each of these starts on a page of its own: header, journal, index, chunks.
constexpr std::size_t page = 4096, journal_offset = page, index_offset = journal_offset + sizeof(Journal);
static_assert(sizeof(Header) <= journal_offset && index_offset % page == 0);

constexpr std::uint32_t most_slots = 1u << 24;

std::size_t fixed_size(std::uint32_t slots) { return index_offset + (slots * sizeof(Slot) + page - 1) / page * page; }

constexpr const char* contents = "streams' records";

Error failed(const char* verb) { return memory_file_error(verb, contents); }

bool write_at(int file, std::uint64_t value, std::size_t offset) {
    return pwrite(file, &value, sizeof value, static_cast<off_t>(offset)) == static_cast<ssize_t>(sizeof value);
}

bool is_part_size(std::uint64_t size) { return size && size % Link::unit == 0 && size <= Chunk::size - sizeof(Chunk); }

bool known_layout(const Header& header) {
    if (header.magic.get() != magic || header.version.get() != version || header.slots.get() > most_slots) return false;
    const std::pair<Kind, std::size_t> known[] = {{Kind::stream, StreamRecord::first_size},
                                                  {Kind::sink, SinkRecord::first_size},
                                                  {Kind::source, SourceRecord::first_size},
                                                  {Kind::types, TypesRecord::first_size},
                                                  {Kind::kernel, KernelRecord::first_size},
                                                  {Kind::protection, ProtectionRecord::first_size},
                                                  {Kind::decisions, DecisionsRecord::first_size},
                                                  {Kind::directory, DirectoryRecord::first_size}};
    return std::all_of(std::begin(known), std::end(known), [&](const auto& part) {
        const auto size = header.part_sizes[static_cast<std::size_t>(part.first)].get();
        return !size || (size >= part.second && is_part_size(size));
    });
}

} // namespace

Result<Fd> Map::create(std::uint32_t slots) {
    if (slots > most_slots) return Error{"too many media ports for one worker", EINVAL};
    auto file = make_memory_file("rtpengine-records", fixed_size(slots), 0, contents);
    if (!file) return file;
    const bool written = write_at(file->get(), version, offsetof(Header, version)) &&
                         write_at(file->get(), slots, offsetof(Header, slots)) &&
                         write_at(file->get(), magic, offsetof(Header, magic));
    if (!written) return failed("write");
    return file;
}

Result<Fd> Map::readable(const Fd& file) { return readable_memory_file(file, contents); }

std::uint64_t Map::working(const Fd& file) {
    std::uint64_t stream = 0;
    const auto length = pread(file.get(), &stream, sizeof stream, offsetof(Header, working));
    return length == static_cast<ssize_t>(sizeof stream) ? stream : 0;
}

Result<Map> Map::open(Fd file, bool writable) {
    struct stat info {};
    if (fstat(file.get(), &info) < 0) return failed("read");
    const auto length = static_cast<std::size_t>(info.st_size);
    if (length < fixed_size(0)) return Error{"the memory of streams' records is too short", EINVAL};
    void* base = mmap(nullptr, most, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED | MAP_NORESERVE, file.get(), 0);
    if (base == MAP_FAILED) return failed("map");
    madvise(base, most, MADV_DONTDUMP);
    Map map(std::move(file), base, length, 0);
    const auto slots = map.header().slots.get();
    if (!known_layout(map.header()) || fixed_size(static_cast<std::uint32_t>(slots)) > length)
        return Error{"the memory of streams' records has another layout; restart the supervisor", EINVAL};
    map.slots_ = static_cast<std::uint32_t>(slots);
    return map;
}

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
    if (base_) munmap(base_, most);
}

Journal& Map::journal() { return *reinterpret_cast<Journal*>(at(journal_offset)); }
Slot* Map::index() const { return reinterpret_cast<Slot*>(at(index_offset)); }
std::size_t Map::chunks_begin() const { return fixed_size(slots_); }

std::size_t Map::size_of_file() const {
    struct stat info {};
    if (fstat(file_.get(), &info) < 0) return length_;
    return std::min(static_cast<std::size_t>(info.st_size), most);
}

bool Map::holds(std::uint64_t offset, std::size_t size) const {
    if (offset >= most || offset < chunks_begin()) return false;
    if (offset + size > length_) length_ = size_of_file();
    return offset + size <= length_;
}

std::size_t Map::part_at(std::uint64_t offset, Kind kind) const {
    if (!holds(offset, 1)) return 0;
    const auto inside = (offset - chunks_begin()) % Chunk::size;
    if (inside < sizeof(Chunk) || !holds(offset - inside, Chunk::size)) return 0;
    const auto& chunk = *reinterpret_cast<const Chunk*>(at(offset - inside));
    if (chunk.kind.get() != static_cast<std::uint64_t>(kind)) return 0;
    const auto said = chunk.part_size.get();
    const auto size = said ? said : header().part_sizes[static_cast<std::size_t>(kind)].get();
    if (!is_part_size(size) || (inside - sizeof(Chunk)) % size != 0 || inside + size > Chunk::size) return 0;
    return size;
}

View Map::stream(std::uint32_t slot) const {
    if (slot >= slots_) return {};
    const auto offset = std::uint64_t{index()[slot].get()} * Slot::unit;
    if (!offset || part_at(offset, Kind::stream) < StreamRecord::first_size) return {};
    return {*this, reinterpret_cast<const StreamRecord*>(at(offset))};
}

void Map::each_living(const std::function<void(std::uint32_t, const View&)>& visit) const {
    for (std::uint32_t slot = 0; slot < slots_; ++slot)
        if (const auto view = stream(slot); view && view->id.get()) visit(slot, view);
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
