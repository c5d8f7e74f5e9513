// SPDX-License-Identifier: Apache-2.0
#include "fake_module.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>

#include "dataplane/flow/sequence.h"
#include "dataplane/offload/encode.h"

namespace rtpengine::test {

namespace {

using Stream = FakeModule::Stream;

Endpoint from_wire(const rtpengine_endpoint& wire) {
    const std::string_view address(reinterpret_cast<const char*>(wire.address), wire.family == 4 ? 4 : 16);
    return {Address::from_bytes(address), ntohs(wire.port)};
}

template <class T> void append(std::vector<unsigned char>& to, const T& value) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(&value);
    to.insert(to.end(), bytes, bytes + sizeof value);
}

std::vector<unsigned char> state_of(const Stream& stream) {
    rtpengine_state front{};
    front.n_payload_types = static_cast<__u8>(stream.types.size());
    front.n_sources = static_cast<__u8>(stream.sources.size());
    front.n_destinations = static_cast<__u8>(stream.destinations.size());
    front.size = static_cast<__u32>(sizeof front + stream.types.size() * sizeof stream.types[0] +
                                    stream.sources.size() * sizeof stream.sources[0] +
                                    stream.destinations.size() * sizeof(rtpengine_destination_state));
    front.id = stream.rule.id;
    front.local = stream.rule.local;
    front.in = stream.in;
    front.to_userspace = stream.to_userspace;
    front.last_seen = stream.last_seen;
    std::vector<unsigned char> bytes;
    append(bytes, front);
    for (const auto& type : stream.types)
        append(bytes, type);
    for (const auto& source : stream.sources)
        append(bytes, source);
    for (std::size_t i = 0; i < stream.destinations.size(); ++i)
        append(bytes, rtpengine_destination_state{stream.destinations[i].stream, stream.out[i], 0, {}});
    return bytes;
}

void answer(unsigned char* message, const std::vector<unsigned char>& state) {
    rtpengine_header header;
    std::memcpy(&header, message, sizeof header);
    header.size = static_cast<__u32>(sizeof header + state.size());
    std::memcpy(message, &header, sizeof header);
    std::copy(state.begin(), state.end(), message + sizeof header);
}

Stream read_stream(const unsigned char* message) {
    rtpengine_set set;
    std::memcpy(&set, message, sizeof set);
    Stream stream;
    stream.rule = set.stream;
    stream.destinations.resize(set.stream.n_destinations);
    stream.out.resize(set.stream.n_destinations);
    if (!stream.destinations.empty())
        std::memcpy(stream.destinations.data(), message + sizeof set,
                    stream.destinations.size() * sizeof(rtpengine_destination));
    for (unsigned i = 0; i < set.stream.n_payload_types; ++i)
        stream.types.push_back({set.stream.payload_types[i].type, {}, 0, 0});
    stream.sources.assign(set.stream.sources, set.stream.sources + set.stream.n_sources);
    return stream;
}

rtpengine_source& source_of(Stream& stream, std::uint32_t ssrc) {
    const auto found = std::find_if(stream.sources.begin(), stream.sources.end(),
                                    [ssrc](const auto& source) { return source.ssrc == ssrc; });
    if (found != stream.sources.end()) return *found;
    return stream.sources.emplace_back(rtpengine_source{ssrc, 0, 0, 0, 0, 0, 0, 0, 0, 0});
}

void count(rtpengine_source& source, const FakePacket& packet) {
    flow::Sequence sequence{source.highest, source.window, source.lost, source.duplicates};
    flow::advance(sequence, packet.sequence);
    source.highest = sequence.highest;
    source.window = sequence.window;
    source.lost = sequence.lost;
    source.duplicates = sequence.duplicates;
    ++source.packets;
    source.bytes += packet.bytes;
}

} // namespace

