// SPDX-License-Identifier: Apache-2.0
#include "fake_module.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>

#include "common/rtp/sequence.h"

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

std::vector<unsigned char> bytes_of(const Stream& stream, unsigned life) {
    rtpengine_state front{};
    front.life = static_cast<__u8>(life);
    front.n_payload_types = static_cast<__u8>(stream.types.size());
    front.n_sources = static_cast<__u8>(stream.sources.size());
    front.n_destinations = static_cast<__u8>(stream.places.size());
    front.size = static_cast<__u32>(sizeof front + stream.types.size() * sizeof stream.types[0] +
                                    stream.sources.size() * sizeof stream.sources[0] +
                                    stream.places.size() * sizeof(rtpengine_destination_state));
    front.id = stream.rule.id;
    front.local = stream.rule.local;
    front.in = stream.in;
    front.to_userspace = stream.to_userspace;
    front.last_seen = stream.last_seen;
    front.other_packets = stream.other_packets;
    front.other_bytes = stream.other_bytes;
    front.other_types = stream.other_types;
    std::vector<unsigned char> bytes;
    append(bytes, front);
    for (const auto& type : stream.types)
        append(bytes, type);
    for (const auto& source : stream.sources)
        append(bytes, source);
    for (std::size_t i = 0; i < stream.places.size(); ++i)
        append(bytes, rtpengine_destination_state{stream.places[i], stream.out[i], 0, {}});
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
    if (!stream.destinations.empty())
        std::memcpy(stream.destinations.data(), message + sizeof set,
                    stream.destinations.size() * sizeof(rtpengine_destination));
    for (const auto& each : stream.destinations) stream.places.push_back(each.stream);
    stream.out.resize(stream.places.size());
    stream.sources.assign(set.stream.sources, set.stream.sources + set.stream.n_sources);
    stream.heard.assign(set.stream.n_sources, 0);
    return stream;
}

