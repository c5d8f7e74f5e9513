// SPDX-License-Identifier: Apache-2.0
// The verbs block media and unblock media (specification sections 2.8 and 2.10).
#include <algorithm>

#include "control/call/instance.h"

namespace rtpengine::call {

namespace {

// Which party a request is about; nullptr: the entire call.
Result<Party*> select_party(const Call& call, const ng::Flags& flags) {
    if (flags.all == ng::AllSelector::all) return nullptr;
    if (!flags.label.empty()) {
        if (auto* party = call.find_label(flags.label)) return party;
        return Error{"No monologue matching the given label"};
    }
    if (!flags.address.empty()) {
        const auto address = Address::parse(flags.address);
        if (!address) return Error{"Failed to parse network address"};
        for (const auto& party : call.parties)
            for (const auto& media : party->medias)
                if (media->rtp.filled && media->rtp.signalled.address == *address) return party.get();
        return Error{"Failed to match address to any tag"};
    }
    if (flags.from_tag.empty() || !flags.directional) return nullptr;
    if (auto* party = call.find_tag(flags.from_tag)) return party;
    return Error{"From-tag given, but no such tag exists"};
}

// The sink of a single flow; nullptr: all of the party's media is meant.
Result<Party*> select_sink(const Call& call, const Party& source, const ng::Flags& flags) {
    if (flags.to_tag.empty() && flags.to_label.empty()) return nullptr;
    const bool by_tag = !flags.to_tag.empty();
    auto* sink = by_tag ? call.find_tag(flags.to_tag) : call.find_label(flags.to_label);
    if (!sink)
        return Error{by_tag ? "Media flow not found (to-tag not found)" : "Media flow not found (to-label not found)"};
    for (const auto& media : sink->medias)
        for (const auto* from : media->subscriptions)
            if (from->party == &source) return sink;
    return Error{"Media flow not found (to-tag not subscribed)"};
}

// Flows from `source` to `sink`, or to everybody. False: there are none.
bool block_flows(Call& call, const Party& source, const Party* sink, bool on) {
    bool any = false;
    for (const auto& party : call.parties)
        for (const auto& media : party->medias)
            for (auto* from : media->subscriptions) {
                if (from->party != &source || (sink && party.get() != sink)) continue;
                any = true;
                if (on) media->blocked_sources.insert(from);
                else media->blocked_sources.erase(from);
            }
    return any;
}

void block_call(Call& call, bool on, bool parties_too) {
    call.blocked = on;
    if (on || !parties_too) return;
    for (const auto& party : call.parties)
        for (const auto& media : party->medias) media->blocked = false;
}

Status apply(Call& call, const ng::Flags& flags, bool on) {
    const auto party = select_party(call, flags);
    if (!party) return party.error();
    if (!*party) {
        block_call(call, on, flags.all == ng::AllSelector::all);
        return {};
    }
    if (!flags.set_label.empty()) (*party)->label = flags.set_label;
    const auto sink = select_sink(call, **party, flags);
    if (!sink) return sink.error();
    using All = ng::AllSelector;
    if (*sink || flags.all == All::offer_answer || flags.all == All::flows) {
        if (!block_flows(call, **party, *sink, on)) return Error{"No eligible media subscriptions found"};
        return {};
    }
    if (flags.all == All::except_offer_answer) return Error{"No eligible media subscriptions found"};
    for (const auto& media : (*party)->medias) media->blocked = on;
    return {};
}

} // namespace

void Instance::block_media(const ng::Dict& request, Answer answer) { set_blocked(true, request, std::move(answer)); }

void Instance::unblock_media(const ng::Dict& request, Answer answer) {
    set_blocked(false, request, std::move(answer));
}

void Instance::set_blocked(bool on, const ng::Dict& request, Answer answer) {
    const auto flags = ng::parse_flags(on ? "block media" : "unblock media", request, flag_defaults_);
    if (!flags) return answer.error(flags.error().message);
    if (flags->call_id.empty()) return answer.error("No call-id in message");
    const auto call = find(flags->call_id);
    if (!call) return answer.error("Unknown call-ID");
    const bool taken = exclusively(call, [this, on, flags = *flags, answer](const auto& call, const Turn& turn) {
        if (call->dead) return answer.error("Unknown call-ID");
        Change change(*call);
        change.touch_all();
        if (const auto applied = apply(*call, flags, on); !applied) return answer.error(applied.error().message);
        const auto affected = change.affected();
        const auto send = kept_and(call, answer.prepared({}));
        change.keep();
        committer_.tell(call, affected, turn);
        send();
    });
    if (!taken) refuse_busy(answer);
}

} // namespace rtpengine::call
