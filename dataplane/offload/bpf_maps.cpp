// SPDX-License-Identifier: Apache-2.0
#include "dataplane/offload/bpf_maps.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

#include <bpf/bpf.h>

namespace rtpengine::offload {

namespace {

constexpr std::size_t batch_size = 256; // more than will ever lie in one bucket

template <class Value>
std::optional<Value> look_up(const Fd& map, const void* key, std::uint64_t flags, int* error) {
    Value value{};
    const int code = bpf_map_lookup_elem_flags(map.get(), key, &value, flags);
    if (error) *error = code && code != -ENOENT ? -code : 0;
    return code ? std::nullopt : std::optional(value);
}

int update(const Fd& map, const void* key, const void* value, std::uint64_t flags = BPF_ANY) {
    return -bpf_map_update_elem(map.get(), key, value, flags);
}

} // namespace

BpfMaps::BpfMaps(Descriptors descriptors)
    : fds_(std::move(descriptors)), keys_(batch_size), values_(batch_size) {}

std::optional<forward_generation> BpfMaps::generation(const forward_endpoint& local, int* error) const {
    return look_up<forward_generation>(fds_.ports, &local, 0, error);
}

std::optional<forward_stream> BpfMaps::stream(const forward_generation& generation, int* error) const {
    return look_up<forward_stream>(fds_.streams, &generation, BPF_F_LOCK, error);
}

std::optional<forward_copies> BpfMaps::copies(const forward_generation& generation) const {
    return look_up<forward_copies>(fds_.copies, &generation, BPF_F_LOCK, nullptr);
}

int BpfMaps::set_generation(const forward_endpoint& local, const forward_generation& generation) {
    return update(fds_.ports, &local, &generation);
}

int BpfMaps::add_stream(const forward_stream& stream) {
    return update(fds_.streams, &stream.generation, &stream);
}

int BpfMaps::change_stream(const forward_stream& stream) {
    return update(fds_.streams, &stream.generation, &stream, BPF_EXIST | BPF_F_LOCK);
}

int BpfMaps::add_copies(const forward_generation& generation, const forward_copies& copies) {
    return update(fds_.copies, &generation, &copies);
}

void BpfMaps::remove_generation(const forward_endpoint& local) {
    (void)bpf_map_delete_elem(fds_.ports.get(), &local);
}

void BpfMaps::remove_stream(const forward_generation& generation) {
    (void)bpf_map_delete_elem(fds_.copies.get(), &generation);
    (void)bpf_map_delete_elem(fds_.streams.get(), &generation);
}

// The program takes the generation from the control buffer of a packet that goes nowhere.
int BpfMaps::seal(const forward_generation& generation) const {
    const std::array<unsigned char, 64> packet{};
    __sk_buff context{};
    context.cb[0] = static_cast<__u32>(generation.id);
    context.cb[1] = static_cast<__u32>(generation.id >> 32);
    context.cb[2] = static_cast<__u32>(generation.serial);
    context.cb[3] = static_cast<__u32>(generation.serial >> 32);
    bpf_test_run_opts run{};
    run.sz = sizeof run;
    run.data_in = packet.data();
    run.data_size_in = packet.size();
    run.ctx_in = &context;
    run.ctx_size_in = sizeof context;
    if (const int code = bpf_prog_test_run_opts(fds_.seal.get(), &run)) return -code;
    return run.retval ? ENOENT : 0;
}

int BpfMaps::some_streams(bool& last, const std::function<void(const forward_stream&)>& visit) {
    bpf_map_batch_opts options{};
    options.sz = sizeof options;
    options.elem_flags = BPF_F_LOCK;
    auto count = static_cast<__u32>(batch_size);
    auto* from = std::exchange(begun_, true) ? &position_ : nullptr;
    const int code = bpf_map_lookup_batch(fds_.streams.get(), from, &position_, keys_.data(), values_.data(), &count, &options);
    last = code;
    if (code) begun_ = false;
    if (code && code != -ENOENT) return -code; // ENOENT: these were the last ones
    for (__u32 i = 0; i < count; ++i)
        visit(values_[i]);
    return 0;
}

} // namespace rtpengine::offload
