// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <string>

#include <sys/socket.h>
#include <sys/un.h>

namespace rtpengine::io {

// False: the path is too long for a socket's name.
inline bool relay_address(sockaddr_un& address, const std::string& path) {
    address = {};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return true;
}

} // namespace rtpengine::io
