// SPDX-License-Identifier: Apache-2.0
#include "common/state/announcements.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace rtpengine::state {

namespace {

std::size_t file_size(std::uint32_t slots) { return std::max<std::size_t>(slots, 1) * sizeof(std::uint32_t); }

Error cannot(const std::string& what) {
    const int code = errno;
    return {"cannot " + what + " the memory of announced rules: " + std::strerror(code), code};
}

} // namespace

Result<Fd> Announcements::create(std::uint32_t slots) {
    Fd file(memfd_create("rtpengine-announced", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file) return cannot("make");
    if (fchmod(file.get(), 0600) < 0) return cannot("protect"); // children have it by descriptor only
    if (fallocate(file.get(), 0, 0, static_cast<off_t>(file_size(slots))) < 0) return cannot("reserve");
    if (fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) return cannot("seal");
    return file;
}

Result<Fd> Announcements::readable(const Fd& file) {
    Fd other(::open(("/proc/self/fd/" + std::to_string(file.get())).c_str(), O_RDONLY | O_CLOEXEC));
    if (!other) return cannot("share");
    return other;
}

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
