// SPDX-License-Identifier: Apache-2.0
#include "common/state/writer.h"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>

#include "common/state/sent.h"
#include "common/state/view.h"

namespace rtpengine::state {

namespace {

template <class... T> Writer::Sizes sizes() {
    Writer::Sizes all{};
    ((all[static_cast<std::size_t>(T::kind)] = sizeof(T)), ...);
    return all;
}

Status reserve_file(int file, std::size_t from, std::size_t size) {
    int result;
    do
        result = fallocate(file, 0, static_cast<off_t>(from), static_cast<off_t>(size));
    while (result < 0 && errno == EINTR);
    if (result == 0) return {};
    return Error{std::string("no memory for records: ") + std::strerror(errno), errno};
}

} // namespace

// Follows what the living have, once each: a part that was met before is somebody else's.
struct Writer::Walk {
    Writer& writer;
    std::vector<bool> used; // by offset in units of a link
    std::vector<ProtectionRecord*> sent = {}; // the first of each list

    template <class T> bool is(const void* part) const {
        return writer.size_of(T::kind, part) >= T::first_size && !used[writer.offset_of(part) / Link::unit];
    }
    void mark(const void* part) {
        used[writer.offset_of(part) / Link::unit] = true;
    }
    template <class T> T* next(StreamRecord& record, const void* from, Link& link) {
        auto* part = follow<T>(from, link);
        if (part && is<T>(part) && part->part.owner.get() == record.owner.get()) return mark(part), part;
        if (part) link.set(0);
        return nullptr;
    }
    void protection(StreamRecord& record, const void* from, Link& link) {
        for (auto* at = next<ProtectionRecord>(record, from, link); at;) at = next<ProtectionRecord>(record, at, at->part.next);
    }
    // Several may lead to one list; none leads into it.
    void sent_by(StreamRecord& record, SinkRecord& sink) {
        auto* const first = follow<ProtectionRecord>(&sink, sink.protection);
        if (!first) return;
        if (writer.size_of(Kind::protection, first) && first->users.get() && used[writer.offset_of(first) / Link::unit]) return first->users.add(1);
        const auto owner = first && is<ProtectionRecord>(first) ? first->part.owner.get() : 1;
        if ((owner && owner != record.owner.get()) || !first->keys.get()) return sink.protection.set(0);
        sent.push_back(first);
        for (auto *at = first, *next = at; at; at = next) {
            mark(at);
            calm(*at);
            next = follow<ProtectionRecord>(at, at->part.next);
            if (next && !(is<ProtectionRecord>(next) && next->part.owner.get() == owner)) next = nullptr, at->part.next.set(0);
        }
        first->users.set(1);
    }
    // Of a process that died while it asked. Until all are found nobody leads here.
    static void calm(ProtectionRecord& part) {
        part.part.owner.set(0);
        part.users.set(0);
        part.left.set(0);
        part.beside.set(0);
        part.behind.set(0);
        for (auto& source : part.sources) rest(source, asked);
    }
    void parts_of(StreamRecord& record) {
        next<KernelRecord>(record, &record, record.kernel);
        next<DecisionsRecord>(record, &record, record.decisions);
        protection(record, &record, record.protection);
        for (auto* at = next<SinkRecord>(record, &record, record.sinks); at; at = next<SinkRecord>(record, at, at->part.next))
            sent_by(record, *at);
        for (auto* at = &record.source_list; at;) at = next<SourceRecord>(record, at, at->part.next);
        for (auto* at = &record.type_list; at;) at = next<TypesRecord>(record, at, at->part.next);
    }
    void stream_at(Slot& place) {
        auto* record = reinterpret_cast<StreamRecord*>(writer.map_.at(std::uint64_t{place.get()} * Slot::unit));
        if (!place.get()) return;
        if (!is<StreamRecord>(record)) return place.set(0);
        mark(record);
        parts_of(*record);
    }
};

Writer::Sizes Writer::known_sizes() {
    return sizes<StreamRecord, SinkRecord, SourceRecord, TypesRecord, KernelRecord, ProtectionRecord, DecisionsRecord, DirectoryRecord>();
}

Result<Writer> Writer::open(Fd file, const Sizes& known) {
    auto map = Map::open_writable(std::move(file));
    if (!map) return map.error();
    for (std::size_t kind = 0; kind < kinds; ++kind)
        if (auto& size = map->header().part_sizes[kind]; known[kind] && !size.get()) size.set(known[kind]);
    Writer writer(*std::move(map), known);
    if (auto found = writer.find_free(); !found) return found.error();
    return writer;
}

Status Writer::find_free() {
    Walk walk{*this, std::vector<bool>(map_.length_ / Link::unit + 1)};
    if (auto* known = directory()) walk.mark(known);
    for (std::uint32_t slot = 0; slot < map_.slots(); ++slot) walk.stream_at(map_.index()[slot]);
    for (auto offset = map_.chunks_begin(); offset + Chunk::size <= map_.length_; offset += Chunk::size) {
        auto* chunk = map_.at(offset);
        const auto kind = reinterpret_cast<const Chunk*>(chunk)->kind.get();
        if (!kind)
            chunks_.push_back(chunk);
        else if (kind < kinds && known(static_cast<Kind>(kind))) // else a kind of a later program
            split(chunk, static_cast<Kind>(kind), &walk.used);
    }
    return list_sent(walk.sent);
}

// Parts that are too small for us are left to an earlier program.
void Writer::split(char* chunk, Kind kind, const std::vector<bool>* used) {
    const auto size = size_of(kind, chunk + sizeof(Chunk));
    if (size < known(kind)) return;
    for (auto* part = chunk + sizeof(Chunk); part + size <= chunk + Chunk::size; part += size)
        if (!used || !(*used)[offset_of(part) / Link::unit]) free(kind).push_back(part);
}

void Writer::give_back(Kind kind, void* part) {
    if (size_of(kind, part) >= known(kind)) free(kind).push_back(static_cast<char*>(part));
}

Status Writer::reserve(Kind kind, std::size_t count) {
    while (free(kind).size() < count)
        if (auto grown = grow(kind); !grown) return grown;
    return {};
}

// The file is longer when its memory is there; a process killed before the chunk has its kind leaves it unused.
Status Writer::grow(Kind kind) {
    if (chunks_.empty()) {
        const auto begin = map_.chunks_begin(), end = begin + (map_.length_ - begin) / Chunk::size * Chunk::size;
        if (end + Chunk::size > Map::most) return Error{"no memory for records: too many streams", ENOMEM};
        if (auto reserved = reserve_file(map_.file_.get(), end, Chunk::size); !reserved) return reserved;
        map_.length_ = end + Chunk::size;
        chunks_.push_back(map_.at(end));
    }
    auto* chunk = chunks_.back();
    chunks_.pop_back();
    reinterpret_cast<Chunk*>(chunk)->part_size.set(known(kind));
    reinterpret_cast<Chunk*>(chunk)->kind.set(static_cast<std::uint64_t>(kind));
    split(chunk, kind, nullptr);
    return {};
}

void* Writer::take(Kind kind, std::uint64_t owner) {
    if (free(kind).empty()) return nullptr;
    auto* memory = free(kind).back();
    free(kind).pop_back();
    std::memset(memory, 0, size_of(kind, memory));
    if (kind == Kind::stream) return memory;
    auto* part = reinterpret_cast<Part*>(memory);
    part->kind = static_cast<std::uint32_t>(kind);
    part->owner.set(owner);
    return memory;
}

StreamRecord* Writer::record(std::uint32_t slot) {
    if (slot >= map_.slots()) return nullptr;
    const auto place = map_.index()[slot].get();
    return place ? reinterpret_cast<StreamRecord*>(map_.at(std::uint64_t{place} * Slot::unit)) : nullptr;
}

StreamRecord* Writer::make(std::uint32_t slot, std::uint64_t owner) {
    forget(slot);
    auto* record = take<StreamRecord>(owner);
    if (!record) return nullptr;
    record->owner.set(owner);
    record->source_list.part.owner.set(owner);
    record->type_list.part.owner.set(owner);
    map_.index()[slot].set(static_cast<std::uint32_t>(offset_of(record) / Slot::unit));
    return record;
}

void Writer::forget(std::uint32_t slot) {
    auto* record = this->record(slot);
    if (!record) return;
    record->id.set(0);
    map_.index()[slot].set(0);
    for (auto* at = follow<SinkRecord>(record, record->sinks); at;) {
        auto* next = follow<SinkRecord>(at, at->part.next);
        give_back_sink(*at);
        at = next;
    }
    free_list(follow<ProtectionRecord>(record, record->protection));
    free_list(follow<SourceRecord>(&record->source_list, record->source_list.part.next));
    free_list(follow<TypesRecord>(&record->type_list, record->type_list.part.next));
    free_list(kernel_of(*record));
    free_list(follow<DecisionsRecord>(record, record->decisions));
    give_back(*record);
}

template <class T> void Writer::free_list(T* at) {
    while (at) {
        auto* next = follow<T>(at, at->part.next);
        give_back(*at);
        at = next;
    }
}

void Writer::give_back_sink(SinkRecord& sink) {
    leave_sent(&sink, sink.protection);
    give_back(sink);
}

void Writer::give_back_list(const void* from, Link& link) {
    auto* first = follow<ProtectionRecord>(from, link);
    link.set(0);
    free_list(first);
}

} // namespace rtpengine::state
