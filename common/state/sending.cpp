// SPDX-License-Identifier: Apache-2.0
// The writer's side of what is sent under keys: who counts the indices of an SSRC is neither a sink nor a stream, but the keys.
#include "common/state/sent.h"
#include "common/state/writer.h"

namespace rtpengine::state {

namespace {

// Who looks meanwhile looks again.
class Change {
  public:
    explicit Change(Header& header) : edition_(header.edition) {
        edition_.set(edition_.get() | 1);
        std::atomic_thread_fence(std::memory_order_release);
    }
    ~Change() {
        std::atomic_thread_fence(std::memory_order_release);
        edition_.set(edition_.get() + 1);
    }
    Change(const Change&) = delete;

  private:
    Counter& edition_;
};

bool any_lent(ProtectionRecord& first) {
    bool any = false;
    each_part(&first, [&](ProtectionRecord& part) {
        for (const auto& source : part.sources) any = any || source.words[ProtectionRecord::Room::lent].get();
    });
    return any;
}

} // namespace

void rest(ProtectionRecord::Room& source, Hold from) {
    using Room = ProtectionRecord::Room;
    auto& ssrc = source.words[Room::ssrc];
    if (!(ssrc.get() & from) || source.words[Room::lent].get()) return;
    const bool used = source.words[Room::next[0]].get() || source.words[Room::next[1]].get();
    ssrc.set(used ? (ssrc.get() & 0xffffffff) | resting : 0);
}

void rest(ProtectionRecord& first) {
    each_part(&first, [](ProtectionRecord& part) {
        for (auto& source : part.sources) rest(source, taken);
    });
}

// nullptr: there is none, or a stray write has led elsewhere.
DirectoryRecord* Writer::directory() {
    auto* known = at<DirectoryRecord>(map_.header().directory);
    return known && size_of(Kind::directory, known) == sizeof(DirectoryRecord) ? known : nullptr;
}

Status Writer::reserve_sent(std::size_t count) {
    if (auto ready = directory() || !count ? Status{} : reserve<DirectoryRecord>(1); !ready) return ready;
    return reserve<ProtectionRecord>(count);
}

// As a process begins: of those that sinks lead to. The others are gone.
Status Writer::list_sent(const std::vector<ProtectionRecord*>& lists) {
    const Change change(map_.header());
    auto* known = directory();
    if (!known) map_.header().directory.set(0);
    if (!known && lists.empty()) return {};
    if (auto ready = reserve_sent(1); !ready) return ready;
    if (known)
        for (auto& bucket : known->buckets) bucket.set(0);
    for (auto* first : lists) list(*first);
    return {};
}

Slot& Writer::bucket_of(std::uint64_t keys) {
    return directory()->buckets[keys % DirectoryRecord::size];
}

// There is memory for the directory, at least.
void Writer::list(ProtectionRecord& first) {
    if (!directory()) map_.header().directory.set(place_of(take<DirectoryRecord>(0)));
    auto& bucket = bucket_of(first.keys.get());
    first.beside.set(bucket.get());
    bucket.set(place_of(&first));
}

ProtectionRecord* Writer::sent_under(std::uint64_t keys) {
    if (!directory()) return nullptr;
    for (auto* first = at<ProtectionRecord>(bucket_of(keys)); first; first = at<ProtectionRecord>(first->beside))
        if (first->keys.get() == keys) return first;
    return nullptr;
}

ProtectionRecord* Writer::begin_sent(std::uint64_t keys) {
    if (!directory() && free(Kind::directory).empty()) return nullptr;
    auto* const first = take<ProtectionRecord>(0);
    if (!first) return nullptr;
    first->keys.set(keys);
    const Change change(map_.header());
    list(*first);
    return first;
}

ProtectionRecord* Writer::lead_to_sent(const void* from, Link& link, std::uint64_t keys) {
    if (auto* const now = follow<ProtectionRecord>(from, link)) {
        if (now->keys.get() == keys) return now;
        leave_sent(from, link);
    }
    auto* first = sent_under(keys);
    if (!first) first = begin_sent(keys);
    if (!first) return nullptr;
    first->users.add(1);
    lead(from, link, first);
    return first;
}

void Writer::leave_sent(const void* from, Link& link) {
    auto* const first = follow<ProtectionRecord>(from, link);
    link.set(0);
    if (!first) return;
    first->users.set(first->users.get() - 1);
    if (first->users.get()) return;
    rest(*first);
    const bool waits = first->left.get();
    first->left.set(turn_);
    if (!waits) wait(*first);
}

void Writer::wait(ProtectionRecord& first) {
    first.behind.set(0);
    if (youngest_) youngest_->behind.set(place_of(&first));
    else oldest_ = &first;
    youngest_ = &first;
}

void Writer::next_turn() {
    ++turn_;
    for (auto* last = youngest_; oldest_ && turn_ - oldest_->left.get() >= sent_turns;) {
        auto& first = *oldest_;
        oldest_ = at<ProtectionRecord>(first.behind);
        if (!oldest_) youngest_ = nullptr;
        if (first.users.get()) first.left.set(0);
        else if (any_lent(first)) wait(first);
        else forget_sent(first);
        if (&first == last) return;
    }
}

void Writer::forget_sent(ProtectionRecord& first) {
    const Change change(map_.header());
    auto* place = &bucket_of(first.keys.get());
    while (place->get() && place->get() != place_of(&first)) place = &at<ProtectionRecord>(*place)->beside;
    if (place->get()) place->set(first.beside.get());
    first.keys.set(0);
    for (auto *at = &first, *next = at; at; at = next) {
        next = follow<ProtectionRecord>(at, at->part.next);
        give_back(*at);
    }
}

} // namespace rtpengine::state
