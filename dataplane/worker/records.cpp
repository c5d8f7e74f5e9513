// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/records.h"

#include <algorithm>
#include <utility>

namespace rtpengine::dataplane {

namespace {

// Sources and payload types that may turn up at once, over all streams, beyond what each has room for anyway.
constexpr std::size_t spare = 64;

const Error not_listed{"the configuration doesn't list this worker", 0};

} // namespace

// A predecessor's closed streams: control may not have read their figures yet.
Records::Records(state::Writer writer, std::uint32_t own) : writer_(std::move(writer)), own_(own), closed_(writer_.map().slots()) {
    for (std::uint32_t slot = 0; slot < slots(); ++slot)
        if (const auto* record = this->record(slot); record && !record->id.get()) close(slot);
}

Status Records::readable(const StateFiles& files, std::uint32_t own) {
    if (own >= files.others.size() || files.own < 0) return not_listed;
    auto all = files.others;
    all[own] = files.own;
    for (const int file : all) {
        if (file < 0) continue;
        if (const auto map = state::Map::open_readonly(duplicate(file)); !map) return map.error();
    }
    return {};
}

Result<Records> Records::open(const StateFiles& files, std::uint32_t own) {
    if (own >= files.others.size() || files.own < 0) return not_listed;
    auto writer = state::Writer::open(duplicate(files.own));
    if (!writer) return writer.error();
    Records records(*std::move(writer), own);
    for (std::uint32_t worker = 0; worker < files.others.size(); ++worker) {
        auto& other = records.others_.emplace_back();
        if (worker == own || files.others[worker] < 0) continue;
        auto map = state::Map::open_readonly(duplicate(files.others[worker]));
        if (!map) return map.error();
        other.emplace(*std::move(map));
    }
    for (const auto& other : records.others_)
        if (other) records.elsewhere_.add(*other);
    if (auto opened = records.open_announced(files); !opened) return opened.error();
    return records;
}

Status Records::open_announced(const StateFiles& files) {
    for (std::uint32_t worker = 0; worker < others_.size(); ++worker) {
        auto& announced = announced_.emplace_back();
        const auto* map = exit(worker, 0);
        if (!map) continue;
        const int file = worker < files.announced.size() ? files.announced[worker] : -1;
        auto opened = state::Announcements::open(file < 0 ? Fd() : duplicate(file), map->slots(), false);
        if (!opened) return opened.error();
        announced.emplace(*std::move(opened));
    }
    return {};
}

const state::Map* Records::exit(std::uint32_t worker, std::uint32_t slot) const {
    if (worker >= others_.size()) return nullptr;
    const auto* map = worker == own_ ? &writer_.map() : others_[worker] ? &*others_[worker] : nullptr;
    return map && slot < map->slots() ? map : nullptr;
}

void Records::each_living(const std::function<void(std::uint32_t, std::uint64_t)>& visit) const {
    writer_.map().each_living([&](std::uint32_t slot, const state::View& record) { visit(slot, record->id.get()); });
}

std::unordered_set<std::uint64_t> Records::elsewhere() const {
    std::unordered_set<std::uint64_t> ids;
    for (const auto& other : others_)
        if (other) other->each_living([&](std::uint32_t, const state::View& record) { ids.insert(record->id.get()); });
    return ids;
}

Status Records::prepare(std::size_t streams, std::size_t sinks, std::size_t protections) {
    auto ready = writer_.reserve<state::StreamRecord>(streams);
    if (ready) ready = writer_.reserve<state::SinkRecord>(sinks);
    if (ready) ready = writer_.reserve_sent(protections);
    prepare_for_packets();
    return ready;
}

// Without memory for more of them, sources and types are counted together, and decisions not.
void Records::prepare_for_packets() {
    (void)writer_.reserve<state::SourceRecord>(spare);
    (void)writer_.reserve<state::TypesRecord>(spare);
    (void)writer_.reserve<state::DecisionsRecord>(spare);
}

void Records::close(std::uint32_t slot) {
    auto* record = writer_.record(slot);
    if (!record) return;
    record->id.set(0);
    closed_[slot] = turns_;
}

state::StreamRecord& Records::make(std::uint32_t slot, std::uint64_t owner) {
    closed_[slot] = 0;
    return *writer_.make(slot, owner);
}

void Records::turn() {
    const auto share = slots() / sweep_turns + 1;
    for (const auto end = std::min(swept_ + share, slots()); swept_ < end; ++swept_)
        if (closed_[swept_] && turns_ - closed_[swept_] >= kept_turns) forget(swept_);
    if (swept_ == slots()) swept_ = 0;
    ++turns_;
    writer_.next_turn();
    prepare_for_packets();
}

void Records::forget(std::uint32_t slot) {
    writer_.forget(slot);
    closed_[slot] = 0;
}

flow::Learned load_learned(const state::StreamRecord& record, std::uint64_t now_us) {
    flow::Learned learned;
    learned.remote = state::load_remote(record);
    learned.source = state::load(record.source);
    learned.confirmed = record.flags.get() & state::confirmed;
    learned.received = record.flags.get() & state::received;
    learned.checked = record.flags.get() & state::checked;
    learned.window_end_us = now_us + flow::learning_window_us;
    return learned;
}

void store_learned(state::StreamRecord& record, const flow::Rule& rule, const flow::Learned& learned) {
    if (state::load_remote(record) != learned.remote) state::store_remote(record, learned.remote);
    state::store(record.source, learned.source);
    std::uint64_t flags = 0;
    if (learned.remote.address.known()) flags |= state::filled;
    if (learned.confirmed) flags |= state::confirmed;
    if (learned.received) flags |= state::received;
    if (learned.checked) flags |= state::checked;
    if (rule.nat_wait && !learned.received) flags |= state::waiting;
    state::set_flags(record, flags);
}

state::KernelRecord* make_kernel_part(state::Writer& writer, state::StreamRecord& record) {
    if (auto* known = state::kernel_of(record)) return known;
    if (!writer.reserve<state::KernelRecord>(1)) return nullptr;
    auto* made = writer.take<state::KernelRecord>(record.owner.get());
    state::lead(&record, record.kernel, made);
    return made;
}

state::DecisionsRecord* decisions_of(state::Writer& writer, state::StreamRecord& record) {
    if (auto* known = state::follow<state::DecisionsRecord>(&record, record.decisions)) return known;
    auto* made = writer.take<state::DecisionsRecord>(record.owner.get());
    if (made) state::lead(&record, record.decisions, made);
    return made;
}

} // namespace rtpengine::dataplane
