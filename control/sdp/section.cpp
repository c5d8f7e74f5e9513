// SPDX-License-Identifier: Apache-2.0
// What follows from a section's lines taken together.
#include <algorithm>

#include "control/sdp/model.h"
#include "control/sdp/text.h"

namespace rtpengine::sdp {

int extension_number(std::string_view id) {
    const auto value = number<int>(take_until(id, '/'), 1, 255);
    return value && *value != 15 ? *value : 0;
}

Endpoint Section::rtcp_endpoint() const {
    const Address own = connection.value_or(Address{});
    if (rtcp) return {rtcp->address.value_or(own), rtcp->port};
    return {own, static_cast<std::uint16_t>(port == 0 || port == 65535 ? 0 : port + 1)};
}

bool Section::wants_mux() const {
    if (rtcp_mux) return true;
    return rtcp && port != 0 && rtcp_endpoint() == rtp_endpoint();
}

bool Section::trickle_placeholder() const {
    if (!zero_address() || port != 9 || !ice.present()) return false;
    return ice.options.empty() || std::ranges::find(ice.options, "trickle") != ice.options.end();
}

} // namespace rtpengine::sdp
