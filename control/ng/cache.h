// SPDX-License-Identifier: Apache-2.0
// Replies by request, so that a retransmission gets the same one and is executed once (specification
// section 1.5).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/endpoint.h"
#include "common/base/sharded.h"

namespace rtpengine::ng {

class ReplyCache {
  public:
    using Send = std::function<void(std::string_view reply)>;

    // The request that is executed. finish(), to be called once, sends the reply to everybody who asked. If it goes before, the request
    // is executed when it comes again.
    class Pending {
      public:
        void finish(std::string reply);

      private:
        friend class ReplyCache;
        struct Entry;
        explicit Pending(std::shared_ptr<Entry> entry) : entry_(std::move(entry)) {}
        std::shared_ptr<Entry> entry_;
    };

    // Nothing: `send` has got the reply, or will when it is there. Else the caller executes the request.
    // `sender`: its port doesn't matter. `now_ms`: any monotonic clock.
    std::optional<Pending> look_up(std::string_view cookie, std::string_view body, const Address& sender,
                                   std::uint64_t now_ms, Send send);

    std::size_t size() const; // requests

  private:
    struct Key {
        std::string cookie;
        std::size_t body_hash;
        Address sender;
        bool operator==(const Key&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const;
    };
    using Generation = std::unordered_map<Key, std::shared_ptr<Pending::Entry>, Hash>;
    // Requests of one shard, by age.
    struct Generations {
        void rotate(std::uint64_t now_ms);
        std::shared_ptr<Pending::Entry> find(const Key& key) const;

        Generation young, old;
        std::shared_ptr<std::size_t> young_bytes = std::make_shared<std::size_t>(0);
        std::optional<std::uint64_t> rotated_ms;
    };

    Sharded<Generations> shards_; // by cookie
};

} // namespace rtpengine::ng
