// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/transit.h"

#include <cerrno>
#include <cstring>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rtpengine::io {

namespace {

Error failed(const char* what) {
    const int code = errno;
    return {std::string("cannot ") + what + " the memory of packets in transit: " + std::strerror(code), code};
}

// All zero, which is a value of every member.
bool make_empty(const Fd& file, std::size_t size) {
    return ftruncate(file.get(), 0) == 0 && ftruncate(file.get(), static_cast<off_t>(size)) == 0;
}

bool has_size(const Fd& file, std::size_t size) {
    struct stat info {};
    return fstat(file.get(), &info) == 0 && static_cast<std::size_t>(info.st_size) == size;
}

} // namespace

void Transit::Unmap::operator()(Layout* layout) const { munmap(layout, sizeof *layout); }

Result<std::unique_ptr<Transit>> Transit::open(Fd file) {
    const int kind = file ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS;
    if (file && !has_size(file, sizeof(Layout)) && !make_empty(file, sizeof(Layout))) return failed("make");
    // What is not touched costs nothing.
    void* memory = mmap(nullptr, sizeof(Layout), PROT_READ | PROT_WRITE, kind | MAP_NORESERVE, file.get(), 0);
    if (memory == MAP_FAILED) return failed("map");
    std::unique_ptr<Transit> transit(new Transit(static_cast<Layout*>(memory)));
    auto& layout = *transit->layout_;
    if (file && layout.version != version && !make_empty(file, sizeof(Layout))) return failed("empty");
    layout.version = version;
    transit->drop_unfinished();
    return transit;
}

// Of each stage the half that the other half makes worthless.
void Transit::drop_unfinished() {
    if (stage() != Stage::leaving)
        for (auto& departures : layout_->departures)
            if (departures.source.known()) departures.count = 0;
    if (stage() != Stage::taken)
        for (auto& arrivals : layout_->arrivals)
            for (auto& message : arrivals.messages)
                message.msg_len = 0;
}

Departures& Transit::departures(const Address& source) {
    for (auto& departures : layout_->departures) {
        if (departures.source.known() && departures.source != source) continue;
        departures.source = source;
        return departures;
    }
    auto& further = further_[source];
    if (!further) further = std::make_unique<Departures>();
    return *further;
}

std::vector<Address> Transit::sources() const {
    std::vector<Address> all;
    for (const auto& departures : layout_->departures)
        if (departures.source.known() && departures.count) all.push_back(departures.source);
    return all;
}

} // namespace rtpengine::io
