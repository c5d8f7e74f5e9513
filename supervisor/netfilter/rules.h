// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"
#include "common/options/netfilter.h"
#include "supervisor/netfilter/rule.h"

namespace rtpengine::supervisor::netfilter {

// Adds the rules in every family asked for, after removing what a former run left of them. Undone on error.
Status start(const options::Netfilter& rules, const Target& target);

// Removes what start() added, and that only; base chains and tables stay, and so does our chain, emptied,
// while somebody else's rule leads to it. Nothing there: success.
Status stop(const options::Netfilter& rules);

// Has the kernel load the module of our target, where it can do that by itself.
void load_target();

// Empty: all there; else what is missing.
Result<std::string> check(const options::Netfilter& rules, const Target& target);

// Rules that are there for as long as this object lives.
class Rules {
  public:
    static Result<Rules> open(const options::Netfilter& rules);
    // Rules that are there already.
    static Rules resume(const options::Netfilter& rules) { return Rules(rules); }
    const options::Netfilter& settings() const { return rules_; }
    Rules(Rules&& other) noexcept : rules_(std::exchange(other.rules_, {})) {}
    Rules& operator=(Rules&&) = delete;
    ~Rules();

  private:
    explicit Rules(options::Netfilter rules) : rules_(std::move(rules)) {}
    options::Netfilter rules_; // no chain: moved from
};

} // namespace rtpengine::supervisor::netfilter
