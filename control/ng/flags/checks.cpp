// SPDX-License-Identifier: Apache-2.0
// Keys of commands that aren't built yet, as far as a wrong value is an error of the request (section 2.24).
#include "control/ng/flags/reading.h"

#include "common/ng/coerce.h"

namespace rtpengine::ng {

namespace {

void check_destination(Reading& r, const Dict& media) {
    const auto* destination = media.find("destination");
    if (!destination || !destination->dict()) return;
    const auto& dict = *destination->dict();
    auto family = text_of(dict, "family");
    if (family.empty()) family = text_of(dict, "address family");
    if (family.empty()) return r.fail("Destination address without family specified");
    const auto address = Address::parse(text_of(dict, "address"));
    const auto wanted = spelling(family) == "ip6" ? Family::ipv6 : Family::ipv4;
    if (!address || address->family != wanted) r.fail("Failed to parse destination address");
}

} // namespace

void check_media(Reading& r, const Value& value) {
    if (!value.list() || !(r.operations & op_transform)) return;
    for (const auto& member : *value.list())
        if (member.dict()) check_destination(r, *member.dict());
}

void check_tags(Reading& r, const Value& value) {
    if (!value.list() || !(r.operations & op_mesh)) return;
    for (const auto& member : *value.list())
        if (member.dict() && text_of(*member.dict(), "from").empty()) r.fail("Empty/missing from-tag");
}

} // namespace rtpengine::ng
