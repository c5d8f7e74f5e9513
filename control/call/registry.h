// SPDX-License-Identifier: Apache-2.0
// The calls of an instance: by id, and in the order of their numbers for who goes over all of them in pieces.
#pragma once

#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "common/base/sharded.h"
#include "control/call/model.h"

namespace rtpengine::call {

// What calls have of the things that are counted as they come and go.
struct Shares {
    std::uint64_t userspace = 0, kernel = 0, mixed = 0; // media, by where their packets are forwarded
    std::uint64_t ports = 0;                            // open ones

    Shares& operator+=(const Shares& other);
    Shares& operator-=(const Shares& other);
};

class Registry {
  public:
    std::shared_ptr<Call> find(const std::string& id) const;
    bool contains(const std::string& id) const { return by_id_.of(id).contains(id); }
    std::size_t size() const { return by_number_.size(); }
    bool empty() const { return by_number_.empty(); }
    // No other call has its id, or its number. Whole or, without memory, not at all.
    void add(const std::shared_ptr<Call>& call);
    void remove(const Call& call);

    // Visits the next calls after that number, at most so many. `visit(call)` may remove any of them, and add some. Returns the
    // number to go on after; 0: those were the last.
    template <class Visit> std::uint64_t walk(std::uint64_t after, std::size_t most, Visit visit) const {
        auto at = by_number_.upper_bound(after);
        while (most-- && at != by_number_.end()) {
            const auto call = at->second.call;
            const auto removed = removed_;
            visit(call);
            after = call->number;
            at = removed_ == removed ? std::next(at) : by_number_.upper_bound(after);
        }
        return at == by_number_.end() ? 0 : after;
    }

    // What the call has by now; of one that isn't here nothing is counted.
    void count(const Call& call, const Shares& shares);
    // Likewise, by a look at the call alone: media that it didn't have when it was last counted are userspace's.
    void count_more(const Call& call, std::uint64_t medias, std::uint64_t ports);
    const Shares& total() const { return total_; }

  private:
    struct Entry {
        std::shared_ptr<Call> call;
        Shares shares;
    };

    Sharded<std::unordered_map<std::string, std::shared_ptr<Call>>> by_id_;
    std::map<std::uint64_t, Entry> by_number_;
    std::uint64_t removed_ = 0; // calls, ever
    Shares total_;
};

} // namespace rtpengine::call
