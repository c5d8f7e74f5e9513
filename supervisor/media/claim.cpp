// SPDX-License-Identifier: Apache-2.0
#include "supervisor/media/claim.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <sys/socket.h>
#include <sys/un.h>

#include "common/options/convert.h"

namespace rtpengine::supervisor::media {

namespace {

constexpr std::string_view prefix = "rtpengine-media/";

Error in_use(const Range& ours, const Range& theirs) {
    return {"cannot use " + ours.str() + ": another daemon steers " + theirs.str() +
                "; give each its own port-min and port-max, or stop the other one",
            EADDRINUSE};
}

Result<Fd> hold(const Range& range) {
    const auto name = claim_name(range);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name.data(), name.size());
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    Fd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (fd && bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), length) == 0) return fd;
    if (errno == EADDRINUSE) return in_use(range, range);
    return Error{"cannot claim " + range.str() + ": " + std::strerror(errno), errno};
}

// /proc/net/unix shows the zero byte of an abstract name as "@".
std::vector<Range> claimed() {
    std::vector<Range> ranges;
    std::ifstream file("/proc/net/unix");
    for (std::string line; std::getline(file, line);)
        if (const auto at = line.find('@'); at != std::string::npos)
            if (const auto range = parse_claim(std::string_view(line).substr(at + 1))) ranges.push_back(*range);
    return ranges;
}

} // namespace

std::string claim_name(const Range& range) {
    return std::string(prefix) + range.address.str() + "/" + std::to_string(range.min) + "-" + std::to_string(range.max);
}

std::optional<Range> parse_claim(std::string_view name) {
    if (!name.starts_with(prefix)) return std::nullopt;
    name.remove_prefix(prefix.size());
    const auto slash = name.find('/'), dash = name.rfind('-');
    if (slash == std::string_view::npos || dash == std::string_view::npos || dash < slash) return std::nullopt;
    const auto address = Address::parse(name.substr(0, slash));
    const auto min = options::parse_integer(name.substr(slash + 1, dash - slash - 1), 10);
    const auto max = options::parse_integer(name.substr(dash + 1), 10);
    if (!address || !min || !max || *min < 0 || *min > *max || *max > 65535) return std::nullopt;
    return Range{*address, static_cast<std::uint16_t>(*min), static_cast<std::uint16_t>(*max)};
}

Status Claim::check(const std::vector<Range>& ranges) {
    const auto others = claimed();
    for (const auto& range : ranges)
        for (const auto& other : others)
            if (range.overlaps(other)) return in_use(range, other);
    return {};
}

Claim Claim::resume(std::vector<Fd> sockets) {
    Claim claim;
    claim.sockets_ = std::move(sockets);
    return claim;
}

Result<Claim> Claim::take(const std::vector<Range>& ranges) {
    if (auto checked = check(ranges); !checked) return checked.error();
    Claim claim;
    for (const auto& range : ranges) {
        auto socket = hold(range);
        if (!socket) return socket.error();
        claim.sockets_.push_back(*std::move(socket));
    }
    return claim;
}

} // namespace rtpengine::supervisor::media
