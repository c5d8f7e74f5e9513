// SPDX-License-Identifier: Apache-2.0
#include "supervisor/media/reserved_ports.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/base/log.h"
#include "common/options/convert.h"

namespace rtpengine::supervisor::media {

namespace {

constexpr const char* path = "/proc/sys/net/ipv4/ip_local_reserved_ports";

Result<Ports> read_reserved() {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line)) return Error{std::string("cannot read ") + path, EIO};
    const auto ports = parse_ports(line);
    if (!ports) return Error{std::string("cannot understand ") + path + ": " + line, EINVAL};
    return *ports;
}

// An empty line clears the list.
Status write_reserved(const Ports& ports) {
    const auto text = format_ports(ports) + "\n";
    const Fd fd(open(path, O_WRONLY | O_CLOEXEC));
    if (!fd || write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return Error{std::string("cannot write ") + path + ": " + std::strerror(errno), errno};
    return {};
}

Ports all_of(const std::vector<Range>& ranges) {
    Ports ports;
    for (const auto& range : ranges)
        for (std::uint32_t port = range.min; port <= range.max; ++port)
            ports.set(port);
    return ports;
}

bool add(std::string_view item, Ports& to) {
    const auto dash = item.find('-');
    const auto first = options::parse_integer(item.substr(0, dash), 10);
    const auto last = dash == std::string_view::npos ? first : options::parse_integer(item.substr(dash + 1), 10);
    if (!first || !last || *first < 0 || *first > *last || *last > 65535) return false;
    for (auto port = *first; port <= *last; ++port)
        to.set(static_cast<std::size_t>(port));
    return true;
}

} // namespace

std::optional<Ports> parse_ports(std::string_view text) {
    Ports ports;
    if (text.empty()) return ports;
    for (const auto item : options::split(text, ','))
        if (!add(item, ports)) return std::nullopt;
    return ports;
}

std::string format_ports(const Ports& ports) {
    std::string text;
    for (std::size_t first = 0; first < ports.size(); ++first) {
        if (!ports[first]) continue;
        auto last = first;
        while (last + 1 < ports.size() && ports[last + 1])
            ++last;
        text += (text.empty() ? "" : ",") + std::to_string(first);
        if (last > first) text += "-" + std::to_string(last);
        first = last;
    }
    return text;
}

Result<ReservedPorts> ReservedPorts::reserve(const std::vector<Range>& ranges) {
    ReservedPorts ports(all_of(ranges));
    if (auto added = ports.renew(); !added) return added.error();
    return ports;
}

ReservedPorts ReservedPorts::resume(const std::vector<Range>& ranges, const Ports& added) {
    ReservedPorts ports(all_of(ranges));
    ports.state_->added = added;
    return ports;
}

Status ReservedPorts::renew() {
    const auto reserved = read_reserved();
    if (!reserved) return reserved.error();
    const auto missing = state_->wanted & ~*reserved;
    if (missing.none()) return {};
    if (auto written = write_reserved(*reserved | missing); !written)
        return Error{written.error().message +
                         "; set it from outside, so that no other program is given a media port as its source port: "
                         "sysctl net.ipv4.ip_local_reserved_ports=" +
                         format_ports(*reserved | missing),
                     written.error().code};
    state_->added |= missing;
    return {};
}

ReservedPorts::~ReservedPorts() {
    if (!state_ || state_->added.none()) return;
    auto reserved = read_reserved();
    auto written = reserved ? write_reserved(*reserved & ~state_->added) : Status(reserved.error());
    if (!written) log::warning("{}; media ports stay reserved", written.error().message);
}

} // namespace rtpengine::supervisor::media
