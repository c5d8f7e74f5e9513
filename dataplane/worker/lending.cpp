// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/lending.h"

#include <algorithm>

#include "common/state/sent.h"
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
        known = known && source && !source->lent.get() && window(*source, Half::rtp, turn).next.get();
    });
    if (!known) return;
    each_side(stream, rule, start, [&](Protection& side, offload::Boundaries& boundaries) {
        boundaries.push_back({ssrc, guess(window(*side.find(ssrc), Half::rtp, turn), sequence)});
    });
}

template <class Visit> void each_source_of(state::ProtectionRecord* first, Visit visit) {
    state::each_part(first, [&](state::ProtectionRecord& part) {
        for (auto& source : srtp::sources_of(part)) visit(source);
    });
}

state::ProtectionRecord* list_of(const void* from, const state::Link& link) { return state::follow<state::ProtectionRecord>(from, link); }

template <class Visit> void each_list_of(state::StreamRecord& record, Visit visit) {
    visit(list_of(&record, record.protection));
    state::each_sink(record, [&](state::SinkRecord& sink) { visit(list_of(&sink, sink.protection)); });
}

bool has_lent(state::ProtectionRecord* first, std::uint64_t lender) {
    bool any = false;
    each_source_of(first, [&](const srtp::Source& source) { any = any || is_lent_by(source, lender); });
    return any;
}

void book_list(state::ProtectionRecord* first, std::uint64_t lender, const offload::UsedIndices& used, const srtp::Turn& turn) {
    for (const auto& each : used)
        each_source_of(first, [&](srtp::Source& source) {
            if (source.is(each.ssrc) && is_lent_by(source, lender)) srtp::from_kernel(source, each.marks, turn);
        });
}

// Who was sent under keys that nobody sends with any more may be sent by somebody else now.
void take_back_list(state::ProtectionRecord* first, std::uint64_t lender) {
    each_source_of(first, [&](srtp::Source& source) {
        if (is_lent_by(source, lender)) source.lent.set(0);
    });
    if (first && !first->part.owner.get() && !first->users.get()) state::rest(*first);
}

bool is_lent_by(Protection& side, std::uint64_t lender, const srtp::Header& header, const srtp::Turn& turn) {
    const auto* source = side.find(header.ssrc);
    return source && is_lent_by(*source, lender) && is_lent(*source, Half::rtp, guess(window(*source, Half::rtp, turn), header.sequence));
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
    const auto lender = stream.record->owner.get();
    each_side(stream, rule, start, [lender](Protection& side, const offload::Boundaries& boundaries) {
        for (const auto& each : boundaries)
            lend(*side.find(each.ssrc), each.index + 1, lender);
    });
}

bool has_lent(state::StreamRecord& record) {
    bool any = false;
    each_list_of(record, [&](auto* first) { any = any || has_lent(first, record.owner.get()); });
    return any;
}

// The n-th destination that leads to a stream is the n-th sink that does, and is protected; there is one.
void book_used(state::StreamRecord& record, const offload::State& state, const srtp::Turn& turn) {
    const auto lender = record.owner.get();
    book_list(list_of(&record, record.protection), lender, state.receive, turn);
    for (const auto& destination : state.destinations)
        state::each_sink(record, [&](state::SinkRecord& sink) {
            if (sink.stream.get() == destination.stream) book_list(list_of(&sink, sink.protection), lender, destination.send, turn);
        });
}

void take_back(state::StreamRecord& record) {
    each_list_of(record, [&](auto* first) { take_back_list(first, record.owner.get()); });
}

LentToSend::LentToSend(state::StreamRecord& record) : lender_(record.owner.get()) {
    state::each_sink(record, [&](state::SinkRecord& sink) {
        auto* const first = list_of(&sink, sink.protection);
        if (has_lent(first, lender_)) lists_.push_back({sink.stream.get(), first});
    });
}

void LentToSend::book_used(const offload::State& state, const srtp::Turn& turn) const {
    for (const auto& destination : state.destinations)
        for (const auto& to : lists_)
            if (to.stream == destination.stream) book_list(to.first, lender_, destination.send, turn);
}

void LentToSend::take_back() const {
    for (const auto& to : lists_) take_back_list(to.first, lender_);
}

bool leaves_lent(const Stream& stream, srtp::Bytes packet, const srtp::Turn& turn) {
    const auto header = stream.receive ? std::nullopt : srtp::Header::parse(Half::rtp, packet);
    return header && std::any_of(stream.exits.begin(), stream.exits.end(),
                       [&](const Exit& exit) { return exit.send && is_lent_by(*exit.send, stream.record->owner.get(), *header, turn); });
}

} // namespace rtpengine::dataplane
