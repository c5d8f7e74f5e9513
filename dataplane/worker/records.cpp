// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/records.h"

#include <utility>

#include "common/base/log.h"

namespace rtpengine::dataplane {

namespace {

void clear(state::Traffic& traffic) {
    for (auto* counter : {&traffic.packets, &traffic.bytes, &traffic.errors})
        counter->set(0);
}

void clear(state::SsrcRecord& source) {
    for (auto* counter : {&source.ssrc, &source.packets, &source.bytes, &source.last_timestamp,
                          &source.extended_seq, &source.lost, &source.duplicates})
        counter->set(0);
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
    if (worker >= paths_.size()) return nullptr;
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
    for (int place = 0; place < 2; ++place) state::store_remote(record, {});
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
                          &record.learn_epoch})
        counter->set(0);
}

} // namespace rtpengine::dataplane
