// SPDX-License-Identifier: Apache-2.0
#include "common/state/announcements.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "common/state/memory_file.h"

namespace rtpengine::state {

namespace {

std::size_t file_size(std::uint32_t slots) { return std::max<std::size_t>(slots, 1) * sizeof(std::uint32_t); }

constexpr const char* what = "announced rules";

Error cannot(const char* verb) { return memory_file_error(verb, what); }

} // namespace

Result<Fd> Announcements::create(std::uint32_t slots) {
    return make_memory_file("rtpengine-announced", file_size(slots), F_SEAL_GROW, what);
}

Result<Fd> Announcements::readable(const Fd& file) { return readable_memory_file(file, what); }

Result<Announcements> Announcements::open(Fd file, std::uint32_t slots, bool writable) {
    struct stat info {};
    if (file && fstat(file.get(), &info) < 0) return cannot("read");
    if (file && static_cast<std::size_t>(info.st_size) < file_size(slots))
        return Error{"the memory of announced rules is too short; restart the supervisor", EINVAL};
    const int protection = PROT_READ | (writable ? PROT_WRITE : 0);
    void* base = file ? mmap(nullptr, file_size(slots), protection, MAP_SHARED, file.get(), 0)
                      : mmap(nullptr, file_size(slots), protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) return cannot("map");
    return Announcements(base, slots);
}

Announcements::Announcements(Announcements&& other) noexcept
    : editions_(std::exchange(other.editions_, nullptr)), slots_(other.slots_) {}

Announcements& Announcements::operator=(Announcements&& other) noexcept {
    std::swap(editions_, other.editions_);
    std::swap(slots_, other.slots_);
    return *this;
}

Announcements::~Announcements() {
    if (editions_) munmap(editions_, file_size(slots_));
}

} // namespace rtpengine::state
