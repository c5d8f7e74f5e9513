// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/lending.h"

#include <algorithm>

#include "dataplane/flow/decide.h"
#include "dataplane/offload/encode.h"
#include "dataplane/srtp/kernel.h"

namespace rtpengine::dataplane {

namespace {

using srtp::Half;

// By which of the exits a destination of the rule leaves; nullptr: none of those that are protected.
const Exit* exit_of(const Stream& stream, const offload::Destination& to) {
    const auto found = std::find_if(stream.exits.begin(), stream.exits.end(), [&](const Exit& exit) {
        return exit.send && exit.route.stream == to.stream && flow::takes(exit.takes, flow::Content::rtp);
    });
    return found == stream.exits.end() ? nullptr : &*found;
}

// Calls visit(protection, boundaries) for each side of the rule that is protected, its boundaries in `start`.
template <class Start, class Visit> void each_side(const Stream& stream, const offload::Rule& rule, Start& start, Visit visit) {
    if (rule.receive) visit(*stream.receive, start.receive);
    for (std::size_t i = 0; i < rule.destinations.size(); ++i)
        if (rule.destinations[i].send)
            if (const auto* exit = exit_of(stream, rule.destinations[i])) visit(*exit->send, start.send[i]);
}

// Where the indices of that sequence number are, on all sides or on none.
void add_boundary(const Stream& stream, const offload::Rule& rule, std::uint32_t ssrc, std::uint16_t sequence, const srtp::Turn& turn,
                  offload::Start& start) {
    bool known = true;
    each_side(stream, rule, start, [&](Protection& side, offload::Boundaries&) {
        const auto* source = side.find(ssrc);
        known = known && source && window(*source, Half::rtp, turn).next.get();
    });
    if (!known) return;
    each_side(stream, rule, start, [&](Protection& side, offload::Boundaries& boundaries) {
        boundaries.push_back({ssrc, guess(window(*side.find(ssrc), Half::rtp, turn), sequence)});
    });
}

template <class Visit> void each_source_of(const void* from, const state::Link& link, Visit visit) {
    for (auto* at = state::follow<state::ProtectionRecord>(from, link); at; at = state::follow<state::ProtectionRecord>(at, at->part.next))
        for (auto& source : srtp::sources_of(*at))
            visit(source);
}

template <class Visit> void each_source_of(state::StreamRecord& record, Visit visit) {
    each_source_of(&record, record.protection, visit);
    state::each_sink(record, [&](state::SinkRecord& sink) { each_source_of(&sink, sink.protection, visit); });
}

void book_used(const void* from, const state::Link& link, const offload::UsedIndices& used, const srtp::Turn& turn) {
    for (const auto& each : used)
        each_source_of(from, link, [&](srtp::Source& source) {
            if (source.is(each.ssrc)) srtp::from_kernel(source, each.marks, turn);
        });
}

bool is_lent(Protection& side, const srtp::Header& header, const srtp::Turn& turn) {
    const auto* source = side.find(header.ssrc);
    return source && is_lent(*source, Half::rtp, guess(window(*source, Half::rtp, turn), header.sequence));
}

} // namespace

std::optional<offload::Side> side_of(const std::shared_ptr<Protection>& protection) {
    if (!protection) return offload::Side{};
    const auto* keys = protection->only_keys();
    if (!keys) return std::nullopt;
    offload::Side side{protection->fingerprint(), {protection, keys}};
    return offload::can_encode(side) ? std::optional(std::move(side)) : std::nullopt;
}

offload::Start start_of(const Stream& stream, const offload::Rule& rule, const offload::Sources& sources, const srtp::Turn& turn) {
    offload::Start start{.sources = sources, .receive = {}, .send = std::vector<offload::Boundaries>(rule.destinations.size())};
    if (rule.is_secured())
        for (const auto& source : sources)
            add_boundary(stream, rule, source.ssrc, static_cast<std::uint16_t>(source.highest + kept_numbers), turn, start);
    return start;
}

void lend(const Stream& stream, const offload::Rule& rule, const offload::Start& start) {
    each_side(stream, rule, start, [](Protection& side, const offload::Boundaries& boundaries) {
        for (const auto& each : boundaries)
            side.find(each.ssrc)->lent.set(each.index + 1);
    });
}

bool has_lent(state::StreamRecord& record) {
    bool any = false;
    each_source_of(record, [&](const srtp::Source& source) { any = any || source.lent.get(); });
    return any;
}

// The n-th destination that leads to a stream is the n-th sink that does, and is protected; there is one.
void book_used(state::StreamRecord& record, const offload::State& state, const srtp::Turn& turn) {
    book_used(&record, record.protection, state.receive, turn);
    for (const auto& destination : state.destinations)
        state::each_sink(record, [&](state::SinkRecord& sink) {
            if (sink.stream.get() == destination.stream) book_used(&sink, sink.protection, destination.send, turn);
        });
}

void take_back(state::StreamRecord& record) {
    each_source_of(record, [](srtp::Source& source) { source.lent.set(0); });
}

bool leaves_lent(const Stream& stream, srtp::Bytes packet, const srtp::Turn& turn) {
    const auto header = stream.receive ? std::nullopt : srtp::Header::parse(Half::rtp, packet);
    return header && std::any_of(stream.exits.begin(), stream.exits.end(),
                       [&](const Exit& exit) { return exit.send && is_lent(*exit.send, *header, turn); });
}

} // namespace rtpengine::dataplane
