// SPDX-License-Identifier: Apache-2.0
// Which keys and suites are offered and chosen (specification 3.5.5 and 6.3): pure functions of what the peers said, what was agreed
// before and the flags. An offer comes from S and goes to R; the answer of R, called A then, goes to S, called O.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "control/sdp/crypto.h"

namespace rtpengine::sdp {

struct SdesOptions {
    using Suites = std::vector<const srtp::Suite*>;

    bool off = false;     // none are offered
    bool no_new = false;  // none of our own; then nothing is filtered
    bool keep = false;    // "static"
    bool prefer = false;  // rather than DTLS
    bool filtered = false; // by `only`, which may have nothing that we know
    Suites only, excluded, order, offerer_preference;
    CryptoSpelling spelling;
    // Bits of the offer's lines that are set, and that are cleared.
    srtp::SessionParameters set, cleared;

    bool permits(const srtp::Suite& suite) const;
};
// ng::Flags::sdes. Suites that we don't know are left out.
SdesOptions read_sdes_options(std::span<const std::string> members);

// Fills what it is given with numbers that nobody can guess.
using RandomBytes = std::function<void(std::span<std::uint8_t>)>;

srtp::Master new_master(const srtp::Suite& suite, const RandomBytes& random);

// The lines of an offer to R. `offered`: S's; empty: it isn't SRTP, or it has DTLS. `before`: our lines that R has had, and that are
// still good: those of the last offer, or the one that was agreed upon, by offer or answer. Keys that were passed on belong to S,
// who has used them: where S doesn't offer them any more there are new ones.
std::vector<Crypto> sdes_offer(std::span<const Crypto> offered, std::span<const Crypto> before, const SdesOptions& options,
                               const RandomBytes& random);

// What two sides agreed upon: the line that we sent and send with, and theirs.
struct SdesPair {
    Crypto ours, theirs;
    bool operator==(const SdesPair&) const = default;
};

// A's answer to `sent`. nullopt: no suite and tag of ours are among its lines.
std::optional<SdesPair> sdes_accepted(std::span<const Crypto> sent, std::span<const Crypto> answered);

struct SdesAnswer {
    std::vector<Crypto> offered;           // O's, when it made the offer: in sdes_preferred()'s order
    bool preferred = false;                // by its `offerer_preference`
    std::optional<Crypto> accepted;        // A's line; none: A isn't SRTP, or it has DTLS
    std::optional<SdesPair> before;        // what O and we had agreed upon
};
// The line for O, and O's that it answers. Its keys are A's where both have the same suite, else those that O has had from us, else
// new ones. nullopt: O offered none.
std::optional<SdesPair> sdes_answer(const SdesAnswer& answer, const SdesOptions& options, const RandomBytes& random);

// O's lines, those of `offerer_preference` first; whether there are any of these.
struct Preferred {
    std::vector<Crypto> offered;
    bool any;
};
Preferred sdes_preferred(std::vector<Crypto> offered, const SdesOptions& options);

// What is sent with `pair.ours` may be what came with `key`, untouched: same suite, key and parameters.
bool passes_through(const SdesPair& towards, const Crypto& from);

} // namespace rtpengine::sdp
