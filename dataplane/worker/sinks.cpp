// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/sinks.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <unordered_map>

#include "common/state/totals.h"

namespace rtpengine::dataplane {

namespace {

std::uint32_t taken_by(const SinkSpec& spec) {
    return static_cast<std::uint32_t>(spec.takes) + 1;
}

// Places in the order that is wanted, by the stream that they lead to.
class Wanted {
  public:
    explicit Wanted(const std::vector<SinkSpec>& specs) : specs_(specs) {
        for (std::size_t i = 0; i < specs.size(); ++i)
            places_[specs[i].stream].push_back(i);
    }
    // The place of one that is there already, once. With what it sends it has used indices of SRTP: what
    // takes something else is another one.
    std::optional<std::size_t> claim(const state::SinkRecord& sink) {
        auto& places = places_[sink.stream.get()];
        const auto found = std::find_if(places.begin(), places.end(), [&](std::size_t place) {
            return !sink.takes || sink.takes == taken_by(specs_[place]);
        });
        if (found == places.end()) return std::nullopt;
        const auto place = *found;
        places.erase(found);
        return place;
    }

  private:
    const std::vector<SinkSpec>& specs_;
    std::unordered_map<std::uint64_t, std::deque<std::size_t>> places_;
};

SinkTotals totals_of(const state::SinkRecord& sink) {
    const auto sum = state::total_out(sink);
    return {sink.stream.get(), sum.packets, sum.bytes, sum.errors};
}

} // namespace

bool same_sinks(state::StreamRecord& record, const std::vector<SinkSpec>& wanted) {
    std::vector<std::uint64_t> now, then;
    state::each_sink(record, [&](const state::SinkRecord& sink) { now.push_back(sink.stream.get()); });
    if (now.size() != wanted.size()) return false;
    for (const auto& sink : wanted)
        then.push_back(sink.stream);
    std::sort(now.begin(), now.end());
    std::sort(then.begin(), then.end());
    return now == then;
}

std::size_t missing_sinks(state::StreamRecord& record, const std::vector<SinkSpec>& specs) {
    Wanted wanted(specs);
    auto missing = specs.size();
    state::each_sink(record,
                     [&](const state::SinkRecord& sink) { missing -= wanted.claim(sink).has_value(); });
    return missing;
}

std::vector<state::SinkRecord*> set_sinks(state::Writer& writer, state::StreamRecord& record,
                                          const std::vector<SinkSpec>& specs,
                                          std::vector<SinkTotals>& removed) {
    std::vector<state::SinkRecord*> sinks(specs.size());
    Wanted wanted(specs);
    const void* before = &record; // the part whose link leads to the sink that is looked at
    auto* link = &record.sinks;
    while (auto* sink = state::follow<state::SinkRecord>(before, *link)) {
        if (const auto place = wanted.claim(*sink)) {
            sinks[*place] = sink;
            before = sink;
            link = &sink->part.next;
            continue;
        }
        removed.push_back(totals_of(*sink));
        state::lead(before, *link, state::follow<state::SinkRecord>(sink, sink->part.next));
        writer.give_back_sink(*sink);
    }
    for (std::size_t i = 0; i < specs.size(); ++i) {
        if (sinks[i]) continue;
        auto* sink = sinks[i] = writer.take<state::SinkRecord>(record.owner.get());
        sink->stream.set(specs[i].stream);
        sink->takes = taken_by(specs[i]);
        state::lead(before, *link, sink);
        before = sink;
        link = &sink->part.next;
    }
    return sinks;
}

} // namespace rtpengine::dataplane