// RTPENGINE_MAX_SOURCES: all places are of sources that are heard.
std::size_t place_of(Stream& stream, std::uint32_t ssrc, std::uint64_t now_ns) {
    const auto found = std::find_if(stream.sources.begin(), stream.sources.end(),
                                    [ssrc](const auto& source) { return source.ssrc == ssrc; });
    if (found != stream.sources.end()) return static_cast<std::size_t>(found - stream.sources.begin());
    const rtpengine_source fresh{ssrc, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    if (stream.sources.size() < RTPENGINE_MAX_SOURCES) {
        stream.sources.push_back(fresh);
        stream.heard.push_back(now_ns);
        return stream.sources.size() - 1;
    }
    std::size_t place = 0;
    while (place < RTPENGINE_MAX_SOURCES && now_ns - stream.heard[place] <= RTPENGINE_SOURCE_SILENT * 1'000'000'000ull) ++place;
    if (place < RTPENGINE_MAX_SOURCES) stream.sources[place] = fresh;
    return place;
}

void count_type(Stream& stream, std::uint8_t type) {
    const auto found = std::find_if(stream.types.begin(), stream.types.end(), [&](const auto& known) { return known.type == type; });
    if (found != stream.types.end())
        ++found->packets;
    else if (stream.types.size() < RTPENGINE_MAX_PAYLOAD_TYPES)
        stream.types.push_back({type, {}, 1, 0});
    else
        ++stream.other_types;
}

void count(rtpengine_source& source, const FakePacket& packet) {
    RTP_SEQUENCE_COUNT(&source, packet.sequence);
    ++source.packets;
    source.bytes += packet.bytes;
}

void count_source(Stream& stream, const FakePacket& packet, std::uint64_t now_ns) {
    const auto place = place_of(stream, packet.ssrc, now_ns);
    if (place == RTPENGINE_MAX_SOURCES) {
        ++stream.other_packets;
        stream.other_bytes += packet.bytes;
        return;
    }
    stream.heard[place] = now_ns;
    count(stream.sources[place], packet);
}

// Each destination a place of its own; false: there is none for one of them.
bool find_places(Stream& stream, const std::vector<std::uint64_t>& places) {
    std::vector<bool> taken(places.size());
    stream.place_of.clear();
    for (const auto& destination : stream.destinations) {
        std::size_t i = 0;
        while (i < places.size() && (taken[i] || places[i] != destination.stream)) ++i;
        if (i == places.size()) return false;
        taken[i] = true;
        stream.place_of.push_back(i);
    }
    return true;
}

// All that was counted goes on when a rule is replaced.
void inherit(Stream& stream, const Stream& former) {
    const auto rule = stream.rule;
    const auto destinations = stream.destinations;
    const auto place_of = stream.place_of;
    stream = former;
    stream.rule = rule;
    stream.destinations = destinations;
    stream.place_of = place_of;
}

void count_packet(Stream& stream, const FakePacket& packet, std::uint64_t now_ns) {
    ++stream.in.packets;
    stream.in.bytes += packet.bytes;
    stream.last_seen = now_ns;
    if (stream.rule.flags & RTPENGINE_COUNT_SOURCES) {
        count_type(stream, packet.payload_type);
        count_source(stream, packet, now_ns);
    }
    for (std::size_t i = 0; i < stream.destinations.size(); ++i)
        if (stream.destinations[i].takes & RTPENGINE_TAKES_RTP) {
            ++stream.out[stream.place_of[i]].packets;
            stream.out[stream.place_of[i]].bytes += packet.bytes;
        }
}

} // namespace

std::vector<unsigned char> FakeModule::state_of(const Stream& stream) const {
    const Name name{stream.rule.id, from_wire(stream.rule.local)};
    if (!withdrawn_.contains(name)) return bytes_of(stream, 0);
    return bytes_of(stream, is_final(name) ? RTPENGINE_WITHDRAWN | RTPENGINE_FINAL : RTPENGINE_WITHDRAWN);
}

bool FakeModule::is_final(const Name& name) const {
    return std::none_of(on_their_way_.begin(), on_their_way_.end(), [&](const auto& each) { return each.name == name; });
}

FakeModule::Stream* FakeModule::known(const Name& name) {
    const auto living = streams_.find(name.second);
    if (living != streams_.end() && living->second.rule.id == name.first) return &living->second;
    const auto withdrawn = withdrawn_.find(name);
    return withdrawn != withdrawn_.end() ? &withdrawn->second : nullptr;
}

int FakeModule::set(unsigned char* message) {
    auto stream = read_stream(message);
    const auto local = from_wire(stream.rule.local);
    if (next_error && (!next_error_at.known() || next_error_at == local)) return std::exchange(next_error, 0);
    const Name name{stream.rule.id, local};
    const auto* former = known(name);
    if (!former && streams_.contains(local)) return EEXIST;
    if (!find_places(stream, former ? former->places : stream.places)) return ESTALE;
    ++sets;
    const auto state = former ? state_of(*former) : std::vector<unsigned char>{};
    if (former) inherit(stream, *former);
    answer(message, state);
    withdrawn_.erase(name);
    streams_[local] = std::move(stream);
    return 0;
}

int FakeModule::forget(const Name& name) {
    if (!known(name)) return ENOENT;
    if (!withdrawn_.contains(name)) return EBUSY;
    if (!is_final(name)) return EAGAIN;
    withdrawn_.erase(name);
    return 0;
}

int FakeModule::call(unsigned char* message) {
    rtpengine_header header;
    std::memcpy(&header, message, sizeof header);
    if (header.command == RTPENGINE_SET) return set(message);
    rtpengine_key key;
    std::memcpy(&key, message, sizeof key);
    const Name name{key.id, from_wire(key.local)};
    if (header.command == RTPENGINE_FORGET) return forget(name);
    auto* found = known(name);
    if (!found) return ENOENT;
    if (header.command == RTPENGINE_DELETE && !withdrawn_.contains(name)) {
        ++deletes;
        found = &(withdrawn_[name] = *found);
        streams_.erase(name.second);
    }
    answer(message, state_of(*found));
    return 0;
}

std::vector<unsigned char> FakeModule::list() const {
    std::vector<unsigned char> bytes;
    for (const auto& [local, stream] : streams_) {
        const auto state = state_of(stream);
        bytes.insert(bytes.end(), state.begin(), state.end());
    }
    for (const auto& [name, stream] : withdrawn_) {
        const auto state = state_of(stream);
        bytes.insert(bytes.end(), state.begin(), state.end());
    }
    return bytes;
}

bool FakeModule::packet(const Endpoint& local, const FakePacket& packet, std::uint64_t now_ns) {
    const auto found = streams_.find(local);
    if (!reached || found == streams_.end()) return false;
    count_packet(found->second, packet, now_ns);
    return true;
}

bool FakeModule::packet_on_its_way(const Endpoint& local, const FakePacket& packet, std::uint64_t now_ns) {
    const auto found = streams_.find(local);
    if (!reached || found == streams_.end()) return false;
    on_their_way_.push_back({{found->second.rule.id, local}, packet, now_ns});
    return true;
}

void FakeModule::land() {
    for (const auto& each : on_their_way_) {
        late += withdrawn_.contains(each.name);
        if (auto* stream = known(each.name)) count_packet(*stream, each.packet, each.now_ns);
    }
    on_their_way_.clear();
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

Result<std::optional<offload::Former>> FakeTable::push(const offload::Rule& rule, const offload::Start& start) {
    offload::encode_set(rule, start, message_);
    if (const int code = call(message_.data())) return Error{"refused", code};
    const auto state = offload::answered(message_);
    return state ? std::optional(offload::Former{*state, false}) : std::nullopt;
}

Result<std::optional<offload::Former>> FakeTable::withdraw(const offload::Key& key) {
    offload::encode_delete(key, message_);
    const int code = call(message_.data());
    if (code == ENOENT) return std::optional<offload::Former>{};
    if (code) return Error{"refused", code};
    return std::optional(offload::Former{offload::answered(message_).value(), false});
}

Result<offload::State> FakeTable::get(const offload::Key& key) {
    offload::encode_get(key, message_);
    if (const int code = module_.call(message_.data())) return Error{"none", code};
    return offload::answered(message_).value();
}

Result<std::optional<offload::State>> FakeTable::collect(const offload::Key& key) {
    const auto state = get(key);
    if (!state) return state.error();
    return state->final ? std::optional(*state) : std::nullopt;
}

void FakeTable::forget(const offload::Key& key) {
    abandoned_.forget(key);
    offload::encode_forget(key, message_);
    (void)call(message_.data());
}

bool FakeTable::tidy(std::uint64_t now_us, unsigned some) {
    now_us_ = now_us;
    return abandoned_.tidy(now_us, some, [this](const offload::Key& key) {
        offload::encode_forget(key, message_);
        (void)module_.call(message_.data());
    });
}

Result<bool> FakeTable::list_some(const offload::Visit& visit) {
    const auto bytes = module_.list();
    const auto used = offload::each_state(bytes, [&](const offload::State& state) {
        if (state.withdrawn) return abandoned_.found(state.key, now_us_);
        abandoned_.forget(state.key);
        visit(state);
    });
    if (!used) return used.error();
    return true;
}

} // namespace rtpengine::test
