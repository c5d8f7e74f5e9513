// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/sdes.h"

#include <algorithm>

namespace rtpengine::sdp {

namespace {

using Lines = std::vector<Crypto>;

bool has(const Lines& lines, const srtp::Suite& suite) { return std::ranges::find(lines, &suite, &Crypto::suite) != lines.end(); }

// One more than any; 0: there is none.
std::uint32_t next_tag(const Lines& lines) {
    std::uint32_t next = 1;
    for (const auto& line : lines) next = std::max(next, line.tag + 1);
    return next > Crypto::max_tag ? 0 : next;
}

void adjust(srtp::SessionParameters& session, const SdesOptions& options) {
    for (auto bit : {&srtp::SessionParameters::unencrypted_srtp, &srtp::SessionParameters::unencrypted_srtcp,
                     &srtp::SessionParameters::unauthenticated_srtp})
        session.*bit = (session.*bit || options.set.*bit) && !(options.cleared.*bit);
}

// Suites that can't be as the flags want them aren't offered.
void add(Lines& lines, Crypto line, const SdesOptions& options) {
    adjust(line.session, options);
    if (line.session.fit(*line.suite)) lines.push_back(std::move(line));
}

// Keeps its tag where it may; false: there are no tags left.
bool take_tag(Crypto& line, const Lines& lines) {
    if (std::ranges::find(lines, line.tag, &Crypto::tag) == lines.end()) return true;
    line.tag = next_tag(lines);
    return line.tag != 0;
}

void add_former(Lines& lines, std::span<const Crypto> before, const SdesOptions& options, const RandomBytes& random) {
    for (auto line : before) {
        if (has(lines, *line.suite) || !options.permits(*line.suite)) continue;
        if (!take_tag(line, lines)) return;
        if (line.passed_on) line.keys = {new_master(*line.suite, random)}, line.passed_on = false;
        add(lines, std::move(line), options);
    }
}

void add_new(Lines& lines, const SdesOptions& options, const RandomBytes& random) {
    for (const auto& suite : srtp::suites) {
        if (has(lines, suite) || !options.permits(suite)) continue;
        const auto next = next_tag(lines);
        if (!next) return;
        add(lines, {next, &suite, {new_master(suite, random)}, {}, false}, options);
    }
}

// Those of `suites` first, in their order.
void put_first(Lines& lines, const SdesOptions::Suites& suites) {
    const auto rank = [&](const Crypto& line) { return std::ranges::find(suites, line.suite) - suites.begin(); };
    std::ranges::stable_sort(lines, {}, rank);
}

// What is permitted; but rather the last one than none.
Lines permitted(const Lines& offered, const SdesOptions& options) {
    Lines left;
    std::ranges::copy_if(offered, std::back_inserter(left), [&](const Crypto& line) { return options.permits(*line.suite); });
    if (left.empty() && !offered.empty()) left.push_back(offered.back());
    return left;
}

const Crypto* with(const Lines& lines, const srtp::Suite* suite, std::uint32_t tag) {
    const auto found =
        std::ranges::find_if(lines, [&](const Crypto& line) { return line.suite == suite && line.tag == tag; });
    return found == lines.end() ? nullptr : &*found;
}

// "static": what was agreed upon, if O still offers it. Else A's suite if O has it, with the same tag if there is such a line. Else
// O's first one.
const Crypto& choose(const Lines& offered, const SdesAnswer& answer, const SdesOptions& options) {
    if (options.keep && answer.before)
        if (const auto* line = with(answer.offered, answer.before->ours.suite, answer.before->ours.tag)) return *line;
    if (!answer.accepted || answer.preferred) return offered.front();
    if (const auto* line = with(offered, answer.accepted->suite, answer.accepted->tag)) return *line;
    const auto found = std::ranges::find(offered, answer.accepted->suite, &Crypto::suite);
    return found == offered.end() ? offered.front() : *found;
}

// Keys of A's, of before, or new ones.
void fill(Crypto& ours, const SdesAnswer& answer, const RandomBytes& random) {
    if (answer.accepted && answer.accepted->suite == ours.suite) {
        ours.keys = answer.accepted->keys;
        ours.session = answer.accepted->session;
        ours.passed_on = true;
    } else if (answer.before && answer.before->ours.suite == ours.suite && !answer.before->ours.passed_on) {
        ours.keys = answer.before->ours.keys;
    } else {
        ours.keys = {new_master(*ours.suite, random)};
    }
}

} // namespace

srtp::Master new_master(const srtp::Suite& suite, const RandomBytes& random) {
    srtp::Master master;
    random(master.key.make(suite.key));
    random(master.salt.make(suite.salt));
    return master;
}

std::vector<Crypto> sdes_offer(std::span<const Crypto> offered, std::span<const Crypto> before, const SdesOptions& options,
                               const RandomBytes& random) {
    Lines lines;
    if (options.off) return lines;
    for (auto line : offered) {
        line.passed_on = true;
        if (options.permits(*line.suite)) add(lines, std::move(line), options);
    }
    add_former(lines, before, options, random);
    if (!options.no_new) add_new(lines, options, random);
    put_first(lines, options.order);
    return lines;
}

std::optional<SdesPair> sdes_accepted(std::span<const Crypto> sent, std::span<const Crypto> answered) {
    for (const auto& theirs : answered)
        for (const auto& ours : sent)
            if (ours.tag == theirs.tag && ours.suite == theirs.suite) return SdesPair{ours, theirs};
    return std::nullopt;
}

std::optional<SdesPair> sdes_answer(const SdesAnswer& answer, const SdesOptions& options, const RandomBytes& random) {
    if (answer.offered.empty()) return std::nullopt;
    const auto offered = permitted(answer.offered, options);
    const auto& theirs = choose(offered, answer, options);
    Crypto ours{theirs.tag, theirs.suite, {}, theirs.session, false};
    fill(ours, answer, random);
    return SdesPair{std::move(ours), theirs};
}

Preferred sdes_preferred(std::vector<Crypto> offered, const SdesOptions& options) {
    const auto& suites = options.offerer_preference;
    const bool any = std::ranges::any_of(offered, [&](const Crypto& line) { return std::ranges::find(suites, line.suite) != suites.end(); });
    put_first(offered, suites);
    return {std::move(offered), any};
}

bool passes_through(const SdesPair& towards, const Crypto& from) {
    return towards.ours.suite == from.suite && towards.ours.keys == from.keys && towards.ours.session == from.session;
}

} // namespace rtpengine::sdp
