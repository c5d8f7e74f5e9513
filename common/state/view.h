// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/state/map.h"

namespace rtpengine::state {

// A stream's record and its parts, for those who only read. Whatever lies in the file, nothing outside of it is touched and
// every loop ends. As a pointer: none, or the record. The map outlives it.
class View {
  public:
    View() = default;
    View(const Map& map, const StreamRecord* record) : map_(&map), record_(record) {}

    explicit operator bool() const { return record_ != nullptr; }
    const StreamRecord& operator*() const { return *record_; }
    const StreamRecord* operator->() const { return record_; }
    const StreamRecord* get() const { return record_; }

    // nullptr: the stream hasn't been in the kernel.
    const KernelRecord* kernel() const { return part<KernelRecord>(record_, record_->kernel); }
    // nullptr: there was nothing to decide.
    const DecisionsRecord* decisions() const { return part<DecisionsRecord>(record_, record_->decisions); }
    template <class Visit> void each_sink(Visit visit) const {
        list(part<SinkRecord>(record_, record_->sinks), visit);
    }
    template <class Visit> void each_source(Visit visit) const {
        list(&record_->source_list, [&](const SourceRecord& source) {
            if (source.packets.get()) visit(source);
        });
    }
    // Of PayloadTypeRecord.
    template <class Visit> void each_type(Visit visit) const {
        list(&record_->type_list, [&](const TypesRecord& some) {
            for (const auto& type : some.types)
                if (type.type_plus_one.get()) visit(type);
        });
    }

    // What came to a kind of part later: whether this one is long enough for it. Zero, where its maker didn't know of it.
    template <class T, class Member> bool has(const T& part, Member T::*member) const {
        const auto end = reinterpret_cast<std::uintptr_t>(&(part.*member) + 1) - reinterpret_cast<std::uintptr_t>(&part);
        return end <= map_->part_at(offset_of(&part), T::kind);
    }

  private:
    std::uint64_t offset_of(const void* part) const {
        return reinterpret_cast<std::uintptr_t>(part) - reinterpret_cast<std::uintptr_t>(map_->base_);
    }
    // A part that belongs to someone else by now ends the list, as none does.
    template <class T> const T* part(const void* from, const Link& link) const {
        const auto* to = follow<T>(from, link);
        if (!to || map_->part_at(offset_of(to), T::kind) < T::first_size) return nullptr;
        const bool ours = to->part.owner.get() == record_->owner.get() && to->part.kind == static_cast<std::uint32_t>(T::kind);
        return ours ? to : nullptr;
    }
    template <class T, class Visit> void list(const T* at, Visit visit) const {
        for (std::size_t left = map_->length_ / T::first_size; at && left; --left) {
            visit(*at);
            at = part<T>(at, at->part.next);
        }
    }

    const Map* map_ = nullptr;
    const StreamRecord* record_ = nullptr;
};

} // namespace rtpengine::state
