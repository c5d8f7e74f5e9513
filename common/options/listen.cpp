// SPDX-License-Identifier: Apache-2.0
#include "common/options/listen.h"

#include "common/base/endpoint.h"
#include "common/options/convert.h"

namespace rtpengine::options {

namespace {

Result<std::uint16_t> parse_port(std::string_view text, std::string_view whole) {
    const auto number = parse_integer(text, 10);
    if (!number || *number < 1 || *number > 65535)
        return Error{"'" + std::string(whole) + "' has no port between 1 and 65535"};
    return static_cast<std::uint16_t>(*number);
}

Result<std::string> parse_host(std::string_view host, std::string_view whole) {
    const bool bracketed = host.starts_with('['),
               literal = bracketed || host.find(':') != std::string_view::npos;
    const auto address = Address::parse(host);
    if (literal && (!address || address->family != Family::ipv6))
        return Error{"'" + std::string(whole) + "' has no valid IPv6 address"};
    if (host.empty() || !printable_utf8(host)) return Error{"'" + std::string(whole) + "' has no valid host"};
    return address ? address->str() : std::string(host);
}

} // namespace

Result<Listen> parse_listen(std::string_view text) {
    const auto colon = text.rfind(':'); // an IPv6 address may stand without brackets
    const auto port = parse_port(colon == std::string_view::npos ? text : text.substr(colon + 1), text);
    if (!port) return port.error();
    if (colon == std::string_view::npos) return Listen{{}, *port};
    const auto host = parse_host(text.substr(0, colon), text);
    if (!host) return host.error();
    return Listen{*host, *port};
}

} // namespace rtpengine::options
