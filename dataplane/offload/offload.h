// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <cstdint>
#include <optional>

#include "common/base/result.h"
#include "dataplane/offload/parse.h"
#include "dataplane/offload/rule.h"
#include "dataplane/offload/state.h"

namespace rtpengine::offload {

// What a rule that was replaced or withdrawn has counted so far. Either that is all, and the kernel has forgotten it; or its
// counters go on, since packets may be on their way through it: in the rule that replaces it, or until they are collected.
struct Former {
    State state;
    bool final = true;
};

// A kernel that forwards by rules. Each call is done whole or not at all; errors carry an errno, and those of
// which lost() is true mean that the kernel takes no rules any more.
class Offload {
  public:
    virtual ~Offload() = default;

    // For `status`, e.g. "kernel table 0".
    virtual std::string name() const = 0;
    // Takes rules that are secured.
    virtual bool secures() const { return false; }
    // From now on packets go by `rule`, which replaces the one with its key, if any: what that one has counted is
    // returned. A new rule goes on from `start`, the sources of a replaced one from where they are. ESTALE: the
    // counters that would go on have no place for a destination; withdraw the rule first.
    virtual Result<std::optional<Former>> push(const Rule& rule, const Start& start) = 0;
    // From now on packets don't go by it. nullopt: there is no such rule.
    virtual Result<std::optional<Former>> withdraw(const Key& key) = 0;
    virtual Result<State> get(const Key& key) = 0;
    // Of a rule that was withdrawn and was not final: its final state; nullopt: not yet. Those that were withdrawn first
    // are final first. ENOENT: nothing is known of it.
    virtual Result<std::optional<State>> collect(const Key& key) { return Error{"nothing of " + key.local.str(), ENOENT}; }
    // That state is booked.
    virtual void forget(const Key& key) { (void)key; }
    // Some hundred rules of the table, of other workers too, from where the latest call stopped. True: these were the last
    // ones, the next call begins anew. One that comes or goes meanwhile may be left out.
    virtual Result<bool> list_some(const Visit& visit) = 0;
    // What the latest push() or withdraw() returned, of a predecessor that was killed too; nullopt: nothing, or it was not
    // done, or nothing is lost by that, since the kernel still knows it.
    virtual std::optional<State> latest_answer() const = 0;
    // Rules that a worker may give, replace or withdraw in a row without letting its packets wait for long: a change takes
    // some 10 µs and waits for nobody.
    virtual unsigned changes_in_a_row() const { return 200; }
    // Every now and then, for `some` of what had to wait; of CLOCK_BOOTTIME. True: there may be more.
    virtual bool tidy(std::uint64_t now_us, unsigned some) { return (void)now_us, (void)some, false; }
    // A question to the operator: why may packets come to userspace as if there were no rules?
    virtual std::string if_bypassed() const { return {}; }
};

// The table is gone, or its module.
bool lost(const Error& error);

} // namespace rtpengine::offload
