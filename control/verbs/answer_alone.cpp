// SPDX-License-Identifier: Apache-2.0
#include "control/verbs/answer_alone.h"

#include <algorithm>

#include "control/call/alone.h"
#include "control/call/bundle.h"
#include "control/call/key_exchange.h"
#include "control/verbs/body.h"

namespace rtpengine::verbs {

using namespace call;

namespace {

bool accepts(const Media& media, const sdp::Section& section, bool any) {
    if (!section.rtp() || media.rejected) return true;
    const auto taken = [&](const sdp::Codec& offered) {
        return std::ranges::any_of(media.codecs, [&](const auto& codec) { return codec.payload_type == offered.payload_type; });
    };
    const auto idle = [&](const sdp::Codec& offered) { return offered.supplemental() || taken(offered); };
    return any ? std::ranges::any_of(media.offered_codecs, taken) : std::ranges::all_of(media.offered_codecs, idle);
}

// What was offered. Whatever the answer says, nothing else is had.
struct Directions {
    bool send, recv;
};

} // namespace

void take_answer(const Job& job, Party& party, bool any_codec, const char* otherwise) {
    auto& instance = *job.instance;
    const auto& flags = job.flags();
    const Terms answer{flags, false, instance.certificate()};
    Change change(*job.call);
    job.call->last_signal = BootClock::now();
    if (flags.fragment) return take_fragment(job, change, party.tag);
    change.touch(party);
    std::vector<Directions> offered;
    for (const auto& media : party.medias) offered.push_back({media->send, media->recv});
    const auto said = take_in(party, *job.session, answer, instance.flag_defaults().learning);
    for (const auto& each : said) {
        if (each.media->index > offered.size()) return job.answer.error(otherwise);
        hear_answer(answer, each);
        if (!accepts(*each.media, *each.section, any_codec)) return job.answer.error(otherwise);
        const auto& had = offered[each.media->index - 1];
        each.media->send = each.media->send && had.send;
        each.media->recv = each.media->recv && had.recv;
        if (each.media->rejected) each.media->current = nullptr;
        settle_answer(answer, *each.media);
    }
    settle_bundles(party);
    mark_loops(said, instance.interfaces());
    restart_learning(party);
    instance.conclude(job.call, job.turn, change, job.answer.prepared(ng::Responder::complete(job.answer.keys())));
}

} // namespace rtpengine::verbs
