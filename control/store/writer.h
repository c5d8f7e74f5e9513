// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/call/model.h"
#include "control/call/totals.h"
#include "store.pb.h"

namespace rtpengine::store {

// Parties with a number below are in the call's record, and so many of the others in each of its parts (proto/store.proto).
constexpr std::size_t parties_a_part = 4;

// All of a call that its next control process needs. Pure.
void write(const call::Call& call, const std::string& instance, Call& record);
// The same in pieces: the record, and part `number` > 0, of those that a call of so many parties has.
void write_record(const call::Call& call, const std::string& instance, Call& record);
void write_part(const call::Call& call, std::uint32_t number, Part& part);
inline std::uint32_t parts_of(const call::Call& call) {
    return call.parties.empty() ? 0 : static_cast<std::uint32_t>((call.parties.size() - 1) / parties_a_part);
}
// Whether a party of it isn't kept as it is.
bool part_changed(const call::Call& call, std::uint32_t number);

Totals write_totals(const call::Totals& totals);

} // namespace rtpengine::store