int FakeModule::call(unsigned char* message) {
    rtpengine_header header;
    std::memcpy(&header, message, sizeof header);
    if (header.command == RTPENGINE_SET) {
        auto stream = read_stream(message);
        const auto local = from_wire(stream.rule.local);
        if (next_error && (!next_error_at.known() || next_error_at == local))
            return std::exchange(next_error, 0);
        const auto former = streams_.find(local);
        if (former != streams_.end() && former->second.rule.id != stream.rule.id) return EEXIST;
        ++sets;
        if (former != streams_.end()) stream.sources = former->second.sources;
        answer(message, former != streams_.end() ? state_of(former->second) : std::vector<unsigned char>{});
        streams_[local] = std::move(stream);
        return 0;
    }
    rtpengine_key key;
    std::memcpy(&key, message, sizeof key);
    const auto found = streams_.find(from_wire(key.local));
    if (found == streams_.end() || found->second.rule.id != key.id) return ENOENT;
    answer(message, state_of(found->second));
    if (header.command == RTPENGINE_DELETE) {
        ++deletes;
        streams_.erase(found);
    }
    return 0;
}

std::vector<unsigned char> FakeModule::list() const {
    std::vector<unsigned char> bytes;
    for (const auto& [local, stream] : streams_) {
        const auto state = state_of(stream);
        bytes.insert(bytes.end(), state.begin(), state.end());
    }
    return bytes;
}

bool FakeModule::packet(const Endpoint& local, const FakePacket& packet, std::uint64_t now_ns) {
    const auto found = streams_.find(local);
    if (!reached || found == streams_.end()) return false;
    auto& stream = found->second;
    const auto type = std::find_if(stream.types.begin(), stream.types.end(),
                                   [&](const auto& known) { return known.type == packet.payload_type; });
    if ((stream.rule.flags & RTPENGINE_PAYLOAD_TYPES) && type == stream.types.end()) {
        ++stream.to_userspace;
        return false;
    }
    ++stream.in.packets;
    stream.in.bytes += packet.bytes;
    stream.last_seen = now_ns;
    if (type != stream.types.end()) ++type->packets;
    count(source_of(stream, packet.ssrc), packet);
    for (std::size_t i = 0; i < stream.destinations.size(); ++i)
        if (stream.destinations[i].takes & RTPENGINE_TAKES_RTP) {
            ++stream.out[i].packets;
            stream.out[i].bytes += packet.bytes;
        }
    return true;
}

const FakeModule::Stream* FakeModule::find(const Endpoint& local) const {
    const auto found = streams_.find(local);
    return found != streams_.end() ? &found->second : nullptr;
}

void FakeModule::add(std::uint64_t id, const Endpoint& local) {
    std::vector<unsigned char> message(offload::message_capacity);
    offload::Rule rule;
    rule.key = {id, local};
    rule.blackhole = true;
    offload::encode_set(rule, {}, message);
    call(message.data());
}

Result<std::optional<offload::State>> FakeTable::push(const offload::Rule& rule,
                                                      const offload::Sources& sources) {
    offload::encode_set(rule, sources, message_);
    if (const int code = call(message_.data())) return Error{"refused", code};
    return offload::answered(message_);
}

Result<std::optional<offload::State>> FakeTable::withdraw(const offload::Key& key) {
    offload::encode_delete(key, message_);
    const int code = call(message_.data());
    if (code == ENOENT) return std::optional<offload::State>{};
    if (code) return Error{"refused", code};
    return offload::answered(message_);
}

Result<offload::State> FakeTable::get(const offload::Key& key) {
    std::vector<unsigned char> message(offload::message_capacity);
    offload::encode_get(key, message);
    if (const int code = module_.call(message.data())) return Error{"none", code};
    return offload::answered(message).value();
}

Status FakeTable::list(const offload::Visit& visit) {
    const auto bytes = module_.list();
    const auto used = offload::each_state(bytes, visit);
    if (!used) return used.error();
    return {};
}

} // namespace rtpengine::test
