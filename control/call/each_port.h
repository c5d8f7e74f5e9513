// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/call/model.h"

namespace rtpengine::call {

// Every port that a media holds, of former sets and further addresses too: visit(set, port).
template <class Visit> void for_each_port(const Media& media, Visit visit) {
    for (const auto& set : media.sets)
        for (auto& address : set->ports)
            for (auto& port : address) visit(*set, port);
}

// The same for all media of a call.
template <class Visit> void for_each_port(const Call& call, Visit visit) {
    for (const auto& party : call.parties)
        for (const auto& media : party->medias) for_each_port(*media, visit);
}

// How many there are, of a media or a call.
template <class Holder> std::size_t count_ports(const Holder& holder) {
    std::size_t ports = 0;
    for_each_port(holder, [&](const PortSet&, const LocalPort&) { ++ports; });
    return ports;
}

} // namespace rtpengine::call
