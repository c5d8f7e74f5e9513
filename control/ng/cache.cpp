// SPDX-License-Identifier: Apache-2.0
#include "control/ng/cache.h"

#include <utility>

namespace rtpengine::ng {

namespace {

constexpr std::uint64_t generation_ms = 30'000;
// A generation that is full ends early. Of one shard.
constexpr std::size_t max_requests = 100'000 / Sharded<int>::shards;
constexpr std::size_t max_bytes = 32 * 1024 * 1024 / Sharded<int>::shards; // of what is kept; there are two generations
constexpr std::size_t overhead = 256;                // bytes of one request beside its cookie and reply
constexpr std::size_t max_waiting = 16;              // retransmissions of one request; more learn nothing new

std::size_t mix(std::size_t seed, std::size_t value) {
    return seed ^ (value + 0x9e3779b97f4a7c15ULL + (seed << 6));
}

} // namespace

struct ReplyCache::Pending::Entry {
    std::optional<std::string> reply;
    std::vector<Send> waiting;
    std::shared_ptr<std::size_t> bytes; // of its generation
};

void ReplyCache::Pending::finish(std::string reply) {
    *entry_->bytes += reply.size();
    reply.shrink_to_fit(); // it is kept for a while
    entry_->reply = std::move(reply);
    for (const auto& send : std::exchange(entry_->waiting, {}))
        send(*entry_->reply);
}

std::size_t ReplyCache::Hash::operator()(const Key& key) const {
    const std::hash<std::string_view> hash;
    return mix(mix(hash(key.cookie), key.body_hash), hash(key.sender.raw()));
}

std::optional<ReplyCache::Pending> ReplyCache::look_up(std::string_view cookie, std::string_view body,
                                                       const Address& sender, std::uint64_t now_ms,
                                                       Send send) {
    auto& shard = shards_.of(cookie);
    shard.rotate(now_ms);
    Key key{std::string(cookie), std::hash<std::string_view>{}(body), sender};
    if (auto entry = shard.find(key)) {
        const bool is_under_way = entry.use_count() > 2; // its Pending lives, too
        if (entry->reply)
            send(*entry->reply);
        else if (entry->waiting.size() < max_waiting)
            entry->waiting.push_back(std::move(send));
        if (entry->reply || is_under_way) return std::nullopt;
        return Pending(std::move(entry));
    }
    auto entry = std::make_shared<Pending::Entry>();
    entry->waiting.push_back(std::move(send));
    entry->bytes = shard.young_bytes;
    *shard.young_bytes += overhead + key.cookie.size();
    shard.young.emplace(std::move(key), entry);
    return Pending(std::move(entry));
}

// Requests that are still being executed stay, whatever their age: their retransmissions must not start them
// again.
void ReplyCache::Generations::rotate(std::uint64_t now_ms) {
    if (!rotated_ms) rotated_ms = now_ms;
    const bool full = young.size() >= max_requests || *young_bytes >= max_bytes;
    if (now_ms - *rotated_ms < generation_ms && !full) return;
    rotated_ms = now_ms;
    young_bytes = std::make_shared<std::size_t>(0);
    auto gone = std::exchange(old, std::exchange(young, {}));
    for (auto& [key, entry] : gone)
        if (!entry->reply) young.emplace(key, std::move(entry));
}

std::size_t ReplyCache::size() const {
    std::size_t sum = 0;
    for (const auto& shard : shards_) sum += shard.young.size() + shard.old.size();
    return sum;
}

std::shared_ptr<ReplyCache::Pending::Entry> ReplyCache::Generations::find(const Key& key) const {
    for (const auto* generation : {&young, &old})
        if (const auto found = generation->find(key); found != generation->end()) return found->second;
    return nullptr;
}

} // namespace rtpengine::ng
