// SPDX-License-Identifier: Apache-2.0
#include "dataplane/flow/decide.h"

#include <array>

#include "dataplane/flow/learn.h"

namespace rtpengine::flow {

namespace {

constexpr unsigned kinds = RTP_KIND_ZRTP + 1, components = RTP_COMPONENT_MUXED + 1;

constexpr Admission admission(rtp_kind kind, rtp_component component) {
    const auto content = rtp_content(kind, component);
    if (content == RTP_REFUSED) return {Action::refuse, Content::opaque, false};
    if (content == RTP_IGNORED) return {Action::ignore, Content::opaque, false};
    return {Action::forward, static_cast<Content>(content), rtp_teaches(kind, component) != 0};
}

using Admissions = std::array<std::array<Admission, components>, kinds>;

constexpr Admissions all_admissions() {
    Admissions all{};
    for (unsigned kind = 0; kind < kinds; ++kind)
        for (unsigned component = 0; component < components; ++component)
            all[kind][component] = admission(static_cast<rtp_kind>(kind), static_cast<rtp_component>(component));
    return all;
}

constexpr Admissions admissions = all_admissions();

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
