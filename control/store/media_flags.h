// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "control/call/model.h"

namespace rtpengine::store {

// The places of a media's switches in store.Media.flags. New ones go to the end.
inline constexpr bool call::Media::*media_flags[] = {
    &call::Media::send,          &call::Media::recv,        &call::Media::initialized, &call::Media::feedback,
    &call::Media::blocked,       &call::Media::rejected,    &call::Media::removed,     &call::Media::ice,
    &call::Media::passthrough,   nullptr /* opaque DTLS, of former versions */,      &call::Media::asymmetric,  &call::Media::strict_source,
    &call::Media::media_handover, &call::Media::nat_wait,   &call::Media::pierce_nat,  &call::Media::unidirectional,
    &call::Media::loop_check,    &call::Media::osrtp,       &call::Media::recrypt,
    &call::Media::silenced,      &call::Media::bundle_asked, &call::Media::bundle_unsaid, &call::Media::has_echoed,
};
inline constexpr std::array mux_flags = {&call::Mux::active, &call::Mux::offered, &call::Mux::asked, &call::Mux::accept,
                                         &call::Mux::reject, &call::Mux::wanted};
inline constexpr unsigned first_mux_flag = 24;
static_assert(std::size(media_flags) <= first_mux_flag && first_mux_flag + mux_flags.size() <= 32);

} // namespace rtpengine::store
