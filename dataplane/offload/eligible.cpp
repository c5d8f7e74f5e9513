// SPDX-License-Identifier: Apache-2.0
#include "dataplane/offload/eligible.h"

namespace rtpengine::offload {

namespace {

using flow::Component;
using state::Path;

// SRTCP stays in userspace, where its indices are counted; what isn't RTP of one party towards others does so as a whole.
bool leaves_srtp(const Situation& s) {
    const bool rtp = s.rule.component == Component::rtp || s.rule.component == Component::muxed;
    return !s.secures || !rtp || s.rule.echo != flow::Echo::none || s.rule.rtp_not_forwarded;
}

// Path::kernel: nothing stands against it.
Path obstacle(const Situation& s) {
    if (s.rule.drop) return Path::dropped;
    if (s.loop_check) return Path::loop_check;
    if (s.srtp && leaves_srtp(s)) return Path::srtp;
    if (s.edited) return Path::edited;
    if (!s.learned.received) return Path::no_packets;
    if (s.rule.ice && !s.learned.checked) return Path::learning;
    if (!s.learned.confirmed && s.rule.learning != flow::Learning::off) return Path::learning;
    return Path::kernel;
}

// As flow::learn() and flow::check() do once learning has ended. Handover changes what is learned: userspace
// does it. So it does where ICE has other pairs that are proved.
void set_source(const Situation& s, Rule& rule) {
    if (s.rule.ice) {
        rule.source = s.learned.remote;
        rule.mismatch = Mismatch::to_userspace;
        return;
    }
    if (!s.rule.strict_source && !s.rule.media_handover) return;
    const bool learned = s.rule.asymmetric && s.rule.learning != flow::Learning::off;
    rule.source = learned ? s.learned.source : s.learned.remote;
    rule.mismatch = s.rule.media_handover ? Mismatch::to_userspace : Mismatch::refuse;
}

bool has_source(const Rule& rule) {
    return rule.mismatch == Mismatch::forward ||
           (rule.source.known() && rule.source.address.family == rule.key.local.address.family);
}

// What an exit takes of a port of this component, as flow::takes() says.
Destination towards(const Exit& exit, Component component) {
    Destination to{exit.stream, exit.from, exit.to, false, false, component == Component::any, exit.tos, exit.send};
    const bool all = exit.takes == Component::any || exit.takes == Component::muxed;
    to.rtp = (all || exit.takes == Component::rtp) &&
             (component == Component::rtp || component == Component::muxed);
    to.rtcp = (all || exit.takes == Component::rtcp) &&
              (component == Component::rtcp || component == Component::muxed);
    return to;
}

Path add(const Exit& exit, bool srtp, Rule& rule) {
    auto to = towards(exit, rule.component);
    if (rule.drop_rtp) to.rtp = to.other = false;
    if (srtp) to.rtcp = to.other = false;
    if (exit.silent) return Path::kernel;
    if (!to.rtp && !to.rtcp && !to.other) return Path::kernel; // takes nothing that comes here
    if (exit.missing != Path::kernel) return exit.missing;
    if (to.from.address.family != to.to.address.family) return Path::family;
    if (rule.destinations.size() == max_destinations) return Path::destinations;
    rule.destinations.push_back(to);
    return Path::kernel;
}

Path add_destinations(const Situation& s, Rule& rule) {
    rule.blackhole = s.rule.echo == flow::Echo::blackhole;
    if (rule.blackhole) return Path::kernel;
    if (s.rule.echo == flow::Echo::reflect) return add(s.echo, false, rule);
    rule.drop_rtp = s.rule.rtp_not_forwarded;
    for (const auto& exit : s.exits)
        if (const auto found = add(exit, s.srtp, rule); found != Path::kernel) return found;
    if (!rule.destinations.empty()) return Path::kernel;
    rule.blackhole = rule.drop_rtp; // counted only
    rule.drop_rtp = false;
    return rule.blackhole ? Path::kernel : Path::no_destination;
}

} // namespace

std::variant<Rule, state::Path> eligible(const Situation& s) {
    if (const auto found = obstacle(s); found != Path::kernel) return found;
    Rule rule;
    rule.key = s.key;
    rule.component = s.rule.component;
    rule.receive = s.receive;
    set_source(s, rule);
    if (!has_source(rule)) return Path::learning;
    if (const auto found = add_destinations(s, rule); found != Path::kernel) return found;
    if (s.srtp && !rule.is_secured()) return Path::srtp;
    return rule;
}

} // namespace rtpengine::offload
