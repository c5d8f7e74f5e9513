// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "common/ng/writer.h"
#include "control/call/pair.h"

namespace rtpengine::call {

// The label of a source's media in an offer with SIPREC: a number of its own within the call.
std::string siprec_label(const Media& source);

// Whose media a subscriber is offered (specification section 2.17): `from-tag`, if it is one alone, with SIPREC `tag-medias` and
// `media-labels`, and `from-tags`. `pairs`: the sections, with the first source of each; `medias`: sources in all.
void write_sources(const std::vector<Pair>& pairs, std::size_t medias, bool siprec, ng::Writer& to);

} // namespace rtpengine::call
