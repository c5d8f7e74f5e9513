// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/transit.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rtpengine::io {

namespace {

Error failed(const char* what) {
    const int code = errno;
    return {std::string("cannot ") + what + " the memory of packets in transit: " + std::strerror(code), code};
}

// All zero, which is a value of every member, and without memory.
bool make_empty(const Fd& file, std::size_t size) {
    struct stat info {};
    if (fstat(file.get(), &info) < 0) return false;
    if (fallocate(file.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
                  static_cast<off_t>(std::max(size, static_cast<std::size_t>(info.st_size)))) < 0)
        return false;
    return static_cast<std::size_t>(info.st_size) >= size || ftruncate(file.get(), static_cast<off_t>(size)) == 0;
}

std::uint64_t version_of(const Fd& file) {
    std::uint64_t version = 0;
    return pread(file.get(), &version, sizeof version, 0) == static_cast<ssize_t>(sizeof version) ? version : 0;
}

} // namespace

void Transit::Unmap::operator()(Layout* layout) const { munmap(layout, sizeof *layout); }

Result<std::unique_ptr<Transit>> Transit::open(Fd file) {
    const int kind = file ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS;
    if (file && version_of(file) != version && !make_empty(file, sizeof(Layout))) return failed("empty");
    void* memory = mmap(nullptr, sizeof(Layout), PROT_READ | PROT_WRITE, kind | MAP_NORESERVE, file.get(), 0);
    if (memory == MAP_FAILED) return failed("map");
    std::unique_ptr<Transit> transit(new Transit(std::move(file), static_cast<Layout*>(memory)));
    auto& layout = *transit->layout_;
    if (auto reserved = transit->reserve(&layout, layout.arrivals[0].longs); !reserved) return reserved.error();
    for (auto& arrivals : layout.arrivals)
        if (auto reserved = transit->reserve(&arrivals, arrivals.longs); !reserved) return reserved.error();
    layout.version = version;
    transit->drop_unfinished();
    return transit;
}

// What has memory already keeps it as it is.
Status Transit::reserve(const void* from, const void* end) {
    if (!file_) return {};
    const auto* base = reinterpret_cast<const char*>(layout_.get());
    const auto offset = static_cast<const char*>(from) - base, length = static_cast<const char*>(end) - static_cast<const char*>(from);
    int result;
    do
        result = fallocate(file_.get(), FALLOC_FL_KEEP_SIZE, offset, length);
    while (result < 0 && errno == EINTR);
    return result == 0 ? Status{} : failed("reserve");
}

std::span<Departures> Transit::departures() const {
    return {layout_->departures, std::min<std::size_t>(layout_->sources, max_sources)};
}

// Of each stage the half that the other half makes worthless.
void Transit::drop_unfinished() {
    if (stage() != Stage::leaving)
        for (auto& departures : departures())
            departures.count = 0;
    if (stage() != Stage::taken)
        for (auto& arrivals : layout_->arrivals)
            for (auto& message : arrivals.messages)
                message.msg_len = 0;
}

Departures& Transit::departures(const Address& source) {
    for (auto& departures : departures())
        if (departures.source == source) return departures;
    const auto used = departures().size();
    auto* next = layout_->departures + used;
    if (used < max_sources && reserve(next, next + 1)) {
        next->source = source;
        layout_->sources = static_cast<std::uint32_t>(used + 1);
        return *next;
    }
    auto& further = further_[source];
    if (!further) further = std::make_unique<Departures>();
    return *further;
}

std::vector<Address> Transit::sources() const {
    std::vector<Address> all;
    for (const auto& departures : departures())
        if (departures.source.known() && departures.count) all.push_back(departures.source);
    return all;
}

} // namespace rtpengine::io
