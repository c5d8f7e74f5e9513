// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <sys/stat.h>

namespace rtpengine {

// Which file it is, whatever its name: to see whether a name leads to the same one as before.
struct FileId {
    dev_t device = 0;
    ino_t inode = 0; // 0: none

    bool operator==(const FileId&) const = default;

    static FileId of(const struct stat& status) { return {status.st_dev, status.st_ino}; }
    // What the name leads to; none: nothing.
    static FileId at(const std::string& path) {
        struct stat status {};
        return stat(path.c_str(), &status) == 0 ? of(status) : FileId{};
    }
    static FileId open(int fd) {
        struct stat status {};
        return fstat(fd, &status) == 0 ? of(status) : FileId{};
    }
};

} // namespace rtpengine
