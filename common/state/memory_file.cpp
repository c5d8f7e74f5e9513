// SPDX-License-Identifier: Apache-2.0
#include "common/state/memory_file.h"

#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace rtpengine::state {

Error memory_file_error(const char* verb, const char* what) { return rtpengine::cannot(std::string(verb) + " the memory of " + what); }

Result<Fd> make_memory_file(const char* name, std::size_t size, int seals, const char* what) {
    Fd file(memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file) return memory_file_error("make", what);
    if (fchmod(file.get(), 0600) < 0) return memory_file_error("protect", what); // children have it by descriptor only
    if (fallocate(file.get(), 0, 0, static_cast<off_t>(size)) < 0) return memory_file_error("reserve", what);
    if (fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_SEAL | seals) < 0) return memory_file_error("seal", what);
    return file;
}

Result<Fd> readable_memory_file(const Fd& file, const char* what) {
    Fd other(::open(("/proc/self/fd/" + std::to_string(file.get())).c_str(), O_RDONLY | O_CLOEXEC));
    if (!other) return memory_file_error("share", what);
    return other;
}

} // namespace rtpengine::state
