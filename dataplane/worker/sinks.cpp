// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/sinks.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "common/state/totals.h"

namespace rtpengine::dataplane {

namespace {

// Places in the order that is wanted, by the stream that they lead to.
using Wanted = std::unordered_map<std::uint64_t, std::deque<std::size_t>>;

Wanted by_stream(const std::vector<SinkSpec>& specs) {
    Wanted wanted;
    for (std::size_t i = 0; i < specs.size(); ++i) wanted[specs[i].stream].push_back(i);
    return wanted;
}

SinkTotals totals_of(const state::SinkRecord& sink) {
    const auto sum = state::total_out(sink);
    return {sink.stream.get(), sum.packets, sum.bytes, sum.errors};
}

} // namespace

bool same_sinks(state::StreamRecord& record, const std::vector<SinkSpec>& wanted) {
    std::vector<std::uint64_t> now, then;
    state::each_sink(record, [&](const state::SinkRecord& sink) { now.push_back(sink.stream.get()); });
    if (now.size() != wanted.size()) return false;
    for (const auto& sink : wanted) then.push_back(sink.stream);
    std::sort(now.begin(), now.end());
    std::sort(then.begin(), then.end());
    return now == then;
}

std::size_t missing_sinks(state::StreamRecord& record, const std::vector<SinkSpec>& specs) {
    auto wanted = by_stream(specs);
    auto missing = specs.size();
    state::each_sink(record, [&](const state::SinkRecord& sink) {
        const auto found = wanted.find(sink.stream.get());
        if (found == wanted.end() || found->second.empty()) return;
        found->second.pop_front();
        --missing;
    });
    return missing;
}

std::vector<state::SinkRecord*> set_sinks(state::Writer& writer, state::StreamRecord& record,
                                          const std::vector<SinkSpec>& specs, std::vector<SinkTotals>& removed) {
    std::vector<state::SinkRecord*> sinks(specs.size());
    auto wanted = by_stream(specs);
    const void* before = &record; // the part whose link leads to the sink that is looked at
    auto* link = &record.sinks;
    while (auto* sink = state::follow<state::SinkRecord>(before, *link)) {
        if (auto& places = wanted[sink->stream.get()]; !places.empty()) {
            sinks[places.front()] = sink;
            places.pop_front();
            before = sink;
            link = &sink->part.next;
            continue;
        }
        removed.push_back(totals_of(*sink));
        state::lead(before, *link, state::follow<state::SinkRecord>(sink, sink->part.next));
        writer.give_back(*sink);
    }
    for (std::size_t i = 0; i < specs.size(); ++i) {
        if (sinks[i]) continue;
        auto* sink = sinks[i] = writer.take<state::SinkRecord>(record.owner.get());
        sink->stream.set(specs[i].stream);
        state::lead(before, *link, sink);
        before = sink;
        link = &sink->part.next;
    }
    return sinks;
}

} // namespace rtpengine::dataplane
