// SPDX-License-Identifier: Apache-2.0
#include "dataplane/flow/learn.h"

namespace rtpengine::flow {

namespace {

void adopt(const Rule& rule, Learned& learned, const Endpoint& source) {
    learned.source = source;
    if (!rule.asymmetric) learned.remote = source;
}

// The address that a confirmed stream's packets come from. With learning off nothing but SDP counts.
const Endpoint& expected(const Rule& rule, const Learned& learned) {
    return rule.asymmetric && rule.learning != Learning::off ? learned.source : learned.remote;
}

bool after_confirmation(const Rule& rule, Learned& learned, const Endpoint& source) {
    if (source == expected(rule, learned)) {
        learned.source = source;
        return true;
    }
    if (rule.media_handover && rule.learning != Learning::off) {
        adopt(rule, learned, source);
        return true;
    }
    if (rule.strict_source) return false;
    // Asymmetric: `source` is what strict-source would compare with, so it stays what was learned.
    if (!rule.asymmetric) learned.source = source;
    return true;
}

bool learn_by_rank(const Rule& rule, Learned& learned, const Endpoint& source, std::uint64_t now_us) {
    const auto found = rank(source, rule.signalled);
    const bool better = found <= learned.best;
    if (better) {
        learned.best = found;
        adopt(rule, learned, source);
    }
    learned.confirmed = found == Rank::exact || now_us >= learned.window_end_us;
    return better || !rule.strict_source;
}

} // namespace

Rank rank(const Endpoint& source, const Endpoint& signalled) {
    if (source == signalled) return Rank::exact;
    if (source.address == signalled.address) return Rank::same_address;
    if (source.port == signalled.port) return Rank::same_port;
    return Rank::anything;
}

bool learn(const Rule& rule, Learned& learned, const Endpoint& source, std::uint64_t now_us) {
    if (learned.confirmed) return after_confirmation(rule, learned, source);
    if (rule.learning == Learning::off) {
        learned.confirmed = true;
        return after_confirmation(rule, learned, source);
    }
    if (!rule.may_learn) return true;
    if (rule.learning == Learning::heuristic) return learn_by_rank(rule, learned, source, now_us);
    adopt(rule, learned, source);
    learned.confirmed = rule.learning == Learning::immediate || now_us >= learned.window_end_us;
    return true;
}

bool check(const Rule& rule, const Learned& learned, const Endpoint& source) {
    const bool settled = learned.confirmed || rule.learning == Learning::off;
    return !settled || !rule.strict_source || rule.media_handover || source == expected(rule, learned);
}

void take_signalled(const Rule& rule, Learned& learned, std::uint64_t now_us) {
    if (learned.checked) return;
    learned.remote = rule.signalled;
    learned.source = {};
    restart_learning(learned, now_us);
}

void restart_learning(Learned& learned, std::uint64_t now_us) {
    if (learned.checked) return;
    learned.best = Rank::none;
    learned.confirmed = false;
    learned.window_end_us = now_us + learning_window_us;
}

} // namespace rtpengine::flow
