// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/records.h"

#include <utility>

#include "common/base/log.h"

namespace rtpengine::dataplane {

void clear(state::Traffic& traffic) {
    for (auto* counter : {&traffic.packets, &traffic.bytes, &traffic.errors})
        counter->set(0);
}

namespace {

using dataplane::clear; // beside those that follow

void clear(state::SsrcRecord& source) {
    for (auto* counter : {&source.ssrc, &source.packets, &source.bytes, &source.last_timestamp,
                          &source.extended_seq, &source.lost, &source.duplicates})
        counter->set(0);
}

void clear(state::KernelTraffic& traffic) {
    clear(traffic.total);
    clear(traffic.base);
}

void clear(state::KernelRecord& kernel) {
    for (auto* counter : {&kernel.last_packet_us, &kernel.rule})
        counter->set(0);
    clear(kernel.in);
    clear(kernel.echo);
    for (auto& sink : kernel.sinks)
        clear(sink);
    for (auto& source : kernel.ssrcs)
        for (auto* counter :
             {&source.packets, &source.bytes, &source.lost, &source.duplicates, &source.beside})
            counter->set(0);
    for (auto& type : kernel.payload_types)
        type.set(0);
}

} // namespace

Records::Records(state::Map map, std::vector<std::string> paths, std::uint32_t own)
    : map_(std::move(map)), paths_(std::move(paths)), others_(paths_.size()), own_(own) {}

Result<Records> Records::open(std::vector<std::string> paths, std::uint32_t own) {
    if (own >= paths.size()) return Error{"the configuration doesn't list this worker", 0};
    auto map = state::Map::open_writable(paths[own]);
    if (!map) return map.error();
    return Records(*std::move(map), std::move(paths), own);
}

const state::StreamRecord* Records::exit(std::uint32_t worker, std::uint32_t slot) {
    if (worker == own_) return record(slot);
    if (worker >= paths_.size() || paths_[worker].empty()) return nullptr;
    auto& other = others_[worker];
    if (!other) {
        auto map = state::Map::open_readonly(paths_[worker]);
        if (!map) {
            log::err("{}", map.error().message);
            return nullptr;
        }
        other.emplace(*std::move(map));
    }
    return std::as_const(*other).record(slot);
}

void Records::each_living(const state::Map& map, const std::function<void(std::uint32_t, std::uint64_t)>& visit) {
    map.each_written([&](std::uint32_t slot) {
        if (const auto id = map.record(slot)->id.get()) visit(slot, id);
    });
}

std::optional<std::unordered_set<std::uint64_t>> Records::elsewhere() {
    std::unordered_set<std::uint64_t> ids;
    for (std::uint32_t worker = 0; worker < paths_.size(); ++worker) {
        if (worker == own_ || paths_[worker].empty()) continue;
        if (!exit(worker, 0)) return std::nullopt;
        each_living(*others_[worker], [&](std::uint32_t, std::uint64_t id) { ids.insert(id); });
    }
    return ids;
}

flow::Learned load_learned(const state::StreamRecord& record, std::uint64_t now_us) {
    flow::Learned learned;
    learned.remote = state::load_remote(record);
    learned.source = state::load(record.source);
    learned.confirmed = record.flags.get() & state::confirmed;
    learned.received = record.flags.get() & state::received;
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
    if (rule.nat_wait && !learned.received) flags |= state::waiting;
    record.flags.set(flags);
}

void reset(state::StreamRecord& record) {
    record.id.set(0);
    for (int place = 0; place < 2; ++place)
        state::store_remote(record, {});
    state::store(record.source, {});
    clear(record.in);
    clear(record.echo);
    for (auto& sink : record.sinks)
        clear(sink);
    for (auto& stream : record.sink_streams)
        stream.set(0);
    for (auto& source : record.ssrcs)
        clear(source);
    for (auto& type : record.payload_types) {
        type.type_plus_one.set(0);
        type.packets.set(0);
    }
    for (auto* counter : {&record.flags, &record.last_packet_us, &record.in_tos, &record.signalled_epoch,
                          &record.learn_epoch, &record.path, &record.in_kernel})
        counter->set(0);
}

// What it held belonged to a former stream. It counts from the moment that it is clean.
state::KernelRecord& make_kernel_part(state::StreamRecord& record) {
    auto& kernel = state::kernel_part(record);
    if (record.in_kernel.get()) return kernel;
    clear(kernel);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    std::atomic_thread_fence(std::memory_order_release);
    record.in_kernel.set(1);
    return kernel;
}

} // namespace rtpengine::dataplane
