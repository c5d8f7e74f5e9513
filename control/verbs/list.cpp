// SPDX-License-Identifier: Apache-2.0
// The verb list.
#include <algorithm>

#include "control/ng/coerce.h"
#include "control/verbs/table.h"

namespace rtpengine::verbs {

namespace {

constexpr std::size_t looked_at_in_a_row = 32;
constexpr std::size_t largest_datagram = 65'535;

} // namespace

// One that asks for more than a datagram holds is told so by whoever sends the reply: no need to go on.
void list(const Job& job) {
    const auto& body = job.request.body;
    const auto* given = body.find("limit");
    const auto limit = given ? ng::number_of(*given, body.number_text()).value_or(32) : 32;
    if (limit < 0) return job.answer.error("invalid limit, must be >= 0");
    ng::List ids;
    std::uint64_t after = 0;
    std::size_t left = static_cast<std::size_t>(limit), bytes = 0;
    do {
        const auto some = std::min(left, looked_at_in_a_row);
        left -= some;
        after = job.instance->calls().walk(after, some, [&](const auto& call) {
            ids.emplace_back(call->id);
            bytes += call->id.size();
        });
    } while (after && left && bytes <= largest_datagram);
    ng::Dict reply;
    reply.add("calls", std::move(ids));
    job.answer.ok(std::move(reply));
}

} // namespace rtpengine::verbs
