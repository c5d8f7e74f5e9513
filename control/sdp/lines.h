// SPDX-License-Identifier: Apache-2.0
// The values of single lines (RFC 8866 section 5). nullopt: not one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/sdp/model.h"

namespace rtpengine::sdp {

std::optional<Origin> read_origin(std::string_view value);
// A literal unicast address; a name or a multicast group with its TTL is refused.
std::optional<Address> read_connection(std::string_view value);
std::string_view address_type(const Address& address); // IP4 or IP6, as in c= and o=
// Adds a type that we pass on, if it is the first of its kind, at its place in the printing order.
void add_bandwidth(std::vector<Bandwidth>& known, std::string_view value);
// The section with its payload types; `usable` is false where an RTP section's formats aren't numbers of 0 -
// 127.
std::optional<Section> read_media(std::string_view value);

} // namespace rtpengine::sdp
