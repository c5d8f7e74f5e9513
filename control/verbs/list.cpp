// SPDX-License-Identifier: Apache-2.0
// The verb list.
#include <algorithm>

#include "common/ng/coerce.h"
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
    auto keys = job.answer.keys();
    keys.list("calls", [&](ng::Writer& ids) {
        std::uint64_t after = 0;
        auto left = static_cast<std::size_t>(limit);
        do {
            const auto some = std::min(left, looked_at_in_a_row);
            left -= some;
            after = job.instance->calls().walk(after, some, [&](const auto& call) { ids.item(call->id); });
        } while (after && left && ids.size() <= largest_datagram);
    });
    job.answer.ok(std::move(keys));
}

} // namespace rtpengine::verbs
