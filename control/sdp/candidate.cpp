// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/candidate.h"

#include <algorithm>
#include <array>
#include <limits>

#include "control/sdp/text.h"

namespace rtpengine::sdp {

namespace {

constexpr std::array types{"host", "srflx", "prflx", "relay"};

// "raddr ADDRESS rport PORT" among the extensions; an unusable one is as good as none.
std::optional<Endpoint> read_related(std::string_view rest) {
    std::optional<Address> address;
    std::optional<std::uint16_t> port;
    while (!rest.empty()) {
        const std::string_view key = take_token(rest), value = take_token(rest);
        if (key == "raddr") address = Address::parse(value);
        if (key == "rport") port = number<std::uint16_t>(value, 0, 65535);
    }
    if (!address || !port) return std::nullopt;
    return Endpoint{*address, *port};
}

} // namespace

std::optional<Candidate> read_candidate(std::string_view value) {
    Candidate candidate;
    candidate.foundation = take_token(value);
    const auto component = number<unsigned>(take_token(value), 1, 256);
    const bool udp = equal_ignoring_case(take_token(value), "UDP");
    const auto priority =
        number<std::uint32_t>(take_token(value), 0, std::numeric_limits<std::uint32_t>::max());
    const auto address = Address::parse(take_token(value));
    const auto port = number<std::uint16_t>(take_token(value), 0, 65535);
    const bool typ = take_token(value) == "typ";
    candidate.type = take_token(value);
    if (!component || !udp || !priority || !address || !port || !typ) return std::nullopt;
    if (std::ranges::find(types, candidate.type) == types.end()) return std::nullopt;
    candidate.component = *component;
    candidate.priority = *priority;
    candidate.endpoint = {*address, *port};
    candidate.related = read_related(value);
    return candidate;
}

std::string candidate_value(const Candidate& candidate) {
    const auto text = [](auto number) { return std::to_string(number); };
    std::string value = candidate.foundation + " " + text(candidate.component) + " UDP " +
                        text(candidate.priority) + " " + candidate.endpoint.address.str() + " " +
                        text(candidate.endpoint.port) + " typ " + candidate.type;
    if (candidate.related)
        value += " raddr " + candidate.related->address.str() + " rport " + text(candidate.related->port);
    return value;
}

} // namespace rtpengine::sdp
