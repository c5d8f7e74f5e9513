// SPDX-License-Identifier: Apache-2.0
#include "dataplane/flow/decide.h"

#include "dataplane/flow/learn.h"

namespace rtpengine::flow {

namespace {

constexpr Admission refused{Action::refuse, Content::opaque, false};
constexpr Admission ignored{Action::ignore, Content::opaque, false};
constexpr Admission teaching(Content content) {
    return {Action::forward, content, true};
}
constexpr Admission silent(Content content) {
    return {Action::forward, content, false};
}

// Rows: rtp::Kind; columns: Component. RTCP on a port that isn't multiplexed is most likely RTCP of a peer
// that multiplexes unasked: it follows the RTP but teaches nothing.
constexpr Admission admissions[6][4] = {
    //            any                          rtp                    rtcp                      muxed
    /* other */ {teaching(Content::opaque), refused, refused, refused},
    /* rtp   */ {teaching(Content::opaque), teaching(Content::rtp), refused, teaching(Content::rtp)},
    /* rtcp  */
    {teaching(Content::opaque), silent(Content::rtp), teaching(Content::rtcp), silent(Content::rtcp)},
    /* stun  */ {teaching(Content::opaque), ignored, ignored, ignored},
    /* dtls  */ {teaching(Content::opaque), ignored, ignored, ignored},
    /* zrtp  */ {teaching(Content::opaque), silent(Content::rtp), refused, silent(Content::rtp)},
};

} // namespace

Admission admit(Component component, rtp::Kind kind) {
    return admissions[static_cast<unsigned>(kind)][static_cast<unsigned>(component)];
}

Action route(const Rule& rule, Content content) {
    if (rule.echo == Echo::blackhole) return Action::consume;
    if (rule.echo == Echo::reflect) return Action::reflect;
    if (rule.rtp_not_forwarded && content != Content::rtcp) return Action::consume;
    return Action::forward;
}

Verdict decide(const Rule& rule, const Learned& learned, rtp::Kind kind, const Endpoint& source,
               std::uint64_t now_us) {
    const auto admission = admit(rule.component, kind);
    Verdict verdict{admission.action, admission.content, learned};
    if (rule.drop) {
        verdict.action = Action::ignore;
        return verdict;
    }
    if (admission.action != Action::forward) return verdict;
    const bool welcome =
        admission.teaches ? learn(rule, verdict.learned, source, now_us) : check(rule, learned, source);
    if (!welcome) {
        verdict.action = Action::refuse;
        return verdict;
    }
    verdict.learned.received = true;
    verdict.action = route(rule, admission.content);
    return verdict;
}

} // namespace rtpengine::flow
