// SPDX-License-Identifier: Apache-2.0
#include "control/call/usage.h"

#include <algorithm>

#include "common/state/totals.h"
#include "control/call/each_port.h"
#include "control/call/ice.h"

namespace rtpengine::call {

namespace {

Counters counters(const state::Sum& sum) { return {sum.packets, sum.bytes, sum.errors}; }

void latest(BootTime& time, const state::Counter& other) {
    time = std::max(time, boot_time(other.get()));
}

void add_sinks(const LocalPort& port, Sent& sent, const StateReader& read) {
    const auto record = read(port.key());
    if (!record) return;
    record.each_sink([&](const auto& sink) { sent[sink.stream.get()] += counters(state::total_out(sink)); });
    sent[port.id] += counters(state::total_echo(record));
}

void add_ssrcs(const state::View& record, StreamUsage& usage) {
    record.each_source([&](const auto& ssrc) {
        usage.ssrcs.push_back({static_cast<std::uint32_t>(ssrc.ssrc.get()), ssrc.packets.get(), ssrc.bytes.get(),
                               ssrc.last_timestamp.get(), ssrc.extended_seq.get(), ssrc.lost.get()});
    });
    record.each_type([&](const auto& type) {
        usage.payload_types[static_cast<int>(type.type_plus_one.get()) - 1] += type.packets.get();
    });
    usage.other_ssrcs.packets += record->others.packets.get();
    usage.other_ssrcs.bytes += record->others.bytes.get();
    usage.other_types += record->others.type_packets.get();
}

void add_decisions(const state::View& record, StreamUsage& usage) {
    const auto* decisions = record.decisions();
    if (!decisions) return;
    usage.moved += decisions->moved.get();
    usage.withheld += decisions->withheld.get();
    for (std::size_t i = 0; i < usage.refused.size(); ++i) usage.refused[i] += decisions->refused[i].get();
}

} // namespace

Sent sent_by_exit(const Call& call, const StateReader& read) {
    Sent sent;
    for_each_port(call, [&](const PortSet&, const LocalPort& port) {
        sent[port.id] += port.out;
        add_sinks(port, sent, read);
    });
    return sent;
}

StreamUsage usage_of(const Media& media, unsigned stream, const Sent& sent, const StateReader& read) {
    StreamUsage usage;
    if (const auto former = media.former.find(stream); former != media.former.end()) {
        usage.in = former->second.in;
        usage.out = former->second.out;
        usage.last_packet = former->second.last_packet;
    }
    for_each_port(media, [&](const PortSet& set, const LocalPort& port) {
        if (port.stream != stream) return;
        if (const auto found = sent.find(port.id); found != sent.end()) usage.out += found->second;
        const auto record = read(port.key());
        if (!record) return;
        usage.in += counters(state::total_in(record));
        const auto* kernel = record.kernel();
        if (kernel) usage.kernel_in += counters(state::sum(kernel->in.total));
        latest(usage.last_user, record->last_packet_us);
        if (kernel) latest(usage.last_kernel, kernel->last_packet_us);
        usage.last_packet = std::max({usage.last_packet, usage.last_user, usage.last_kernel});
        add_ssrcs(record, usage);
        add_decisions(record, usage);
        if (&set != media.current || &port != exit_port(media, set, stream)) return;
        usage.path = record->path.get();
        usage.flags = record->flags.get();
        if (usage.flags & state::filled) usage.remote = state::load_remote(*record);
    });
    return usage;
}

MediaPath path_of(const Media& media, const StateReader& read) {
    bool user = false, kernel = false;
    for_each_port(media, [&](const PortSet& set, const LocalPort& port) {
        const auto record = &set == media.current ? read(port.key()) : state::View();
        if (!record || !(record->flags.get() & state::received)) return;
        (record->path.get() == static_cast<std::uint64_t>(state::Path::kernel) ? kernel : user) = true;
    });
    if (user && kernel) return MediaPath::mixed;
    return kernel ? MediaPath::kernel : MediaPath::userspace;
}

std::string used_codec(const Media& media, const StreamUsage& usage) {
    const auto most = std::max_element(usage.payload_types.begin(), usage.payload_types.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most == usage.payload_types.end()) return {};
    for (const auto* list : {&media.codecs, &media.offered_codecs})
        for (const auto& codec : *list)
            if (codec.payload_type == most->first && !codec.name.empty()) return codec.full();
    return {};
}

} // namespace rtpengine::call
